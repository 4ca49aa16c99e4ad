"""Adds to a difference what the last apply remembered: ids, orphans and protection."""

from __future__ import annotations

from schemactl.account.interface import LiveState
from schemactl.account.target import Target
from schemactl.drift.dropped import notice_dropped
from schemactl.drift.foreign import notice_foreign_base, protected_elsewhere
from schemactl.drift.former_names import notice_former
from schemactl.drift.ids import known_of
from schemactl.drift.inputs import Inputs
from schemactl.drift.orphans import separate_orphans, with_orphans
from schemactl.drift.protection import (
    keep_protected,
    protected_now,
    refuse_protected_losses,
    without_carried,
)
from schemactl.drift.renames import with_renames_since
from schemactl.model.difference import Difference
from schemactl.values import replace


def remember(
    difference: Difference, target: Target, inputs: Inputs, live: LiveState
) -> Difference:
    """Separate orphans, keep what is remembered as protected, and report a changed base."""
    own, other = inputs.base, inputs.foreign_base
    name = target.account.name
    foreign = notice_foreign_base(name, other, inputs.identity)
    foreign = (*foreign, *notice_former(name, inputs.former))
    dropped = notice_dropped(name, own or other, inputs.earlier_base, inputs.compared_with)
    difference = replace(difference, notices=(*difference.notices, *foreign, *dropped))
    desired, known = inputs.desired_for(target.dialect), known_of(own, live.ids)
    protected = protected_now(desired, live, own, protected_elsewhere(own, other))
    if own is not None:
        difference = with_renames_since(difference, own)
        difference = separate_orphans(
            difference, desired, live.schema, known, own, protected=protected
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
    own, desired = inputs.base, inputs.desired_for(target.dialect)
    elsewhere = protected_elsewhere(own, inputs.foreign_base)
    protected = protected_now(desired, live, own, elsewhere)
    left = without_carried(protected, pruned.changes, desired)
    refuse_protected_losses(pruned.changes, left)
    return pruned
