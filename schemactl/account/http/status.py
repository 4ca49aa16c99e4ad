"""Decide what the status of an answer means over either API, and report failed reads.

The Contacts API returns status 200 for failures too, so every other status is foreign to
it. The REST API refuses by status, with a plain text; that text is shown, but its wording
decides nothing.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from schemactl.account.http.excerpt import Redact, excerpt
from schemactl.account.http.exchange import (
    Answered,
    Exchange,
    FailureKind,
    NoAnswer,
    NotSent,
    RawAnswer,
    RefusedByStatus,
    Request,
    RestRequest,
)
from schemactl.account.http.quota import asked_pause
from schemactl.errors import (
    AccountError,
    AccountUnreachableError,
    AnswerError,
    NoPermissionError,
    NotSelectedError,
)
from schemactl.text import one_line
from schemactl.values import replace

_REFUSALS: Final = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_UNREACHABLE: Final = frozenset(
    {
        FailureKind.CONNECTION,
        FailureKind.PROXY,
        FailureKind.CERTIFICATE,
        FailureKind.TIMEOUT,
        FailureKind.CUT,
    }
)
_HINTS: Final = {
    FailureKind.CONNECTION: "check the network, the proxy (HTTPS_PROXY) and the account's url",
    FailureKind.PROXY: "correct or unset that variable, or name the host in NO_PROXY",
    FailureKind.CERTIFICATE: "name a company's own authority in REQUESTS_CA_BUNDLE",
    FailureKind.TIMEOUT: "try again later; check the url of the account, and the network",
    FailureKind.CUT: "try again later; check the url of the account, and the network",
    FailureKind.RATE_LIMIT: "wait a minute, or lower calls_per_minute of the account",
    FailureKind.REDIRECT: "if you trust that address, write it as the url of the account",
    FailureKind.OUTAGE: "try again later",
    FailureKind.STATUS: "check the url of the account",
    FailureKind.CONTENT: "check the url of the account: something else answers there",
}


def exchange_by_status(request: Request, answer: RawAnswer, *, redact: Redact) -> Exchange:
    """Return what a complete answer means for its request."""
    status = answer.status
    is_rest = isinstance(request, RestRequest)
    if status == HTTPStatus.OK and (_is_json(answer) or not is_rest):
        return Answered(body=answer.body)
    if request.is_private:
        answer = replace(answer, body=b"")  # The messages below show how it starts.
    if status == HTTPStatus.OK:
        return _other_content(answer, redact)
    if is_rest and status in _REFUSALS:
        return RefusedByStatus(status=status, detail=_reason(answer, redact))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        detail = f"too many calls were made (status {status})"
        wait_s = asked_pause(answer.headers, is_over_limit=True)
        return NoAnswer(kind=FailureKind.RATE_LIMIT, detail=detail, retry_after_s=wait_s)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        place = one_line(redact(answer.headers.get("location", "")))
        detail = f"a redirect (status {status}) to {place or 'nowhere'} is not followed"
        return NoAnswer(kind=FailureKind.REDIRECT, detail=detail)
    is_outage = (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_IMPLEMENTED
    )
    shown = excerpt(answer.body, redact=redact)
    return NoAnswer(
        kind=FailureKind.OUTAGE if is_outage else FailureKind.STATUS,
        detail=f"status {status}, which starts: {shown}" if shown else f"status {status}",
        retry_after_s=asked_pause(answer.headers, is_over_limit=False),
    )


def lost_error(word: str, lost: NotSent | NoAnswer, *, address: str) -> AccountError:
    """Return the error of a read without a usable answer; `address` is redacted."""
    msg = f'{address} gave no usable answer to the request "{word}": {lost.detail}'
    if lost.kind is FailureKind.CONNECTION:
        msg = f"{address} cannot be reached: {lost.detail}"
    hint = _HINTS.get(lost.kind)
    if lost.kind in _UNREACHABLE:
        return AccountUnreachableError(msg, hint=hint)
    if lost.kind is FailureKind.RATE_LIMIT:
        return AccountError(msg, hint=hint)
    return AnswerError(msg, hint=hint)


def refusal_error(word: str, refused: RefusedByStatus, *, address: str) -> AccountError:
    """Return the error of a read that the REST API refused; `address` is redacted."""
    said = f"{refused.detail} (status {refused.status})"
    match refused.status:
        case HTTPStatus.UNAUTHORIZED:
            msg = f"the account refused access for {word}: {said}"
            return AccountError(msg, hint="check the app id and the key of the account")
        case HTTPStatus.FORBIDDEN:
            msg = f"the key lacks the permission for {word}: {said}"
            hint = "give it to the key in the account, under its API settings and its owner"
            return NoPermissionError(msg, hint=hint)
        case HTTPStatus.NOT_FOUND:
            msg = f"the request {word} found nothing at {address}: {said}"
            hint = "check the url of the account; the object may also have been deleted"
            return AnswerError(msg, hint=hint)
        case HTTPStatus.UNPROCESSABLE_ENTITY:
            msg = f"the account rejected a value in {word}: {said}"
            return AnswerError(msg, hint="the server's text says which value it means")
        case _:
            msg = f"the account rejected the request {word}: {said}"
            return NotSelectedError(msg, hint="the server's text says what is missing")


def _is_json(answer: RawAnswer) -> bool:
    """Whether it is JSON, or has no content type: its codec checks it then."""
    kind = _content_type(answer)
    return not kind or kind in {"application/json", "text/json"} or kind.endswith("+json")


def _content_type(answer: RawAnswer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _other_content(answer: RawAnswer, redact: Redact) -> NoAnswer:
    shown = excerpt(answer.body, redact=redact)
    kind = one_line(redact(_content_type(answer)))
    detail = f"status {answer.status} brought {kind}, not JSON"
    detail = f"{detail}. It starts: {shown}" if shown else detail
    return NoAnswer(kind=FailureKind.CONTENT, detail=detail)


def _reason(answer: RawAnswer, redact: Redact) -> str:
    return excerpt(answer.body, redact=redact) or "no reason given"
