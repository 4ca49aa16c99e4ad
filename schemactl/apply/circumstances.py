"""What a plan is about, and what it has besides: journals, counts, and its price."""

from __future__ import annotations

from schemactl.account.interface import LiveState
from schemactl.account.target import Contents, Target
from schemactl.drift.inputs import Inputs
from schemactl.drift.memory import prune_orphans
from schemactl.drift.protection import protected_to_remember
from schemactl.drift.undo import Undo, Undoing, read_undo
from schemactl.model.difference import Difference
from schemactl.model.plan import Plan
from schemactl.planner.filling import with_fills
from schemactl.planner.price import with_cost
from schemactl.safety import with_counts
from schemactl.store.journal.history import History
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known when a plan is made.

    Attributes:
        target: The account.
        inputs: What the project says.
        live: The account as it was read.
        history: Its runs; None if it is a snapshot.
        held: What its records hold; None where nobody asks.
    """

    target: Target
    inputs: Inputs
    live: LiveState
    history: History | None
    held: Contents | None


def find_changes(by_files: Difference, seen: Seen, undoing: Undoing | None) -> Undo:
    """Return what a plan is about: what the files ask for, or what undoes a run.

    Args:
        by_files: The difference between files and account.
        seen: What is known.
        undoing: The run to undo; None for a plan from the files.
    """
    target, inputs, live = seen.target, seen.inputs, seen.live
    if undoing is not None:
        known = protected_to_remember(inputs.desired_for(target.dialect), live, inputs.base)
        protected = frozenset((one.custom_object, one.section, one.name) for one in known)
        undo = read_undo(target, seen.history, undoing, live.schema, protected=protected)
        managed = by_files.managed_count
        return replace(undo, difference=replace(undo.difference, managed_count=managed))
    pruned = prune_orphans(by_files, target, inputs, live)
    return Undo(difference=with_fills(pruned, inputs.loaded.desired, live, seen.held))


def with_account(plan: Plan, seen: Seen) -> Plan:
    """Add what journals and contacts say, and what an apply costs with it."""
    target = seen.target
    if seen.history is not None:
        from schemactl.store.journal.notices import with_history

        plan = with_history(plan, seen.history)
    plan = with_counts(plan, None if seen.held is None else seen.held.count)
    if plan.counts or plan.first:
        plan = with_cost(plan, seen.live, target.dialect, target.pace)
    return plan
