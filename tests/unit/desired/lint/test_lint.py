"""lint: each rule fires where it should and nowhere else; severities and waivers count."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemactl.desired.lint import (
    DEFAULTS,
    LIVE_RULES,
    apply_severities,
    file_findings,
    live_findings,
)
from schemactl.desired.load import load_desired
from schemactl.document.resources import schema_text
from schemactl.errors import Problem, Severity
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit, FieldLimit
from schemactl.model.field_types import FieldType
from schemactl.model.lint import RuleSeverity
from schemactl.model.schema import CustomObject, Schema, Section
from tests.builders import a_field

NO_RULES: Mapping[str, RuleSeverity] = {}


def found(
    folder: Path,
    text: str,
    *,
    live: Schema | None = None,
    rules: Mapping[str, RuleSeverity] = NO_RULES,
    field_limit: AppliedLimit = ASSUMED_LIMIT,
) -> tuple[Problem, ...]:
    (folder / "crm.yaml").write_text(f"version: 1\n{text}", encoding="utf-8")
    types = frozenset(map(str, FieldType))
    loaded = load_desired(folder, ("crm.yaml",), allowed_types=types, backend="legacy")
    problems = [
        *loaded.warnings,
        *file_findings(loaded.desired, rules=rules, field_limit=field_limit),
    ]
    looked = frozenset(DEFAULTS) - LIVE_RULES
    if live is not None:
        problems += live_findings(loaded.desired, live)
        looked = frozenset(DEFAULTS)
    return apply_severities(problems, rules=rules, waivers=loaded.waivers, checked=looked)


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, int]]:
    return [(problem.code, problem.location.line) for problem in problems]


def many_fields(number: int, kind: str = "text") -> str:
    lines = [f"      - {{name: F{place}, type: {kind}}}\n" for place in range(number)]
    return "sections:\n  - name: Sales\n    fields:\n" + "".join(lines)


def an_account(*names: str, tags: tuple[str, ...] = ()) -> Schema:
    fields = tuple(map(a_field, names))
    return Schema(sections=(Section(name="Sales", custom=True, fields=fields),), tags=tags)


def sales(*fields: str) -> str:
    return "sections:\n  - name: Sales\n    fields:\n" + "".join(
        f"      - {field}\n" for field in fields
    )


STATED = {limit: AppliedLimit(limit=limit, stated=True) for limit in FieldLimit}


@pytest.mark.parametrize(
    ("limit", "number", "kind", "fires"),
    [
        (ASSUMED_LIMIT, 46, "text", 0),
        (ASSUMED_LIMIT, 47, "text", 1),
        (ASSUMED_LIMIT, 1439, "check", 0),
        (ASSUMED_LIMIT, 1440, "check", 1),
        (ASSUMED_LIMIT, 1440, "text", 2),
        (STATED[FieldLimit.BYTES_39611], 47, "text", 1),
        (STATED[FieldLimit.BYTES_39611], 1440, "check", 0),
        (STATED[FieldLimit.FIELDS_1600], 1439, "text", 0),
        (STATED[FieldLimit.FIELDS_1600], 1440, "text", 1),
    ],
)
def test_a_limit_that_the_account_may_have_is_near_from_nine_tenths(
    tmp_path: Path, limit: AppliedLimit, number: int, kind: str, fires: int
) -> None:
    reported = found(tmp_path, many_fields(number, kind), field_limit=limit)
    assert [problem.code for problem in reported] == ["field-budget-near"] * fires


def test_more_than_an_assumed_limit_says_so_and_asks_which_limit_it_is(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, many_fields(60))
    assert "46,080 bytes, more than the 39,611 that a copy of Ontraport" in problem.message
    assert "field_limit" in (problem.hint or "")
    assert "longtext" not in (problem.hint or "")


def test_longtext_is_named_only_beside_the_word_that_it_is_one_way(tmp_path: Path) -> None:
    limit = STATED[FieldLimit.BYTES_39611]
    (problem,) = found(tmp_path, many_fields(60), field_limit=limit)
    (part,) = [part for part in (problem.hint or "").split("; ") if "longtext" in part]
    assert "one-way" in part


def test_the_fields_of_each_object_are_counted_apart(tmp_path: Path) -> None:
    pets = many_fields(47).replace("\n", "\n    ").rstrip(" ")
    text = f"{many_fields(40)}objects:\n  - label: Pets\n    {pets}"
    (problem,) = found(tmp_path, text)
    assert 'all declared fields of "Pets" take 36,096 bytes' in problem.message


def test_final_types_are_reported_on_request(tmp_path: Path) -> None:
    text = sales("{name: Notes, type: longtext}", "{name: Size, type: text}")
    assert found(tmp_path, text) == ()
    reported = found(tmp_path, text, rules={"one-way-type": RuleSeverity.WARNING})
    assert codes(reported) == [("one-way-type", 5)]


@pytest.mark.parametrize(
    ("text", "live", "expected"),
    [
        (sales("{name: A, type: text, was: [B]}"), an_account("A"), [("was-done", 5)]),
        (sales("{name: A, type: text, was: [B]}"), an_account("A", "B"), []),
        (sales("{name: A, type: text, was: [B]}"), an_account("b"), []),
        (sales("{name: A, type: text, was: [B]}"), Schema(), []),
        ("tags: [{name: A, was: [B]}]\n", Schema(tags=("A",)), [("was-done", 2)]),
        ("tags: [{name: A, was: [B]}]\n", Schema(tags=("B",)), []),
        ("removed:\n  tags: [Old, Older]\n", Schema(tags=("Old",)), [("removed-done", 3)]),
        (
            "removed:\n  sections: [Sales, Gone]\n  fields: [{section: Sales, name: B}]\n",
            an_account("A"),
            [("removed-done", 3), ("removed-done", 4)],
        ),
        ("sections:\n  - {name: Sales, was: [Deals]}\n", an_account(), [("was-done", 3)]),
        (
            "objects:\n  - label: Pets\n    removed:\n      sections: [Gone]\n",
            Schema(objects=(CustomObject(label="Pets", sections=()),)),
            [("removed-done", 5)],
        ),
    ],
)
def test_entries_that_are_done_are_reported_with_the_account(
    tmp_path: Path, text: str, live: Schema, expected: list[tuple[str, int]]
) -> None:
    reported = [one for one in found(tmp_path, text, live=live) if one.code in LIVE_RULES]
    assert codes(tuple(reported)) == expected
    assert [one for one in found(tmp_path, text) if one.code in LIVE_RULES] == []


TWICE = """\
sections:
  - name: Sales
    fields:
      - {name: Region, type: text}
  - name: Service
    fields:
      - name: Region
        type: tdrop
        options: [A]
"""


def test_severities_of_the_project_count(tmp_path: Path) -> None:
    (warning,) = found(tmp_path, TWICE)
    assert (warning.code, warning.severity) == ("name-in-two-sections", Severity.WARNING)
    rules = {"name-in-two-sections": RuleSeverity.ERROR}
    (error,) = found(tmp_path, TWICE, rules=rules)
    assert error.severity is Severity.ERROR
    assert found(tmp_path, TWICE, rules={"name-in-two-sections": RuleSeverity.OFF}) == ()


@pytest.mark.parametrize(
    "inside", [True, False], ids=["beside the field", "beside the section"]
)
def test_a_waiver_covers_what_it_is_written_beside(tmp_path: Path, *, inside: bool) -> None:
    indent = "        " if inside else "    "
    text = f"{TWICE}{indent}waive: [{{rule: name-in-two-sections, reason: both need it}}]\n"
    assert found(tmp_path, text) == ()


def test_a_waiver_elsewhere_has_no_effect_and_is_reported(tmp_path: Path) -> None:
    text = TWICE + (
        "      - name: Other\n        type: text\n"
        "        waive: [{rule: name-in-two-sections, reason: wrong place}]\n"
    )
    assert [problem.code for problem in found(tmp_path, text)] == [
        "name-in-two-sections",
        "needless-waiver",
    ]


def test_a_waiver_of_a_rule_that_was_not_checked_is_not_reported(tmp_path: Path) -> None:
    text = (
        "removed: {tags: [Old]}\ntags:\n  - name: A\n    waive: [{rule: was-done, reason: r}]\n"
    )
    assert found(tmp_path, text) == ()
    assert codes(found(tmp_path, text, live=Schema(tags=("A", "Old")))) == [
        ("needless-waiver", 5)
    ]


def test_both_schemas_name_every_rule() -> None:
    project = json.loads(schema_text("project"))
    rules = project["properties"]["lint"]["properties"]["rules"]["properties"]
    waive = json.loads(schema_text("schema-file"))["$defs"]["waive"]
    assert list(rules) == list(DEFAULTS)
    assert waive["items"]["properties"]["rule"]["enum"] == list(DEFAULTS)
