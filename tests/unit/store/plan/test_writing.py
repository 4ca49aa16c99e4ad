"""store/plan/writing.py: a plan as canonical JSON, after its JSON Schema."""

from __future__ import annotations

import hashlib
import json
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    ChangeDescription,
    ChangeKind,
    ChangeOptions,
    ChangeSettings,
    RemoveSection,
    RenameTag,
)
from schemactl.model.plan import Permission, Plan
from schemactl.store.plan import plan_digest, plan_text
from tests.builders import a_call, a_field, a_hazard, a_location, a_plan
from tests.unit.report.documents import read_document
from tests.unit.report.samples import every_plan, small_plan

NAMES = st.text(st.characters(codec="utf-8"), max_size=12)


@pytest.mark.parametrize("plan", [small_plan(), every_plan(), a_plan()])
def test_a_plan_follows_its_json_schema(plan: Plan) -> None:
    document = read_document(plan_text(plan), "plan")

    assert document["kind"] == "plan"
    assert document["format_version"] == 1


def test_the_sample_has_every_kind_of_change() -> None:
    assert {change.kind for change in every_plan().changes} == set(ChangeKind)


@settings(deadline=None)
@given(NAMES, NAMES, st.lists(NAMES).map(tuple))
def test_any_names_make_a_valid_document(
    section: str, name: str, options: tuple[str, ...]
) -> None:
    field = a_field(name, section, options)
    plan = a_plan(
        ChangeOptions(section=section, before=field, after=field, added=options),
        AddTag(tag=name),
        calls=[a_call(arguments=MappingProxyType({"section": section, "options": options}))],
    )

    document = read_document(plan_text(plan), "plan")

    assert document["calls"] == [
        {
            "number": 1,
            "request": "add_section",
            "arguments": {"section": section, "options": list(options)},
            "serves": [],
            "needs": [],
        }
    ]


def test_a_change_says_where_the_files_ask_for_it_and_what_comes() -> None:
    change = AddField(
        section="Leads", after=a_field("Value", "price"), location=a_location(7, 9)
    )

    document = read_document(plan_text(a_plan(change)), "plan")

    assert document["changes"] == [
        {
            "id": "add-field/Leads/Value",
            "kind": "add-field",
            "section": "Leads",
            "field": "Value",
            "tag": None,
            "before": None,
            "after": {"name": "Value", "type": "price", "options": None, "custom": True},
            "location": {"file": "crm/sales.yaml", "line": 7, "column": 9},
        }
    ]


def test_what_an_api_does_not_report_has_no_member() -> None:
    reported = a_field("A", required=True, unique=False)
    plan = a_plan(
        ChangeSettings(section="S", before=a_field("A", required=False), after=reported),
        AddSection(section="T"),
        AddSection(section="U", description=""),
        ChangeDescription(section="S", before="Old", after=""),
        RenameTag(tag="VIP", was="Gold"),
    )

    document = read_document(plan_text(plan), "plan")
    changes = document["changes"]
    assert isinstance(changes, list)

    base = {"name": "A", "type": "text", "options": None, "custom": True}
    assert [(change["before"], change["after"]) for change in changes] == [
        ({**base, "required": False}, {**base, "required": True, "unique": False}),
        (None, {"name": "T"}),
        (None, {"name": "U", "description": ""}),
        ({"name": "S", "description": "Old"}, {"name": "S", "description": ""}),
        ({"name": "Gold"}, {"name": "VIP"}),
    ]


def test_a_hazard_says_whether_it_is_permitted() -> None:
    change = RemoveSection(section="Leads")
    code = Permission.REMOVES_SECTION

    document = read_document(
        plan_text(a_plan(change, hazards=[a_hazard(change, code=code)], permissions=[code])),
        "plan",
    )

    assert document["hazards"] == [
        {
            "code": "removes-section",
            "permission": "removes-section",
            "permitted": True,
            "changes": ["remove-section/Leads"],
            "message": "every value in every contact is lost",
            "hint": None,
        }
    ]
    assert document["permissions"] == ["removes-section"]


def test_an_argument_that_is_no_json_is_a_mistake_of_ours() -> None:
    broken = a_plan(calls=[a_call(arguments={"when": object()})])  # type: ignore[dict-item]

    with pytest.raises(TypeError, match="object is not a JSON type"):
        plan_text(broken)


def test_the_digest_is_over_all_else_and_can_be_checked_without_us() -> None:
    document = read_document(plan_text(every_plan()), "plan")
    digest = document.pop("digest")

    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert digest == plan_digest(every_plan()) == hashlib.sha256(text.encode()).hexdigest()
    assert digest != plan_digest(small_plan())
