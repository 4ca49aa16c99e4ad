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
    budget = a_budget(after=9128, fields=1500, limit=FieldLimit.FIELDS_1600)
    (note,) = budget_notes(budget, full=False)
    assert "1,500 of 1,600 fields" in note
    assert "unknown" not in note


def test_an_assumed_limit_names_the_page_that_explains_it() -> None:
    (note,) = budget_notes(a_budget(after=39_000), full=False)
    assert "39,000 of 39,611 bytes" in note
    assert "explain maybe-exceeds-field-budget" in note


@pytest.mark.parametrize(("after", "is_shown"), [(35_649, False), (35_650, True)])
def test_the_limit_is_shown_from_ninety_percent_on(after: int, *, is_shown: bool) -> None:
    of_contacts = a_budget(after=after)
    pets = FieldUse(custom_object="Pets", field_bytes_after=after, fields_after=5)
    of_pets = a_budget(custom_objects=[pets])
    for budget in (of_contacts, of_pets):
        plan = a_plan(AddTag(tag="VIP"), budget=budget)
        assert ("of 39,611 bytes" in text_of(plan)) is is_shown
        assert ("of 39,611 bytes" in plan_markdown(plan)) is is_shown
        assert "of 39,611 bytes" in text_of(plan, verbose=True)
        assert "of 39,611 bytes" in plan_page(plan, None)


def test_each_object_is_shown_with_its_share_and_the_sum() -> None:
    pets = FieldUse(custom_object="Pets", field_bytes_after=84, fields_after=5)
    cars = FieldUse(custom_object="Cars", field_bytes_after=768, fields_after=2)
    of_contacts = a_budget(after=9128, fields=41, custom_objects=[pets, cars])
    text = text_of(a_plan(AddTag(tag="VIP"), budget=of_contacts), width=120, verbose=True)
    assert "in bytes: contacts 9,128, Pets 84 and Cars 768; 9,980 in all." in text
    stated = replace(
        of_contacts,
        field_limit=AppliedLimit(limit=FieldLimit.FIELDS_1600, stated=True),
    )
    text = text_of(a_plan(AddTag(tag="VIP"), budget=stated), width=120, verbose=True)
    assert "in fields: contacts 41, Pets 5 and Cars 2; 48 in all." in text


@pytest.mark.parametrize("limit", FieldLimit)
def test_a_full_report_says_from_where_and_since_when_the_limit_is_known(
    limit: FieldLimit,
) -> None:
    for stated, word in ((True, "as schemactl.yaml states"), (False, "assumed")):
        applied = AppliedLimit(limit=limit, stated=stated)
        plan = a_plan(AddTag(tag="VIP"), budget=replace(a_budget(), field_limit=applied))
        _, note = budget_notes(plan.budget, full=True)
        assert f"Field limit {limit}, {word}; known from: Ontraport's page" in note
        assert "without a date" in note
        assert note in html.unescape(plan_page(plan, None))
        assert " ".join(text_of(plan, verbose=True).split()).count(note) == 1
