"""account/http/transport.py: nothing waits between a check and the send that it guards."""

from __future__ import annotations

import pytest

from schemactl.account.http.exchange import Answered, NotSent, Request
from schemactl.account.http.rate import OnWait
from schemactl.account.http.sender import ReadNow
from schemactl.account.http.transport import Transport, UnguardedError
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import ReadKey, RemoveSection
from schemactl.model.credentials import Credentials
from tests.unit.account.http.hostile_server import HostileServer, Script, whole

READ = encode_request(ReadKey())
REMOVE = encode_request(RemoveSection(section="Orchard"))
OK = whole(b"<result>Success</result>")
OUTAGE = whole(b"", status="503 Oh")


class Steps:
    """A way to a server that writes down each wait, each look and each turn, in order."""

    def __init__(self, server: HostileServer) -> None:
        self.record: list[str] = []
        self.transport = Transport(
            server.url,
            Credentials("2_4711", "s3cr3t-key"),
            read_only=False,
            limiter=self,
            sleep=lambda _: self.record.append("sleep"),
        )

    def wait_for_turn(self, on_wait: OnWait, *, calls: int = 1) -> None:
        on_wait(1.0)
        self.record.append(f"wait for {calls}")

    def look(self, read_now: ReadNow) -> Request:
        self.record.append("look")
        read_now((READ,))
        self.record.append("looked")
        return REMOVE


def run(*answers: Script) -> tuple[Steps, object]:
    with HostileServer(*answers) as server:
        steps = Steps(server)
        exchange = steps.transport.guarded(2, steps.look)
        steps.record.append(f"{len(server.requests)} requests")
        steps.transport.close()
    return steps, exchange


def test_both_turns_are_taken_before_the_look_and_nothing_waits_after_it() -> None:
    steps, exchange = run(OK)
    assert isinstance(exchange, Answered)
    assert steps.record == ["wait for 2", "look", "looked", "2 requests"]


def test_a_look_without_an_answer_is_repeated_from_the_start_after_the_pause() -> None:
    steps, exchange = run(OUTAGE, OK)
    assert isinstance(exchange, Answered)
    first = ["wait for 2", "look", "sleep"]
    assert steps.record == [*first, "wait for 2", "look", "looked", "3 requests"]


def test_nothing_is_sent_where_the_account_cannot_be_looked_at() -> None:
    steps, exchange = run(OUTAGE)
    assert isinstance(exchange, NotSent)
    assert "looked" not in steps.record
    assert steps.record[-1] == "3 requests"


def test_what_takes_something_away_cannot_be_sent_without_a_look() -> None:
    with HostileServer(OK) as server:
        transport = Steps(server).transport
        with pytest.raises(UnguardedError, match="remove_section"):
            transport.write(REMOVE)
        with pytest.raises(UnguardedError, match="0 reads"):
            transport.guarded(2, lambda _: REMOVE)
    assert server.connections == 0
