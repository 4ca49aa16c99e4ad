"""What an apply remembers of an account: the base, written after its last call."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.account.connect import base_path, dialect_of
from schemactl.account.interface import LiveState
from schemactl.apply import ApplyResult
from schemactl.drift.journaled import runs_since
from schemactl.drift.origin import applied_now
from schemactl.drift.succession import Outcome, base_after
from schemactl.errors import SchemactlError
from schemactl.model.base import Applied, Base
from schemactl.model.plan import Plan
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import Run
from schemactl.stages import Inputs, Target, compare_with_files, journals_of, wanted_of
from schemactl.store.base_files import write_base
from schemactl.store.journal.files import path_of_run
from schemactl.store.journal.history import History
from schemactl.store.journal.reading import read_journal


def keep_base(
    target: Target, given: Inputs, plan: Plan, carried: ApplyResult, history: History
) -> str:
    """Keep how an apply left the account; return why that was not possible, or nothing.

    `history` holds the runs before it: what they created and no base records is recorded now.
    """
    live = carried.live
    if live is None:
        return "the account could not be read after the last call"
    path = base_path(target.project.folder, target.account.name)
    try:
        applied = applied_now(target.host, target.project.folder, run=carried.run.id)
        runs = _runs_to_record(target, given, carried.run, history)
        write_base(path, _base_after(target, given, plan, live, applied=applied, runs=runs))
    except SchemactlError as error:
        return str(error)
    return ""


def _runs_to_record(
    target: Target, given: Inputs, run: Run, history: History
) -> Sequence[RecordedRun]:
    """Return the runs of this project that no base records, oldest first."""
    folder = journals_of(target)
    now = read_journal(path_of_run(folder, run.id)) if run.id else None
    return (*runs_since(given.base, history.runs_in(folder)), *(() if now is None else (now,)))


def _base_after(
    target: Target,
    given: Inputs,
    plan: Plan,
    live: LiveState,
    *,
    applied: Applied,
    runs: Sequence[RecordedRun],
) -> Base:
    """Return what to remember of an account after an apply."""
    outcome = Outcome(
        desired=wanted_of(target, given),
        live=live.schema,
        ids=live.ids,
        left=compare_with_files(target, given, live).changes,
        runs=runs,
        ended=plan.ends_protection,
        applied=applied,
    )
    account = target.account
    return base_after(
        given.base,
        outcome,
        account=account.name,
        backend=dialect_of(account).name,
        address=account.url,
    )
