"""Refuse a saved plan that was made for another account or other files."""

from __future__ import annotations

from schemactl.errors import RefusedError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.plan import Plan
from schemactl.text import quoted_short

_PLAN_AGAIN = "plan again, and review the new plan"


def refuse_foreign(
    plan: Plan, *, account: str, backend: str, identity: AccountIdentity, files: str
) -> None:
    """Refuse a plan that was made for another account, or before the files changed.

    Args:
        plan: The saved plan.
        account: Name of the account that it would be applied to.
        backend: The API of that account.
        identity: The identity of that account.
        files: Fingerprint of its schema files now.

    Raises:
        RefusedError: It was made for something else; the message says for what.
    """
    reason = (
        _no_account(plan)
        or _another_account(plan, account)
        or _another_app_id(plan, account, identity)
        or _another_place(plan, backend=backend, identity=identity)
        or _other_files(plan, files)
    )
    if reason is not None:
        what, hint = reason
        msg = f"foreign-plan: {what}; nothing was changed"
        raise RefusedError(msg, hint=hint)


def _no_account(plan: Plan) -> tuple[str, str] | None:
    if plan.address:
        return None
    return (
        "this plan was made against a snapshot, and not against an account",
        "plan again without --against",
    )


def _another_account(plan: Plan, account: str) -> tuple[str, str] | None:
    if plan.account == account:
        return None
    named = quoted_short(account)
    return (
        f"this plan is for the account {quoted_short(plan.account)}, not for {named}",
        f"omit -a to apply it to that account, or plan again for {named}",
    )


def _another_app_id(
    plan: Plan, account: str, identity: AccountIdentity
) -> tuple[str, str] | None:
    """Return the reason if the credentials have another app id than the plan; see `app_ids`."""
    if not identity.differs_by_app_id(plan.identity):
        return None
    what = (
        f"this plan was made with the app id of fingerprint {plan.app_id}, but the current "
        f"app id has the fingerprint {identity.app_id}, which may be of another account"
    )
    return what, (
        f"{_PLAN_AGAIN}; or if both app ids open the same account, write "
        f"{identity.setting_for(plan.identity)} below {account}: in schemactl.yaml"
    )


def _another_place(
    plan: Plan, *, backend: str, identity: AccountIdentity
) -> tuple[str, str] | None:
    if plan.backend == backend and identity.owns(plan.identity):
        return None
    address = identity.address
    what = (
        f"this plan was made for {quoted_short(plan.address)} over {plan.backend}, but the "
        f"account is now {quoted_short(address)} over {backend}"
    )
    return what, f"{_PLAN_AGAIN}; or correct the account's url and backend in schemactl.yaml"


def _other_files(plan: Plan, files: str) -> tuple[str, str] | None:
    if plan.files.text == files:
        return None
    return "the schema files have changed since this plan was made", _PLAN_AGAIN
