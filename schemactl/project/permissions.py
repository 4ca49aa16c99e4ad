"""Which accounts a permission is given for: `removes-field=@dental` is for one label only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemactl.errors import UsageError
from schemactl.model.plan import Permission
from schemactl.project.selection import choose_among
from schemactl.project.settings import Account
from schemactl.text import quoted_short

SCOPE: Final = "="
"""Between a permission and the accounts that it is given for."""


def permissions_by_account(
    words: Sequence[str], accounts: Sequence[Account], *, must_name: bool
) -> dict[str, frozenset[Permission]]:
    """Return the permissions of each account.

    Args:
        words: Permissions, each alone or with accounts: `removes-field=acme`, `…=@dental`.
        accounts: The chosen accounts.
        must_name: Whether each permission must name its accounts.

    Raises:
        UsageError: One names no accounts and must, or names none of those that are chosen.
    """
    given: dict[str, set[Permission]] = {account.name: set() for account in accounts}
    for word in words:
        name, scope, whom = word.partition(SCOPE)
        if must_name and not scope:
            msg = f"--allow {name} does not say for which of several accounts it is"
            hint = f"name them: --allow {name}{SCOPE}acme, or {name}{SCOPE}@label"
            raise UsageError(msg, hint=hint)
        covered = choose_among(accounts, whom) if scope else tuple(accounts)
        if not covered:
            msg = f"--allow {name}{SCOPE}{whom} covers none of the chosen accounts"
            raise UsageError(msg, hint=f"no chosen account is meant by {quoted_short(whom)}")
        for account in covered:
            given[account.name].add(Permission(name))
    return {name: frozenset(found) for name, found in given.items()}
