"""Where a project keeps what schemactl knows of an account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemactl.account.embedded import STATE_FOLDER
from schemactl.store.state.interface import StateFile, StateFolder, StateStore
from schemactl.store.state.local import LocalState

if TYPE_CHECKING:
    from schemactl.project import Project
    from schemactl.store.state_index import StateIndex

JOURNALS: Final = "journal"
"""The folder of journals; it has one folder for each account."""


def local_state(folder: Path) -> LocalState:
    """Return the state store inside a project's folder."""
    return LocalState(folder=folder, inside=(STATE_FOLDER,))


def base_file(store: StateStore, account_name: str) -> StateFile:
    """Return where the base of an account is, which may be committed to git.

    Raises:
        LinkedStateError: A link leads there.
    """
    return _file(store, "base", f"{account_name}.json")


def journal_folder(store: StateStore, account_name: str) -> StateFolder:
    """Return where the journals of an account are.

    Raises:
        LinkedStateError: A link leads there.
    """
    return _folder(store, JOURNALS, account_name)


def facts_file(store: StateStore, account_name: str) -> StateFile:
    """Return where what a probe found out about an account is.

    Raises:
        LinkedStateError: A link leads there.
    """
    return _file(store, "probe", f"{account_name}.json")


def plans_folder(store: StateStore, account_name: str) -> StateFolder:
    """Return where the plans are that applies of an account executed.

    Raises:
        LinkedStateError: A link leads there.
    """
    return _folder(store, "plans", account_name)


def usage_file(store: StateStore, account_name: str) -> StateFile:
    """Return where it is kept how many contacts hold what in an account.

    Raises:
        LinkedStateError: A link leads there.
    """
    return _file(store, "usage", f"{account_name}.json")


def rollouts_folder(store: StateStore) -> StateFolder:
    """Return where the records of applies to many accounts are.

    Raises:
        LinkedStateError: A link leads there.
    """
    return _folder(store, "rollouts")


def vault_folder(store: StateStore, account_name: str) -> StateFolder:
    """Return where the values are that applies of an account backed up.

    Raises:
        LinkedStateError: A link leads there.
    """
    return _folder(store, "vault", account_name)


def state_index(store: StateStore, project: Project) -> StateIndex:
    """Return which names of accounts the state of a project has.

    Raises:
        LinkedStateError: A link leads there.
    """
    from schemactl.store.state_index import StateIndex

    # Over a network, each base of another account would be a request.
    known = frozenset(account.name for account in project.accounts)
    skipped = known if store.is_shared else frozenset()
    return StateIndex(_folder(store, "base"), _folder(store, JOURNALS), skipped=skipped)


def _file(store: StateStore, *parts: str) -> StateFile:
    store.check(parts)
    return StateFile.at(store, parts)


def _folder(store: StateStore, *parts: str) -> StateFolder:
    store.check(parts)
    return StateFolder.at(store, parts)
