"""Refuse a saved plan that was applied before, if the account has changed since."""

from __future__ import annotations

from typing import Final

from schemactl.diff.readback import ReadBack
from schemactl.errors import RefusedError
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.plan import Plan
from schemactl.model.run import VerdictStatus
from schemactl.model.schema import Schema, in_object
from schemactl.text import quoted_short

_MAX_NAMED: Final = 10


def refuse_changed_since(plan: Plan, live: Schema, *, applied_by: str) -> None:
    """Refuse a plan that was applied before, unless the account still has all that it made.

    A plan is applied once. To redo what somebody undid since was not reviewed, so that needs a
    new plan.

    Args:
        plan: The saved plan.
        live: The account now.
        applied_by: The run that applied it.

    Raises:
        RefusedError: The account has changed; the message names the objects.
    """
    by_hand = {step.change for step in plan.manual_steps}
    read_back = ReadBack(live)
    changed = [
        change
        for change in plan.changes
        if change.id not in by_hand
        and read_back.judge(change).status is not VerdictStatus.APPLIED
    ]
    if changed:
        more = len(changed) - _MAX_NAMED
        names = ", ".join(quoted_short(_name(change)) for change in changed[:_MAX_NAMED])
        names += f" and {more} more" if more > 0 else ""
        msg = (
            f"stale-plan: this plan was already applied by the run {applied_by}, and the "
            f"account has changed since: {names}; nothing was changed"
        )
        raise RefusedError(msg, hint="plan again, and review the new plan")


def _name(change: Change) -> str:
    match change:
        case AddTag() | RenameTag() | RemoveTag():
            return f"tag {change.tag}"
        case AddObject():
            return change.custom_object
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return in_object(change.custom_object, change.section)
        case (
            AddField()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
            | FillField()
            | RemoveField()
            | ResolveDuplicate()
        ):
            return in_object(change.custom_object, f"{change.section} / {change.name}")
