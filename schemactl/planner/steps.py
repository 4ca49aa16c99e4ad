"""Find the manual steps of a plan, object by object: names are unique only within an object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.change import Change
from schemactl.model.change_groups import by_object
from schemactl.model.plan import ManualCode, ManualStep, Permission
from schemactl.values import replace


def find_steps(
    changes: Sequence[Change],
    live: LiveState,
    dialect: Dialect,
    permissions: frozenset[Permission],
) -> Iterator[ManualStep]:
    """Yield the manual step of each change that no call can make."""
    for label, part in by_object(changes).items():
        for step in dialect.manual_steps(part, live.of(label), permissions):
            if label and step.code is not ManualCode.OBJECT_BY_HAND:
                instruction = f'for the custom object "{label}": {step.instruction}'
                yield replace(step, instruction=instruction)
            else:
                yield step
