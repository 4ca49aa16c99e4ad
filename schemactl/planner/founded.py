"""Holds a saved plan to what files, account and API say: its digest shows damage, not deceit.

Whoever can write a plan file can write a fitting digest. So what `apply` is about to send is
worked out once more, and must be what the plan shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemactl.backend.interface import Dialect, LiveState
from schemactl.errors import PlanFileError
from schemactl.model.change import Change
from schemactl.model.difference import Difference
from schemactl.model.plan import Plan
from schemactl.planner.calls import number_calls
from schemactl.planner.dependencies import find_dependencies
from schemactl.planner.steps import find_steps


def refuse_unfounded(
    plan: Plan,
    difference: Difference,
    live: LiveState,
    dialect: Dialect,
    *,
    begun: frozenset[str] = frozenset(),
) -> None:
    """Stop a saved plan that shows other than what it would do, or what nobody asks for.

    Args:
        plan: As it was read.
        difference: What comparing the files with `live` finds now.
        live: The account.
        dialect: What its API can say.
        begun: Ids of the changes that an earlier run of the plan began; the account shows
            them by now, so the difference does not.

    Raises:
        PlanFileError: A change is not asked for, a call does not follow from the changes, or
            what is to be done by hand is not.
    """
    why = (
        _what_nobody_asks(plan, difference, begun)
        or _what_does_not_follow(plan, live, dialect)
        or ("" if begun else _what_wants_a_person(plan, live, dialect))
    )
    if why:
        msg = (
            "invalid-plan: schemactl cannot have made this plan for this account: "
            f"{why}; nothing was changed"
        )
        raise PlanFileError(msg, hint="plan again, and look at who could write to the file")


def _what_nobody_asks(plan: Plan, difference: Difference, begun: frozenset[str]) -> str:
    asked = set(_without_places(difference.changes))
    for change, bare in zip(plan.changes, _without_places(plan.changes), strict=True):
        if change.id not in begun and bare not in asked:
            return f"neither files nor account ask for {change.id}"
    return ""


def _what_does_not_follow(plan: Plan, live: LiveState, dialect: Dialect) -> str:
    by_hand = frozenset(step.change for step in plan.manual_steps)
    changes = [change for change in plan.changes if change.id not in by_hand]
    drafts = dialect.calls_for(changes, live)
    calls = number_calls(drafts, find_dependencies(plan.changes))
    # Ids are not held to the account here: of what an earlier run removed it has none, and
    # whoever makes a call looks first whether the id is still that of the name.
    if list(map(dialect.by_name, plan.calls)) == list(map(dialect.by_name, calls)):
        return ""
    return "its calls are not those that its changes lead to"


def _what_wants_a_person(plan: Plan, live: LiveState, dialect: Dialect) -> str:
    """Say what would be done by calls although it is a manual step for this account.

    Not asked of a plan that was begun: what it made is in the account twice over then, as
    made and as to be made, and would be taken for an ambiguous name.
    """
    told = {step.change for step in plan.manual_steps}
    for step in find_steps(plan.changes, live, dialect, frozenset(plan.permissions)):
        if step.change not in told:
            return f"only a person can do {step.change}"
    return ""


def _without_places(changes: Iterable[Change]) -> list[Change]:
    """Leave out where the files ask for it: lines move, and folders differ."""
    return [replace(change, location=None) for change in changes]
