"""Applies of several machines that share a state store over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest

from schemactl.account.limiting import ALLOTMENTS
from schemactl.account.shared_state import LEASES
from schemactl.drift.undo import Undoing
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import (
    AccountError,
    JournalError,
    LockedError,
    RefusedError,
    SchemactlError,
)
from schemactl.model.event import CallStarted, Event, RequestSent
from schemactl.model.run import Run, RunStatus
from schemactl.pipeline import (
    drift_account,
    plan_account,
    plan_against,
    read_journals,
    snapshot_account,
)
from schemactl.store.base_file import read_base
from schemactl.store.plan import plan_text
from schemactl.store.state.address import StateAddress
from schemactl.store.state.allotment_document import read_shares
from schemactl.store.state.interface import StateFile, StateStore
from schemactl.store.state.objects import ObjectState
from schemactl.store.state.opening import _opened
from tests.contract.live import ALL_PERMISSIONS, Bench, a_bench
from tests.shared_state import Fault, S3Server, Sent
from tests.vault import backups_in

pytestmark = pytest.mark.group("s3")
"""One server for all of them: it takes a second to start."""
ACCOUNT = "add-section S\nadd-field S Gone text\nadd-field S Keep text"
STEP = 7
"""After how many more requests the store fails each time.

Each apply that fails leaves a journal that the next one reads: with 1, none would end.
"""
FILES = """\
version: 1
sections: [{name: S, fields: [{name: New, type: text}, {name: Keep, type: text}]}]
removed: {fields: [{section: S, name: Gone}]}
"""


@pytest.fixture(params=["legacy", "rest"])
def bench(
    request: pytest.FixtureRequest, objects: ObjectState, address: StateAddress, tmp_path: Path
) -> Iterator[Bench]:
    """A project with a shared state; `objects` sets the environment."""
    folder = tmp_path / "one"
    folder.mkdir()
    server, backend = EmulatorServer(), request.param
    with a_bench(folder, server, backend=backend, state=str(address)) as bench:
        server.edit(ACCOUNT)
        bench.write(FILES)
        environ = {**bench.target.host.environ, "AWS_ENDPOINT_URL": objects.endpoint}
        environ["AWS_ACCESS_KEY_ID"] = "set"
        host = replace(bench.target.host, environ=environ)
        yield replace(bench, target=replace(bench.target, host=host))


def fields_of(bench: Bench) -> set[str]:
    sections = (each for each in bench.snapshot().sections if each.name == "S")
    return {field.name for section in sections for field in section.fields}


def with_uptime(bench: Bench, seconds: list[float]) -> Bench:
    host = replace(bench.target.host, uptime=lambda: seconds[0])
    return replace(bench, target=replace(bench.target, host=host))


def lease_of(state: StateStore) -> StateFile:
    (name,) = state.names((LEASES,))
    return StateFile.at(state, (LEASES, name))


def test_what_one_machine_applied_is_known_on_every_other(bench: Bench, tmp_path: Path) -> None:
    bench.server.edit("add-contact Gone=gold")
    assert bench.run().status is RunStatus.COMPLETED
    other = bench.elsewhere(tmp_path / "two")
    assert not other.plan().calls
    assert not drift_account(other.target).items
    (run,) = read_journals([other.target])
    undoing = Undoing(run=run.id, overwrites=False)
    undo = plan_account(other.target, permissions=ALL_PERMISSIONS, undoing=undoing).plan
    (backup,) = backups_in(other.target.vault_folder)
    assert [part.held for part in backup.parts] == [1]
    file = tmp_path / "undo.json"
    file.write_text(plan_text(undo), encoding="utf-8")
    assert other.apply(plan_file=file).run is not None
    assert fields_of(bench) == {"Gone", "Keep"}
    assert not [*bench.folder.glob(".schemactl/*"), *other.folder.glob(".schemactl/*")]


def test_the_base_in_a_store_is_compared_with_no_commit(bench: Bench) -> None:
    bench.run()
    planned = plan_account(bench.target, permissions=frozenset(), base_from="main")
    assert not planned.plan.notices


def test_a_plan_against_a_snapshot_asks_no_store(
    bench: Bench, s3: S3Server, tmp_path: Path
) -> None:
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(snapshot_account(bench.target), encoding="utf-8")
    sent = len(s3.sent)
    assert plan_against(bench.target, snapshot, permissions=frozenset()).plan.changes
    assert len(s3.sent) == sent


def test_two_machines_apply_one_after_the_other(bench: Bench, tmp_path: Path) -> None:
    other = bench.elsewhere(tmp_path / "two")
    refusals: list[str] = []

    def try_meanwhile(event: Event) -> None:
        if isinstance(event, CallStarted):
            with pytest.raises(LockedError) as refusal:
                other.apply()
            refusals.append(str(refusal.value))

    assert bench.listening(try_meanwhile).run().status is RunStatus.COMPLETED
    assert refusals
    assert all("another apply works on this account" in words for words in refusals)
    assert other.run().status is RunStatus.NOTHING_TO_DO


def test_whoever_lost_the_lease_sends_nothing_more_and_writes_no_base(
    bench: Bench, objects: ObjectState
) -> None:
    started: list[int] = []
    uptime = [1000.0]

    def lose(event: Event) -> None:
        if isinstance(event, CallStarted):
            started.append(event.call.number)
            file = lease_of(objects)
            text = (file.find(max_bytes=10_000) or b"").decode()
            file.write(text.replace('"token": "', '"token": "other-'))
            uptime[0] += 1000.0

    before = fields_of(bench)
    with pytest.raises(JournalError, match="another apply has taken over the lease"):
        with_uptime(bench.listening(lose), uptime).run()
    assert len(started) == 1
    assert fields_of(bench) == before
    assert read_base(bench.target.base_file) is None


def test_a_pause_between_the_check_and_the_call_is_noticed(bench: Bench) -> None:
    """The read of a guard takes longer than the lease lasts: what it guards is not sent."""
    uptime = [1000.0]
    slept: list[int] = []

    def fall_asleep(event: Event) -> None:
        if isinstance(event, CallStarted) and "Gone" in repr(event.call.arguments):
            slept.append(event.call.number)
        elif isinstance(event, RequestSent) and slept:
            uptime[0] += 1000.0

    sleepy = with_uptime(bench.listening(fall_asleep), uptime)
    bench.write(FILES.replace("{name: New, type: text}, ", ""))
    run = sleepy.run()
    assert slept
    assert run.status is RunStatus.STOPPED
    assert "was not renewed" in run.reason
    assert "Gone" in fields_of(bench)
    assert bench.run().status is RunStatus.COMPLETED
    assert fields_of(bench) == {"Keep"}


def rate_puts(sent: Sent) -> bool:
    return sent.method == "PUT" and "/rate/" in sent.path


def limited(bench: Bench) -> Bench:
    return bench.with_account(replace(bench.target.account, calls_per_minute=180))


def test_machines_count_the_calls_of_a_minute_together(
    bench: Bench, s3: S3Server, objects: ObjectState, tmp_path: Path
) -> None:
    other = limited(bench.elsewhere(tmp_path / "two"))
    before = len(s3.sent)
    assert limited(bench).run().status is RunStatus.COMPLETED
    other.plan()
    calls = sum(isinstance(event, RequestSent) for event in bench.events)
    (name,) = objects.names((ALLOTMENTS,))
    shares, _ = read_shares(StateFile.at(objects, (ALLOTMENTS, name)))
    assert sum(share.calls for share in shares) == calls
    assert len({share.owner for share in shares}) >= 2
    assert not any(share.is_active for share in shares)
    writes = [sent for sent in s3.sent[before:] if rate_puts(sent)]
    assert len(writes) <= 2 * len({share.owner for share in shares}) + calls // 30
    with s3.failing(
        lambda sent: Fault(status=HTTPStatus.FORBIDDEN) if rate_puts(sent) else None
    ):
        other.plan()


def journal_puts(sent: Sent) -> bool:
    return sent.method == "PUT" and "/journal/" in sent.path


def test_an_apply_stops_where_its_journal_cannot_be_written_and_the_next_goes_on(
    bench: Bench, s3: S3Server
) -> None:
    """At each line of the journal: what is not written is not sent, and nothing is lost."""
    first = bench.snapshot()
    for allowed in range(1, 30):
        left = [allowed]

        def fault(
            sent: Sent, left: list[int] = left, *, is_done: bool = bool(allowed % 2)
        ) -> Fault | None:
            if not journal_puts(sent):
                return None
            left[0] -= 1
            if left[0] >= 0:
                return None
            # What was not answered may have been written all the same.
            return Fault(status=HTTPStatus.FORBIDDEN, is_done=is_done)

        with s3.failing(fault):
            try:
                run: Run | None = bench.apply().run
            except JournalError:
                assert bench.snapshot() == first
                run = None
        if run is not None and run.status in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}:
            break
        assert run is None or "journal" in run.reason
        first = bench.snapshot()
    else:
        pytest.fail("it never came to its end")
    assert bench.run().status is RunStatus.NOTHING_TO_DO
    assert fields_of(bench) == {"New", "Keep"}


def test_whatever_request_to_the_store_fails_is_reported_and_nothing_is_lost(
    bench: Bench, s3: S3Server
) -> None:
    """From some request on the store refuses everything: no other error, no lost change."""
    for allowed in range(1, 200, STEP):
        left = [allowed]

        def fault(sent: Sent, left: list[int] = left) -> Fault | None:
            del sent
            left[0] -= 1
            return Fault(status=HTTPStatus.FORBIDDEN) if left[0] < 0 else None

        _opened.cache_clear()
        with s3.failing(fault), suppress(SchemactlError):
            run = bench.apply().run
            if run is not None and run.status in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}:
                break
        end_leases(bench)
    else:
        pytest.fail("it never came to its end")
    assert fields_of(bench) == {"New", "Keep"}
    assert not bench.plan().calls


def end_leases(bench: Bench) -> None:
    """Release what an apply could not: nobody waits for its lease to expire."""
    state = bench.target.state
    for name in state.names((LEASES,)):
        state.delete((LEASES, name))


def test_an_apply_over_a_store_without_conditions_is_refused_before_anything(
    bench: Bench, s3: S3Server
) -> None:
    first = bench.snapshot()
    with (
        s3.failing(lambda _: Fault(without=("HTTP_IF_NONE_MATCH",))),
        pytest.raises(RefusedError, match="cannot be used"),
    ):
        bench.apply()
    assert bench.snapshot() == first


def test_a_store_that_does_not_answer_is_reported_and_nothing_is_changed(
    bench: Bench, s3: S3Server
) -> None:
    first = bench.snapshot()
    with (
        s3.failing(lambda _: Fault(status=HTTPStatus.FORBIDDEN)),
        pytest.raises(AccountError, match="the state store cannot be used"),
    ):
        bench.apply()
    assert bench.snapshot() == first


@pytest.mark.parametrize("name", ["run 1.jsonl", "20260101T000000Z-a.jsonl"])
def test_what_somebody_put_into_the_store_is_refused(
    bench: Bench, objects: ObjectState, name: str
) -> None:
    objects.write(("journal", "live", name), b"{}\n{}\n")
    with pytest.raises(JournalError):
        bench.plan()
