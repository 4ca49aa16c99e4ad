"""executor: what one apply is asked to do, and the journals that it leaves."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from schemactl.account.interface import LiveState
from schemactl.apply import ApplyRequest, execute
from schemactl.apply.recovery import PreviousRuns, recover_runs
from schemactl.diff import diff_schemas
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.desired import Desired
from schemactl.model.event import CallStarted, Event
from schemactl.model.plan import Permission, Plan
from schemactl.model.run import Run, RunStatus
from schemactl.model.schema import Schema
from schemactl.planner import PlanContext, make_plan
from schemactl.store.journal.files import recorded_runs
from schemactl.store.journal.history import History, Scope
from schemactl.store.state.local import local_folder
from tests.builders import MADE, a_desired, a_desired_section, a_field, a_schema, a_section
from tests.fake_backend import FakeBackend
from tests.killing import KilledError
from tests.unit.apply.test_execution import FakeHost

LIVE = a_schema(a_section("S", a_field("Old")))
DESIRED = a_desired(
    a_desired_section("S", a_field("New")), tags=["VIP"], removed_fields=[("S", "Old")]
)
TOKENS = count()
# Calls: 1 edit_section S, 2 add_tag, 3 remove_tag, 4 remove_field.


def plan_for(desired: Desired = DESIRED, live: Schema = LIVE) -> Plan:
    return make_plan(
        diff_schemas(desired=desired, live=live),
        live=LiveState(schema=live),
        dialect=FakeBackend(live).dialect,
        context=PlanContext(made=MADE, account="demo", permissions=frozenset(Permission)),
    )


def carried_out(
    folder: Path, backend: FakeBackend, earlier: PreviousRuns, *, dies_at: str = ""
) -> Run:
    fake = FakeHost()

    def listen(event: Event) -> None:
        if isinstance(event, CallStarted) and event.call.request == dies_at:
            raise KilledError

    backend.record.clear()
    plan = plan_for(live=backend.schema)
    return execute(
        ApplyRequest(
            plan=plan,
            digest="d" * 64,
            address="http://a/",
            earlier=earlier,
            cleanups=earlier.history.pending,
        ),
        folder=local_folder(folder),
        backend=backend,
        live=LiveState(schema=backend.schema),
        host=replace(fake.host, listener=listen, token=lambda: f"{next(TOKENS)}"),
    ).run


def history_of(*folders: Path) -> History:
    found = [(run, one) for one in map(local_folder, folders) for run in recorded_runs(one)]
    return History.of(
        found,
        Scope(
            account="demo",
            identity=AccountIdentity(address="http://a/"),
            backend="legacy",
            tag_carrier=7,
        ),
    )


def list_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*")) if folder.exists() else []


def killed(folder: Path) -> FakeBackend:
    """Return an account whose apply was cut off with a tag still on its carrier."""
    backend = FakeBackend(LIVE)
    with pytest.raises(KilledError):
        carried_out(folder, backend, PreviousRuns(), dies_at="remove_tag")
    return backend


def test_the_plan_is_the_one_that_these_tests_are_about() -> None:
    assert [call.request for call in plan_for().calls] == [
        *("edit_section", "add_tag", "remove_tag", "remove_field")
    ]


@pytest.mark.parametrize(
    ("done", "left", "started"),
    [
        ((), 4, set()),
        ((1,), 3, {"add-field/S/New"}),
        ((1, 2, 3), 1, {"add-field/S/New", "add-tag/VIP"}),
        ((1, 2, 3, 4), 0, {"add-field/S/New", "add-tag/VIP", "remove-field/S/Old"}),
    ],
)
def test_an_order_counts_what_is_left_and_knows_what_was_begun(
    done: tuple[int, ...], left: int, started: set[str]
) -> None:
    order = ApplyRequest(plan=plan_for(), digest="", address="http://a/", done=frozenset(done))
    assert (order.calls_left, order.makes_calls) == (left, left > 0)
    assert order.started == started


def test_without_calls_and_without_an_open_run_no_journal_is_made(tmp_path: Path) -> None:
    backend = FakeBackend(a_schema())
    order = ApplyRequest(
        plan=plan_for(a_desired(removed_tags=["x"]), a_schema(tags=["x"])),
        digest="",
        address="http://a/",
    )
    run = execute(
        order,
        folder=local_folder(tmp_path / "journal"),
        backend=backend,
        live=LiveState(schema=backend.schema),
        host=FakeHost().host,
    ).run
    assert run.status is RunStatus.NOTHING_TO_DO
    assert list_of(tmp_path / "journal") == []


def test_what_a_cut_off_run_left_open_is_paid_and_closed_once(tmp_path: Path) -> None:
    backend = killed(tmp_path)
    earlier = recover_runs(history_of(tmp_path), backend, FakeHost().host)
    assert [cleanup.tags for cleanup in earlier.history.pending] == [("VIP",)]
    run = carried_out(tmp_path, backend, earlier)
    assert run.status is RunStatus.COMPLETED
    runs = recorded_runs(local_folder(tmp_path))
    assert len(runs) == 2
    assert runs[1].resumes == runs[0].id
    assert history_of(tmp_path).interrupted is None
    assert history_of(tmp_path).pending == ()


def test_a_run_taken_up_in_another_folder_is_closed_in_its_own_too(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    backend = killed(there)
    earlier = recover_runs(history_of(here, there), backend, FakeHost().host)
    assert earlier.resumes is not None
    assert earlier.history.folder_of(earlier.resumes) == local_folder(there)
    carried_out(here, backend, earlier)
    for folder, journals in ((here, 1), (there, 2)):
        history = history_of(folder)
        assert (len(history.runs), history.interrupted) == (journals, None)
    assert history_of(there).pending == ()


def test_an_open_run_is_closed_where_nothing_is_left_to_do(tmp_path: Path) -> None:
    backend = FakeBackend(LIVE)
    with pytest.raises(KilledError):
        carried_out(tmp_path, backend, PreviousRuns(), dies_at="edit_section")
    earlier = recover_runs(history_of(tmp_path), backend, FakeHost().host)
    order = ApplyRequest(
        plan=plan_for(a_desired(), LIVE), digest="", address="http://a/", earlier=earlier
    )
    run = execute(
        order,
        folder=local_folder(tmp_path),
        backend=backend,
        live=LiveState(schema=backend.schema),
        host=FakeHost().host,
    ).run
    assert (run.status, run.calls_made) == (RunStatus.NOTHING_TO_DO, 0)
    assert history_of(tmp_path).interrupted is None


def an_order(done: set[int]) -> ApplyRequest:
    """Order a plan of which the calls in `done` were made."""
    return ApplyRequest(
        plan=plan_for(),
        digest="d" * 64,
        address="http://a/",
        done=frozenset(done),
    )


def test_what_was_begun_and_what_was_removed_follow_from_the_calls_made() -> None:
    serves = [frozenset(call.serves) for call in plan_for().calls]
    assert an_order({1, 2}).started == serves[0] | serves[1]
    assert an_order({1, 2}).removed == frozenset()
    assert an_order({1, 4}).removed == serves[3]
