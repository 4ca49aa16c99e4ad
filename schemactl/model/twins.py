"""Two entries of a project that open one account, which shows only once app ids are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemactl.model.account_identity import AccountIdentity, normal_address


def find_twins(accounts: Iterable[tuple[str, AccountIdentity]]) -> Mapping[str, str]:
    """Return the accounts that are also there under another name, each with that name.

    What cannot be known yet, without credentials, is no twin: such an account fails by itself.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for name, identity in accounts:
        for app_id in identity.known_app_ids:
            key = normal_address(identity.address), app_id
            found.setdefault(key, []).append(name)
    return {
        name: next(other for other in names if other != name)
        for names in found.values()
        if len(names) > 1
        for name in names
    }
