"""Find out what earlier runs did and left open, from their journals and the account.

A call that was in flight when the process died is settled by reading the account, again after
a pause if it was sent just now. A journal is a record and no source of calls; tags that a run
left on the carrier are derived in `store.journal.history`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

from schemactl.account.interface import Backend, Dialect, LiveState
from schemactl.apply.sender import SETTLING_PAUSES_S
from schemactl.errors import JournalError
from schemactl.host import Host
from schemactl.model.call_word import (
    DESTROYING_CALLS,
    VALUE_CALLS,
    LegacyCallWord,
    ValueCallWord,
)
from schemactl.model.event import ReadingBack, Waiting
from schemactl.model.plan import Plan
from schemactl.model.recorded import (
    Finding,
    FoundCall,
    FoundRun,
    RecordedCall,
    RecordedRun,
)
from schemactl.planner.value_calls import depends_on_nothing
from schemactl.store.journal.history import History
from schemactl.values import dataclass

NO_HISTORY: Final = History()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousRuns:
    """What earlier runs did, and what they leave to do.

    Attributes:
        history: Their journals.
        found: The run that was interrupted or left tags on the carrier; None if none did.
        live: The account, if it was read to find out.
    """

    history: History = NO_HISTORY
    found: FoundRun | None = None
    live: LiveState | None = None

    @property
    def resumes(self) -> str | None:
        """Id of the run whose work this one finishes."""
        return None if self.found is None else self.found.run.id


def recover_runs(history: History, backend: Backend, host: Host) -> PreviousRuns:
    """Find out how the last run ended, if its journal does not say.

    Args:
        history: The journals of the account.
        backend: The account; read only if a run was interrupted.
        host: Its listener gets an event for each wait.

    Raises:
        AccountError: The account could not be read.
        JournalError: A journal holds a call that no plan can hold.
    """
    run = history.interrupted
    if run is None:
        return PreviousRuns(history=history)
    found, live = resolve_run(run, backend, host)
    return PreviousRuns(history=history, found=found, live=live)


def resolve_run(run: RecordedRun, backend: Backend, host: Host) -> tuple[FoundRun, LiveState]:
    """Return what became of each call of an interrupted run, and the account as it was read.

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
    """Compare each call of a run with the account; see `resolve_run`."""
    try:
        calls = tuple(
            FoundCall(call=entry.call, finding=_finding(entry, run, live, dialect))
            for entry in run.calls
        )
    except ValueError as error:
        msg = f"the journal of run {run.id} is damaged: {error}"
        raise JournalError(
            msg, hint="move it away; schemactl plan shows what is left"
        ) from error
    return FoundRun(run=run, calls=calls)


def calls_made_earlier(
    plan: Plan, runs: Iterable[RecordedRun], live: LiveState, dialect: Dialect
) -> frozenset[int]:
    """Return the numbers of a saved plan's calls that must not be made again.

    A destroying call is never made twice: a replaced field exists again and holds new values.
    An adding call is made again if the account does not show it.

    Args:
        plan: The saved plan.
        runs: Those that executed this very plan, however they ended.
        live: The account now.
        dialect: Knows what the account shows of a call.
    """
    recorded = _settled(plan, _recorded(_of_plan(plan, runs)), live, dialect)
    backups = {call.number for call in plan.calls if depends_on_nothing(call)}
    renewed = _copies_to_renew(plan, recorded)
    done: set[int] = set()
    for call in plan.calls:
        was_done = recorded.get(call.number)
        if was_done is None or call.number in backups:
            continue
        if was_done and call.request in DESTROYING_CALLS:
            is_done = True
        elif not done.issuperset(set(call.needs) - backups):
            # A field that is made again also exists before it is removed.
            is_done = False
        # What a record holds is no part of the schema, so no read shows these calls.
        elif call.request == LegacyCallWord.REMOVE_TAG or call.request in VALUE_CALLS:
            is_done = was_done and call.number not in renewed
        else:
            is_done = dialect.shows(call, live)
        if is_done:
            done.add(call.number)
    return frozenset(done | _backups_done(plan, backups & recorded.keys(), done))


def _settled(
    plan: Plan, recorded: Mapping[int, bool], live: LiveState, dialect: Dialect
) -> Mapping[int, bool]:
    """Return the started calls; a destroying one without an answer is done if that shows."""
    return {
        number: is_done
        or (
            (call := plan.calls[number - 1]).request in DESTROYING_CALLS
            and dialect.shows(call, live)
        )
        for number, is_done in recorded.items()
    }


def _copies_to_renew(plan: Plan, recorded: Mapping[int, bool]) -> AbstractSet[int]:
    """Return the copies of values whose source is still to be destroyed: others write to it."""
    left = {
        number
        for call in plan.calls
        if call.request in DESTROYING_CALLS and not recorded.get(call.number)
        for number in call.needs
    }
    copies = {call.number for call in plan.calls if call.request == ValueCallWord.COPY_VALUES}
    return copies & left


def _backups_done(plan: Plan, backups: AbstractSet[int], done: AbstractSet[int]) -> set[int]:
    """Return the backups that are not made again: all that they are for is destroyed.

    A backup is as old as its run. Whatever is still to be destroyed needs a new one.
    """
    left = {
        number
        for call in plan.calls
        if call.number not in done and call.request in DESTROYING_CALLS
        for number in call.needs
    }
    return set(backups - left)


def _of_plan(plan: Plan, runs: Iterable[RecordedRun]) -> Iterator[RecordedRun]:
    """Yield the runs; the journal of each must record the plan's own calls.

    Raises:
        JournalError: A journal names this plan and holds other calls.
    """
    for run in runs:
        if run.calls and tuple(entry.call for entry in run.calls) != plan.calls:
            msg = f"the journal of run {run.id} names this plan, but holds other calls than it"
            raise JournalError(
                msg, hint="look at who could write to it; move it away, and plan again"
            )
        yield run


def _recorded(runs: Iterable[RecordedRun]) -> dict[int, bool]:
    """Return the numbers of started calls, and whether a run recorded them as done."""
    recorded: dict[int, bool] = {}
    for run in runs:
        recorded.update(dict.fromkeys(run.earlier, True))
        for entry in run.calls:
            if entry.started_at is not None:
                number = entry.call.number
                recorded[number] = recorded.get(number, False) or entry.is_done
    return recorded


def _finding(
    entry: RecordedCall, run: RecordedRun, live: LiveState, dialect: Dialect
) -> Finding:
    if entry.call.number in run.earlier:
        return Finding.DONE
    if entry.started_at is None:
        return Finding.NOT_MADE
    if entry.is_done:
        return Finding.DONE
    if entry.call.request in VALUE_CALLS:
        # What it did to values is no part of the schema; it can be made again.
        return Finding.NOT_MADE
    if entry.call.request == LegacyCallWord.REMOVE_TAG:
        return Finding.REFUSED if entry.is_refused else Finding.UNSEEN
    if run.backend != dialect.name:
        # A call of the other API says nothing that this one could look for.
        return Finding.REFUSED if entry.is_refused else Finding.UNSEEN
    if dialect.shows(entry.call, live):
        return Finding.SETTLED_DONE
    return Finding.REFUSED if entry.is_refused else Finding.SETTLED_NOT_DONE


def _may_act_yet(found: FoundRun, host: Host) -> bool:
    """Whether a call that does not show was sent so recently that it may still show."""
    unsettled = {
        entry.call.number for entry in found.calls if entry.finding is Finding.SETTLED_NOT_DONE
    }
    sent = [
        datetime.fromisoformat(entry.started_at)
        for entry in found.run.calls
        if entry.call.number in unsettled and entry.started_at is not None
    ]
    return any((host.now() - at).total_seconds() < sum(SETTLING_PAUSES_S) for at in sent)
