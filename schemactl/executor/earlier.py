"""What a run before this one did, and what it left open: the journal and the account together.

A call that was under way when the process died is settled by reading the account, again
after a pause if it was sent just now. What was half done (new tags still on the contact
that carried them) is put right before anything else is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from schemactl.backend.interface import Backend, Dialect, LiveState
from schemactl.backend.requests import DESTROYING_REQUESTS
from schemactl.errors import JournalError
from schemactl.executor.sending import SETTLING_PAUSES_S
from schemactl.host import Host
from schemactl.journal.shelf import open_run, recorded_runs
from schemactl.journal.writing import Journal
from schemactl.model.event import ReadingBack, Tidying, Waiting
from schemactl.model.plan import Call, CallDraft, Plan
from schemactl.model.recorded import (
    Finding,
    FoundCall,
    FoundRun,
    RecordedCall,
    RecordedRun,
)
from schemactl.model.run import OutcomeStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What journals tell of the runs before this one.

    Attributes:
        runs: Every run whose journal was found, oldest first.
        found: The one that was cut off or owes a call; None where none did.
        folder: Where the journal of that one stands; None where there is none.
        live: The account, as it was read to find out; None where that was not needed.
    """

    runs: tuple[RecordedRun, ...] = ()
    found: FoundRun | None = None
    folder: Path | None = None
    live: LiveState | None = None

    @property
    def owed(self) -> tuple[CallDraft, ...]:
        """Calls that put right what was left half done."""
        return () if self.found is None else self.found.run.owed

    @property
    def follows(self) -> str | None:
        """Name of the run whose work is taken up."""
        return None if self.found is None else self.found.run.id


_INVISIBLE: Final = "remove_tag"
"""What a contact holds is no part of the schema, so no read shows this call's effect."""


def look_back(folders: Iterable[Path], backend: Backend, host: Host) -> Earlier:
    """Read the journals of an account; where a run was cut off, find out how it ended.

    Args:
        folders: Where journals of the account are, this project's first.
        backend: The account; read only where a run was cut off.
        host: Told of the waiting.

    Raises:
        AccountError: The account could not be read.
        JournalError: A journal cannot be read, or somebody changed it.
    """
    shelves = {folder: recorded_runs(folder) for folder in folders}
    runs = tuple(run for shelf in shelves.values() for run in shelf)
    run = open_run(runs)
    if run is None:
        return Earlier(runs=runs)
    found, live = look_into(run, backend, host)
    place = next(folder for folder, shelf in shelves.items() if run in shelf)
    return Earlier(runs=runs, found=found, folder=place, live=live)


def look_into(run: RecordedRun, backend: Backend, host: Host) -> tuple[FoundRun, LiveState]:
    """Find out what became of each call of a run that was cut off; give the account too.

    Raises:
        AccountError: The account could not be read.
        JournalError: The journal holds a call that no plan can hold.
    """
    live = backend.read()
    for pause_s in SETTLING_PAUSES_S[1:]:
        found = found_run(run, live, backend.dialect)
        if not _may_act_yet(found, host):
            return found, live
        host.listener(Waiting(seconds=pause_s, why="the server may act late"))
        host.sleep(pause_s)
        host.listener(ReadingBack(why="to find out how the last apply ended"))
        live = backend.read()
    return found_run(run, live, backend.dialect), live


def found_run(run: RecordedRun, live: LiveState, dialect: Dialect) -> FoundRun:
    """Hold each call of a run against the account; see `look_into`."""
    try:
        calls = tuple(
            FoundCall(call=entry.call, finding=_finding(entry, run, live, dialect))
            for entry in run.calls
        )
    except ValueError as error:
        msg = f"the journal of run {run.id} is damaged: {error}"
        raise JournalError(
            msg, hint="move it away; schemactl plan tells what is left"
        ) from error
    return FoundRun(run=run, calls=calls)


def calls_made_earlier(
    plan: Plan, runs: Iterable[RecordedRun], live: LiveState, dialect: Dialect
) -> frozenset[int]:
    """Give the numbers of a saved plan's calls that are not to be made again.

    What destroys is never made twice: a field that was replaced is there again, and full of
    new values. What adds is made again where the account does not show it.

    Args:
        plan: The saved plan.
        runs: Those that carried out this very plan, however they ended.
        live: The account now.
        dialect: Tells what it shows.
    """
    recorded = _recorded(runs)
    done: set[int] = set()
    for call in plan.calls:
        was_done = recorded.get(call.number)
        if was_done is None:
            continue
        if call.request == _INVISIBLE:
            is_done = was_done and done.issuperset(call.needs)
        elif was_done and call.request in DESTROYING_REQUESTS:
            is_done = True
        else:
            is_done = dialect.shows(call, live)
        if is_done:
            done.add(call.number)
    return frozenset(done)


def _recorded(runs: Iterable[RecordedRun]) -> dict[int, bool]:
    """Give the numbers of calls that were begun, and whether any run knew them done."""
    recorded: dict[int, bool] = {}
    for run in runs:
        recorded.update(dict.fromkeys(run.earlier, True))
        for entry in run.calls:
            if entry.started_at is not None:
                number = entry.call.number
                recorded[number] = recorded.get(number, False) or entry.is_done
    return recorded


def pay_owed(owed: Sequence[CallDraft], backend: Backend, journal: Journal, host: Host) -> str:
    """Make the calls that an earlier run owes; give what is still not right, in words.

    Raises:
        JournalError: The journal cannot be written; the call was not made.
    """
    unpaid = []
    for draft in owed:
        journal.owed_started(draft)
        host.listener(Tidying(draft=draft))
        call = Call(number=0, request=draft.request, arguments=draft.arguments, serves=())
        outcome = backend.perform(call)
        journal.owed_finished(draft, outcome)
        if outcome.status is not OutcomeStatus.DONE:
            detail = f" ({outcome.detail})" if outcome.detail else ""
            unpaid.append(
                f"contact {draft.arguments.get('contact')} may still bear tags that an "
                f"earlier run put on it: take them off{detail}"
            )
    return "; ".join(unpaid)


def _finding(
    entry: RecordedCall, run: RecordedRun, live: LiveState, dialect: Dialect
) -> Finding:
    if entry.call.number in run.earlier:
        return Finding.DONE
    if entry.started_at is None:
        return Finding.NOT_MADE
    if entry.is_done:
        return Finding.DONE
    if entry.call.request == _INVISIBLE:
        return Finding.REFUSED if entry.is_refused else Finding.UNSEEN
    if dialect.shows(entry.call, live):
        return Finding.SETTLED_DONE
    return Finding.REFUSED if entry.is_refused else Finding.SETTLED_NOT_DONE


def _may_act_yet(found: FoundRun, host: Host) -> bool:
    """Say whether a call that does not show was sent so lately that it may yet show."""
    unsettled = {
        entry.call.number for entry in found.calls if entry.finding is Finding.SETTLED_NOT_DONE
    }
    sent = [
        datetime.fromisoformat(entry.started_at)
        for entry in found.run.calls
        if entry.call.number in unsettled and entry.started_at is not None
    ]
    return any((host.now() - at).total_seconds() < sum(SETTLING_PAUSES_S) for at in sent)
