"""The account that commands work on: the emulator, able to kill whoever asks it something.

It answers in threads of the test's own process and keeps a record of its own of what it
was sent and what it executed, so that "nothing was made twice" does not rest on any
word of the program.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from http import HTTPStatus
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from werkzeug import Request, Response
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from schemactl.emulator.choices import OnOff
from schemactl.emulator.control import account_state
from schemactl.emulator.edits import parse_edits
from schemactl.emulator.errors import ConnectionCutError
from schemactl.emulator.legacy.request import read_request
from schemactl.emulator.legacy.service import LegacyService
from schemactl.emulator.rest.calls import READS as REST_READS
from schemactl.emulator.rest.request import read_rest_request
from schemactl.emulator.rest.service import RestService, is_rest
from schemactl.emulator.runtime import Runtime
from schemactl.emulator.switches import Switches
from tests.crash.orders import Trouble
from tests.crash.processes import SECONDS, Child
from tests.crash.wire import WireServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

READS: Final = frozenset(
    {"key", "pull_tag", "fetch_sequences", "search", "fetch", *map(str, REST_READS)}
)
_LAYOUT_READS: Final = frozenset({"key", "fieldeditor_get"})
"""What a read of the account begins with, over either API."""

STEPS_PATH: Final = "/steps"
"""Below the address of an account; processes report there how far they are."""


@unique
class Moment(StrEnum):
    """When, around one request, whoever sent it is killed.

    Attributes:
        BEFORE: Before the account acted, which it never does.
        LATE: Before the account acted, which it does once it has been read once more.
        ACTED: After it acted, before it answered.
        ANSWERED: After it answered.
    """

    BEFORE = "before"
    LATE = "late"
    ACTED = "acted"
    ANSWERED = "answered"


@dataclass(slots=True)
class Sent:
    """One request that came: its type, its data, when (of a clock), and whether it acted."""

    type: str
    data: str
    at: float
    acted: bool = False

    @property
    def is_write(self) -> bool:
        """Whether it asks for a change."""
        return self.type not in READS


@dataclass(slots=True)
class Killing:
    """Whom to kill, at the request of which number, at which moment of it."""

    number: int
    moment: Moment
    victim: Future[Child]
    counts_writes: bool = False

    def kill(self) -> None:
        """Kill whoever it is, once it is known."""
        self.victim.result(SECONDS).kill()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as either API takes it: its type, its data, and how it is answered."""

    type: str
    data: str
    answer: Callable[[], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCopy:
    """All of an account at one moment: its database, and the record of what it was sent."""

    database: bytes
    sent: tuple[Sent, ...]
    late: Asked | None


SeeRequest: TypeAlias = Callable[[Sent, Moment, Asked], None]
"""Shown each moment of each request, while whoever sent it waits for the answer."""


@dataclass(slots=True)
class Account:
    """One account's inside, and the record of what it was sent.

    Attributes:
        see_request: Shown the moments of requests, beside a killing.
        see_step: Shown a moment of writing a journal, while the process waits.
    """

    runtime: Runtime
    sent: list[Sent] = field(default_factory=list)
    killing: Killing | None = None
    pause_s: float = 0.0
    see_request: SeeRequest = lambda _sent, _moment, _asked: None
    see_step: Callable[[Trouble], None] = lambda _: None
    _late: Asked | None = None
    _late_reads: int = 0
    _lock: Lock = field(default_factory=Lock)
    _acting: Lock = field(default_factory=Lock)
    _handling: int = 0
    _unseen: set[int] = field(default_factory=set)

    @classmethod
    def made(cls, edits: str) -> Self:
        """Make an account with the emulator's usual content, then edit it by hand."""
        runtime = _open_runtime(None)
        runtime.edit(parse_edits(edits))
        return cls(runtime)

    @property
    def writes(self) -> list[Sent]:
        """What was sent to change something, oldest first."""
        return [one for one in self.sent if one.is_write]

    def carried_out(self) -> list[tuple[str, str]]:
        """Return every change that was made, as type and data, oldest first."""
        return [(one.type, one.data) for one in self.writes if one.acted]

    def tags_on_contacts(self) -> list[str]:
        """Return the tags that any contact has."""
        with self.runtime.account() as account:
            contacts = account.contacts.ids()
            return [tag.name for one in contacts for tag in account.labels.tags_of(one)]

    def state(self) -> dict[str, object]:
        """Return all that is in the account."""
        return self.runtime.state(account_state)

    def copy(self, *, late: Asked | None = None) -> AccountCopy:
        """Copy it as it is; `late` is a request that acts once it has been read once more."""
        with self._acting, self.runtime._storage.transaction() as connection:  # noqa: SLF001
            return AccountCopy(
                database=connection.serialize(),
                sent=tuple(replace(one) for one in self.sent),
                late=late,
            )

    def wait_until_all_is_seen(self) -> None:
        """Wait until each answer to a process that nobody killed was seen."""
        _wait_until(lambda: not self._unseen)

    def restore(self, copy: AccountCopy, file: Path) -> None:
        """Make it as it was, and keep it in a new file; nobody may be using it."""
        _wait_until(lambda: not self._handling)
        self._unseen.clear()  # An answer to a killed process may never be.
        self.runtime.close()
        file.write_bytes(copy.database)
        self.runtime = _open_runtime(file)
        self.sent[:] = [replace(one) for one in copy.sent]
        self._late, self._late_reads = copy.late, 0

    def respond(self, http: Request) -> Response:
        """Answer one request, or kill whoever sent it."""
        if http.path == STEPS_PATH:
            self.see_step(Trouble.read(http.get_json(force=True)))
            return Response()
        asked = self._read_rest(http) if is_rest(http) else self._read_legacy(http)
        with self._lock:
            self._act_late(asked)
            sent = Sent(asked.type, asked.data, time.monotonic())
            self.sent.append(sent)
            killing = self._killing_at(sent)
            self._handling += 1
            self._unseen.add(id(sent))
        time.sleep(self.pause_s)
        try:
            response = self._act(asked, sent, killing)
        finally:
            with self._lock:
                self._handling -= 1
        response.call_on_close(lambda: self._see_answered(asked, sent, killing))
        return response

    def _act(self, asked: Asked, sent: Sent, killing: Killing | None) -> Response:
        self.see_request(sent, Moment.BEFORE, asked)
        if killing is not None and killing.moment in {Moment.BEFORE, Moment.LATE}:
            killing.kill()
            if killing.moment is Moment.LATE:
                self._late = asked
            raise ConnectionCutError
        with self._acting:
            response = asked.answer()
            sent.acted = response.status_code == HTTPStatus.OK
        self.see_request(sent, Moment.ACTED, asked)
        if killing is not None and killing.moment is Moment.ACTED:
            killing.kill()
            raise ConnectionCutError
        return response

    def _see_answered(self, asked: Asked, sent: Sent, killing: Killing | None) -> None:
        self.see_request(sent, Moment.ANSWERED, asked)
        if killing is not None:
            killing.kill()
        self._unseen.discard(id(sent))

    def _read_legacy(self, http: Request) -> Asked:
        request = read_request(
            body=http.get_data(cache=False),
            query="",
            content_type=http.content_type or "",
            extra_decode=self.runtime.switches.extra_decode is OnOff.ON,
        )
        return Asked(
            request.type_text,
            request.data,
            lambda: Response(
                LegacyService(self.runtime).answer(request),
                content_type="text/xml; charset=utf-8",
            ),
        )

    def _read_rest(self, http: Request) -> Asked:
        request = read_rest_request(http)
        data = json.dumps(dict(request.arguments), ensure_ascii=False, sort_keys=True)
        return Asked(str(request.word), data, lambda: RestService(self.runtime).answer(request))

    def _killing_at(self, sent: Sent) -> Killing | None:
        killing = self.killing
        if killing is None or (killing.counts_writes and not sent.is_write):
            return None
        counted = self.writes if killing.counts_writes else self.sent
        return killing if killing.number == len(counted) else None

    def _act_late(self, asked: Asked) -> None:
        """Carry out what had come before a kill, once somebody has read the account since."""
        if self._late is None or asked.type not in _LAYOUT_READS:
            return
        self._late_reads += 1
        if self._late_reads == 2:
            late, self._late = self._late, None
            is_done = late.answer().status_code == HTTPStatus.OK
            self.sent.append(Sent(late.type, late.data, time.monotonic(), acted=is_done))


def _wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end, "the account is still used"
        time.sleep(0.0005)


def _open_runtime(db: Path | None) -> Runtime:
    return Runtime(
        db,
        switches=Switches(),
        faults=(),
        keys=(),
        rate_limit=None,
        seed=None,
        clock=lambda: 1_700_000_000.0,
    )


class Server:
    """Answers for one account after the other, each at a path of its own; on loopback.

    Args:
        wire: Where a socket is made for requests without HTTP.
    """

    def __init__(self, wire: Path) -> None:
        self.wire = WireServer(wire, self._answer)
        self._accounts: dict[str, Account] = {}
        self._http = _QuietServer("127.0.0.1", 0, self._answer, handler=_Handler)
        self._thread = Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        self.wire.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.wire.__exit__()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()
        for account in self._accounts.values():
            account.runtime.close()

    def add(self, account: Account, *, backend: str = "legacy") -> str:
        """Have an account answered for; give its address."""
        name = f"/a{len(self._accounts)}"
        self._accounts[name] = account
        path = "/cdata.php" if backend == "legacy" else "/1/"
        return f"http://127.0.0.1:{self._http.port}{name}{path}"

    def steps_address(self, url: str) -> str:
        """Return where the account at an address is shown steps of writing a journal."""
        name = url.removeprefix(f"http://127.0.0.1:{self._http.port}/").partition("/")[0]
        return f"http://127.0.0.1:{self._http.port}/{name}{STEPS_PATH}"

    def _answer(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        name, slash, path = environ["PATH_INFO"].removeprefix("/").partition("/")
        environ["PATH_INFO"] = slash + path
        return self._accounts[f"/{name}"].respond(Request(environ))(environ, start_response)


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Do nothing."""

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        """Close a connection that was cut."""
        super().connection_dropped(error, environ)
        self.close_connection = True


class _QuietServer(ThreadedWSGIServer):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Do nothing."""
