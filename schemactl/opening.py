"""Opens an account: the embedded emulator or the vendor's server, for reading or for writing.

The only place where addresses, credentials, rates and the wire come together. What
an account needs is imported when it is opened: planning offline pays for none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from schemactl.accounts import Account, BackendName, read_credentials
from schemactl.backend.interface import Backend, Dialect
from schemactl.backend.legacy_dialect import LegacyDialect
from schemactl.host import Host
from schemactl.model.event import Waiting
from schemactl.wire.credentials import Credentials
from schemactl.wire.rate import Limiter, NoLimit, SharedLimit, count_file
from schemactl.wire.transport import Transport, WaitReason

STATE_FOLDER: Final = ".schemactl"
"""Where a project keeps its embedded accounts and its journals; not for git."""
EMBEDDED_CREDENTIALS: Final = Credentials(app_id="embedded", key="embedded")
"""Any will do: the embedded account checks none unless told to."""

_WAITS: Final = MappingProxyType(
    {
        WaitReason.RATE_LIMIT: "the account's calls of this minute are used up",
        WaitReason.RETRY: "before trying again",
    }
)


def dialect_of(account: Account) -> Dialect:
    """Choose what the account's API can say; makes no call."""
    match account.backend:
        case BackendName.LEGACY:
            return LegacyDialect(tag_carrier=account.tag_carrier)


def embedded_account_path(folder: Path, account_name: str) -> Path:
    """Say where a project keeps the state of an embedded account."""
    return folder / STATE_FOLDER / "emulator" / f"{account_name}.sqlite"


def journal_path(folder: Path, account_name: str, run_id: str) -> Path:
    """Say where a project keeps the journal of one run."""
    return folder / STATE_FOLDER / "journal" / account_name / f"{run_id}.jsonl"


@contextmanager
def open_account(
    account: Account, *, folder: Path, host: Host, read_only: bool
) -> Iterator[Backend]:
    """Give a backend for the account, and let go of all that it took afterwards.

    Args:
        account: Which.
        folder: The project's folder.
        host: The outside world.
        read_only: Whether to let only requests out that change nothing.

    Raises:
        AccountError: Credentials are missing.
    """
    with ExitStack() as stack:
        if account.is_embedded:
            path = embedded_account_path(folder, account.name)
            url = stack.enter_context(_embedded_server(path))
            credentials = EMBEDDED_CREDENTIALS
        else:
            url, credentials = account.url, read_credentials(account, host.environ)
        limiter = _limiter(account, url, credentials, host, folder=folder)
        transport = _transport(url, credentials, limiter, host, read_only=read_only)
        stack.enter_context(closing(transport))
        match account.backend:
            case BackendName.LEGACY:
                yield _legacy_backend(transport, account)


@contextmanager
def _embedded_server(path: Path) -> Iterator[str]:
    """Serve the embedded account to this process alone, over real HTTP; give its address."""
    from schemactl.emulator.server import EmulatorServer

    path.parent.mkdir(parents=True, exist_ok=True)
    with EmulatorServer(path) as server:
        yield server.url


def _limiter(
    account: Account, url: str, credentials: Credentials, host: Host, *, folder: Path
) -> Limiter:
    """Count calls with all other processes on the account; no limit where no rate is set."""
    if account.calls_per_minute is None:
        return NoLimit()
    place = urlsplit(url).hostname or ""
    if account.is_embedded:
        place = str(embedded_account_path(folder.resolve(), account.name))
    file = count_file(
        host=place, app_id=credentials.app_id, environ=host.environ, home=host.home
    )
    return SharedLimit(file, calls=account.calls_per_minute, sleep=host.sleep)


def _transport(
    url: str, credentials: Credentials, limiter: Limiter, host: Host, *, read_only: bool
) -> Transport:
    return Transport(
        url,
        credentials,
        read_only=read_only,
        limiter=limiter,
        environ=host.environ,
        listener=lambda waiting: host.listener(
            Waiting(seconds=waiting.seconds, why=_WAITS[waiting.reason])
        ),
        sleep=host.sleep,
    )


def _legacy_backend(transport: Transport, account: Account) -> Backend:
    from schemactl.backend.legacy import LegacyBackend

    return LegacyBackend(transport, LegacyDialect(tag_carrier=account.tag_carrier))
