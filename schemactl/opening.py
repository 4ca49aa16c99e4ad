"""Opens an account: the embedded emulator or the vendor's server, for reading or for writing.

The only place where addresses, credentials, rates and the wire come together. What
an account needs is imported when it is opened: planning offline pays for none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from schemactl.accounts import Account, BackendName, read_credentials
from schemactl.errors import AccountError
from schemactl.host import Host
from schemactl.model.event import Waiting
from schemactl.wire.credentials import Credentials

if TYPE_CHECKING:
    from schemactl.backend.interface import Backend, Dialect
    from schemactl.planner.price import Pace
    from schemactl.wire.rate import Limiter
    from schemactl.wire.transport import Transport, WaitReason

STATE_FOLDER: Final = ".schemactl"
"""Where a project keeps its embedded accounts and its journals; not for git."""
EMBEDDED_CREDENTIALS: Final = Credentials(app_id="embedded", key="embedded")
"""Any will do: the embedded account checks none unless told to."""


def declarable_types(account: Account) -> frozenset[str]:
    """Say which field types files for the account may declare."""
    match account.backend:
        case BackendName.LEGACY:
            from schemactl.backend.legacy_types import LEGACY_TYPES

            return LEGACY_TYPES


def dialect_of(account: Account) -> Dialect:
    """Choose what the account's API can say; makes no call."""
    match account.backend:
        case BackendName.LEGACY:
            from schemactl.backend.legacy_dialect import LegacyDialect

            return LegacyDialect(tag_carrier=account.tag_carrier)


def pace_of(account: Account) -> Pace:
    """Say how fast calls to the account can be made."""
    from schemactl.planner.price import EMBEDDED_SECONDS_PER_CALL, SECONDS_PER_CALL, Pace

    is_near = account.is_embedded
    return Pace(
        calls_per_minute=account.calls_per_minute,
        seconds_per_call=EMBEDDED_SECONDS_PER_CALL if is_near else SECONDS_PER_CALL,
    )


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
    """Serve the embedded account to this process alone, over real HTTP; give its address.

    Raises:
        AccountError: Its file is no account, or cannot be read or written.
    """
    from schemactl.emulator import EmulatorError, EmulatorServer

    server = EmulatorServer(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        server.start()
    except EmulatorError as error:
        raise AccountError(str(error), hint=error.hint) from error
    except OSError as error:
        msg = f"the embedded account cannot be kept in {path.parent}: {error.strerror or error}"
        raise AccountError(msg, hint="make that folder writable") from error
    try:
        yield server.url
    finally:
        server.stop()


def _limiter(
    account: Account, url: str, credentials: Credentials, host: Host, *, folder: Path
) -> Limiter:
    """Count calls with all other processes on the account; no limit where no rate is set."""
    from schemactl.wire.rate import NoLimit, SharedLimit, count_file

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
    from schemactl.wire.transport import Transport

    return Transport(
        url,
        credentials,
        read_only=read_only,
        limiter=limiter,
        environ=host.environ,
        listener=lambda waiting: host.listener(
            Waiting(seconds=waiting.seconds, why=_why(waiting.reason))
        ),
        sleep=host.sleep,
    )


def _why(reason: WaitReason) -> str:
    """Say in the user's words why the transport waits."""
    from schemactl.wire.transport import WaitReason

    match reason:
        case WaitReason.RATE_LIMIT:
            return "the account's calls of this minute are used up"
        case WaitReason.RETRY:
            return "a request failed and is tried again"


def _legacy_backend(transport: Transport, account: Account) -> Backend:
    from schemactl.backend.legacy import LegacyBackend
    from schemactl.backend.legacy_dialect import LegacyDialect

    return LegacyBackend(transport, LegacyDialect(tag_carrier=account.tag_carrier))
