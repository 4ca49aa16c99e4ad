"""Refuse to work on an account that another entry of the project opens, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemactl.errors import RefusedError
from schemactl.model.call_word import DESTROYING_CALLS
from schemactl.model.plan import Plan
from schemactl.text import quoted_short


def refuse_twin(name: str, twins: Mapping[str, str]) -> None:
    """Refuse an account that is chosen under another name too.

    Raises:
        RefusedError: It is.
    """
    other = twins.get(name)
    if other is None:
        return
    msg = (
        f"same-account: {quoted_short(name)} and {quoted_short(other)} are one Ontraport "
        "account: their credentials have the same app id. What the files of one protect, the "
        "other could remove; nothing was changed"
    )
    hint = "look at the credentials of both, or keep one of the two entries"
    raise RefusedError(msg, hint=hint)


def refuse_removal_by_twin(
    name: str, plan: Plan, twins: Callable[[], Mapping[str, str]]
) -> None:
    """Refuse a plan that destroys something in an account that another entry opens, too.

    Args:
        name: The account.
        plan: The plan.
        twins: Returns the twins of the project, as far as credentials are here; called only
            if the plan destroys something.

    Raises:
        RefusedError: It does, and there is one.
    """
    if any(call.request in DESTROYING_CALLS for call in plan.calls):
        refuse_twin(name, twins())
