"""A difference, seen with what the last apply remembered: ids, orphans, protection."""

from __future__ import annotations

from dataclasses import replace

from schemactl.account.interface import LiveState
from schemactl.account.target import Target
from schemactl.diff import notice_foreign_base
from schemactl.drift.ids import known_of
from schemactl.drift.inputs import Inputs
from schemactl.drift.orphans import separate_orphans, with_orphans
from schemactl.drift.protection import keep_protected, protected_now, refuse_protected_losses
from schemactl.model.difference import Difference


def remember(
    difference: Difference, target: Target, inputs: Inputs, live: LiveState
) -> Difference:
    """Separate orphans, keep what is remembered as protected, and report a foreign base."""
    foreign = notice_foreign_base(target.account.name, inputs.foreign_base)
    difference = replace(difference, notices=(*difference.notices, *foreign))
    if inputs.base is None:
        return difference
    desired, known = inputs.desired_for(target.dialect), known_of(inputs.base, live.ids)
    protected = protected_now(desired, live, inputs.base)
    difference = separate_orphans(
        difference, desired, live.schema, known, inputs.base, protected=protected
    )
    if not protected:
        return difference
    return keep_protected(difference, desired, live.schema, known, protected)


def prune_orphans(
    difference: Difference, target: Target, inputs: Inputs, live: LiveState
) -> Difference:
    """Add the removal of orphans if the account is pruned; refuse to lose what is protected.

    Raises:
        RefusedError: A change removes or replaces a field that the last apply protected.
    """
    pruned = with_orphans(difference, live.schema, prunes=target.account.prune)
    protected = protected_now(inputs.desired_for(target.dialect), live, inputs.base)
    refuse_protected_losses(pruned.changes, protected)
    return pruned
