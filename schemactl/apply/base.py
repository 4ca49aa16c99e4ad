"""What an apply remembers of an account: the base, written after its last call.

What the files protect is written before the first one: an apply may be killed at any moment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schemactl.account.interface import LiveState
from schemactl.account.target import Target
from schemactl.apply import ApplyRequest, ApplyResult, with_ended_protection
from schemactl.apply.review import Applied, ReadyPlan
from schemactl.drift.inputs import Inputs
from schemactl.drift.journaled import runs_since
from schemactl.drift.origin import left_now
from schemactl.drift.protection import protected_to_remember
from schemactl.drift.succession import Outcome, base_after
from schemactl.errors import RefusedError, SchemactlError
from schemactl.model.base import Base, ProtectedField
from schemactl.model.difference import Difference
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import Run
from schemactl.store.base_file import write_base
from schemactl.store.journal.files import file_of_run
from schemactl.store.journal.history import History
from schemactl.store.journal.reading import read_journal
from schemactl.values import replace


def remember_protection(
    target: Target, inputs: Inputs, live: LiveState, request: ApplyRequest
) -> tuple[ProtectedField, ...]:
    """Write what the files and the last base protect, before the first call; return it.

    Args:
        target: The account.
        inputs: What was known before the account was read.
        live: The account before the first call.
        request: What is to be done. A first base records what the runs before it created.

    Raises:
        RefusedError: It cannot be written.
    """
    protected = protected_to_remember(inputs.desired_for(target.dialect), live, inputs.base)
    if protected == (() if inputs.base is None else inputs.base.protected):
        return protected
    try:
        base = inputs.base or _first_base(target, inputs, live, request)
        write_base(target.base_file, replace(base, protected=protected))
    except SchemactlError as error:
        msg = f"what the files protect cannot be recorded, so nothing was changed: {error}"
        hint = "make that file writable, with room on its disk"
        raise RefusedError(msg, hint=hint) from error
    return protected


def _first_base(target: Target, inputs: Inputs, live: LiveState, request: ApplyRequest) -> Base:
    """Return what to remember of an account that has no base, before the first call."""
    outcome = Outcome(
        desired=inputs.desired_for(target.dialect),
        live=live.schema,
        ids=live.ids,
        left=(),
        runs=runs_since(None, request.earlier.history.runs_in(target.journal_folder)),
        remembered=(),
        ended=(),
        applied=left_now(target.host, by=request.by, commit=request.commit),
    )
    return _base_after(target, inputs, outcome)


def conclude(
    target: Target,
    inputs: Inputs,
    ready: ReadyPlan,
    result: ApplyResult,
    *,
    protected: Sequence[ProtectedField],
    compare: Callable[[LiveState], Difference],
) -> Applied:
    """Write down how an apply left the account, and return what came of its plan.

    Args:
        target: The account.
        inputs: What was known before the account was read.
        ready: What was applied.
        result: What came of it.
        protected: What was protected before the first call.
        compare: Compares the files with the account.
    """
    plan, previous = ready.planned.plan, ready.request.earlier
    problem = _write_base(target, inputs, ready, result, protected=protected, compare=compare)
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
    *,
    protected: Sequence[ProtectedField],
    compare: Callable[[LiveState], Difference],
) -> str:
    """Write the base; return why that failed, or nothing."""
    live, request = result.live, ready.request
    if live is None:
        return "the account could not be read after the last call"
    try:
        outcome = Outcome(
            desired=inputs.desired_for(target.dialect),
            live=live.schema,
            ids=live.ids,
            left=compare(live).changes,
            runs=_runs_to_record(target, inputs, result.run, request.earlier.history),
            remembered=protected,
            ended=ready.planned.plan.ends_protection,
            applied=left_now(
                target.host, by=request.by, commit=request.commit, run=result.run.id
            ),
        )
        write_base(target.base_file, _base_after(target, inputs, outcome))
        inputs.former.forget()
    except SchemactlError as error:
        return str(error)
    return ""


def _runs_to_record(
    target: Target, inputs: Inputs, run: Run, history: History
) -> Sequence[RecordedRun]:
    """Return the runs of this project that no base records, oldest first."""
    folder = target.journal_folder
    now = read_journal(file_of_run(folder, run.id)) if run.id else None
    return (*runs_since(inputs.base, history.runs_in(folder)), *(() if now is None else (now,)))


def _base_after(target: Target, inputs: Inputs, outcome: Outcome) -> Base:
    return base_after(
        inputs.base,
        outcome,
        account=target.account.name,
        backend=target.dialect.name,
        identity=inputs.identity,
        foreign=inputs.foreign_base,
    )
