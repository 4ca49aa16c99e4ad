"""What a plan is about: what the files ask for, or what undoes a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.model.difference import Difference
from schemactl.model.value_work import NO_VALUE_WORK, ValueWork
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.account.interface import LiveState
    from schemactl.account.target import Target
    from schemactl.drift.inputs import Inputs
    from schemactl.drift.undo import Undoing
    from schemactl.store.journal.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a plan is about.

    Attributes:
        difference: The changes, and notices.
        work: What is filled in from backups.
    """

    difference: Difference
    work: ValueWork = NO_VALUE_WORK


def find_undo_of(
    undoing: Undoing,
    target: Target,
    inputs: Inputs,
    live: LiveState,
    *,
    history: History | None,
    asked: Difference,
) -> Subject:
    """Return what undoes a run; what files or base protect stays.

    Args:
        undoing: Which run, and how.
        target: The account.
        inputs: What was known before the account was read.
        live: The account.
        history: Its earlier runs; None where it is a snapshot.
        asked: What the files ask for.
    """
    from schemactl.drift.protection import protected_to_remember
    from schemactl.drift.undo import read_undo

    known = protected_to_remember(inputs.desired_for(target.dialect), live, inputs.base)
    protected = frozenset((one.custom_object, one.section, one.name) for one in known)
    undo = read_undo(target, history, undoing, live.schema, protected=protected)
    difference = replace(undo.difference, managed_count=asked.managed_count)
    return Subject(difference=difference, work=undo.work)
