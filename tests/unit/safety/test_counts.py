"""Counts of a plan: what is asked, how it reads, and what a saved plan may still destroy."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schemactl.errors import PlanFileError
from schemactl.model.change import ChangeOptions, RemoveField, RemoveTag
from schemactl.model.count import (
    Answers,
    Contradicting,
    Count,
    Counted,
    CountKey,
    CountSubject,
    NotCounted,
    NotCountedReason,
    ValueCount,
)
from schemactl.model.plan import Plan
from schemactl.project import SafetyRules
from schemactl.safety import (
    MoreHeldError,
    refuse_altered_hazards,
    with_counts,
    with_current_counts,
    with_hazards,
)
from schemactl.values import replace
from tests.builders import a_call, a_field, a_plan

FAX = RemoveField(section="Sales", before=a_field("Fax 2"), explicit=True)
AMOUNT = RemoveField(section="Sales", before=a_field("Amount", "price"), explicit=True)
STATUS = ChangeOptions(
    section="Sales",
    before=a_field("Status", "tdrop", options=("New", "Won", "Lost")),
    after=a_field("Status", "tdrop", options=("New",)),
    removed=("Won", "Lost"),
)
TAG = RemoveTag(tag="VIP")
REFUSED = NotCounted(why=NotCountedReason.REFUSED)


def counted_plan(backend: str = "rest", **counts: Count) -> Plan:
    """Return a plan that removes one of each, with counts by their names in this module."""
    changes = (FAX, AMOUNT, STATUS, TAG)
    calls = tuple(
        a_call(number, "delete_field", {}, serves=(change.id,))
        for number, change in enumerate(changes, start=1)
    )
    plan = replace(a_plan(*changes, calls=calls), backend=backend)
    by_key: Mapping[CountKey, Count] = {
        CountKey(FAX.id, CountSubject.FIELD): counts.get("fax", REFUSED),
        CountKey(AMOUNT.id, CountSubject.FIELD): counts.get("amount", REFUSED),
        CountKey(STATUS.id, CountSubject.OPTION, "Won"): counts.get("won", REFUSED),
        CountKey(STATUS.id, CountSubject.OPTION, "Lost"): counts.get("lost", REFUSED),
        CountKey(TAG.id, CountSubject.TAG): counts.get("tag", REFUSED),
    }
    asked = with_counts(
        plan, lambda asked: Answers(counts=tuple(by_key[one.key] for one in asked))
    )
    return with_hazards(asked, rules=SafetyRules(), managed_count=100)


def message(change: str, plan: Plan) -> str:
    (found,) = (hazard.message for hazard in plan.hazards if hazard.changes == (change,))
    return found


EVERYBODY = 'the values of "Sales / Fax 2" in every contact are destroyed permanently'
UNCOUNTED = "not counted: the key may not search, or the server cannot answer"
CONTRADICTION = "two ways of counting contradict each other: 3 and 5 of 9 contacts"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Counted(held=214, total=2140), "holds values in 214 of 2,140 contacts: they are"),
        (Counted(held=0, total=2140), "is removed permanently: no contact holds a value"),
        (REFUSED, f"{EVERYBODY}; {UNCOUNTED}"),
        (Contradicting(held=3, other=5, total=9), f"{EVERYBODY}; {CONTRADICTION}"),
    ],
)
def test_a_hazard_says_how_many_hold_a_value(count: Count, words: str) -> None:
    assert words in message(FAX.id, counted_plan(fax=count))


@pytest.mark.parametrize(("backend", "other"), [("rest", " other than 0"), ("legacy", "")])
def test_a_zero_counts_as_the_api_can_tell(backend: str, other: str) -> None:
    plan = counted_plan(backend, amount=Counted(held=2, total=9))

    assert f"holds values{other} in 2 of 9 contacts" in message(AMOUNT.id, plan)


def test_each_option_has_its_number() -> None:
    plan = counted_plan(won=Counted(held=5, total=9), lost=Counted(held=0, total=9))

    expected = '"Sales / Status" loses the options "Won" from 5 of 9 contacts'
    assert message(STATUS.id, plan) == f'{expected} and "Lost" from no contact'


def test_a_plan_with_counts_of_something_else_is_refused() -> None:
    plan = counted_plan(fax=Counted(held=1, total=2))
    refuse_altered_hazards(plan)

    with pytest.raises(PlanFileError, match="contradicts itself"):
        refuse_altered_hazards(replace(plan, counts=plan.counts[1:]))


def test_more_than_all_records_is_no_count() -> None:
    plan = counted_plan(fax=Counted(held=3, total=2))

    with pytest.raises(PlanFileError, match="its counts are not"):
        refuse_altered_hazards(plan)


def fax_of(plan: Plan) -> Count:
    (found,) = (one.count for one in plan.counts if one.key.change == FAX.id)
    return found


@pytest.mark.parametrize("now", [Counted(held=5, total=9), REFUSED])
def test_a_saved_plan_is_refused_where_more_is_held_or_nobody_knows(now: Count) -> None:
    saved = counted_plan(fax=Counted(held=4, total=9))

    with pytest.raises(MoreHeldError, match='hold a value in "Sales / Fax 2"'):
        with_current_counts(saved, counted_plan(fax=now))


@pytest.mark.parametrize("held", [4, 3, 0])
def test_what_was_reviewed_stays_where_no_more_is_held(held: int) -> None:
    saved = counted_plan(fax=Counted(held=4, total=9))

    current = with_current_counts(saved, counted_plan(fax=Counted(held=held, total=9)))

    assert fax_of(current) == Counted(held=4, total=9)


def test_what_was_not_counted_then_is_shown_as_counted_now() -> None:
    now = Counted(held=7, total=9)

    assert fax_of(with_current_counts(counted_plan(), counted_plan(fax=now))) == now


def test_a_saved_plan_cannot_say_that_it_need_not_be_counted_again() -> None:
    saved = counted_plan(fax=Counted(held=4, total=9, by_reading=True))

    current = with_current_counts(saved, counted_plan(fax=Counted(held=4, total=9)))

    assert fax_of(current) == Counted(held=4, total=9)


def test_no_count_by_choice_needs_no_number() -> None:
    saved = counted_plan(fax=Counted(held=4, total=9))
    disabled = NotCounted(why=NotCountedReason.DISABLED)

    assert fax_of(with_current_counts(saved, counted_plan(fax=disabled))) == disabled


def test_the_counts_of_a_plan_without_any_are_those_of_now() -> None:
    now = counted_plan(fax=Counted(held=7, total=9))

    assert with_current_counts(replace(now, counts=()), now).counts == now.counts
    assert {type(one) for one in now.counts} == {ValueCount}
