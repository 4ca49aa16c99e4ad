"""Undo what the last roll-out did: in each account the run that it made there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from schemactl.account.state_paths import rollouts_folder
from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.drift.undo import Undoing
from schemactl.errors import UsageError
from schemactl.fleet.applying import AccountTask
from schemactl.model.plan import Permission, Plan
from schemactl.model.recorded import RecordedRun
from schemactl.pipeline import plan_account, read_journals
from schemactl.store.kept_plans import kept_plan, undo_file, unfinished_undo
from schemactl.store.plan import load_plan, plan_text
from schemactl.store.rollout_file import RolloutRecord, essence_of, read_rollout
from schemactl.store.state.interface import StateFile
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoTasks:
    """What to undo.

    Attributes:
        tasks: One for each account with a run of the roll-out that is not undone.
        untouched: The names of the other accounts.
    """

    tasks: tuple[AccountTask, ...]
    untouched: tuple[str, ...]


def undo_tasks(
    targets: Sequence[Target],
    options: ApplyOptions,
    permissions: Mapping[str, frozenset[Permission]],
    *,
    overwrites: bool,
) -> UndoTasks:
    """Return what undoes the last roll-out that had all of these accounts.

    Args:
        targets: The accounts.
        options: How each undo is applied, without its plan.
        permissions: Those of each account.
        overwrites: Whether records that hold another value by now get the old one.

    Raises:
        UsageError: No such roll-out is recorded.
        JournalError: A journal cannot be read.
    """
    record = last_rollout(targets)
    found = {target.account.name: run_to_undo(target, record) for target in targets}
    tasks = tuple(
        AccountTask(
            target=target,
            options=options,
            prepare=PlanUndo(
                run=found[target.account.name],
                permissions=permissions.get(target.account.name, frozenset()),
                overwrites=overwrites,
            ),
        )
        for target in targets
        if found[target.account.name]
    )
    return UndoTasks(
        tasks=tasks, untouched=tuple(name for name, run in found.items() if not run)
    )


def last_rollout(targets: Sequence[Target]) -> RolloutRecord:
    """Return the newest roll-out that had all of some accounts.

    Raises:
        UsageError: None is recorded.
        RolloutFileError: A record is invalid, or in git.
    """
    names = {target.account.name for target in targets}
    folder, environ = rollouts_folder(targets[0].state), targets[0].host.environ
    records = (read_rollout(file, environ=environ) for file in folder.files(".json"))
    found = [one for one in records if one is not None and names <= set(one.plans)]
    if not found:
        msg = "no apply to all of these accounts together is recorded"
        raise UsageError(msg, hint="undo the last apply of each: schemactl undo -a NAME")
    return max(found, key=lambda one: one.started)


def run_to_undo(target: Target, record: RolloutRecord) -> str:
    """Return the newest run of a roll-out in an account that is not undone; empty for none."""
    runs = read_journals([target])
    kept = {run.id: kept_plan(target.plans_folder, run.id, digest=run.plan) for run in runs}
    undone = {
        plan.undoes
        for run in runs
        if run.is_completed and (plan := kept[run.id]) is not None and plan.undoes
    }
    own = [run.id for run in _runs_of(record, target.account.name, runs, kept)]
    left = [run for run in own if run not in undone]
    return left[-1] if left else ""


def _runs_of(
    record: RolloutRecord,
    account: str,
    runs: Sequence[RecordedRun],
    kept: dict[str, Plan | None],
) -> Iterator[RecordedRun]:
    """Yield the runs that a roll-out made in an account, oldest first.

    A run that was cut off is not recorded: it is one that had the plan of the roll-out, or one
    before the recorded run that finished it. Recorded are also the runs of a roll-out before
    that was not finished.
    """
    recorded = set(record.runs.get(account, ()))
    last = max((number for number, run in enumerate(runs) if run.id in recorded), default=-1)
    for number, run in enumerate(runs):
        plan = kept[run.id]
        if not run.calls or plan is None or plan.undoes:
            continue
        is_since = run.started >= record.started and (
            number <= last or essence_of(plan) == record.plans.get(account)
        )
        if run.id in recorded or is_since:
            yield run


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanUndo:
    """Plans what undoes a run of an account; takes up the kept plan of an interrupted undo.

    Attributes:
        run: The run.
        permissions: Those given for the account.
        overwrites: Whether records that hold another value by now get the old one.
    """

    run: str
    permissions: frozenset[Permission]
    overwrites: bool

    def __call__(self, target: Target, /) -> Plan:
        """Return the plan, which is kept in the account's state."""
        file = keep_undo_plan(target, self.run, self.permissions, overwrites=self.overwrites)
        return load_plan(file)


def keep_undo_plan(
    target: Target, run: str, permissions: frozenset[Permission], *, overwrites: bool
) -> StateFile:
    """Keep the plan that undoes a run; take up the kept one if its apply was interrupted."""
    file = undo_file(target.plans_folder, run)
    if unfinished_undo(file, read_journals([target])):
        return file
    undoing = Undoing(run=run, overwrites=overwrites)
    planned = plan_account(target, permissions=permissions, undoing=undoing)
    file.write(plan_text(planned.plan))
    return file
