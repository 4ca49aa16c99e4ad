"""report/budget.py: the limit of fields, where it is from, and who takes how much."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from schemactl.model.change import AddTag
from schemactl.model.field_limits import AppliedLimit, FieldLimit, FieldUse
from schemactl.model.plan import Plan
from schemactl.report.budget import budget_notes
from schemactl.report.html.plan import plan_page
from schemactl.report.markdown.plan import plan_markdown
from schemactl.report.text.lines import plain_text
from schemactl.report.text.plan import plan_text
from tests.builders import a_budget, a_plan


def text_of(plan: Plan, *, width: int = 80, verbose: bool = False) -> str:
    return plain_text(plan_text(plan, width=width, verbose=verbose))


def test_a_stated_limit_is_shown_in_its_own_unit_and_without_doubt() -> None:
    budget = a_budget(after=9128, fields=41, limit=FieldLimit.FIELDS_1600)
    plan = a_plan(AddTag(tag="VIP"), budget=budget)
    assert text_of(plan).endswith("\nfield budget 41 of 1,600 fields\n")


def test_each_object_is_shown_with_its_share_and_the_sum() -> None:
    pets = FieldUse(custom_object="Pets", field_bytes_after=84, fields_after=5)
    cars = FieldUse(custom_object="Cars", field_bytes_after=768, fields_after=2)
    of_contacts = a_budget(after=9128, fields=41, custom_objects=[pets, cars])
    text = text_of(a_plan(AddTag(tag="VIP"), budget=of_contacts), width=120)
    assert "in bytes: contacts 9,128, Pets 84 and Cars 768; 9,980 in all." in text
    stated = replace(
        of_contacts,
        field_limit=AppliedLimit(limit=FieldLimit.FIELDS_1600, stated=True),
    )
    text = text_of(a_plan(AddTag(tag="VIP"), budget=stated), width=120)
    assert "in fields: contacts 41, Pets 5 and Cars 2; 48 in all." in text


@pytest.mark.parametrize("limit", FieldLimit)
def test_a_full_report_says_from_where_and_since_when_the_limit_is_known(
    limit: FieldLimit,
) -> None:
    for stated, word in ((True, "as schemactl.yaml states"), (False, "assumed")):
        applied = AppliedLimit(limit=limit, stated=stated)
        plan = a_plan(AddTag(tag="VIP"), budget=replace(a_budget(), field_limit=applied))
        (note,) = budget_notes(plan.budget, full=True)
        assert f"Field limit {limit}, {word}; known from: vendor's page" in note
        assert "without a date" in note
        assert note in plan_markdown(plan).replace("\\", "")
        assert note in html.unescape(plan_page(plan, None))
        assert " ".join(text_of(plan, verbose=True).split()).count(note) == 1
