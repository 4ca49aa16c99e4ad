"""desired/layers.py: later layers add, change and omit; places are in the file that decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.desired.load import Loaded, load_desired
from schemactl.errors import InvalidFilesError
from schemactl.model.desired import DesiredField, DesiredSection, Manage
from schemactl.model.field_types import DECLARABLE_TYPES

BASE = """\
version: 1
sections:
  - name: Sales
    description: From the base.
    fields:
      - {name: Status, type: tdrop, options: [New, Won]}
      - {name: Budget, type: price, note: In euros.}
  - name: Support
    fields:
      - {name: Ticket, type: text}
tags: [VIP, Old]
"""
PATTERNS = ("base.yaml", "vertical.yaml", "client.yaml")


def load(folder: Path, *later: str, base: str = BASE) -> Loaded:
    """Load the base and later layers, each in one file."""
    for pattern, text in zip(PATTERNS, (base, *later), strict=False):
        (folder / pattern).write_text(text, encoding="utf-8")
    patterns = PATTERNS[: len(later) + 1]
    return load_desired(folder, patterns, allowed_types=DECLARABLE_TYPES, backend="rest")


def problems(folder: Path, *later: str, base: str = BASE) -> list[str]:
    with pytest.raises(InvalidFilesError) as raised:
        load(folder, *later, base=base)
    return [str(problem) for problem in raised.value.problems]


def section(loaded: Loaded, name: str = "Sales") -> DesiredSection:
    return next(one for one in loaded.desired.sections if one.name == name)


def field(loaded: Loaded, name: str) -> DesiredField:
    return next(
        one for each in loaded.desired.sections for one in each.fields if one.field.name == name
    )


def layer(lines: str) -> str:
    return f"version: 1\n{lines}"


def extending(field_lines: str, flags: str = "extend: true") -> str:
    return layer(
        f"sections:\n  - name: Sales\n    {flags}\n    fields:\n      - {field_lines}\n"
    )


def test_a_later_layer_adds_fields_to_a_section(tmp_path: Path) -> None:
    loaded = load(tmp_path, extending("{name: Industry, type: text}"))
    names = [one.field.name for one in section(loaded).fields]
    assert names == ["Status", "Budget", "Industry"]
    assert str(field(loaded, "Industry").location) == "vertical.yaml:6:16"
    assert str(field(loaded, "Budget").location) == "base.yaml:7:16"
    assert str(section(loaded).location) == "base.yaml:3:11"


def test_a_later_layer_adds_options_to_a_field(tmp_path: Path) -> None:
    loaded = load(tmp_path, extending("{name: Status, extend: true, options: [Lost]}"))
    status = field(loaded, "Status")
    assert status.field.options == ("New", "Won", "Lost")
    assert str(status.location) == "base.yaml:6:16"
    assert str(status.options_location) == "vertical.yaml:6:47"


def test_a_later_layer_changes_attributes_and_nothing_else(tmp_path: Path) -> None:
    loaded = load(
        tmp_path, extending("{name: Budget, override: true, type: numeric, required: true}")
    )
    budget = field(loaded, "Budget")
    assert (budget.field.type, budget.field.required, budget.note) == (
        "numeric",
        True,
        "In euros.",
    )
    assert str(budget.location) == "vertical.yaml:6:16"
    assert str(budget.settings_location) == "vertical.yaml:6:65"
    assert budget.location.below[0] == load(tmp_path).desired.sections[0].fields[1].location


def test_a_section_changes_with_override_and_keeps_what_is_not_named(tmp_path: Path) -> None:
    text = layer("sections:\n  - {name: Sales, override: true, description: Ours.}\n")
    found = section(load(tmp_path, text))
    assert (found.description, found.manage) == ("Ours.", Manage.MERGE)
    assert str(found.description_location) == "vertical.yaml:3:48"
    assert len(found.fields) == 2


def test_a_later_layer_omits_without_removing(tmp_path: Path) -> None:
    text = layer(
        "omit:\n  sections: [Support]\n  fields: [{section: Sales, name: Budget}]\n"
        "  tags: [Old]\n"
    )
    desired = load(tmp_path, text).desired
    assert [one.name for one in desired.sections] == ["Sales"]
    assert [one.field.name for one in desired.sections[0].fields] == ["Status"]
    assert [one.name for one in desired.tags] == ["VIP"]
    assert not (desired.removed_sections)
    assert not (desired.removed_fields)
    assert not (desired.removed_tags)


def test_what_is_omitted_can_be_declared_anew(tmp_path: Path) -> None:
    omits = layer("omit: {fields: [{section: Sales, name: Budget}]}\n")
    loaded = load(tmp_path, omits, extending("{name: Budget, type: text}"))
    assert field(loaded, "Budget").field.type == "text"
    together = omits + extending("{name: Budget, type: text}").removeprefix("version: 1\n")
    assert field(load(tmp_path, together), "Budget").field.type == "text"


def test_three_layers_apply_in_their_order(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        extending("{name: Status, extend: true, options: [Lost]}"),
        extending(
            "{name: Status, extend: true, override: true, options: [Late], protect: true}"
        ),
    )
    status = field(loaded, "Status")
    assert status.field.options == ("New", "Won", "Lost", "Late")
    assert status.protect
    assert [str(place) for place in status.location.below] == ["base.yaml:6:16"]


def test_custom_objects_have_layers_too(tmp_path: Path) -> None:
    base = layer(
        "objects:\n  - label: Pets\n    sections:\n      - name: Details\n        fields:\n"
        "          - {name: Weight, type: numeric}\n          - {name: Chip, type: text}\n"
    )
    later = layer(
        "objects:\n  - label: Pets\n    omit: {fields: [{section: Details, name: Chip}]}\n"
        "    sections:\n      - name: Details\n        extend: true\n        fields:\n"
        "          - {name: Breed, type: text}\n"
    )
    (pets,) = load(tmp_path, later, base=base).desired.objects
    (details,) = pets.sections
    assert [one.field.name for one in details.fields] == ["Weight", "Breed"]


ABOVE = "is decided by an earlier layer, at base.yaml"


@pytest.mark.parametrize(
    ("later", "place", "words"),
    [
        (
            layer("sections:\n  - {name: Sale, extend: true}\n"),
            "3:18",
            'declares the section "Sale" (write Sales) [extends-nothing]',
        ),
        (
            extending("{name: Bugdet, override: true, type: text}"),
            "6:24",
            'declares the field "Bugdet" (write Budget) [extends-nothing]',
        ),
        (
            layer("omit: {tags: [New]}\n"),
            "2:15",
            'no earlier layer declares the tag "New" (the patterns under schema: ',
        ),
        (
            layer("omit: {fields: [{section: Sales, name: Budgets}]}\n"),
            "2:40",
            'declares the field "Budgets" (write Budget) [extends-nothing]',
        ),
        (
            extending("{name: Budget, extend: true, type: text}"),
            "6:38",
            f'"type" of "Budget" {ABOVE}:7:16 (write "override: true"',
        ),
        (
            layer("sections:\n  - {name: Sales, extend: true, manage: mirror}\n"),
            "3:33",
            f'"manage" of "Sales" {ABOVE}:3:11 (write "override: true"',
        ),
        (
            extending("{name: Budget, type: text}"),
            "6:16",
            "(the other is at base.yaml:7:16; keep one of the two) [duplicate-field]",
        ),
        (
            extending("{name: Status, extend: true, options: [Won]}"),
            "6:48",
            '"Status" lists the option "Won" twice',
        ),
        (
            extending("{name: Budget, override: true, type: dropp}"),
            "6:46",
            'unknown type "dropp" (write tdrop)',
        ),
        (
            extending("{name: Budget, override: true, options: [One]}"),
            "6:40",
            '"Budget" is of type price, which has no options',
        ),
        (extending("{name: Extra}"), "6:9", 'the field "Extra" has no key "type"'),
        (
            extending("{name: Extra, extend: false}"),
            "6:9",
            'the field "Extra" has no key "type"',
        ),
    ],
)
def test_each_problem_is_at_its_place_in_the_file_that_decides(
    tmp_path: Path, later: str, place: str, words: str
) -> None:
    (found,) = problems(tmp_path, later)
    assert found.startswith(f"vertical.yaml:{place}: error: ")
    assert words in found


def test_the_same_section_in_two_layers_is_an_error_that_shows_both(tmp_path: Path) -> None:
    later = layer("sections:\n  - name: Sales\n    fields:\n      - {name: X, type: text}\n")
    assert problems(tmp_path, later) == [
        (
            'vertical.yaml:3:11: error: the section "Sales" is declared twice (the other is at '
            "base.yaml:3:11; keep one of the two) [duplicate-section]"
        )
    ]


def test_a_field_that_refers_below_needs_a_section_that_does(tmp_path: Path) -> None:
    later = layer(
        "sections:\n  - name: Other\n    fields:\n"
        "      - {name: X, extend: true, options: [A]}\n"
    )
    (found,) = problems(tmp_path, later)
    assert '"X" refers to an earlier layer, but its section "Other" does not' in found


def test_files_of_one_pattern_are_one_layer(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm/a.yaml").write_text(BASE)
    (tmp_path / "crm/b.yaml").write_text(extending("{name: Industry, type: text}"))
    with pytest.raises(InvalidFilesError) as raised:
        load_desired(tmp_path, ("crm/*.yaml",), allowed_types=DECLARABLE_TYPES, backend="rest")
    assert "no earlier layer declares" in str(raised.value)


def test_two_files_of_a_layer_both_extend_what_is_below(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "crm").mkdir()
    for name, option in (("a", "Lost"), ("b", "Late")):
        text = extending(f"{{name: Status, extend: true, options: [{option}]}}")
        (tmp_path / f"crm/{name}.yaml").write_text(text)
    loaded = load_desired(
        tmp_path,
        ("base.yaml", "crm/*.yaml"),
        allowed_types=DECLARABLE_TYPES,
        backend="rest",
    )
    assert field(loaded, "Status").field.options == ("New", "Won", "Lost", "Late")


def test_an_earlier_name_of_an_option_is_reported_in_the_file_that_has_it(
    tmp_path: Path,
) -> None:
    text = "{name: Status, extend: true, options: [{name: Lost, was: [New]}]}"
    (found,) = problems(tmp_path, extending(text))
    assert found.startswith("vertical.yaml:6:67: error: ")
    loaded = load(tmp_path, extending(text.replace("was: [New]", "was: [Gone]")))
    assert field(loaded, "Status").option_was == (("Lost", ("Gone",)),)


PROTECTED = BASE.replace("price, note", "price, protect: true, note")
OMITS = "omit: {fields: [{section: Sales, name: Budget}]}\n"


@pytest.mark.parametrize(
    ("omits", "ends"),
    [
        (OMITS, "removed: {fields: [{section: Sales, name: Budget}]}\n"),
        (OMITS, "removed: {sections: [Sales]}\n"),
        (
            "omit: {sections: [Sales]}\n",
            "removed: {fields: [{section: Sales, name: Budget}]}\n",
        ),
        (OMITS, extending("{name: Budget, type: text}").removeprefix("version: 1\n")),
        (
            OMITS,
            extending("{name: Cost, type: text, was: [Budget]}").removeprefix("version: 1\n"),
        ),
    ],
)
def test_no_layer_ends_the_protection_of_an_earlier_one_by_omitting_its_field(
    tmp_path: Path, omits: str, ends: str
) -> None:
    # In the same layer, and in a later one.
    for texts in ((layer(omits + ends),), (layer(omits), layer(ends))):
        found = [one for one in problems(tmp_path, *texts, base=PROTECTED) if "omits" in one]
        assert len(found) == 1
        assert "an earlier layer, at base.yaml:7:37" in found[0]


def test_what_is_omitted_is_protected_no_longer_once_a_layer_says_so(tmp_path: Path) -> None:
    ends = extending("{name: Budget, override: true, protect: false}")
    omits = layer(OMITS + "removed: {fields: [{section: Sales, name: Budget}]}\n")
    assert load(tmp_path, ends, omits, base=PROTECTED).desired.removed_fields
    again = layer(OMITS) + extending("{name: Budget, type: price, protect: true}").removeprefix(
        "version: 1\n"
    )
    assert field(load(tmp_path, again, base=PROTECTED), "Budget").protect


@pytest.mark.parametrize(
    ("one", "other", "key"),
    [
        (
            "{name: Budget, override: true, type: text}",
            "{name: Budget, override: true, type: numeric}",
            "type",
        ),
        (
            "{name: Status, override: true, options: [A]}",
            "{name: Status, extend: true, options: [B]}",
            "options",
        ),
        (
            "{name: Status, extend: true, options: [B]}",
            "{name: Status, override: true, options: [A]}",
            "options",
        ),
    ],
)
def test_two_files_of_a_layer_change_nothing_twice(
    tmp_path: Path, one: str, other: str, key: str
) -> None:
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "client-1.yaml").write_text(extending(one), encoding="utf-8")
    (tmp_path / "client-2.yaml").write_text(extending(other), encoding="utf-8")
    with pytest.raises(InvalidFilesError) as raised:
        load_desired(
            tmp_path,
            ["base.yaml", "client-*.yaml"],
            allowed_types=DECLARABLE_TYPES,
            backend="rest",
        )
    (problem,) = raised.value.problems
    assert problem.location.file == "client-2.yaml"
    assert f'"{key}" of' in problem.message
    assert "here and at client-1.yaml:6:" in problem.message
