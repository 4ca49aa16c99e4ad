"""A process that is stopped between the look at its lease and a write, and wakes up later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemactl.errors import JournalError, OutputError
from schemactl.host import Host
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.lease_times import LeaseTimes
from schemactl.model.recorded import RecordedRun
from schemactl.store.journal.files import file_of_run, oldest_first, recorded_runs
from schemactl.store.journal.finding import find_history
from schemactl.store.journal.history import History, Scope
from schemactl.store.journal.writing import JournalFile
from schemactl.store.rollout_file import (
    RolloutFileError,
    RolloutRecord,
    read_rollout,
    update_rollout,
)
from schemactl.store.state.interface import Name, StateFile, StateFolder, StateStore
from schemactl.store.state.lease import Lease, take_lease
from schemactl.store.state.lease_document import (
    HIGHEST_TO_OUTRANK,
    MAX_NUMBER,
    LeaseError,
    LeaseHolder,
)
from schemactl.store.state.leased import LeasedState
from schemactl.store.state.standing import (
    Standing,
    StoreStanding,
    read_standing,
    write_standing,
)
from schemactl.values import replace
from tests.builders import a_plan
from tests.memory_state import MemoryState, Mishap

TIMES = LeaseTimes(renew_s=1000.0)
BASE = ("base", "demo.json")
JOURNALS = ("journal", "demo")
SCOPE = Scope(
    account="demo",
    identity=AccountIdentity(address="https://a/", app_id="0123456789ab"),
    backend="legacy",
    tag_carrier=None,
)


class Machines:
    """Machines with one true time, whose clocks show it differently."""

    def __init__(self) -> None:
        self.store = MemoryState()
        self.now_s = 0.0

    def take(self, token: str, *, ahead_s: float = 0.0) -> tuple[Lease, LeasedState, Host]:
        """Take the lease as another machine does, once its holder has surely stopped."""
        host = Host(
            environ={},
            home=Path(),
            now=lambda: (
                datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=self.now_s + ahead_s)
            ),
            clock=lambda: self.now_s,
            sleep=self.sleep,
            token=lambda: token,
            uptime=lambda: self.now_s,
            lease_times=TIMES,
        )
        holder = LeaseHolder(
            token=token, account="demo", machine="m", process=1, since="2026-01-02T00:00:00Z"
        )
        file = StateFile.at(self.store, ("lease", "0a1b.json"))
        lease = take_lease(file, holder, wait_s=10_000, host=host)
        return lease, LeasedState(self.store, lease), host

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds

    def stop_at(self, name: Name, meanwhile: Callable[[], None]) -> None:
        """Do something right before the next write of a document is done."""

        def stop(word: str, asked: Name) -> Mishap | None:
            if asked == name and word != "find":
                self.store.mishap = lambda _, __: None
                meanwhile()
            return None

        self.store.mishap = stop


def start_run(store: StateStore, run_id: str, host: Host) -> JournalFile:
    file = file_of_run(StateFolder.at(store, JOURNALS), run_id)
    journal = JournalFile(file, now=host.now)
    journal.run_started(
        run_id, a_plan(), address="https://a/", digest="0b", app_id="0123456789ab"
    )
    return journal


def history_of(store: StateStore) -> History:
    return find_history(StateFolder.at(store, JOURNALS), (), SCOPE, environ={})


@pytest.mark.parametrize("is_read", [False, True], ids=["unread", "read"])
@pytest.mark.parametrize("is_there", [False, True], ids=["new", "old"])
def test_what_wakes_up_late_writes_over_nothing_of_the_next_holder(
    is_read: bool,  # noqa: FBT001 - a parameter of a test
    is_there: bool,  # noqa: FBT001
) -> None:
    machines = Machines()
    if is_there:
        machines.store.write(BASE, b"old")
    _, first, _ = machines.take("first")
    if is_read:
        first.find(BASE, max_bytes=10)

    def take_over() -> None:
        _, second, _ = machines.take("second")
        second.write(BASE, b"second")

    machines.stop_at(BASE, take_over)
    with pytest.raises(OSError, match=r"taken over|changed by somebody else"):
        first.write(BASE, b"first")
    with pytest.raises(OSError, match=r"taken over|not renewed"):
        first.write_private(BASE, b"first")
    found = machines.store.find(BASE, max_bytes=10)
    assert found is not None
    assert found.data == b"second"


def test_what_somebody_without_a_lease_wrote_is_written_over() -> None:
    machines = Machines()
    _, state, _ = machines.take("first")
    state.write(BASE, b"1")
    machines.store.write(BASE, b"usage")
    state.write(BASE, b"2")
    found = state.find(BASE, max_bytes=10)
    assert found is not None
    assert found.data == b"2"


def test_a_run_whose_start_came_late_is_not_taken_up() -> None:
    machines = Machines()
    _, first, first_host = machines.take("first")

    def take_over() -> None:
        # This one's clock is behind, so its run seems to be the older one.
        _, second, host = machines.take("second", ahead_s=-3600)
        journal = start_run(second, "20260101T230500Z-b", host)
        journal.scratch_removed("20260101T000000Z-x")

    machines.stop_at((*JOURNALS, "20260102T000000Z-a.jsonl"), take_over)
    journal = start_run(first, "20260102T000000Z-a", first_host)
    with pytest.raises(JournalError, match="cannot be written"):
        journal.scratch_removed("20260101T000000Z-x")
    history = history_of(machines.store)
    assert [(run.id[-1], run.lease) for run in history.runs] == [("a", 1), ("b", 2)]
    assert history.interrupted is not None
    assert history.interrupted.id.endswith("b")
    assert [run.id[-1] for run in history.forgettable] == ["a"]


def test_a_lease_that_counts_from_the_start_again_outranks_what_was_recorded() -> None:
    machines = Machines()
    for token in ("a", "b"):
        lease, state, host = machines.take(token)
        history_of(state)
        start_run(state, f"20260102T000000Z-{token}", host)
        lease.release()
    machines.store.delete(("lease", "0a1b.json"))
    lease, state, host = machines.take("c")
    assert lease.number == 1
    history_of(state)
    assert (lease.number, state.lease_number) == (3, 3)
    start_run(state, "20260101T000000Z-c", host)
    lease.release()
    assert machines.take("d")[0].number == 4
    assert [run.lease for run in recorded_runs(StateFolder.at(state, JOURNALS))] == [1, 2, 3]


def test_a_holder_that_was_overtaken_reads_no_journal() -> None:
    machines = Machines()
    _, first, _ = machines.take("first")
    _, second, host = machines.take("second")
    start_run(second, "20260102T000000Z-b", host)
    with pytest.raises(JournalError, match="taken over"):
        history_of(first)


def test_a_journal_with_a_number_that_no_apply_has_is_named_and_locks_nobody_out() -> None:
    machines = Machines()
    lease, state, host = machines.take("forger")
    lease.outrank(HIGHEST_TO_OUTRANK - 1)
    start_run(state, "20260102T000000Z-a", host)
    lease.release()
    # Whatever number comes next can be read again.
    for token in ("b", "c"):
        lease, state, host = machines.take(token)
        history_of(state)
        start_run(state, f"20260102T000000Z-{token}", host)
        lease.release()
    machines.store.delete(("lease", "0a1b.json"))
    _, state, _ = machines.take("d")
    with pytest.raises(JournalError, match=r"20260102T000000Z-c\.jsonl has the lease"):
        history_of(state)
    # To plan, no number is needed.
    assert len(history_of(machines.store).runs) == 3
    for token in ("b", "c"):
        machines.store.delete((*JOURNALS, f"20260102T000000Z-{token}.jsonl"))
    history_of(state)
    assert state.lease_number == HIGHEST_TO_OUTRANK + 1


def test_a_lease_after_which_no_number_comes_is_refused_and_not_taken() -> None:
    machines = Machines()
    lease, _, _ = machines.take("forger")
    lease.outrank(MAX_NUMBER - 1)
    lease.release()
    with pytest.raises(LeaseError, match="no next") as caught:
        machines.take("a")
    assert "delete it" in str(caught.value.hint)
    machines.store.delete(("lease", "0a1b.json"))
    assert machines.take("a")[0].number == 1


def test_only_runs_with_a_lease_are_sorted_by_it() -> None:
    runs = [
        RecordedRun(
            id=f"20260102T00000{place}Z-a",
            account="demo",
            backend="legacy",
            plan="",
            started_at=f"2026-01-02T00:00:0{place}+00:00",
            lease=lease,
        )
        for place, lease in enumerate([0, 3, 0, 1])
    ]
    assert [run.lease for run in oldest_first(runs)] == [0, 1, 0, 3]


def test_a_first_use_that_comes_late_opens_no_store_that_was_closed() -> None:
    store = MemoryState()
    here = StoreStanding(address="here", standing=Standing.IN_USE)
    gone = replace(here, standing=Standing.MOVED, other="s3://there")
    write_standing(store, gone, over=None)
    for late in (None, read_standing(store)):
        if late is not None:
            write_standing(store, replace(gone, other="s3://elsewhere"), over=late)
        with pytest.raises(OutputError, match="cannot be written"):
            write_standing(store, here, over=late)
    found = read_standing(store)
    assert found is not None
    assert (found.standing, found.other) == (Standing.MOVED, "s3://elsewhere")


def test_the_record_of_a_roll_out_keeps_what_another_machine_wrote_meanwhile() -> None:
    store = MemoryState()
    file = StateFile.at(store, ("rollouts", "0a1b.json"))
    start = datetime(2026, 1, 2, tzinfo=UTC)
    record = RolloutRecord(started=start, waves=("rest",), plans={"a": "", "b": ""})

    def keep(account: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        def change(found: RolloutRecord | None) -> RolloutRecord:
            meanwhile()
            own = record.with_runs({account: "20260102T000000Z-a"})
            return own if found is None else own.with_runs_of(found)

        update_rollout(file, change, environ={})

    others = iter(["b"])

    def let_another_write() -> None:
        for other in others:
            keep(other)

    keep("a", let_another_write)
    found = read_rollout(file, environ={})
    assert found is not None
    assert set(found.runs) == {"a", "b"}
    with pytest.raises(OutputError, match="changed by somebody else"):
        keep("a", lambda: store.write(file.parts, store.documents[file.parts].data))
    store.mishap = lambda word, _: Mishap.UNDONE if word == "replace" else None
    with pytest.raises(OutputError, match="cannot be reached"):
        keep("a")
    store.mishap = lambda _, __: Mishap.UNDONE
    with pytest.raises(RolloutFileError, match="cannot be read"):
        keep("a")
