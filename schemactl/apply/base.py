"""What an apply remembers of an account: the base, written after its last call."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schemactl.account.interface import LiveState
from schemactl.account.target import Target
from schemactl.apply import ApplyResult, with_ended_protection
from schemactl.apply.review import Applied, ReadyPlan
from schemactl.drift.inputs import Inputs
from schemactl.drift.journaled import runs_since
from schemactl.drift.origin import applied_now
from schemactl.drift.succession import Outcome, base_after
from schemactl.errors import SchemactlError
from schemactl.model.base import Base
from schemactl.model.difference import Difference
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import Run
from schemactl.store.base_files import write_base
from schemactl.store.journal.files import path_of_run
from schemactl.store.journal.history import History
from schemactl.store.journal.reading import read_journal


def conclude(
    target: Target,
    inputs: Inputs,
    ready: ReadyPlan,
    result: ApplyResult,
    *,
    compare: Callable[[LiveState], Difference],
) -> Applied:
    """Write down how an apply left the account, and return what came of its plan.

    Args:
        target: The account.
        inputs: What was known before the account was read.
        ready: What was applied.
        result: What came of it.
        compare: Compares the files with the account.
    """
    plan, previous = ready.planned.plan, ready.request.earlier
    problem = _write_base(target, inputs, ready, result, compare)
    return Applied(
        planned=ready.planned,
        run=with_ended_protection(result.run, plan, base_problem=problem),
        found=previous.found,
        base_problem=problem,
    )


def _write_base(
    target: Target,
    inputs: Inputs,
    ready: ReadyPlan,
    result: ApplyResult,
    compare: Callable[[LiveState], Difference],
) -> str:
    """Write the base; return why that failed, or nothing."""
    live = result.live
    if live is None:
        return "the account could not be read after the last call"
    try:
        outcome = Outcome(
            desired=inputs.desired_for(target.dialect),
            live=live.schema,
            ids=live.ids,
            left=compare(live).changes,
            runs=_runs_to_record(target, inputs, result.run, ready.request.earlier.history),
            ended=ready.planned.plan.ends_protection,
            applied=applied_now(target.host, target.folder, run=result.run.id),
        )
        write_base(target.base_path, _base_after(target, inputs, outcome))
    except SchemactlError as error:
        return str(error)
    return ""


def _runs_to_record(
    target: Target, inputs: Inputs, run: Run, history: History
) -> Sequence[RecordedRun]:
    """Return the runs of this project that no base records, oldest first."""
    folder = target.journal_folder
    now = read_journal(path_of_run(folder, run.id)) if run.id else None
    return (*runs_since(inputs.base, history.runs_in(folder)), *(() if now is None else (now,)))


def _base_after(target: Target, inputs: Inputs, outcome: Outcome) -> Base:
    return base_after(
        inputs.base,
        outcome,
        account=target.account.name,
        backend=target.dialect.name,
        address=target.account.url,
    )
