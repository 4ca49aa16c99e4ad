"""What undoes a run, as the subject of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.interface import LiveState
    from schemactl.account.target import Target
    from schemactl.drift.inputs import Inputs
    from schemactl.drift.undo import Undo, Undoing
    from schemactl.store.journal.history import History


def find_undo_of(
    undoing: Undoing,
    target: Target,
    inputs: Inputs,
    live: LiveState,
    *,
    history: History | None,
    managed_count: int,
) -> Undo:
    """Return what undoes a run; what files or base protect stays."""
    from schemactl.drift.protection import protected_to_remember
    from schemactl.drift.undo import read_undo

    known = protected_to_remember(inputs.desired_for(target.dialect), live, inputs.base)
    protected = frozenset((one.custom_object, one.section, one.name) for one in known)
    undo = read_undo(target, history, undoing, live.schema, protected=protected)
    difference = replace(undo.difference, managed_count=managed_count)
    return replace(undo, difference=difference)
