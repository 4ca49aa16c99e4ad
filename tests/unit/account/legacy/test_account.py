"""account/legacy/backend.py: what an exchange with the server means for a call of a plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    FailureKind,
    FormRequest,
    NoAnswer,
    NotSent,
    RefusedByStatus,
)
from schemactl.account.http.sender import BatchCheck, GuardCheck
from schemactl.account.interface import NoObjection
from schemactl.account.legacy.backend import GUARD_CALLS, LegacyBackend
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.model.run import Outcome, OutcomeStatus
from tests.builders import a_call

KEY_ANSWER = b'<result><contact><Group_Tag name="Orchard"></Group_Tag></contact></result>'
CALL = a_call(1, "remove_field", {"section": "Orchard", "field": "Trees"}, serves=("c1",))


class OneExchange:
    """A sender to whom always the same happens; its account has no section."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.sent: list[FormRequest] = []

    def read(self, request: FormRequest) -> bytes:
        pytest.fail(f"{request.word} was read")

    def read_together(
        self, requests: Sequence[FormRequest], optional: Collection[FormRequest] = ()
    ) -> tuple[bytes, ...]:
        pytest.fail(f"{requests} were read, or {optional}")

    def write(self, request: FormRequest) -> Exchange:
        self.sent.append(request)
        return self._exchange

    def guarded(self, calls: int, check: GuardCheck) -> Exchange:
        assert calls == GUARD_CALLS
        request = check(lambda *_: (KEY_ANSWER,))
        assert isinstance(request, FormRequest)
        return self.write(request)

    def guarded_batch(self, calls: int, check: BatchCheck) -> tuple[Exchange, ...]:
        pytest.fail(f"{calls} calls are made for {check}")

    def holds_secret(self, text: str) -> bool:
        return "s3cr3t" in text

    def redact(self, text: str) -> str:
        return text


def outcome_of(exchange: Exchange) -> Outcome:
    sender = OneExchange(exchange)
    outcome = LegacyBackend(sender, LegacyDialect()).perform(CALL, NoObjection())
    assert [form.word for form in sender.sent] == ["remove_field"]
    return outcome


@pytest.mark.parametrize(
    ("asked_s", "pause_s"), [(None, 60), (0, 1), (12, 12), (90, 90), (999_999, 90)]
)
def test_too_many_calls_leave_it_unknown_and_ask_for_a_pause(
    asked_s: float | None, pause_s: float
) -> None:
    lost = NoAnswer(kind=FailureKind.RATE_LIMIT, detail="too many", retry_after_s=asked_s)

    assert outcome_of(lost) == Outcome(
        status=OutcomeStatus.UNKNOWN, detail="too many", retry_after_s=pause_s
    )


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind != "rate-limit"])
def test_no_other_lost_answer_asks_to_send_again(kind: FailureKind) -> None:
    lost = NoAnswer(kind=kind, detail="lost", retry_after_s=12)

    assert outcome_of(lost) == Outcome(status=OutcomeStatus.UNKNOWN, detail="lost")


@pytest.mark.parametrize("kind", FailureKind)
def test_requests_that_were_not_sent_are_distinguished(kind: FailureKind) -> None:
    assert outcome_of(NotSent(kind=kind, detail="no way")) == Outcome(
        status=OutcomeStatus.REFUSED, detail="no way", sent=False
    )


def test_a_refusal_by_status_is_reported_in_the_words_of_the_server() -> None:
    assert outcome_of(RefusedByStatus(status=403, detail="not yours")) == Outcome(
        status=OutcomeStatus.REFUSED, detail="not yours (status 403)"
    )


def test_what_cannot_be_said_is_refused_and_the_server_still_reachable() -> None:
    call = a_call(1, "add_dropdown", {"field": "Trees", "options": ("\0",)}, serves=("c1",))
    sender = OneExchange(Answered(body=b""))

    outcome = LegacyBackend(sender, LegacyDialect()).perform(call, NoObjection())

    assert (outcome.status, outcome.sent, sender.sent) == (OutcomeStatus.REFUSED, True, [])
    assert outcome.detail.startswith("not sent: ")


def test_an_empty_answer_leaves_it_unknown() -> None:
    assert outcome_of(Answered(body=b"")).status is OutcomeStatus.UNKNOWN
