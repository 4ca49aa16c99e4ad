"""account/http/transport.py over REST: what is sent, each status, the server's count."""

from __future__ import annotations

import json
import logging
import traceback
from typing import Self

import pytest

from schemactl.account.http.exchange import (
    Answered,
    FailureKind,
    HttpMethod,
    Limits,
    NoAnswer,
    NotSent,
    RefusedByStatus,
    RestRequest,
)
from schemactl.account.http.pauses import MAX_PAUSE_S, WaitReason
from schemactl.account.http.rate import NoLimit
from schemactl.account.http.reads import ReadOnlyError
from schemactl.account.http.sender import GuardCheck, ReadNow
from schemactl.account.http.transport import (
    Transport,
)
from schemactl.errors import (
    AccountError,
    AnswerError,
    InterruptedWaitError,
    NoPermissionError,
    NotSelectedError,
    UsageError,
)
from schemactl.model.credentials import Credentials
from schemactl.model.event import Waiting
from tests.unit.account.http.hostile_server import HostileServer, Script, whole

APP_ID = "2_4711_Zxy"
KEY = 'k/Y="é%9+'
JSON = "Content-Type: application/json"
OK = whole(b'{"code":0}', headers=(JSON,))
READ = RestRequest(
    word="tags_get",
    method=HttpMethod.GET,
    path="Tags",
    query=(("start", "0"), ("sort", "tag & id")),
)
WRITE = RestRequest(
    word="fieldeditor_post",
    method=HttpMethod.POST,
    path="objects/fieldeditor",
    body=b'{"objectID":0}',
)
DELETE = RestRequest(
    word="tag_delete",
    method=HttpMethod.DELETE,
    path="Tag",
    query=(("id", "7"),),
)
REFUSALS = {
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    422: "422 Unprocessable Entity",
}


class Way:
    """A transport on a clock of its own, which runs only while it sleeps."""

    def __init__(
        self, server: HostileServer, *, at: str = "/1/", interrupted_after: float = 99
    ) -> None:
        self.slept: list[float] = []
        self.reported: list[Waiting] = []
        self.transport = Transport(
            server.url.replace("/cdata.php", at),
            Credentials(APP_ID, KEY),
            read_only=False,
            limiter=NoLimit(),
            limits=Limits(connect_s=1, silence_s=1, total_s=2),
            listener=self.reported.append,
            sleep=self.slept.append,
            is_interrupted=lambda: len(self.slept) >= interrupted_after,
            jitter=lambda: 1.0,
            clock=lambda: sum(self.slept),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()


def counted(left: int | str, reset: int | str, *, status: str = "200 OK") -> Script:
    return whole(
        b'{"code":0}',
        status=status,
        headers=(JSON, f"X-Rate-Limit-Remaining: {left}", f"x-rate-limit-reset: {reset}"),
    )


def look_and_send(request: RestRequest) -> GuardCheck:
    """Read once, see nothing that is against it, and send `request`."""

    def look(read_now: ReadNow) -> RestRequest:
        read_now((READ,))
        return request

    return look


def lines_of(request: bytes) -> list[str]:
    return request.partition(b"\r\n\r\n")[0].decode("utf-8").split("\r\n")


@pytest.mark.parametrize("at", ["/1/", "/1"])
def test_app_id_and_key_go_as_headers_and_nowhere_else(at: str) -> None:
    with HostileServer(OK) as server, Way(server, at=at) as way:
        assert way.transport.read(READ) == b'{"code":0}'
        assert way.transport.write(WRITE) == Answered(body=b'{"code":0}')
        sent = way.transport.guarded(2, look_and_send(DELETE))
        assert sent == Answered(body=b'{"code":0}')

    heads = [lines_of(request) for request in server.requests]
    assert [head[0] for head in heads] == [
        "GET /1/Tags?start=0&sort=tag%20%26%20id HTTP/1.1",
        "POST /1/objects/fieldeditor HTTP/1.1",
        "GET /1/Tags?start=0&sort=tag%20%26%20id HTTP/1.1",
        "DELETE /1/Tag?id=7 HTTP/1.1",
    ]
    for head in heads:
        assert {f"Api-Appid: {APP_ID}", f"Api-Key: {KEY}"} <= set(head)
        assert "Accept: application/json" in head
    typed = ["Content-Type: application/json" in head for head in heads]
    assert typed == [False, True, False, False]
    bodies = [request.partition(b"\r\n\r\n")[2] for request in server.requests]
    assert bodies == [b"", b'{"objectID":0}', b"", b""]
    assert server.connections == 1


def test_a_path_stays_below_a_deeper_address() -> None:
    with HostileServer(OK) as server, Way(server, at="/live/1//") as way:
        way.transport.read(READ)

    assert lines_of(server.requests[0])[0].startswith("GET /live/1/Tags?")


def test_an_address_with_a_query_is_refused_and_nothing_sent() -> None:
    with HostileServer(OK) as server, Way(server, at="/1/?a=b") as way:
        for send in (way.transport.write, way.transport.read):
            with pytest.raises(UsageError, match="has a part after"):
                send(READ)

    assert server.connections == 0


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refused_write_is_reported_with_the_text_of_the_server(status: int) -> None:
    fault = whole(
        b"Your wish\nis not granted.\n",
        status=REFUSALS[status],
        headers=("Content-Type: text/html;charset=UTF-8",),
    )
    with HostileServer(fault) as server, Way(server) as way:
        exchange = way.transport.write(WRITE)

    assert exchange == RefusedByStatus(status=status, detail="Your wish is not granted.")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "error", "words", "hint"),
    [
        (400, NotSelectedError, "rejected the request tags_get: Said so", "text says"),
        (401, AccountError, "refused access for tags_get: Said so", "app id and the key"),
        (403, NoPermissionError, "lacks the permission for tags_get: Said", "give it"),
        (404, AnswerError, r"tags_get found nothing at http://127.0.0.1:\d+/1/: Sai", "url"),
        (422, AnswerError, "rejected a value in tags_get: Said so", "which value"),
    ],
)
def test_a_refused_read_is_reported_by_its_status_and_not_tried_again(
    status: int, error: type[AccountError], words: str, hint: str
) -> None:
    with (
        HostileServer(whole(b"Said so", status=REFUSALS[status])) as server,
        Way(server) as way,
        pytest.raises(error, match=words) as caught,
    ):
        way.transport.read(READ)

    assert type(caught.value) is error
    assert f"(status {status})" in str(caught.value)
    assert hint in str(caught.value.hint)
    assert len(server.requests) == 1


def test_a_refusal_without_a_text_is_reported_as_such() -> None:
    with HostileServer(whole(b"", status="403 No")) as server, Way(server) as way:
        assert way.transport.write(WRITE) == RefusedByStatus(
            status=403, detail="no reason given"
        )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("429 Slow", FailureKind.RATE_LIMIT),
        ("500 Oh", FailureKind.OUTAGE),
        ("503 Oh", FailureKind.OUTAGE),
        ("301 Moved", FailureKind.REDIRECT),
        ("204 No Content", FailureKind.STATUS),
        ("409 Conflict", FailureKind.STATUS),
        ("413 Too Large", FailureKind.STATUS),
    ],
)
def test_a_write_answered_by_another_status_is_unknown_and_sent_once(
    status: str, kind: FailureKind
) -> None:
    with HostileServer(whole(b"", status=status)) as server, Way(server) as way:
        exchange = way.transport.write(WRITE)

    assert isinstance(exchange, NoAnswer)
    assert exchange.kind is kind
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8", "application/hal+json", ""]
)
def test_json_is_an_answer(kind: str) -> None:
    headers = (f"Content-Type: {kind}",) if kind else ()
    with HostileServer(whole(b"{}", headers=headers)) as server, Way(server) as way:
        assert way.transport.read(READ) == b"{}"


@pytest.mark.parametrize("kind", ["text/html; charset=UTF-8", "text/plain", "x"])
def test_anything_but_json_is_no_answer(kind: str) -> None:
    page = whole(b"<h1>Sign in</h1>", headers=(f"Content-Type: {kind}",))
    with HostileServer(page) as server, Way(server) as way:
        exchange = way.transport.write(WRITE)
        with pytest.raises(AnswerError, match=r"not JSON\. It starts: <h1>Sign in") as caught:
            way.transport.read(READ)

    assert isinstance(exchange, NoAnswer)
    assert exchange.kind is FailureKind.CONTENT
    assert "url of the account" in str(caught.value.hint)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_no_key_anywhere(status: int) -> None:
    with HostileServer(OK) as other:
        away = whole(b"", status=f"{status} Go", headers=(f"Location: {other.url}",))
        with HostileServer(away) as server, Way(server) as way:
            exchange = way.transport.write(WRITE)
            with pytest.raises(AnswerError, match="is not followed"):
                way.transport.read(READ)

    assert isinstance(exchange, NoAnswer)
    assert other.connections == 0


@pytest.mark.parametrize("status", ["200 OK", "401 No", "404 No", "503 Oh", "302 Found"])
def test_an_echo_of_the_headers_is_shown_nowhere(
    status: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"You sent {APP_ID} and {KEY} or {json.dumps(KEY)}"
    headers = ("Content-Type: text/html", f"Location: https://x.example/{APP_ID}")
    with (
        HostileServer(whole(echo.encode(), status=status, headers=headers)) as server,
        Way(server) as way,
    ):
        exchange = way.transport.write(WRITE)
        with pytest.raises(AccountError) as caught:
            way.transport.read(READ)

    shown = "".join(traceback.format_exception(caught.value))
    for text in (shown, repr(exchange), str(caught.value.hint), caplog.text):
        assert APP_ID not in text
        assert KEY not in text
        assert json.dumps(KEY)[1:-1] not in text


@pytest.mark.parametrize(
    "name",
    [KEY, json.dumps(KEY)[1:-1], json.dumps(KEY)[1:-1].replace("/", "\\/"), APP_ID],
    ids=["plain", "as JSON", "as PHP writes JSON", "app id"],
)
def test_an_answer_with_the_key_in_it_is_not_used(name: str) -> None:
    body = whole(f'{{"data":"{name}"}}'.encode(), headers=(JSON,))
    with (
        HostileServer(body) as server,
        Way(server) as way,
        pytest.raises(AnswerError, match="so nothing of it is used"),
    ):
        way.transport.read(READ)


def test_read_only_lets_no_writing_request_out() -> None:
    with HostileServer(OK) as server:
        transport = Transport(
            server.url, Credentials(APP_ID, KEY), read_only=True, limiter=NoLimit()
        )
        for request in (WRITE, DELETE):
            with pytest.raises(ReadOnlyError, match=request.word):
                transport.write(request)
            with pytest.raises(ReadOnlyError, match=request.word):
                transport.read(request)

    assert server.connections == 0


@pytest.mark.parametrize(
    ("left", "reset", "pause_s"),
    [(0, 23, [23.0]), (1, 7, [7.0]), (0, 5000, [MAX_PAUSE_S]), (2, 23, []), (0, 0, [])],
)
def test_the_next_call_waits_where_the_server_has_none_left(
    left: int, reset: int, pause_s: list[float]
) -> None:
    with HostileServer(counted(left, reset), OK) as server, Way(server) as way:
        way.transport.read(READ)
        assert way.slept == []
        way.transport.write(WRITE)
        way.transport.write(WRITE)

    assert way.slept == pause_s
    assert way.reported == [
        Waiting(seconds=each, why=str(WaitReason.RATE_LIMIT)) for each in pause_s
    ]


@pytest.mark.parametrize(
    ("left", "reset"), [("x", "23"), ("-1", "23"), ("0", "x"), ("0", "9" * 30), ("", "")]
)
def test_a_count_that_makes_no_sense_stops_nothing(left: str, reset: str) -> None:
    with HostileServer(counted(left, reset)) as server, Way(server) as way:
        way.transport.read(READ)
        way.transport.read(READ)

    assert way.slept == []


def test_time_that_went_by_since_the_answer_is_not_waited_for_again() -> None:
    with HostileServer(counted(0, 20), OK) as server, Way(server) as way:
        way.transport.read(READ)
        way.slept.append(15.0)
        way.transport.read(READ)

    assert way.slept == [15.0, 5.0]


@pytest.mark.parametrize("pauses", [0, 1])
def test_who_asks_to_stop_does_not_wait_for_the_server(pauses: int) -> None:
    with (
        HostileServer(counted(0, 20)) as server,
        Way(server, interrupted_after=pauses) as way,
    ):
        way.transport.read(READ)
        with pytest.raises(InterruptedWaitError, match="lets no more calls through"):
            way.transport.read(READ)
        written = way.transport.write(WRITE) if not pauses else None

    assert len(server.requests) == 1
    assert way.slept == [20.0][:pauses]
    if not pauses:
        assert isinstance(written, NotSent)
        assert written.kind is FailureKind.RATE_LIMIT


def test_after_too_many_calls_the_wait_is_made_once() -> None:
    with HostileServer(counted(0, 30, status="429 Slow"), OK) as server, Way(server) as way:
        way.transport.read(READ)

    assert way.slept == [30.0]


@pytest.mark.parametrize(
    ("left", "pause_s"), [(179, 0.5), (0, 30.0)], ids=["calls are left", "none are left"]
)
def test_an_outage_waits_for_the_count_only_where_it_is_used_up(
    left: int, pause_s: float
) -> None:
    with HostileServer(counted(left, 30, status="500 Oh"), OK) as server, Way(server) as way:
        way.transport.read(READ)

    assert way.slept == [pause_s]


@pytest.mark.parametrize(
    "path",
    ["", "/", "/Tags", "Tags/", "../Tags", "a//b", "Tags?id=1", "a%2fb", "http://x", "a:b"],
)
def test_a_request_to_a_strange_path_cannot_be_made(path: str) -> None:
    with pytest.raises(ValueError, match="no request goes to such a path"):
        RestRequest(word="get", method=HttpMethod.GET, path=path)


@pytest.mark.parametrize("method", HttpMethod)
def test_only_a_get_can_be_a_reading_request(method: HttpMethod) -> None:
    request = RestRequest(word="x", method=method, path="Tag", query=(("id", "7"),))
    assert request.is_read is (method is HttpMethod.GET)


@pytest.mark.parametrize("path", ["Tags", "tags", "objects", "Contacts", "CustomObjects"])
def test_a_request_that_could_delete_all_records_cannot_be_made(path: str) -> None:
    with pytest.raises(ValueError, match="nothing is deleted but what is named"):
        RestRequest(
            word="x",
            method=HttpMethod.DELETE,
            path=path,
            query=(("ids", "7"),),
        )


def test_a_request_that_deletes_names_what() -> None:
    with pytest.raises(ValueError, match="nothing is deleted but what is named"):
        RestRequest(word="x", method=HttpMethod.DELETE, path="Tag")


def test_a_request_does_not_show_what_it_carries() -> None:
    assert "objectID" not in repr(WRITE)
