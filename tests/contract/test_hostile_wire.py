"""A server that means harm by its HTTP or by what it packs: reads and writes, memory and time.

The true sizes count here: a bomb of a gigabyte, the longest answer that is taken. What single
faults mean for a request is tried in `tests/unit/wire/test_transport.py`.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import pytest

from schemactl.account.http.rate import NoLimit
from schemactl.account.http.transport import Transport
from schemactl.account.interface import NoObjection
from schemactl.account.legacy.backend import LegacyBackend
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.model.credentials import Credentials
from schemactl.model.run import OutcomeStatus
from tests.builders import a_call
from tests.contract.hostile_client import CALL, Cost
from tests.unit.account.http.hostile_server import HostileServer, Script, endless, raw, whole

MAX_MEMORY_MB: Final = 320
"""What one answer may cost: it is taken up to 32 MB, and is then there as bytes and as text."""
PATIENT_S: Final = 20.0
QUICK_S: Final = 0.25
QUICK_WRITE_S: Final = 1.0
"""Bounds of one try: for answers that are only large, and for those that never end.

A write is given longer, for it must leave, which a read need not.
"""
SLACK_S: Final = 6.0
TRIES: Final = 3
HEAD: Final = b"HTTP/1.1 200 OK\r\n"
GZIP: Final = 31
DEFLATE: Final = 15
RAW_DEFLATE: Final = -15
"""Sizes of the window, by which `zlib` knows how to compress."""
CHUNKED: Final = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GOOD: Final = b"<result>Success</result>"
MEGABYTE: Final = bytes(1024 * 1024)
LONGEST: Final = 32 * 1024 * 1024


class Client:
    """The process of `hostile_client`, which takes one order after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.contract.hostile_client"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def request(self, url: str, *, is_write: bool, total_s: float) -> Cost:
        """Have one request made."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"url": url, "is_write": is_write, "total_s": total_s}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Cost(**json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Let it end."""
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.close()


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What a server does, and the words in which it is reported to a user."""

    script: Callable[[threading.Event], Script]
    words: str
    total_s: float = PATIENT_S
    ending: OutcomeStatus = OutcomeStatus.UNKNOWN


def packed_zeros(window_bits: int) -> bytes:
    """Pack a gigabyte of zeros, which takes a megabyte, without its end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window_bits)
    start = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing points back, so that the same bytes may come again.
    more = packer.compress(MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + more * 1023


def gzipped(content: bytes) -> bytes:
    return zlib.compress(content, 9, GZIP)


def always(script: Script) -> Callable[[threading.Event], Script]:
    return lambda _: script


def forever(
    start: bytes, piece: bytes, *, pause_s: float = 0.0
) -> Callable[[threading.Event], Script]:
    return lambda stop: endless(start, piece, stop, pause_s=pause_s)


def bomb(window_bits: int, encoding: str, *, layers: int = 1) -> Callable[..., Script]:
    def make(_: threading.Event) -> Script:
        content = packed_zeros(window_bits)
        for _layer in range(layers - 1):
            content = gzipped(content)
        return whole(content, headers=(f"Content-Encoding: {encoding}",))

    return make


def body(make: Callable[[], bytes]) -> Callable[[threading.Event], Script]:
    return lambda _: whole(make())


def filled(start: bytes, piece: bytes, end: bytes) -> Callable[[threading.Event], Script]:
    """Answer with as many pieces as an answer may have."""
    room = LONGEST - len(start) - len(end)
    return body(lambda: start + piece * (room // len(piece)) + end)


TOO_LONG: Final = "more than 33554432 bytes"
TOO_MANY: Final = "more than 1000000 elements and attributes"
IN_ALL: Final = r"longer than [0-9.]+ seconds in all|sent nothing for too long"
CUT: Final = "was cut before the answer was complete$"
UNSOUND: Final = r"the answer is not valid HTTP \("
NO_SENSE: Final = "not well-formed"
READ_ENDINGS: Final = frozenset(
    {"AccountError", "AccountUnreachableError", "AnswerError", "NoPermissionError"}
)
ATTACKS: Final = {
    "silence": Attack(script=forever(b"", b"", pause_s=1), words=IN_ALL, total_s=QUICK_S),
    "a status that drips": Attack(
        script=forever(b"HTTP", b"/", pause_s=0.05), words=IN_ALL, total_s=QUICK_S
    ),
    "a body that drips": Attack(
        script=forever(HEAD + b"Content-Length: 99\r\n\r\n", b"x", pause_s=0.05),
        words=IN_ALL,
        total_s=QUICK_S,
    ),
    "a flood of continues": Attack(
        script=forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        words=IN_ALL,
        total_s=QUICK_S,
    ),
    "trailers without end": Attack(
        script=forever(CHUNKED + b"0\r\n", b"X-A: b\r\n" * 1000), words=IN_ALL, total_s=QUICK_S
    ),
    "a trailer without end": Attack(
        script=forever(CHUNKED + b"0\r\n", b"x" * 65536), words=UNSOUND
    ),
    "headers without end": Attack(
        script=forever(HEAD, b"X-A: b\r\n"), words=f"{UNSOUND}.*100 headers"
    ),
    "cookies without end": Attack(
        script=forever(HEAD, b"Set-Cookie: a=" + b"b" * 60_000 + b"\r\n"), words=UNSOUND
    ),
    "a header of ten megabytes": Attack(
        script=always(raw(HEAD + b"X-A: " + b"b" * 10_000_000 + b"\r\n\r\n" + GOOD)),
        words=UNSOUND,
    ),
    "a body without end": Attack(
        script=forever(HEAD + b"Connection: close\r\n\r\n", b"x" * 65536), words=TOO_LONG
    ),
    "a chunk of a terabyte": Attack(
        script=forever(CHUNKED + b"ffffffffff\r\n", b"x" * 65536), words=TOO_LONG
    ),
    "chunks without end": Attack(
        script=forever(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), words=TOO_LONG
    ),
    "a chunk of less than nothing": Attack(
        script=always(raw(CHUNKED + b"-5\r\n" + GOOD + b"\r\n0\r\n\r\n")), words=CUT
    ),
    "a chunk whose length has no end": Attack(
        script=forever(CHUNKED + b"1;", b"x" * 65536), words=UNSOUND
    ),
    "a length that is too large": Attack(
        script=always(raw(HEAD + b"Content-Length: 999\r\n\r\n" + GOOD)), words=CUT
    ),
    "a length that is too small": Attack(
        script=always(raw(HEAD + b"Content-Length: 15\r\n\r\n" + GOOD)), words=NO_SENSE
    ),
    "no status": Attack(script=always(raw(GOOD + b"\r\n")), words=UNSOUND),
    "a status that is no number": Attack(
        script=always(raw(b"HTTP/1.1 2OO OK\r\n\r\n" + GOOD)), words=UNSOUND
    ),
    "a part of the answer": Attack(
        script=always(whole(GOOD, status="206 Partial Content")), words="status 206"
    ),
    "a gzip bomb": Attack(script=bomb(GZIP, "gzip"), words=TOO_LONG),
    "a deflate bomb": Attack(script=bomb(DEFLATE, "deflate"), words=TOO_LONG),
    "a bare deflate bomb": Attack(script=bomb(RAW_DEFLATE, "deflate"), words=TOO_LONG),
    "a bomb in a bomb": Attack(script=bomb(GZIP, "gzip, gzip", layers=2), words=TOO_LONG),
    "a bomb in bombs": Attack(
        script=bomb(GZIP, ", ".join(["gzip"] * 5), layers=5), words=TOO_LONG
    ),
    "a bomb in too many bombs": Attack(
        script=bomb(GZIP, ", ".join(["gzip"] * 50), layers=50), words=UNSOUND
    ),
    "a packing that is not one": Attack(
        script=always(whole(GOOD, headers=("Content-Encoding: gzip",))), words=UNSOUND
    ),
    "elements as many as fit": Attack(
        script=filled(b"<result>", b"<a/>x", b"</result>"), words=TOO_MANY
    ),
    "a million fields": Attack(
        script=filled(
            b"<result><contact><Group_Tag name='x'>",
            b"<field name='a' type='b'/>",
            b"</Group_Tag></contact></result>",
        ),
        words=TOO_MANY,
    ),
    "attributes as many as fit": Attack(
        script=filled(b"<result ", b"a='' ", b"/>"), words=TOO_MANY
    ),
    "a text as long as fits": Attack(
        script=filled(b"<result>\xf0\x9f\x98\x80", b"x", b"</result>"), words=NO_SENSE
    ),
    "a reason of nine megabytes": Attack(
        script=body(lambda: b"<result><error>" + b"so " * 3_000_000 + b"</error></result>"),
        words="so so so",
        ending=OutcomeStatus.REFUSED,
    ),
    "spaces as many as fit": Attack(script=filled(b"", b" ", b""), words="is empty"),
    "openings of comments": Attack(script=filled(b"", b"<!--", b""), words=TOO_MANY),
}


@pytest.mark.parametrize("is_write", [False, True], ids=["read", "write"])
@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_costs_much_and_none_is_taken_for_an_answer(
    name: str, client: Client, stop: threading.Event, *, is_write: bool
) -> None:
    attack = ATTACKS[name]
    is_quick_write = is_write and attack.total_s == QUICK_S
    total_s = QUICK_WRITE_S if is_quick_write else attack.total_s
    with HostileServer(attack.script(stop)) as server:
        cost = client.request(server.url, is_write=is_write, total_s=total_s)
        stop.set()

    assert cost.ending in ({attack.ending.value} if is_write else READ_ENDINGS)
    assert re.search(attack.words, cost.words), cost.words
    assert cost.words.isprintable()
    assert len(cost.words) < 500
    assert cost.memory_mb < MAX_MEMORY_MB
    most_s = total_s if is_write else total_s * TRIES
    assert cost.seconds < most_s + SLACK_S


def test_a_removal_is_not_sent_where_the_check_before_it_gets_no_sound_answer() -> None:
    removal = a_call(1, "remove_field", {"section": "Orchard", "field": "Trees"})
    with HostileServer(*[whole(GOOD)] * TRIES) as server:
        transport = Transport(
            server.url,
            Credentials("2_4711_Zx", "k3Y-of-Rosa"),
            read_only=False,
            limiter=NoLimit(),
        )
        with closing(transport):
            outcome = LegacyBackend(transport, LegacyDialect()).perform(removal, NoObjection())

    assert (outcome.status, outcome.sent) == (OutcomeStatus.REFUSED, False)
    assert 'the response to the request "key" is invalid' in outcome.detail


def test_an_answer_that_came_before_its_request_answers_nothing() -> None:
    good = whole(GOOD)

    def twice(connection: socket.socket) -> None:
        good(connection)
        good(connection)

    with HostileServer(twice, raw(b"")) as server:
        transport = Transport(
            server.url,
            Credentials("2_4711_Zx", "k3Y-of-Rosa"),
            read_only=False,
            limiter=NoLimit(),
        )
        with closing(transport):
            backend = LegacyBackend(transport, LegacyDialect())
            first = backend.perform(CALL, NoObjection())
            time.sleep(0.1)
            second = backend.perform(CALL, NoObjection())

    assert first.status is OutcomeStatus.DONE
    assert second.status is OutcomeStatus.UNKNOWN
