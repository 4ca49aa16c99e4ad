"""Handle a call of either API: log it, count it, apply faults and answer it.

`Wire` holds how an API answers, lies and refuses; this module has every way in which a call
can go wrong on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from werkzeug import Response

from schemactl.emulator.account import Account
from schemactl.emulator.choices import OverRate
from schemactl.emulator.edits import Edit, apply_edit
from schemactl.emulator.errors import ConnectionCutError, EmulatorError, NotServedError
from schemactl.emulator.faults import Fault, FaultKind, LateAnswer, RequestWord, When
from schemactl.emulator.midway import Midway, StoppedMidwayError, something_midway
from schemactl.emulator.runtime import Runtime

HTML_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Down for maintenance</title></head>"
    "<body><h1>We will be right back</h1><p>Try again in a moment.<br></p></body></html>\n"
)
STATUSES = {FaultKind.STATUS_429: 429, FaultKind.STATUS_500: 500, FaultKind.STATUS_502: 502}
NOT_SERVED = 501
SILENT = frozenset({FaultKind.NO_ANSWER, FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """How one call is answered over its API.

    Attributes:
        answer: Does what the call asks, and returns the answer.
        lie: Does nothing, and returns a success.
        rate_failure: Returns the API's own failure for too many calls.
        empty: Returns an answer without a body.
        too_many: Returns status 429 with the seconds to wait.
    """

    answer: Callable[[], Response]
    lie: Callable[[], Response]
    rate_failure: Callable[[], Response]
    empty: Callable[[], Response]
    too_many: Callable[[int], Response]


def handle(
    runtime: Runtime, wire: Wire, *, word: RequestWord | None, text: str, data: str
) -> Response:
    """Answer one call under the current latency and faults.

    Args:
        runtime: The account.
        wire: How it is answered.
        word: The request; None for one that is not served.
        text: The same as the client wrote it, for the log.
        data: What the client sent, for the log.

    Raises:
        ConnectionCutError: The connection must be closed without an answer.
    """
    faults = runtime.faults.strike(word)
    number, wait_s = _log(runtime, text, data, faults)
    runtime.wait_as_over_network()
    if wait_s is not None:
        return _over_rate(runtime, wire, wait_s)
    for fault in faults:
        if fault.kind is FaultKind.SLOW:
            runtime.wait(fault.seconds)
    _other_users(runtime, number, faults, When.BEFORE)
    with something_midway(_midway(faults)):
        response, hold_s = _answer_with_faults(runtime, wire, faults)
    _other_users(runtime, number, faults, When.AFTER)
    if response is None:
        runtime.wait(hold_s)
        raise ConnectionCutError
    return response


def not_served(error: NotServedError) -> Response:
    """Return the answer to a request that the emulator does not serve.

    Neither status nor text is known of the vendor, so that no client takes it for a refusal
    of the account.
    """
    text = f"The schemactl emulator does not serve {error}; see docs/emulator.md.\n"
    return Response(text, status=NOT_SERVED, content_type="text/plain; charset=utf-8")


def plain_error(status: int) -> Response:
    """Return a page such as a proxy shows."""
    return Response(f"<html><body><h1>{status}</h1></body></html>\n", status=status)


def _log(
    runtime: Runtime, text: str, data: str, faults: tuple[Fault, ...]
) -> tuple[int, int | None]:
    """Log a call; return its number, and the seconds to wait if it exceeds the limit."""
    now, limit = runtime.clock(), runtime.rate_limit
    with runtime.call_log() as log:
        wait_s = None if limit is None else log.wait_s(now=now, limit=limit)
        number = log.record(
            time=now,
            request=text,
            data=data,
            limited=wait_s is not None,
            faults=", ".join(fault.kind for fault in faults),
        )
    return number, wait_s


def _over_rate(runtime: Runtime, wire: Wire, wait_s: int) -> Response:
    match runtime.switches.over_rate:
        case OverRate.STATUS_429:
            return wire.too_many(wait_s)
        case OverRate.FAILURE:
            return wire.rate_failure()
        case OverRate.EMPTY:
            return wire.empty()
        case OverRate.DROP:
            raise ConnectionCutError


def _other_users(runtime: Runtime, number: int, faults: tuple[Fault, ...], when: When) -> None:
    """Create other users' edits; note in the log those that cannot be made."""
    for fault in faults:
        if fault.edit is not None and fault.when is when and fault.records is None:
            try:
                runtime.edit((fault.edit,))
            except EmulatorError as error:
                with runtime.call_log() as log:
                    log.note(number, f"could not {fault.edit}: {error}")


def _answer_with_faults(
    runtime: Runtime, wire: Wire, faults: tuple[Fault, ...]
) -> tuple[Response | None, float]:
    """Answer under the first fault that changes the answer.

    Return None for no answer, with the seconds that the connection stays open.
    """
    beside = {FaultKind.SLOW, FaultKind.OTHER_USER}
    fault = next((one for one in faults if one.kind not in beside), None)
    if fault is None:
        return wire.answer(), 0.0
    whole = _whole(wire) if fault.acts else wire.empty()
    if fault.kind in SILENT:
        return None, fault.seconds if fault.kind is FaultKind.NO_ANSWER else 0.0
    if fault.kind is FaultKind.LATE:
        runtime.act_later(fault.seconds, wire.answer)
        return _late_answer(wire, fault.answer), 0.0
    return _faulty_body(wire, fault, whole), 0.0


def _whole(wire: Wire) -> Response:
    """Return the answer that a fault spoils; none where the call stops midway."""
    try:
        return wire.answer()
    except StoppedMidwayError:
        return wire.empty()


def _midway(faults: tuple[Fault, ...]) -> Midway | None:
    """Return what happens between two records of the call."""
    for fault in faults:
        if fault.records is None:
            continue
        edit = fault.edit
        return Midway(fault.records, None if edit is None else partial(_edit, edit=edit))
    return None


def _edit(account: Account, *, edit: Edit) -> None:
    is_on, account.fired.is_on = account.fired.is_on, False
    with suppress(EmulatorError):
        apply_edit(account, edit)
    account.fired.is_on = is_on


def _faulty_body(wire: Wire, fault: Fault, whole: Response) -> Response:
    if fault.kind is FaultKind.STATUS_429:
        return wire.too_many(fault.reset)
    if fault.kind in STATUSES:
        return plain_error(STATUSES[fault.kind])
    if fault.kind is FaultKind.HTML:
        return Response(HTML_PAGE, content_type="text/html; charset=utf-8")
    if fault.kind is FaultKind.HALF_BODY:
        return _half(whole)
    if fault.kind is FaultKind.LYING_SUCCESS:
        return wire.lie()
    return wire.empty()


def _late_answer(wire: Wire, answer: LateAnswer) -> Response | None:
    match answer:
        case LateAnswer.CUT:
            return None
        case LateAnswer.FAILURE:
            return wire.rate_failure()
        case LateAnswer.BAD_GATEWAY:
            return plain_error(502)


def _half(whole: Response) -> Response:
    """Announce the whole body, send half of it, then cut the connection."""
    body = whole.get_data()

    def send_half() -> Iterator[bytes]:
        yield body[: max(1, len(body) // 2)]
        raise ConnectionCutError

    response = Response(send_half(), content_type=whole.content_type)
    response.headers["Content-Length"] = str(len(body))
    return response
