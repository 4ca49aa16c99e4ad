"""executor.guard: what speaks against a destroying call, by a read made right before it."""

from __future__ import annotations

import pytest

from schemactl.account.interface import LiveState
from schemactl.apply.guard import PlanGuards
from schemactl.model.change import Change, RemoveField, RemoveSection
from schemactl.model.live_index import LiveIndex
from schemactl.model.object_state import PreconditionKind, observe
from schemactl.model.plan import Plan, Precondition
from schemactl.model.schema import Field, Schema
from tests.builders import a_call, a_field, a_plan, a_schema, a_section

OLD = RemoveField(section="S", before=a_field("Old"), explicit=True)
SECTION = RemoveSection(section="S")
KEPT = a_section("T", a_field("Kept"))
REVIEWED = a_schema(a_section("S", a_field("Old")), KEPT)


def seen(
    kind: PreconditionKind, *path: str, by: Change, live: Schema = REVIEWED
) -> Precondition:
    state = observe(kind, path, LiveIndex(live))
    return Precondition(kind=kind, path=path, live=state, desired=None, serves=(by.id,))


def plan_of(request: str, change: Change, *states: Precondition) -> Plan:
    call = a_call(1, request, {}, serves=[change.id])
    return a_plan(change, calls=[call], seen=states)


FIELD = plan_of("remove_field", OLD, seen(PreconditionKind.FIELD, "S", "Old", by=OLD))
EMPTIED = a_schema(a_section("S"), KEPT)
WHOLE = plan_of(
    "remove_section", SECTION, seen(PreconditionKind.SECTION, "S", by=SECTION, live=EMPTIED)
)


def objection(plan: Plan, *sections: tuple[str, tuple[Field, ...]]) -> str:
    live = a_schema(*(a_section(name, *fields) for name, fields in sections))
    guard = PlanGuards(plan).of(plan.calls[0], own=frozenset())
    why = guard.objection(LiveState(schema=live))
    assert (why, guard.seen) == (guard.why, LiveState(schema=live))
    return why


def test_nothing_speaks_against_a_removal_from_an_account_as_it_was_reviewed() -> None:
    assert not objection(FIELD, ("S", (a_field("Old"),)), ("T", (a_field("Kept"),)))


def test_what_somebody_else_made_of_the_field_speaks_against_its_removal() -> None:
    why = objection(FIELD, ("S", (a_field("Old", "longtext"),)))
    assert why == "somebody else changed S / Old since the plan was reviewed"


def test_changes_elsewhere_and_what_is_gone_already_speak_against_nothing() -> None:
    assert not objection(FIELD, ("S", (a_field("Old"),)), ("T", (a_field("New"),)))
    assert not objection(FIELD, ("T", ()))


@pytest.mark.parametrize("name", ["Brand New", "Old"])
def test_a_field_in_a_section_speaks_against_its_removal_whoever_made_it(name: str) -> None:
    why = objection(WHOLE, ("S", (a_field(name),)), ("T", (a_field("Kept"),)))
    assert why == f"somebody else changed S / {name} since the plan was reviewed"


def test_fields_of_other_sections_speak_against_no_removal_of_a_section() -> None:
    assert not objection(WHOLE, ("S", ()), ("T", (a_field("Kept"), a_field("More"))))


def test_a_section_that_another_call_removes_does_not_concern_this_one() -> None:
    field = plan_of("remove_field", OLD, seen(PreconditionKind.FIELD, "S", "Old", by=OLD))
    both = a_plan(OLD, SECTION, calls=field.calls, seen=field.seen)
    assert not objection(both, ("S", (a_field("Old"), a_field("Other"))))


def test_a_call_that_only_adds_needs_no_precondition() -> None:
    adding = plan_of("add_section", OLD, seen(PreconditionKind.FIELD, "S", "Old", by=OLD))
    assert not objection(adding, ("S", (a_field("Old", "longtext"),)))
