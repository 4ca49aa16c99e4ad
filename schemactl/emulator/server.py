"""Serve the emulator over HTTP on loopback, in its own thread or in the caller's.

It prints nothing, and logs nothing but its own bugs.
"""

from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from werkzeug import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from schemactl.emulator.access import KeyGrant
from schemactl.emulator.edits import parse_edits
from schemactl.emulator.errors import (
    AccountFileError,
    ConnectionCutError,
    EmulatorError,
    NotServedError,
)
from schemactl.emulator.faults import Fault
from schemactl.emulator.fleet import Accounts, MakeRuntime
from schemactl.emulator.handling import not_served
from schemactl.emulator.invented_contacts import NOBODY, Crowd
from schemactl.emulator.latency import NO_LATENCY, Latency
from schemactl.emulator.legacy.service import LegacyService
from schemactl.emulator.rest.request import PREFIX
from schemactl.emulator.runtime import Clock, Runtime, new_account_image
from schemactl.emulator.switches import Switches

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
MAX_BODY_BYTES = 32 * 1024 * 1024
STOP_POLL_S = 0.005
CONTROL = "/control/"

_CDATA = re.compile(r"/*(?:[^/]+/+)*cdata\.php/*", re.IGNORECASE)
_LOGGER = logging.getLogger(__name__)


class EmulatorServer:
    """A stand-in account over HTTP; as a context manager it runs for the block.

    `start` opens the account, so that a server that never runs leaves no file.
    """

    def __init__(
        self,
        db: Path | None = None,
        *,
        host: str = HOST,
        port: int = 0,
        switches: Switches | None = None,
        faults: Iterable[Fault] = (),
        keys: Iterable[KeyGrant] = (),
        rate_limit: int | None = None,
        latency: Latency = NO_LATENCY,
        crowd: Crowd = NOBODY,
        seed: Path | str | None = None,
        clock: Clock = time.time,
        accounts: int | None = None,
    ) -> None:
        """Keep the settings; see `serve`."""
        if accounts is not None and db is not None:
            msg = "many accounts are in memory, and have no file"
            raise EmulatorError(msg, hint="omit the file or the number of accounts")
        self._number = accounts
        self._address = (host, port)
        self._db = db
        self._seed = seed
        self._switches = Switches() if switches is None else switches
        self._faults = tuple(faults)
        self._keys = tuple(keys)
        self._rate_limit = rate_limit
        self._latency = latency
        self._crowd = crowd
        self._clock = clock
        self._running: _Running | None = None

    @property
    def base_url(self) -> str:
        """Where the server listens, without a path: the control pages are below it."""
        http = self._up().http
        host = f"[{http.host}]" if ":" in http.host else http.host
        return f"http://{host}:{http.port}"

    @property
    def url(self) -> str:
        """Where clients of the Contacts API post to."""
        return f"{self.base_url}/cdata.php"

    @property
    def rest_url(self) -> str:
        """Where clients of the REST API find it."""
        return f"{self.base_url}/1/"

    @property
    def runtime(self) -> Runtime:
        """The inside of the running emulator: its switches, faults, calls and account.

        Raises:
            EmulatorError: It has many accounts.
        """
        return self._up().accounts.only()

    def account(self, number: int) -> Runtime:
        """Return the inside of one of many accounts, by its number from 1.

        Raises:
            EmulatorError: There is no such account.
        """
        return self._up().accounts.numbered(number)

    @property
    def application(self) -> WSGIApplication:
        """What answers requests, for whoever calls it without a network."""
        return self._up().http.app

    def start(self) -> Self:
        """Listen, and answer in another thread.

        Raises:
            EmulatorError: The port is taken, or the account file or seed cannot be used.
        """
        self._open()
        self._up().serve_in_thread()
        return self

    def serve_forever(self) -> None:
        """Listen, and answer in this thread until it is interrupted or `stop` is called.

        Raises:
            EmulatorError: As for `start`.
        """
        self._open()
        try:
            self._up().serve()
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop answering and close the account; a second call does nothing."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def edit(self, text: str) -> None:
        """Change the account as `POST /control/edit` does: one edit a line, all or none.

        Raises:
            EmulatorError: A line is not an edit, or cannot be done.
        """
        self.runtime.edit(parse_edits(text))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _open(self) -> None:
        if self._running is not None:
            msg = "the emulator is already running"
            raise EmulatorError(msg, hint="stop it first, or create another")
        listener = _listen(*self._address)
        try:
            accounts = Accounts(self._make_runtime(), number=self._number, keys=self._keys)
            self._running = _Running(listener, accounts)
        finally:
            listener.close()

    def _make_runtime(self) -> MakeRuntime:
        """Return what creates an account; the seed of many is read once."""
        image = None
        if self._number is not None:
            image = new_account_image(self._seed, self._crowd, self._clock)

        def make(keys: tuple[KeyGrant, ...]) -> Runtime:
            return Runtime(
                self._db,
                switches=self._switches,
                faults=self._faults,
                keys=keys,
                rate_limit=self._rate_limit,
                latency=self._latency,
                crowd=self._crowd,
                seed=self._seed,
                clock=self._clock,
                image=image,
            )

        return make

    def _up(self) -> _Running:
        if self._running is None:
            msg = "the emulator is not running"
            raise EmulatorError(msg, hint="start it first")
        return self._running


class ServerSettings(TypedDict, total=False):
    """Settings of a server and its account.

    Attributes:
        host: Address to listen on.
        port: Port to listen on; 0 for any free port.
        switches: Choices where public facts are unknown; None for the defaults.
        faults: Faults that apply from the start.
        keys: Keys that open the account; without any, every app id and key does.
        rate_limit: Calls a minute; None for no limit.
        latency: The wait of every request.
        crowd: How many contacts to invent for a new account, in addition to the usual three.
        seed: A snapshot or a `key` body to create a new account from: a file, or text.
        accounts: How many accounts there are, all in memory: number n, from 1, answers to the
            app id `2_test_n`. None for one account that every app id opens.
    """

    host: str
    port: int
    switches: Switches | None
    faults: Iterable[Fault]
    keys: Iterable[KeyGrant]
    rate_limit: int | None
    latency: Latency
    crowd: Crowd
    seed: Path | str | None
    accounts: int | None


def serve(db: Path | None = None, **settings: Unpack[ServerSettings]) -> EmulatorServer:
    """Return a server to use in a `with` block, or to start.

    Args:
        db: SQLite file of the account, created if it does not exist; None for an account
            in memory that ends with the server.
        **settings: See `ServerSettings`.
    """
    return EmulatorServer(db, **settings)


class _Running:
    """A server that listens, and the accounts behind it."""

    def __init__(self, listener: socket.socket, accounts: Accounts) -> None:
        self.accounts = accounts
        self.http = _QuietServer(listener, _Application(accounts))
        self._thread = Thread(target=self.serve, name="emulator", daemon=True)
        self._is_served = False

    def serve_in_thread(self) -> None:
        self._is_served = True
        self._thread.start()

    def serve(self) -> None:
        self._is_served = True
        self.http.serve_forever(poll_interval=STOP_POLL_S)

    def stop(self) -> None:
        if self._is_served:
            self.http.shutdown()
        if self._thread.is_alive():
            self._thread.join()
        self.http.server_close()
        self.accounts.close()


class _Application:
    """Passes each request to the service that answers it."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        http = Request(environ)
        http.max_content_length = MAX_BODY_BYTES
        try:
            response = self._respond(http)
        except RequestEntityTooLarge:
            response = Response(f"At most {MAX_BODY_BYTES} bytes.\n", status=413)
        except ConnectionCutError:
            raise
        except AccountFileError as error:
            response = Response(f"The emulator {error}\n", status=500)
        except EmulatorError as error:
            response = Response(f"{error}. {error.hint or ''}\n", status=400)
        except Exception:
            _LOGGER.exception("a bug in the emulator")
            response = Response("A bug in the emulator; see its log.\n", status=500)
        return response(environ, start_response)

    def _respond(self, http: Request) -> Response:
        if _CDATA.fullmatch(http.path):
            if http.method not in {"GET", "POST"}:
                return not_served(NotServedError(f"{http.method} {http.path}"))
            return LegacyService(self._accounts.for_request(http)).respond(http)
        # Imported where it is used: most emulators serve only one command.
        if http.path.startswith(PREFIX):
            from schemactl.emulator.rest.service import RestService

            return RestService(self._accounts.for_request(http)).respond(http)
        if http.path.startswith(CONTROL):
            from schemactl.emulator.control import respond_to_control

            return respond_to_control(self._accounts.for_control, http)
        if http.path == "/":
            from schemactl.emulator.front_page import front_page

            page = front_page(self._accounts.for_control(http))
            return Response(page, content_type="text/html; charset=utf-8")
        return not_served(NotServedError(f"{http.method} {http.path}"))


class _Handler(WSGIRequestHandler):
    """Handles one connection, and prints nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Print nothing: the account keeps its own log of calls."""

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        """Close a connection that was cut: werkzeug would continue to read from it."""
        super().connection_dropped(error, environ)
        self.close_connection = True


class _QuietServer(ThreadedWSGIServer):
    """A threaded server on a socket that already listens."""

    def __init__(self, listener: socket.socket, application: _Application) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, application, handler=_Handler, fd=listener.fileno())

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Print nothing: the application logs bugs."""


def _listen(host: str, port: int) -> socket.socket:
    """Bind a socket: werkzeug would print and end the process if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        msg = f"cannot listen on {host}, port {port}: {error}"
        raise EmulatorError(msg, hint="choose another port; 0 takes any free port") from error
    return listener
