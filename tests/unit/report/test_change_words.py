"""report/change_words.py: one wording of each kind of change."""

from __future__ import annotations

from schemactl.report.change_words import Sign, deed_of, describe_change, section_of
from schemactl.report.plan_index import PlanIndex
from tests.unit.report.samples import every_plan


def test_every_kind_of_change_can_be_named_inside_a_sentence() -> None:
    deeds = {change.kind: deed_of(change) for change in reversed(every_plan().changes)}

    assert deeds == {
        "add-section": "making section Sales Pipeline",
        "rename-section": "renaming section Leads",
        "change-description": "changing section Sales Archive",
        "remove-section": "removing section Trade Show 2014",
        "add-field": "making Sales Pipeline / Lead Status",
        "rename-field": "renaming Sales Archive / Next Call",
        "move-field": "moving Sales Archive / Date of Birth",
        "change-type": "changing Leads / Budget",
        "change-options": "changing Lead Information / Lead Source",
        "change-settings": "changing Sales Archive / Contract",
        "remove-field": 'removing Leads / "Website "',
        "resolve-duplicate": "telling apart Affiliate Data / Make Payment To",
        "add-tag": "making tag VIP",
        "rename-tag": "renaming tag Partner",
        "remove-tag": "removing tag old_leads",
    }


def test_only_tags_stand_under_no_section() -> None:
    sections = {change.kind: section_of(change) for change in every_plan().changes}

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
