"""desired/load.py: which files are read, and what becomes of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schemactl.desired.load import Loaded, check_files, load_desired
from schemactl.document.reader import MAX_BYTES
from schemactl.errors import InvalidFilesError, Location, Severity
from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredSection,
    DesiredTag,
    Manage,
    RemovedField,
    RemovedSection,
    RemovedTag,
)
from schemactl.model.field_types import DECLARABLE_TYPES
from schemactl.model.schema import Field, FieldKey

TAGS = "version: 1\ntags: [{}]\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def load(folder: Path, *patterns: str) -> Loaded:
    return load_desired(folder, patterns, allowed_types=DECLARABLE_TYPES, backend="legacy")


def reported(folder: Path, *patterns: str) -> list[str]:
    problems = check_files(folder, patterns, allowed_types=DECLARABLE_TYPES, backend="legacy")
    return [str(problem) for problem in problems]


def tags(loaded: Loaded) -> list[str]:
    return [tag.name for tag in loaded.desired.tags]


def test_everything_a_file_says_is_in_the_wanted_state_with_its_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        crm__all="""\
version: 1
sections:
  - name: Sales
    manage: mirror
    was: [Pipeline]
    fields:
      - {name: Status, type: tdrop, options: [New, Won], was: [State], protect: true}
      - {name: Value, type: price}
tags: [VIP]
removed:
  sections: [Old]
  fields: [{section: Sales, name: Fax}]
  tags: [Gone, Gone]
""",
    )

    def at(line: int, column: int) -> Location:
        return Location("crm/all.yaml", line, column)

    status = DesiredField(
        field=Field(name="Status", type="tdrop", options=("New", "Won")),
        location=at(7, 16),
        was=("State",),
        protect=True,
        options_location=at(7, 46),
    )
    value = DesiredField(field=Field(name="Value", type="price"), location=at(8, 16))
    section = DesiredSection(
        name="Sales",
        location=at(3, 11),
        fields=(status, value),
        manage=Manage.MIRROR,
        was=("Pipeline",),
    )
    assert load(tmp_path, "crm/*.yaml").desired == Desired(
        sections=(section,),
        tags=(DesiredTag(name="VIP", location=at(9, 8)),),
        removed_sections=(RemovedSection(name="Old", location=at(11, 14)),),
        removed_fields=(RemovedField(key=FieldKey("Sales", "Fax"), location=at(12, 35)),),
        removed_tags=(RemovedTag(name="Gone", location=at(13, 10)),),
    )


def test_options_that_are_absent_are_not_options_that_are_none(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="version: 1\nsections: [{name: A, fields: "
        "[{name: B, type: tdrop}, {name: C, type: tdrop, options: []}]}]\n",
    )
    fields = load(tmp_path, "a.yaml").desired.sections[0].fields
    assert [entry.field.options for entry in fields] == [None, ()]


def test_files_are_merged_in_the_order_of_patterns_and_names(tmp_path: Path) -> None:
    write(tmp_path, b=TAGS.format("B"), a=TAGS.format("A"), c=TAGS.format("C"))
    loaded = load(tmp_path, "c.yaml", "*.yaml")
    assert tags(loaded) == ["C", "A", "B"]
    assert loaded.files == (Path("c.yaml"), Path("a.yaml"), Path("b.yaml"))


def test_two_stars_match_any_number_of_folders_but_hidden_ones(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=TAGS.format("A"),
        x__y__b=TAGS.format("B"),
        **{".hidden__c": TAGS.format("C")},
    )
    assert tags(load(tmp_path, "**/*.yaml")) == ["A", "B"]


def test_a_file_that_is_matched_twice_or_linked_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, crm__a=TAGS.format("A"))
    (tmp_path / "link.yaml").symlink_to("crm/a.yaml")
    assert tags(load(tmp_path, "crm/a.yaml", "./crm/../crm/*.yaml", "link.yaml")) == ["A"]


def test_folders_are_not_files(tmp_path: Path) -> None:
    write(tmp_path, a=TAGS.format("A"), b__c=TAGS.format("C"))
    assert tags(load(tmp_path, "*")) == ["A"]
    assert reported(tmp_path, "b")[0].endswith("[no-files]")


def test_files_of_the_git_repository_may_be_shared(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, shared__a=TAGS.format("A, A"), shared__b=TAGS.format("B"))
    (tmp_path / "project").mkdir()
    assert tags(load(tmp_path / "project", "../shared/b.yaml")) == ["B"]
    assert tags(load(tmp_path / "project", str(tmp_path / "shared" / "b.yaml"))) == ["B"]
    (message,) = reported(tmp_path / "project", "../shared/a.yaml")
    assert message.startswith("../shared/a.yaml:2:11: ")


def test_a_pattern_without_a_file_is_reported_where_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, a=TAGS.format("A"))
    place = Location("schemactl.yaml", 7, 13)
    with pytest.raises(InvalidFilesError) as raised:
        load_desired(
            tmp_path,
            ["a.yaml", "crn/*.yaml"],
            allowed_types=DECLARABLE_TYPES,
            backend="legacy",
            pattern_locations=[Location("schemactl.yaml", 6, 13), place],
        )
    (problem,) = raised.value.problems
    assert (problem.location, problem.code) == (place, "no-files")


def test_a_pattern_without_a_known_place_is_reported_at_the_project_file(
    tmp_path: Path,
) -> None:
    (message,) = reported(tmp_path, "crm/*.yaml")
    assert message.startswith('schemactl.yaml:1:1: error: no file matches "crm/*.yaml"')


def test_a_pattern_that_no_file_system_takes_matches_nothing(tmp_path: Path) -> None:
    for pattern in ("a\0/*", "\n", "a" * 5_000 + "/*"):
        (message,) = reported(tmp_path, pattern)
        assert message.endswith("[no-files]")


def test_a_link_to_nothing_is_reported_where_its_pattern_is_written(tmp_path: Path) -> None:
    write(tmp_path, a=TAGS.format("A"))
    (tmp_path / "b.yaml").symlink_to("gone.yaml")
    with pytest.raises(InvalidFilesError) as raised:
        load_desired(
            tmp_path,
            ["*.yaml"],
            allowed_types=DECLARABLE_TYPES,
            backend="legacy",
            pattern_locations=[Location("schemactl.yaml", 6, 13)],
        )
    assert str(raised.value) == (
        'schemactl.yaml:6:13: error: "b.yaml" is a link to nothing '
        "(make it point to what is meant, or delete it) [file-unreadable]"
    )


@pytest.mark.parametrize("pattern", ["crm/*.yaml", "crm/**/*.yaml", "crm/a.yaml", "c*", "crm"])
def test_a_link_that_leads_to_itself_is_reported_once(tmp_path: Path, pattern: str) -> None:
    (tmp_path / "crm").symlink_to("crm")
    (message,) = reported(tmp_path, pattern)
    assert 'error: "crm" is a link that leads back to itself ' in message


def test_a_link_to_nothing_among_folders_that_a_pattern_may_mean_is_passed_over(
    tmp_path: Path,
) -> None:
    write(tmp_path, crm__a=TAGS.format("A"))
    (tmp_path / "other").symlink_to("gone")
    assert reported(tmp_path, "*/*.yaml") == []
    assert reported(tmp_path, "**/*.yaml") == []


def test_a_folder_that_cannot_be_read_is_reported_and_not_skipped(
    tmp_path: Path,
) -> None:
    # Unlike permissions, a path that is too long keeps root out as well.
    write(tmp_path, a=TAGS.format("A"))
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)

    messages = reported(tmp_path, "**/*.yaml")

    assert messages
    assert all(message.startswith("schemactl.yaml:1:1: error: ") for message in messages)
    assert "cannot be read: File name too long" in messages[0]
    assert messages[0].endswith("[file-unreadable]")


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.touch()
    os.truncate(path, 100 * MAX_BYTES)
    (message,) = reported(tmp_path, "a.yaml")
    assert message.startswith("a.yaml:1:1: error: the file is larger than 16 MiB")
    assert message.endswith("[file-too-large]")


def test_files_that_are_too_large_together_are_not_all_read(tmp_path: Path) -> None:
    for number in range(5):
        path = tmp_path / f"{number}.yaml"
        path.write_text(TAGS.format("A"), encoding="utf-8")
        with path.open("ab") as stream:
            stream.write(b"#" * (MAX_BYTES - 100))
    messages = reported(tmp_path, "*.yaml")
    assert messages[-1].startswith("4.yaml:1:1: error: the files up to this one are larger")


def test_a_list_of_options_that_fields_share_has_its_problem_once(tmp_path: Path) -> None:
    fields = "".join(f"  - {{name: F{n}, type: tdrop, options: *o}}\n" for n in range(5))
    first = "  - {name: F, type: tdrop, options: &o [x, x, Y, y]}\n"
    write(tmp_path, a=f"version: 1\nsections:\n- name: A\n  fields:\n{first}{fields}")
    assert [line.rpartition("[")[2] for line in reported(tmp_path, "a.yaml")] == [
        "duplicate-option]",
        "near-duplicate]",
    ]


@pytest.mark.parametrize(
    ("field", "place", "code"),
    [
        ("{name: B, type:text}", "5:15", "unknown-key"),
        ("name:B", "5:5", "wrong-type"),
        ("name: B\n    type:text", "6:5", "yaml-syntax"),
        ("name:B\n    type: text", "5:5", "yaml-syntax"),
    ],
)
def test_a_space_that_is_missing_after_a_colon_is_reported_as_such(
    tmp_path: Path, field: str, place: str, code: str
) -> None:
    write(tmp_path, a=f"version: 1\nsections:\n- name: A\n  fields:\n  - {field}\n")
    (message,) = reported(tmp_path, "a.yaml")
    assert message.startswith(f"a.yaml:{place}: error: ")
    assert "with a space) [" in message
    assert message.endswith(f"[{code}]")


def test_over_rest_names_in_two_sections_are_one_warning_for_each_object(
    tmp_path: Path,
) -> None:
    fields = "fields: [{name: S, type: text}, {name: T, type: text}]"
    sections = f"sections: [{{name: A, {fields}}}, {{name: B, {fields}}}]"
    write(tmp_path, a=f"version: 1\n{sections}\nobjects: [{{label: Deals, {sections}}}]\n")
    problems = check_files(tmp_path, ["a.yaml"], allowed_types=DECLARABLE_TYPES, backend="rest")
    assert [problem.code for problem in problems] == ["name-in-two-sections"] * 2
    assert problems[0].message == (
        'fields "S" are declared in "A" and "B", and so are the fields of 1 other name'
    )
    assert {problem.location.line for problem in problems} == {2, 3}
    assert {problem.severity for problem in problems} == {Severity.WARNING}


def test_over_rest_one_name_in_two_objects_is_no_warning(tmp_path: Path) -> None:
    section = "sections: [{name: A, fields: [{name: S, type: text}]}]"
    write(tmp_path, a=f"version: 1\n{section}\nobjects: [{{label: Deals, {section}}}]\n")
    assert not check_files(tmp_path, ["a.yaml"], allowed_types=DECLARABLE_TYPES, backend="rest")


def test_warnings_alone_stop_nothing_and_are_kept(tmp_path: Path) -> None:
    write(tmp_path, a="version: 1\ntags:\n  - VIP #1\n")
    loaded = load(tmp_path, "a.yaml")
    assert tags(loaded) == ["VIP"]
    assert [warning.code for warning in loaded.warnings] == ["comment-cuts-name"]


@pytest.mark.parametrize("tag", ["VIP\u00a0Plus", "VIP\u3000Plus", "VIP\u00a0"])
def test_a_space_of_another_kind_in_a_name_is_no_fault(tmp_path: Path, tag: str) -> None:
    write(tmp_path, a=TAGS.format(f'"{tag}"'))
    loaded = load(tmp_path, "a.yaml")
    assert (tags(loaded), loaded.warnings) == ([tag], ())


def test_a_space_around_a_name_is_kept_and_no_fault_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, a=TAGS.format("'VIP '"))
    loaded = load(tmp_path, "a.yaml")
    assert (tags(loaded), loaded.warnings) == (["VIP "], ())


@pytest.mark.parametrize(
    ("kind", "backend", "hint"),
    [
        (
            "email",
            "legacy",
            "write text; or write backend: rest in schemactl.yaml, which has it",
        ),
        (
            "sms",
            "legacy",
            "write phone; or write backend: rest in schemactl.yaml, which has it",
        ),
        (
            "funnel",
            "rest",
            (
                "remove the field, as no other type is similar; "
                "or write backend: legacy in schemactl.yaml, which has it"
            ),
        ),
    ],
)
def test_a_type_of_the_other_backend_is_reported_with_both_solutions(
    tmp_path: Path, kind: str, backend: str, hint: str
) -> None:
    write(
        tmp_path,
        a=f"version: 1\nsections: [{{name: A, fields: [{{name: B, type: {kind}}}]}}]\n",
    )
    allowed = frozenset({"text", "phone"})
    (problem,) = check_files(tmp_path, ["a.yaml"], allowed_types=allowed, backend=backend)
    assert (problem.code, problem.hint) == ("type-not-on-backend", hint)
    assert problem.message == f"the {backend} backend has no type {kind}"


def test_a_name_in_two_sections_is_a_warning_for_each_field_over_the_contacts_api_alone(
    tmp_path: Path,
) -> None:
    field = "fields: [{name: Source, type: tdrop, options: [Web]}]"
    write(tmp_path, a=f"version: 1\nsections: [{{name: A, {field}}}, {{name: B, {field}}}]\n")

    def codes(backend: str) -> list[str]:
        problems = check_files(
            tmp_path, ["a.yaml"], allowed_types=DECLARABLE_TYPES, backend=backend
        )
        return [problem.code for problem in problems]

    assert codes("legacy") == ["name-in-two-sections"] * 2
    assert codes("rest") == ["name-in-two-sections"]


def test_settings_descriptions_and_earlier_names_of_tags_are_wishes(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="""\
version: 1
sections:
  - name: Sales
    description: |
      First call.

      Signed contract.
    fields:
      - {name: A, type: text, unique: false, required: true}
      - {required: true, name: B, type: text}
      - {name: C, type: text}
  - {name: Archive, description: "", fields: [{name: D, type: text}]}
  - {name: Old, fields: [{name: E, type: text}]}
tags:
  - Customer
  - {was: [Very Important, "010"], name: VIP}
  - name: Lead
""",
    )

    def at(line: int, column: int) -> Location:
        return Location("a.yaml", line, column)

    desired = load(tmp_path, "a.yaml").desired
    sales, archive, old = desired.sections
    assert [(one.field.required, one.field.unique) for one in sales.fields] == [
        (True, False),
        (True, None),
        (None, None),
    ]
    assert [one.settings_location for one in sales.fields] == [at(9, 39), at(10, 20), None]
    assert sales.description == "First call.\n\nSigned contract."
    assert [one.description for one in (archive, old)] == ["", None]
    assert [one.description_location for one in desired.sections] == [
        at(4, 18),
        at(12, 34),
        None,
    ]
    assert [section.description for section in desired.schema.sections] == [
        sales.description,
        "",
        None,
    ]
    assert desired.tags == (
        DesiredTag(name="Customer", location=at(15, 5)),
        DesiredTag(name="VIP", location=at(16, 42), was=("Very Important", "010")),
        DesiredTag(name="Lead", location=at(17, 11)),
    )


def test_of_ten_thousand_errors_the_first_are_kept_in_order(tmp_path: Path) -> None:
    lines = "".join(f"      - {{name: F {number}, type: date}}\n" for number in range(10_000))
    write(tmp_path, a=f"version: 1\nsections:\n  - name: A\n    fields:\n{lines}")
    problems = check_files(tmp_path, ["a.yaml"], allowed_types=DECLARABLE_TYPES, backend="x")
    assert [problem.location.line for problem in problems] == [1, *range(5, 1_005)]
    assert {problem.hint for problem in problems[1:]} == {"write fulldate"}


def test_options_may_have_earlier_names(tmp_path: Path) -> None:
    options = "[1.10, {name: Yes, was: [Ja, 010]}, No]"
    field = f"{{name: A, type: list, options: {options}}}"
    write(tmp_path, crm=f"version: 1\nsections: [{{name: Sales, fields: [{field}]}}]\n")
    (section,) = load(tmp_path, "*.yaml").desired.sections
    (found,) = section.fields
    assert found.field.options == ("1.10", "Yes", "No")
    assert found.option_was == (("Yes", ("Ja", "010")),)
