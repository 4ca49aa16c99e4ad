"""Two entries of a project that open one account, which shows only once app ids are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemactl.errors import RefusedError
from schemactl.model.account_identity import AccountIdentity, normal_address
from schemactl.text import quoted_short


def find_twins(accounts: Iterable[tuple[str, AccountIdentity]]) -> Mapping[str, str]:
    """Return the accounts that are also there under another name, each with that name.

    What cannot be known yet, without credentials, is no twin: such an account fails by itself.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name, identity in accounts:
        if identity.app_id:
            key = normal_address(identity.address), identity.shared_app_id
            found.setdefault(key, []).append(name)
    return {
        name: next(other for other in names if other != name)
        for names in found.values()
        if len(names) > 1
        for name in names
    }


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
