"""From the shared options to the accounts that a command works on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemactl.project.selection import choose_accounts
from schemactl.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemactl.cli.options import Settings
    from schemactl.fleet.changed import AccountChange
    from schemactl.project import Account, Project

_MAX_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The accounts to work on.

    Attributes:
        accounts: The accounts, in the project's order; none if a filter leaves none.
        all_shards: Those of all shards; the same without --shard.
        changes: What of each changed; empty without --changed-since.
    """

    accounts: tuple[Account, ...]
    all_shards: tuple[Account, ...]
    changes: Mapping[str, AccountChange]


def choose(project: Project, settings: Settings) -> Chosen:
    """Return the accounts that the options choose, and report what a filter leaves of them.

    Raises:
        UsageError: It is unclear which accounts are meant, or none are chosen.
        GitUnavailableError: Git does not know what changed.
    """
    choice = settings.choice
    accounts = choose_accounts(project, choice)
    changes: Mapping[str, AccountChange] = {}
    if choice.changed_since is not None:
        changes = _changes(project, accounts, choice.changed_since, settings)
        accounts = tuple(each for each in accounts if each.name in changes)
    shard = choice.shard
    own = accounts if shard is None else tuple(one for one in accounts if shard.has(one.name))
    if accounts and not own:
        settings.terminal.note(f"No chosen account is in shard {shard}: nothing to do.")
    return Chosen(accounts=own, all_shards=accounts, changes=changes)


def _changes(
    project: Project, accounts: tuple[Account, ...], commit: str, settings: Settings
) -> Mapping[str, AccountChange]:
    """Return what changed of each account, and report how many changed."""
    from schemactl.cli.process import this_host
    from schemactl.fleet.changed import changes_since
    from schemactl.project.settings import listed
    from schemactl.text import counted, short_hash

    found = changes_since(project, accounts, commit, this_host())
    since = f"since commit {short_hash(found.commit)}"
    number = counted(len(accounts), "chosen account")
    changed = len(found.accounts)
    words = (
        f"{changed:,} of {number} changed {since}"
        if changed
        else f"None of {number} changed {since}: nothing to do"
    )
    settings.terminal.note(f"{words}.")
    if found.gone:
        settings.terminal.note(f"No longer in the project {since}: {listed(found.gone)}.")
    return found.accounts
