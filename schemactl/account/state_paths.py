"""Where a project keeps what schemactl knows of an account, beside base and journals."""

from __future__ import annotations

from pathlib import Path

from schemactl.account.embedded import STATE_FOLDER
from schemactl.store.files import own_path


def facts_path(folder: Path, account_name: str) -> Path:
    """Return where a project keeps what a probe found out about an account.

    Raises:
        LinkedStateError: A link leads there.
    """
    return own_path(folder, STATE_FOLDER, "probe", f"{account_name}.json")


def vault_folder(folder: Path, account_name: str) -> Path:
    """Return where a project keeps the values that applies of an account backed up.

    Raises:
        LinkedStateError: A link leads there.
    """
    return own_path(folder, STATE_FOLDER, "vault", account_name)


def plans_folder(folder: Path, account_name: str) -> Path:
    """Return where a project keeps the plans that applies of an account executed.

    Raises:
        LinkedStateError: A link leads there.
    """
    return own_path(folder, STATE_FOLDER, "plans", account_name)


def usage_path(folder: Path, account_name: str) -> Path:
    """Return where a project keeps how many contacts hold what in an account.

    Raises:
        LinkedStateError: A link leads there.
    """
    return own_path(folder, STATE_FOLDER, "usage", f"{account_name}.json")
