"""Open an account: the embedded emulator or the vendor's server, for reading or for writing.

Only this module combines address, credentials, rate and backend. It imports what an account
needs when it is opened, so that planning offline stays fast.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from schemactl.account.dialects import legacy_dialect, pace_of, rest_dialect
from schemactl.account.embedded import (
    EMBEDDED_APP_ID,
    STATE_FOLDER,
    embedded_account_path,
    embedded_credentials,
    embedded_id,
    embedded_server,
)
from schemactl.account.shared_state import hold_state, no_objection
from schemactl.account.state_paths import JOURNALS, journal_folder, local_state
from schemactl.errors import AccountError, InvalidFilesError
from schemactl.host import Host
from schemactl.model.account_identity import (
    EMBEDDED_PREFIX,
    AccountIdentity,
    fingerprint_of_app_id,
    normal_address,
    normal_host,
)
from schemactl.model.credentials import Credentials
from schemactl.project import Account, BackendName
from schemactl.project.credentials import read_credentials
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.account.http.rate import Limiter
    from schemactl.account.http.transport import Transport
    from schemactl.account.interface import Backend, Wanted
    from schemactl.account.limiting import OpenState
    from schemactl.account.probing import ProbePoints
    from schemactl.model.record_update import Value
    from schemactl.store.lock import Holder
    from schemactl.store.state.interface import StateFolder, StateStore


def saved_value(backend: BackendName, kind: str, text: str, options: Sequence[str]) -> Value:
    """Return what a text meant that was read over an API, in the form that both share.

    Options over the REST API are numbers, so their labels have to be known otherwise.

    Raises:
        AccountError: It cannot be understood with certainty.
    """
    from schemactl.account.legacy.value_codec import read_value
    from schemactl.account.value_forms import is_empty

    match backend:
        case BackendName.LEGACY:
            return read_value(text, kind, options)
        case BackendName.REST:
            return "" if is_empty(kind, text) else text


def probe_points(account: Account) -> ProbePoints:
    """Return the open points of the account's API, which a probe tries."""
    match account.backend:
        case BackendName.LEGACY:
            from schemactl.account.legacy.probe import POINTS as LEGACY_POINTS

            return LEGACY_POINTS
        case BackendName.REST:
            from schemactl.account.rest.probe import POINTS as REST_POINTS

            return REST_POINTS


def identity_of(account: Account, folder: Path, host: Host) -> AccountIdentity:
    """Return what distinguishes an account from every other; state on disk is bound to it.

    An embedded account that does not exist yet is created. Its id is in its file, so a moved
    project keeps it, and a clone of the project gets another one.

    Raises:
        AccountError: Credentials are missing, or the file of an embedded account is unusable.
    """
    if not account.is_embedded:
        found = read_credentials(account, environ=host.environ, home=host.home, folder=folder)
        return _identity(account, found.app_id)
    path = embedded_account_path(folder, account.name)
    number = embedded_id(path)
    if not number:
        with embedded_server(path, account.backend):
            number = embedded_id(path)
    return AccountIdentity(address=f"{EMBEDDED_PREFIX}{number}")


def identity_at_hand(account: Account, folder: Path, host: Host) -> AccountIdentity:
    """Return the same as far as it is known without the account; creates nothing.

    Without credentials it has no fingerprint.
    """
    if account.is_embedded:
        path = embedded_account_path(folder, account.name)
        return AccountIdentity(address=f"{EMBEDDED_PREFIX}{embedded_id(path)}")
    try:
        return identity_of(account, folder, host)
    except (AccountError, InvalidFilesError):
        return AccountIdentity(address=normal_address(account.url))


def _identity(account: Account, app_id: str) -> AccountIdentity:
    return AccountIdentity(
        address=normal_address(account.url),
        app_id=fingerprint_of_app_id(app_id),
        same_app_ids=frozenset(account.app_ids),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplySession:
    """An account that is locked against other applies.

    Attributes:
        identity: Which account it is, by the credentials that open it.
        open: Opens it, and reads the custom objects of these labels; None for all of them.
        state: Where the project keeps what it knows of it; written only while it is locked.
        left_behind: Folders of journals of a run that may have died while it held the
            account.
    """

    identity: AccountIdentity
    open: Callable[[Wanted], AbstractContextManager[Backend]]
    state: StateStore
    left_behind: tuple[StateFolder, ...] = ()


@contextmanager
def open_account(
    account: Account,
    *,
    folder: Path,
    open_state: OpenState | None,
    host: Host,
    objects: Wanted,
) -> Iterator[Backend]:
    """Yield a backend that can only read, and close it afterwards.

    Args:
        account: The account.
        folder: The project's folder.
        open_state: Opens the state store, if other machines share it.
        host: The outside world.
        objects: Labels of the custom objects that it reads; None for all of them.

    Raises:
        AccountError: Credentials are missing.
    """
    with (
        _open_endpoint(account, folder, open_state, host) as endpoint,
        endpoint.backend(objects, read_only=True) as backend,
    ):
        yield backend


@contextmanager
def hold_for_apply(
    account: Account, *, folder: Path, state: StateStore, host: Host, wait_s: float
) -> Iterator[ApplySession]:
    """Lock the account against other applies, and yield how to open it for writing.

    Read files, base and journals inside the block: another apply may have changed them before.

    Args:
        account: The account.
        folder: The project's folder.
        state: Where the project keeps what it knows of the account.
        host: The outside world.
        wait_s: How long to wait for another apply to end.

    Raises:
        AccountError: Credentials are missing, or the account cannot be locked.
        LockedError: Another apply holds it.
    """
    from schemactl.store.lock import Holder, hold

    holder = Holder(
        process=os.getpid(),
        since=host.now().isoformat(timespec="seconds"),
        folder=str(folder.resolve()),
        journals=state.locate(journal_folder(state, account.name).parts),
    )
    shared = (lambda: state) if state.is_shared else None
    with (
        _open_endpoint(account, folder, shared, host) as endpoint,
        hold(endpoint.lock_file, holder, wait_s=wait_s, host=host) as last,
        hold_state(state, account, endpoint.name, wait_s=wait_s, host=host) as held,
    ):
        # The lock of an embedded account is in this project, and so are its journals.
        left = () if account.is_embedded else journals_left_behind(last, holder)
        yield ApplySession(
            identity=endpoint.identity,
            open=partial(endpoint.backend, read_only=False, objection=held.objection),
            state=held.state,
            left_behind=(*left, *held.left_behind),
        )


def journals_left_behind(last: Holder | None, holder: Holder) -> tuple[StateFolder, ...]:
    """Return the folder of journals of a process that died while it held the account, if any.

    The lock file that names it is untrusted input: the folder must belong to this user and be
    named like a folder of journals, and its content is verified later.
    """
    if last is None or last.journals == holder.journals:
        return ()
    place = Path(last.journals)
    names = (STATE_FOLDER, JOURNALS)
    is_named = place.is_absolute() and place.parts[-3:-1] == names and ".." not in place.parts
    try:
        is_own = is_named and place.stat().st_uid == os.geteuid()
    except (OSError, ValueError):
        return ()
    if not is_own:
        return ()
    return (journal_folder(local_state(Path(*place.parts[:-3])), place.name),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Endpoint:
    """Where an account answers, and how it is opened."""

    account: Account
    identity: AccountIdentity
    url: str
    credentials: Credentials
    count_file: Path
    lock_file: Path
    open_state: OpenState | None
    host: Host

    @property
    def name(self) -> str:
        """What lease and allotment are named after; shows neither host nor app id."""
        return self.count_file.stem.removeprefix("calls-")

    @contextmanager
    def backend(
        self,
        objects: Wanted,
        *,
        read_only: bool,
        objection: Callable[[], str] = no_objection,
    ) -> Iterator[Backend]:
        """Yield the account; the first request opens a connection."""
        from schemactl.account.limiting import open_limiter
        from schemactl.account.reporting import ReportingBackend

        with open_limiter(
            self.account.calls_per_minute,
            self.count_file,
            open_state=self.open_state,
            name=self.name,
            host=self.host,
        ) as limiter:
            transport = _transport(
                self.url,
                self.credentials,
                limiter,
                self.host,
                read_only=read_only,
                objection=objection,
                connections=pace_of(self.account).at_once,
            )
            with closing(transport):
                backend = _backend(transport, self.account, objects)
                yield ReportingBackend(backend=backend, listener=self.host.listener)


@contextmanager
def _open_endpoint(
    account: Account, folder: Path, open_state: OpenState | None, host: Host
) -> Iterator[_Endpoint]:
    from schemactl.account.http.rate import count_file

    with ExitStack() as stack:
        path = embedded_account_path(folder, account.name)
        if account.is_embedded:
            url = stack.enter_context(embedded_server(path, account.backend))
            credentials = embedded_credentials()
            identity = identity_at_hand(account, folder, host)
            place, app_id = str(path.resolve()), EMBEDDED_APP_ID
        else:
            url = account.url
            credentials = read_credentials(
                account, environ=host.environ, home=host.home, folder=folder
            )
            identity = _identity(account, credentials.app_id)
            place = normal_host(urlsplit(url).hostname or "")
            app_id = identity.shared_app_id
        count = count_file(host=place, app_id=app_id, state_folder=host.state_folder)
        yield _Endpoint(
            account=account,
            identity=identity,
            url=url,
            credentials=credentials,
            count_file=count,
            # One lock for all projects of this user, like the count of calls.
            lock_file=(path if account.is_embedded else count).with_suffix(".lock"),
            open_state=open_state,
            host=host,
        )


def _transport(
    url: str,
    credentials: Credentials,
    limiter: Limiter,
    host: Host,
    *,
    read_only: bool,
    objection: Callable[[], str],
    connections: int,
) -> Transport:
    from schemactl.account.http.transport import Transport

    return Transport(
        url,
        credentials,
        read_only=read_only,
        objection=objection,
        limiter=limiter,
        environ=host.environ,
        listener=host.listener,
        on_request=host.listener,
        sleep=host.sleep,
        is_interrupted=host.is_interrupted,
        connections=connections,
    )


def _backend(transport: Transport, account: Account, objects: Wanted) -> Backend:
    match account.backend:
        case BackendName.LEGACY:
            from schemactl.account.legacy.backend import LegacyBackend

            return LegacyBackend(transport, legacy_dialect(account))
        case BackendName.REST:
            from schemactl.account.rest.backend import RestBackend

            return RestBackend(transport, rest_dialect(account), objects=objects)
