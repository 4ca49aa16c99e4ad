"""safety/applied.py: a saved plan is applied once."""

from __future__ import annotations

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.errors import RefusedError
from schemactl.model.change import AddField, AddTag, Change, MoveField, RemoveField
from schemactl.model.difference import Difference
from schemactl.model.plan import Permission, Plan
from schemactl.model.schema import Schema
from schemactl.planner import PlanContext, make_plan
from schemactl.safety.applied import refuse_changed_since
from tests.builders import MADE, a_field, a_schema, a_section

BEFORE = a_schema(a_section("S", a_field("Old")), a_section("T", a_field("There")))


def plan_of(*changes: Change) -> Plan:
    return make_plan(
        Difference(changes=changes),
        live=LiveState(schema=BEFORE),
        dialect=LegacyDialect(tag_carrier=7),
        context=PlanContext(made=MADE, account="demo", permissions=frozenset(Permission)),
    )


ADDED = AddField(section="S", after=a_field("New"))
REMOVED = RemoveField(section="S", before=a_field("Old"), explicit=True)
TAGGED = AddTag(tag="VIP")
MOVED = MoveField(section="S", source="T", before=a_field("There"), after=a_field("There"))


def account(*names: str, tags: tuple[str, ...] = ("VIP",)) -> Schema:
    return a_schema(
        a_section("S", *map(a_field, names)), a_section("T", a_field("There")), tags=tags
    )


def refusal(plan: Plan, live: Schema) -> str:
    with pytest.raises(RefusedError, match="already applied by the run r1") as refused:
        refuse_changed_since(plan, live, applied_by="r1")
    return str(refused.value)


def test_an_account_that_still_has_all_that_the_plan_made_is_left_alone() -> None:
    plan = plan_of(ADDED, REMOVED, TAGGED, MOVED)
    assert [step.change for step in plan.manual_steps] == [MOVED.id]
    refuse_changed_since(plan, account("New"), applied_by="r1")


@pytest.mark.parametrize(
    ("live", "name"),
    [
        (account(), "S / New"),
        (account("New", "Old"), "S / Old"),
        (account("New", tags=()), "tag VIP"),
    ],
)
def test_what_somebody_undid_since_is_named_alone(live: Schema, name: str) -> None:
    message = refusal(plan_of(ADDED, REMOVED, TAGGED, MOVED), live)
    assert f'the account has changed since: "{name}"; nothing was changed' in message


@pytest.mark.parametrize(("count", "end"), [(10, '"S / F9"; '), (11, '"S / F9" and 1 more; ')])
def test_at_most_ten_objects_are_named(count: int, end: str) -> None:
    added = [AddField(section="S", after=a_field(f"F{number}")) for number in range(count)]
    assert end in refusal(plan_of(*added), account("Old"))
