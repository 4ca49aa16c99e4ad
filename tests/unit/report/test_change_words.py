"""report/changes.py: one wording of each kind of change."""

from __future__ import annotations

import pytest

from schemactl.model.change import (
    AddField,
    AddSection,
    Change,
    ChangeDescription,
    ChangeSettings,
    ChangeType,
    RemoveTag,
    RenameTag,
)
from schemactl.model.plan import Permission
from schemactl.report.changes import Sign, describe_action, describe_change, group_of
from schemactl.report.plan_index import PlanIndex
from schemactl.report.text.lines import plain_text
from schemactl.report.text.plan import plan_text
from tests.builders import a_field, a_hazard, a_plan
from tests.unit.report.samples import every_plan


def test_every_kind_of_change_can_be_named_inside_a_sentence() -> None:
    deeds = {change.kind: describe_action(change) for change in reversed(every_plan().changes)}

    assert deeds == {
        "add-section": "creating section Sales Pipeline",
        "rename-section": "renaming section Leads",
        "change-description": "changing section Sales Archive",
        "remove-section": "removing section Trade Show 2014",
        "add-field": "creating Sales Pipeline / Lead Status",
        "rename-field": "renaming Sales Archive / Next Call",
        "move-field": "moving Sales Archive / Date of Birth",
        "change-type": "changing Leads / Budget",
        "change-options": "changing Lead Information / Lead Source",
        "change-settings": "changing Sales Archive / Contract",
        "fill-field": "filling Sales Archive / Industry",
        "remove-field": 'removing Leads / "Website "',
        "resolve-duplicate": "telling apart Affiliate Data / Make Payment To",
        "add-object": "creating custom object Projects",
        "add-tag": "creating tag VIP",
        "rename-tag": "renaming tag Partner",
        "remove-tag": "removing tag old_leads",
    }


def test_only_tags_are_under_no_section() -> None:
    sections = {change.kind: group_of(change) for change in every_plan().changes}

    assert [kind for kind, section in sections.items() if section is None] == [
        "add-tag",
        "rename-tag",
        "remove-tag",
    ]


def test_what_needs_a_person_has_the_sign_for_it_whatever_it_is() -> None:
    plan = every_plan()
    index = PlanIndex(plan)
    by_hand = {step.change for step in plan.manual_steps}

    signs = {change.id: describe_change(change, index).sign for change in plan.changes}

    assert {change for change, sign in signs.items() if sign is Sign.BY_HAND} == by_hand
    assert signs["change-type/Leads/Budget"] is Sign.REPLACE
    assert signs["remove-section/Trade Show 2014"] is Sign.REMOVE


def words_of(change: Change) -> tuple[str, list[str]]:
    words = describe_change(change, PlanIndex(a_plan(change)))
    return words.what, [", ".join(detail.words) for detail in words.details]


def field(*, required: bool | None = None, unique: bool | None = None) -> AddField:
    return AddField(section="S", after=a_field("A", required=required, unique=unique))


@pytest.mark.parametrize(
    ("change", "what", "details"),
    [
        (field(), "text", []),
        (field(required=True, unique=True), "text", ["required", "unique"]),
        (field(required=False, unique=False), "text", []),
        (
            AddField(section="S", after=a_field("A", "tdrop", ["x", "y"], required=True)),
            "tdrop",
            ["x, y", "required"],
        ),
        (AddSection(section="S"), "new section", []),
        (AddSection(section="S", description=""), "new section", []),
        (
            AddSection(section="S", description='One\n"two"'),
            "new section",
            ['described as "One\\n\\"two\\""'],
        ),
        (
            ChangeDescription(section="S", before="Old", after="\x1b[2J"),
            "description",
            ['to "\\x1b[2J"'],
        ),
        (ChangeDescription(section="S", before="Old", after=""), "description", ["to none"]),
        (
            ChangeSettings(
                section="S",
                before=a_field("A", required=True, unique=False),
                after=a_field("A", required=False, unique=True),
            ),
            "settings",
            ["no longer required", "unique"],
        ),
        (
            ChangeSettings(
                section="S",
                before=a_field("A", required=False, unique=True),
                after=a_field("A", required=True),
            ),
            "settings",
            ["required"],
        ),
        (RenameTag(tag="VIP", was=" Gold"), "rename", ['from " Gold"']),
    ],
)
def test_new_kinds_of_change_have_a_short_description(
    change: Change, what: str, details: list[str]
) -> None:
    assert words_of(change) == (what, details)


def test_a_description_is_in_the_line_of_its_section() -> None:
    changes = (
        ChangeDescription(section="S", before="Old", after="New"),
        ChangeSettings(
            section="S",
            before=a_field("A", required=False),
            after=a_field("A", required=True),
        ),
    )
    lines = plain_text(plan_text(a_plan(*changes), width=80)).splitlines()
    assert [line.split() for line in lines[2:5]] == [
        ["~", "S", "description", "to", '"New"'],
        ["~", "A", "settings", "required"],
        [],
    ]


def test_a_type_changed_in_place_has_the_sign_of_a_change_and_destroys_nothing() -> None:
    widen = ChangeType(section="S", before=a_field("A"), after=a_field("A", "longtext"))
    plan = a_plan(widen, hazards=[a_hazard(widen, code=Permission.ONE_WAY_TYPE)])
    index = PlanIndex(plan)
    assert describe_change(widen, index).sign is Sign.CHANGE
    assert describe_change(widen, index).what == "type"
    assert index.losses() == ()
    assert "destroys" not in plain_text(plan_text(plan, width=80))


def test_a_deleted_tag_is_reported_among_what_is_destroyed() -> None:
    gone = RemoveTag(tag="VIP")
    plan = a_plan(gone, hazards=[a_hazard(gone, code=Permission.REMOVES_TAG, message="lost")])
    assert describe_change(gone, PlanIndex(plan)).sign is Sign.REMOVE
    assert "1 change destroys what contacts may hold" in plain_text(plan_text(plan, width=80))
