"""The embedded account of a project: its file, its id and its server in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schemactl.errors import AccountError
from schemactl.model.credentials import Credentials
from schemactl.project import BackendName
from schemactl.store.files import own_path

STATE_FOLDER: Final = ".schemactl"
"""Where a project keeps its embedded accounts, journals and bases; only the bases belong in
git."""
EMBEDDED_APP_ID: Final = "embedded"
"""Part of the name of the file that counts the calls; it is never sent."""
_EMBEDDED_KEY_BYTES: Final = 8


def embedded_account_path(folder: Path, account_name: str) -> Path:
    """Return where a project keeps an embedded account.

    Raises:
        LinkedStateError: A link leads there.
    """
    return own_path(folder, STATE_FOLDER, "emulator", f"{account_name}.sqlite")


def embedded_id(path: Path) -> str:
    """Return the id in the file of an embedded account; empty if there is no file."""
    from schemactl.emulator import account_id

    return account_id(path)


def embedded_credentials() -> Credentials:
    """Return random credentials for this process: the embedded account accepts any.

    They are random so that no name in the account contains them by chance: an answer that
    contains app id or key is refused.
    """
    secret = os.urandom(_EMBEDDED_KEY_BYTES).hex()
    return Credentials(app_id=secret, key=secret)


@contextmanager
def embedded_server(path: Path, backend: BackendName) -> Iterator[str]:
    """Serve the embedded account to this process over HTTP, and yield its address.

    Both APIs are served on the same account, so that a project can change from one to the
    other.

    Raises:
        AccountError: Its file is not an account, or cannot be read or written.
    """
    from schemactl.emulator import EmulatorError, EmulatorServer

    server = EmulatorServer(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        server.start()
    except EmulatorError as error:
        hint = f"delete {path}: the embedded account then begins again, empty"
        raise AccountError(str(error), hint=hint) from error
    except OSError as error:
        msg = f"the embedded account cannot be kept in {path.parent}: {error.strerror or error}"
        raise AccountError(msg, hint="make that folder writable") from error
    try:
        match backend:
            case BackendName.LEGACY:
                yield server.url
            case BackendName.REST:
                yield server.rest_url
    finally:
        server.stop()
