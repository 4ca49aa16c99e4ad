"""account/http/transport.py: what may be sent, how often, and what the result reports."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from typing import Self
from urllib.parse import quote, quote_plus

import pytest

from schemactl import __version__
from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    FailureKind,
    FormRequest,
    Limits,
    NoAnswer,
    NotSent,
)
from schemactl.account.http.pauses import MAX_PAUSE_S, WaitReason
from schemactl.account.http.rate import Limiter, NoLimit, OnWait
from schemactl.account.http.reads import TRIES, ReadOnlyError
from schemactl.account.http.transport import (
    Transport,
)
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import AddDropdown, ReadKey, Request
from schemactl.errors import (
    AccountError,
    AccountUnreachableError,
    AnswerError,
    InterruptedWaitError,
    UsageError,
)
from schemactl.model.credentials import Credentials
from schemactl.model.event import Waiting
from tests.unit.account.http.hostile_server import (
    CERTIFICATE,
    HostileServer,
    Script,
    endless,
    raw,
    whole,
)
from tests.unit.account.http.requests_of_all_kinds import ALL_REQUESTS

APP_ID = "2_4711_Zx&y"
KEY = "k<Y/+ '\"é%9"
READ = encode_request(ReadKey())
WRITE = encode_request(AddDropdown(field="Orchard", options=("Trees + 100%",)))
QUICK = Limits(connect_s=1, silence_s=0.6, total_s=1, body_bytes=100_000)
GZIP_BOMB = gzip.compress(bytes(30_000_000), 1)
DEFLATE_BOMB = zlib.compress(bytes(30_000_000), 1)
OK = whole(b"<result>Success</result>")


class FullUp:
    """A limiter whose patience is over."""

    def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
        """Report one wait and give up."""
        del calls
        on_wait(7.0)
        msg = "no turn"
        raise AccountError(msg)


class Way:
    """A transport that writes down its waits instead of sleeping."""

    def __init__(
        self,
        url: str,
        *,
        read_only: bool = False,
        limits: Limits = QUICK,
        limiter: Limiter | None = None,
        environ: dict[str, str] | None = None,
        interrupted_after: float = float("inf"),
    ) -> None:
        self.slept: list[float] = []
        self.reported: list[Waiting] = []
        self.transport = Transport(
            url,
            Credentials(APP_ID, KEY),
            read_only=read_only,
            limiter=limiter or NoLimit(),
            limits=limits,
            environ=environ or {},
            listener=self.reported.append,
            sleep=self.slept.append,
            is_interrupted=lambda: len(self.slept) >= interrupted_after,
            jitter=lambda: 1.0,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()

    def read(self) -> bytes:
        """Send the reading request."""
        return self.transport.read(READ)

    def write(self) -> Exchange:
        """Send the writing request."""
        return self.transport.write(WRITE)


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize("pauses", [0, 1])
def test_who_asks_to_stop_waits_for_no_other_try(pauses: int) -> None:
    fault = whole(b"", status="503 Busy")
    with (
        HostileServer(fault) as server,
        Way(server.url, interrupted_after=pauses) as way,
        pytest.raises(InterruptedWaitError, match="tried again: status 503"),
    ):
        way.read()

    assert (len(server.requests), len(way.reported), len(way.slept)) == (1, pauses, pauses)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def test_the_form_holds_credentials_and_data_encoded_twice() -> None:
    with HostileServer(OK) as server, Way(server.url) as way:
        assert way.write() == Answered(body=b"<result>Success</result>")

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    data = '<data><field name="Orchard"><option>Trees + 100%</option></field></data>'
    assert body.decode() == (
        f"appid={quote_plus(APP_ID)}&key={quote_plus(KEY)}&reqType=add_dropdown"
        f"&data={quote(quote(data, safe=''), safe='')}"
    )
    lines = head.decode().lower().split("\r\n")
    assert lines[0] == "post /cdata.php http/1.1"
    assert f"user-agent: schemactl/{__version__}" in lines
    assert "content-type: application/x-www-form-urlencoded" in lines
    assert not [line for line in lines if line.startswith(("authorization", "cookie"))]


def test_one_connection_serves_many_requests_and_no_cookie_comes_back() -> None:
    cookie = whole(b"<a/>", headers=("Set-Cookie: session=1; Path=/",))
    with HostileServer(cookie) as server, Way(server.url) as way:
        for _ in range(3):
            way.read()

    assert server.connections == 1
    assert b"session=1" not in b"".join(server.requests)


def test_a_connection_that_the_server_closed_meanwhile_is_opened_anew() -> None:
    once = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>")
    with HostileServer(once) as server, Way(server.url) as way:
        assert way.read() == b"<a/>"
        time.sleep(0.05)
        assert way.write() == Answered(body=b"<a/>")

    assert server.connections == 2


@pytest.mark.parametrize("request_", ALL_REQUESTS, ids=lambda each: each.word)
def test_read_only_lets_out_what_reads_and_nothing_else(request_: Request) -> None:
    form = encode_request(request_)
    with HostileServer(OK) as server, Way(server.url, read_only=True) as way:
        if form.is_read:
            way.transport.read(form)
            assert len(server.requests) == 1
            return
        for send in (way.transport.read, way.transport.write):
            with pytest.raises(ReadOnlyError, match=request_.word):
                send(form)

    assert server.connections == 0


def test_a_writing_request_is_never_sent_as_a_reading_one() -> None:
    with (
        HostileServer(OK) as server,
        Way(server.url) as way,
        pytest.raises(ReadOnlyError),
    ):
        way.transport.read(WRITE)

    assert server.connections == 0


def _lost_writes(stop: threading.Event) -> dict[str, tuple[Script, FailureKind]]:
    head = b"HTTP/1.1 200 OK\r\n"
    return {
        "hung up": (raw(b""), FailureKind.CUT),
        "cut in the status": (raw(head[:12]), FailureKind.CUT),
        "cut in the head": (raw(head), FailureKind.CUT),
        "cut in the body": (raw(head + b"Content-Length: 99\r\n\r\n<res"), FailureKind.CUT),
        "cut in a chunk": (
            raw(head + b"Transfer-Encoding: chunked\r\n\r\n9\r\n<res"),
            FailureKind.CUT,
        ),
        "no http": (raw(b"SSH-2.0-hello\r\n\r\n"), FailureKind.CUT),
        "bad chunk": (raw(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), FailureKind.CUT),
        "bad gzip": (whole(b"no gzip", headers=("Content-Encoding: gzip",)), FailureKind.CUT),
        "silent": (endless(b"", b"", stop, pause_s=2), FailureKind.TIMEOUT),
        "dripping head": (endless(head, b"X", stop, pause_s=0.1), FailureKind.TIMEOUT),
        "endless head": (
            endless(head, b"X-A: b\r\n", stop, pause_s=0),
            FailureKind.CUT,
        ),
        "one long line": (endless(b"HTTP/1.1 ", b"2" * 9999, stop, pause_s=0), FailureKind.CUT),
        "dripping body": (
            endless(head + b"Content-Length: 9999\r\n\r\n", b"x", stop, pause_s=0.1),
            FailureKind.TIMEOUT,
        ),
        "dripping without length": (
            endless(head + b"Connection: close\r\n\r\n", b"x", stop, pause_s=0.1),
            FailureKind.TIMEOUT,
        ),
        "dripping chunks": (
            endless(
                head + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", stop, pause_s=0.1
            ),
            FailureKind.TIMEOUT,
        ),
        "endless continues": (
            endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n", stop, pause_s=0.05),
            FailureKind.TIMEOUT,
        ),
        "endless body": (
            endless(head + b"Connection: close\r\n\r\n", b"x" * 9999, stop, pause_s=0),
            FailureKind.TOO_LONG,
        ),
        "gzip bomb": (
            whole(GZIP_BOMB, headers=("Content-Encoding: gzip",)),
            FailureKind.TOO_LONG,
        ),
        "deflate bomb": (
            whole(DEFLATE_BOMB, headers=("Content-Encoding: deflate",)),
            FailureKind.TOO_LONG,
        ),
        "redirect": (
            whole(b"x" * 10, status="302 Found", headers=("Location: http://evil.example/",)),
            FailureKind.REDIRECT,
        ),
        "rate limit": (whole(b"", status="429 Too Many Requests"), FailureKind.RATE_LIMIT),
        "outage": (whole(b"<h1>down</h1>", status="503 Busy"), FailureKind.OUTAGE),
        "not found": (whole(b"", status="404 Not Found"), FailureKind.STATUS),
        "no content": (whole(b"", status="204 No Content"), FailureKind.STATUS),
    }


LOST = tuple(_lost_writes(threading.Event()))


@pytest.mark.parametrize("name", LOST)
def test_a_write_whose_answer_is_lost_is_unknown_and_sent_once(
    name: str, stop: threading.Event
) -> None:
    script, kind = _lost_writes(stop)[name]
    started = time.perf_counter()
    with HostileServer(script) as server, Way(server.url) as way:
        exchange = way.write()
        stop.set()

    assert isinstance(exchange, NoAnswer)
    assert exchange.kind is kind
    assert exchange.detail.isprintable()
    assert len(server.requests) == 1
    assert way.slept == []
    assert time.perf_counter() - started < 4


def test_a_write_to_where_nobody_listens_was_not_sent() -> None:
    with Way(f"http://127.0.0.1:{unused_port()}/") as way:
        exchange = way.write()

    assert isinstance(exchange, NotSent)
    assert exchange.kind is FailureKind.CONNECTION
    assert "refused" in exchange.detail


def test_a_write_under_a_certificate_that_nobody_vouches_for_was_not_sent() -> None:
    with HostileServer(OK, tls=True) as server, Way(server.url) as way:
        exchange = way.write()

    assert isinstance(exchange, NotSent)
    assert exchange.kind is FailureKind.CERTIFICATE
    assert "certificate" in exchange.detail
    assert server.requests == []


def test_an_authority_of_one_s_own_is_named_by_the_environment() -> None:
    environ = {"REQUESTS_CA_BUNDLE": str(CERTIFICATE)}
    with HostileServer(OK, tls=True) as server, Way(server.url, environ=environ) as way:
        assert isinstance(way.write(), Answered)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_bundle_that_is_not_there_is_reported_and_nothing_sent(variable: str) -> None:
    environ = {variable: "/nowhere/bundle.pem"}
    with HostileServer(OK, tls=True) as server, Way(server.url, environ=environ) as way:
        exchange = way.write()

    assert isinstance(exchange, NotSent)
    assert exchange.kind is FailureKind.CERTIFICATE
    assert exchange.detail == f"{variable} names /nowhere/bundle.pem, which does not exist"
    assert server.requests == []


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTHONHTTPSVERIFY": "0"},
        {"CURL_CA_BUNDLE": ""},
        {"CURL_CA_BUNDLE": "/nowhere/bundle.pem"},
        {"CURL_CA_BUNDLE": str(CERTIFICATE)},
        {"REQUESTS_CA_BUNDLE": ""},
        {"REQUESTS_CA_BUNDLE": "False"},
        {"REQUESTS_CA_BUNDLE": "0", "SSL_CERT_FILE": str(CERTIFICATE)},
        {"SSL_CERT_FILE": ""},
    ],
    ids=lambda environ: "+".join(f"{name}={value[-8:]}" for name, value in environ.items()),
)
def test_no_variable_turns_the_check_of_certificates_off(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with HostileServer(OK, tls=True) as server, Way(server.url, environ=environ) as way:
        exchange = way.write()

    assert isinstance(exchange, NotSent)
    assert exchange.kind is FailureKind.CERTIFICATE
    assert server.requests == []


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
@pytest.mark.parametrize("header", ["Location", "Refresh"])
def test_a_redirect_brings_nothing_to_the_other_place(status: int, header: str) -> None:
    with HostileServer(OK) as other:
        place = other.url if header == "Location" else f"0; url={other.url}"
        away = whole(b"", status=f"{status} Go", headers=(f"{header}: {place}",))
        with HostileServer(away) as server, Way(server.url) as way:
            exchange = way.write()
            with pytest.raises(AnswerError, match="is not followed"):
                way.read()

    assert isinstance(exchange, NoAnswer)
    assert exchange.kind is FailureKind.REDIRECT
    assert (other.connections, other.requests) == (0, [])
    assert len(server.requests) == 2


def test_a_tls_handshake_that_never_ends_was_not_sent(stop: threading.Event) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                # The start of a TLS record of 16,384 bytes, of which one comes at a time.
                connection.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
                while not stop.wait(0.1):
                    try:
                        connection.sendall(b"\x00")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with Way(f"https://127.0.0.1:{listening.getsockname()[1]}/") as way:
            exchange = way.write()
        stop.set()
        thread.join(timeout=5)

    assert isinstance(exchange, NotSent)
    assert exchange.kind is FailureKind.TIMEOUT


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_answer_is_unpacked(encoding: str) -> None:
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    packed = whole(pack(b"<a/>" * 100), headers=(f"Content-Encoding: {encoding}",))
    with HostileServer(packed) as server, Way(server.url) as way:
        assert way.read() == b"<a/>" * 100


def test_an_answer_as_long_as_allowed_is_taken() -> None:
    with HostileServer(whole(b"x" * 100_000)) as server, Way(server.url) as way:
        assert len(way.read()) == 100_000


@pytest.mark.parametrize(
    "fault",
    [
        whole(b"", status="500 Oh"),
        whole(b"", status="502 Oh"),
        whole(b"", status="429 Slow down"),
        raw(b""),
    ],
    ids=["500", "502", "429", "hung up"],
)
def test_a_read_is_tried_again(fault: Script, request: pytest.FixtureRequest) -> None:
    is_limit = request.node.callspec.id == "429"
    reason = WaitReason.TOO_MANY if is_limit else WaitReason.RETRY
    with HostileServer(fault, fault, OK) as server, Way(server.url) as way:
        assert way.read() == b"<result>Success</result>"

    assert len(server.requests) == TRIES
    assert way.slept == [0.5, 1.0]
    assert way.reported == [
        Waiting(seconds=0.5, why=str(reason)),
        Waiting(seconds=1.0, why=str(reason)),
    ]


@pytest.mark.parametrize(
    ("headers", "pause_s"),
    [
        (("x-rate-limit-reset: 23",), 23.0),
        (("Retry-After: 5",), 5.0),
        (("X-Rate-Limit-Reset: 7", "Retry-After: 5"), 7.0),
        (("Retry-After: 0",), 0.5),
        (("Retry-After: 86400",), MAX_PAUSE_S),
        (("Retry-After: Wed, 21 Oct 2026 07:28:00 GMT",), 0.5),
        (("Retry-After: -3",), 0.5),
        (("Retry-After: 9999999999999999999",), 0.5),
    ],
)
def test_a_read_waits_as_long_as_the_server_asks_within_bounds(
    headers: tuple[str, ...], pause_s: float
) -> None:
    fault = whole(b"", status="429 Too Many Requests", headers=headers)
    with HostileServer(fault, OK) as server, Way(server.url) as way:
        way.read()

    assert way.slept == [pause_s]


@pytest.mark.parametrize(
    ("fault", "error", "tries", "words"),
    [
        (raw(b""), AccountUnreachableError, TRIES, "cut"),
        (whole(b"", status="429 Slow"), AccountError, TRIES, "too many calls"),
        (whole(b"<h1>Bad</h1>", status="502 Bad"), AnswerError, TRIES, "<h1>Bad</h1>"),
        (whole(b"", status="404 No"), AnswerError, 1, "status 404"),
        (
            whole(b"", status="301 Moved", headers=("Location: https://other.example/",)),
            AnswerError,
            1,
            r"redirect \(status 301\) to https://other.example/ is not followed",
        ),
        (whole(b"", status="302 Found"), AnswerError, 1, "to nowhere"),
        (whole(b"x" * 100_001), AnswerError, 1, "more than 100000 bytes"),
    ],
    ids=["hung up", "429", "502", "404", "301", "302 to nowhere", "too long"],
)
def test_a_read_that_fails_for_good_is_reported(
    fault: Script, error: type[AccountError], tries: int, words: str
) -> None:
    with (
        HostileServer(fault) as server,
        Way(server.url) as way,
        pytest.raises(error, match=words) as caught,
    ):
        way.read()

    assert type(caught.value) is error
    assert len(server.requests) == tries
    assert str(caught.value).startswith("http://127.0.0.1:")


def test_a_read_of_where_nobody_listens_is_reported_with_what_to_check() -> None:
    way = Way(f"http://127.0.0.1:{unused_port()}/")

    with way, pytest.raises(AccountUnreachableError, match="refused") as caught:
        way.read()

    assert "url" in str(caught.value.hint)
    assert len(way.slept) == TRIES - 1


def test_each_try_waits_for_its_turn() -> None:
    class Counting:
        turns = 0

        def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
            self.turns += calls
            on_wait(2.5)

    limiter = Counting()
    fault = whole(b"", status="503 Oh")
    with HostileServer(fault, OK) as server, Way(server.url, limiter=limiter) as way:
        way.read()

    assert limiter.turns == 2
    assert way.reported[0] == Waiting(seconds=2.5, why=str(WaitReason.RATE_LIMIT))


def test_without_a_turn_nothing_is_sent() -> None:
    with HostileServer(OK) as server, Way(server.url, limiter=FullUp()) as way:
        exchange = way.write()
        with pytest.raises(AccountError, match="no turn"):
            way.read()

    assert exchange == NotSent(kind=FailureKind.RATE_LIMIT, detail="no turn")
    assert server.connections == 0


SPELLED: tuple[Callable[[str], str], ...] = (
    str,
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    quote_plus,
)


@pytest.mark.parametrize("number", range(len(SPELLED)))
@pytest.mark.parametrize("status", ["503 Oh", "404 No", "302 Found"])
def test_an_echo_of_the_secrets_is_shown_nowhere(
    status: str, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"{SPELLED[number](APP_ID)} and {SPELLED[number](KEY)}"
    headers = () if number == 0 else (f"Location: https://x.example/?{echo}",)
    fault = whole(f"You sent {echo}".encode(), status=status, headers=headers)
    with HostileServer(fault) as server, Way(server.url) as way:
        exchange = way.write()
        with pytest.raises(AnswerError) as caught:
            way.read()

    shown = "\n".join(
        (
            repr(exchange),
            str(exchange),
            str(caught.value),
            repr(vars(caught.value)),
            "".join(traceback.format_exception(caught.value)),
            repr(caught.value.__cause__),
            repr(caught.value.__context__),
            caplog.text,
            repr(way.transport),
        )
    )
    for spell in SPELLED:
        assert spell(APP_ID) not in shown
        assert spell(KEY) not in shown


def test_no_error_carries_the_request_along() -> None:
    way = Way(f"http://127.0.0.1:{unused_port()}/?of={quote(KEY)}")

    with way, pytest.raises(AccountUnreachableError) as caught:
        way.read()

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert quote(KEY) not in str(caught.value)


def test_a_form_does_not_show_its_fields() -> None:
    form = FormRequest(word="add", is_read=False, fields=(("data", "Rosa"),))

    assert "Rosa" not in repr(form)
    assert "Rosa" not in repr(Answered(body=b"Rosa"))


def test_an_unfit_address_is_refused_at_once() -> None:
    with pytest.raises(UsageError, match="in the clear"):
        Way("http://api.example/cdata.php")
