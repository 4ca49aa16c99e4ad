"""planner/value_calls: which values are backed up before which calls, and what that takes."""

from __future__ import annotations

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.apply.recovery import calls_made_earlier
from schemactl.model.change import Change, ChangeOptions, ChangeType, RemoveSection
from schemactl.model.count import (
    Count,
    Counted,
    CountKey,
    CountSubject,
    NotCounted,
    NotCountedReason,
    ValueCount,
)
from schemactl.model.difference import Difference
from schemactl.model.keep import KeepValues
from schemactl.model.plan import Call, Permission, Plan
from schemactl.model.recorded import RecordedCall, RecordedRun
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.value_call import back_up_of
from schemactl.model.value_work import ValueWork
from schemactl.planner import PlanContext, make_plan
from schemactl.planner.value_calls import count_value_requests, is_held_by_nobody
from schemactl.planner.verification import refuse_inconsistent
from schemactl.values import replace
from tests.builders import MADE, a_field, a_schema, a_section
from tests.unit.planner.test_planner import add, remove

DIALECT = LegacyDialect(tag_carrier=7)
STAGE = a_field("Stage", "tdrop", ["New", "Won"])
LIVE = a_schema(a_section("S", a_field("Fax"), a_field("Old", "price"), STAGE))
OPTIONS = ChangeOptions(section="S", before=STAGE, after=STAGE, removed=("Won",))
RETYPE = ChangeType(section="S", before=a_field("Old", "price"), after=a_field("Old", "check"))


def plan(*changes: Change, keep: KeepValues = KeepValues.REQUIRED) -> Plan:
    return make_plan(
        Difference(changes=changes),
        live=LiveState(schema=LIVE, calls=2),
        dialect=DIALECT,
        context=PlanContext(
            made=MADE,
            account="demo",
            permissions=frozenset(Permission),
            values=ValueWork(keep=keep),
        ),
    )


def words(made: Plan) -> list[str]:
    return [call.request for call in made.calls]


def counted(made: Plan, *counts: Count) -> Plan:
    keys = [CountKey(change.id, CountSubject.FIELD) for change in made.changes]
    pairs = zip(keys, counts, strict=True)
    return replace(made, counts=tuple(ValueCount(key=key, count=one) for key, one in pairs))


def test_one_backup_comes_before_all_that_destroys_values_of_an_object() -> None:
    made = plan(add("New"), OPTIONS, RETYPE, remove("Fax"))

    assert words(made) == [
        "edit_section",
        "back_up_values",
        "remove_dropdown",
        "remove_field",
        "edit_section",
        "remove_field",
    ]
    backup = made.calls[1]
    assert backup.needs == ()
    assert all(2 in call.needs for call in made.calls[2:])
    assert [(one.name, one.options) for one in back_up_of(backup).fields] == [
        ("Stage", ("Won",)),
        ("Old", ()),
        ("Fax", ()),
    ]
    refuse_inconsistent(made)


@pytest.mark.parametrize("changes", [(add("New"),), (RemoveSection(section="S"),)])
def test_nothing_is_backed_up_where_no_value_is_destroyed(
    changes: tuple[Change, ...],
) -> None:
    assert "back_up_values" not in words(plan(*changes))


def test_nothing_is_backed_up_where_the_project_says_never() -> None:
    assert words(plan(remove("Fax"), keep=KeepValues.NEVER)) == ["remove_field"]


def test_a_backup_takes_the_pages_of_all_records_and_none_if_nobody_holds_a_value() -> None:
    made = plan(remove("Fax"))
    (backup, _) = made.calls

    held = counted(made, Counted(held=3, total=1_200))
    assert count_value_requests(held, backup, DIALECT) == 5
    assert held.budget.calls == 2
    assert count_value_requests(counted(made, Counted(held=0, total=9)), backup, DIALECT) == 0
    unknown = counted(made, NotCounted(why=NotCountedReason.DISABLED))
    assert count_value_requests(unknown, backup, DIALECT) == 2


def test_what_was_counted_by_reading_is_read_again() -> None:
    made = counted(plan(remove("Fax")), Counted(held=0, total=9, by_reading=True))
    assert not is_held_by_nobody(made, made.calls[0])


def test_numbers_are_read_although_nobody_seems_to_hold_one() -> None:
    made = counted(plan(remove("Old", "price")), Counted(held=0, total=9))
    assert not is_held_by_nobody(made, made.calls[0])


def test_a_backup_of_an_earlier_run_protects_only_what_that_run_destroyed() -> None:
    made = plan(remove("Fax"), remove("Old"))
    backup, first, second = made.calls

    def done_after(*calls: Call) -> frozenset[int]:
        done = Outcome(status=OutcomeStatus.DONE)
        recorded = [
            RecordedCall(call=call, started_at="t", outcome=done)
            if call in calls
            else RecordedCall(call=call)
            for call in made.calls
        ]
        run = RecordedRun(
            id="r",
            account="demo",
            backend="legacy",
            started_at="t",
            plan="d",
            calls=tuple(recorded),
        )
        return calls_made_earlier(made, [run], LiveState(schema=LIVE), DIALECT)

    assert done_after(backup) == set()
    assert done_after(backup, first) == {2}
    assert done_after(backup, first, second) == {1, 2, 3}


def test_a_backup_with_other_arguments_is_refused() -> None:
    (backup, _) = plan(remove("Fax")).calls
    extra = replace(backup, arguments={**backup.arguments, "contact": "7"})
    with pytest.raises(ValueError, match="not those of a backup"):
        back_up_of(extra)
