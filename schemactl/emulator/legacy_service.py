"""One HTTP request to `cdata.php`: logged, counted, spoilt by faults, answered.

The account's part is in `legacy_calls`; here stands what happens around a call,
and every way in which it can go wrong on demand.
"""

from __future__ import annotations

from collections.abc import Iterator

from werkzeug import Request, Response

from schemactl.emulator.access import find_grant
from schemactl.emulator.choices import NoPermission, OnOff, OverRate
from schemactl.emulator.errors import ConnectionCutError, EmulatorError, Refusal, RefusalError
from schemactl.emulator.faults import Fault, FaultKind, LateAnswer, When
from schemactl.emulator.legacy_calls import HANDLERS
from schemactl.emulator.legacy_request import LegacyRequest, read_request
from schemactl.emulator.legacy_xml import credentials_body, failure_body, success_body
from schemactl.emulator.runtime import Runtime

HTML_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Down for maintenance</title></head>"
    "<body><h1>We will be right back</h1><p>Try again in a moment.<br></p></body></html>\n"
)
STATUSES = {FaultKind.STATUS_429: 429, FaultKind.STATUS_500: 500, FaultKind.STATUS_502: 502}
SILENT = frozenset({FaultKind.NO_ANSWER, FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER})


class LegacyService:
    """Answers requests to `cdata.php` from the account of a running emulator."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def respond(self, http: Request) -> Response:
        """Answer one request.

        Raises:
            ConnectionCutError: The connection is to be closed without an answer.
        """
        request = read_request(
            body=http.get_data(cache=False),
            query=http.query_string.decode("latin-1"),
            content_type=http.content_type or "",
            extra_decode=self._runtime.switches.extra_decode is OnOff.ON,
        )
        faults = self._runtime.faults.strike(request.type)
        number, wait_s = self._log(request, faults)
        if wait_s is not None:
            return self._over_rate(wait_s)
        for fault in faults:
            if fault.kind is FaultKind.SLOW:
                self._runtime.wait(fault.seconds)
        self._other_users(number, faults, When.BEFORE)
        response, hold_s = self._spoilt(request, faults)
        self._other_users(number, faults, When.AFTER)
        if response is None:
            self._runtime.wait(hold_s)
            raise ConnectionCutError
        return response

    def answer(self, request: LegacyRequest) -> str:
        """Do what a request asks, and give the body that says so."""
        switches = self._runtime.switches
        grant = find_grant(self._runtime.keys, app_id=request.app_id, key=request.key)
        if grant is None:
            return credentials_body(switches)
        if request.type is None:
            return failure_body(switches, Refusal.REQUEST_TYPE)
        if not grant.permits(request.type):
            empty = switches.no_permission is NoPermission.EMPTY
            return "" if empty else failure_body(switches, Refusal.PERMISSION)
        try:
            with self._runtime.account() as account:
                return HANDLERS[request.type](account, request, switches)
        except RefusalError as error:
            return failure_body(switches, str(error))

    def _log(self, request: LegacyRequest, faults: tuple[Fault, ...]) -> tuple[int, int | None]:
        """Log a call; give its number, and the seconds to wait if it is one too many."""
        now, limit = self._runtime.clock(), self._runtime.rate_limit
        with self._runtime.call_log() as log:
            wait_s = None if limit is None else log.wait_s(now=now, limit=limit)
            number = log.record(
                time=now,
                request=request.type_text,
                data=request.data,
                limited=wait_s is not None,
                faults=", ".join(fault.kind for fault in faults),
            )
        return number, wait_s

    def _over_rate(self, wait_s: int) -> Response:
        match self._runtime.switches.over_rate:
            case OverRate.STATUS_429:
                return _too_many(wait_s)
            case OverRate.FAILURE:
                return self._xml(failure_body(self._runtime.switches, Refusal.RATE))
            case OverRate.EMPTY:
                return self._xml("")
            case OverRate.DROP:
                raise ConnectionCutError

    def _other_users(self, number: int, faults: tuple[Fault, ...], when: When) -> None:
        """Carry out other users' edits; one that cannot be done is noted in the log."""
        for fault in faults:
            if fault.edit is not None and fault.when is when:
                try:
                    self._runtime.edit((fault.edit,))
                except EmulatorError as error:
                    with self._runtime.call_log() as log:
                        log.note(number, f"could not {fault.edit}: {error}")

    def _spoilt(
        self, request: LegacyRequest, faults: tuple[Fault, ...]
    ) -> tuple[Response | None, float]:
        """Answer under the first fault that changes the answer.

        Gives None for no answer, with the seconds that the connection stays open.
        """
        spoiling = (
            one for one in faults if one.kind not in {FaultKind.SLOW, FaultKind.OTHER_USER}
        )
        fault = next(spoiling, None)
        if fault is None:
            return self._xml(self.answer(request)), 0.0
        body = self.answer(request) if fault.acts else ""
        if fault.kind in SILENT:
            return None, fault.seconds if fault.kind is FaultKind.NO_ANSWER else 0.0
        if fault.kind is FaultKind.LATE:
            self._runtime.act_later(fault.seconds, lambda: self.answer(request))
            return self._late_answer(fault.answer), 0.0
        return self._spoilt_body(fault, body), 0.0

    def _spoilt_body(self, fault: Fault, body: str) -> Response:
        if fault.kind is FaultKind.STATUS_429:
            return _too_many(fault.reset)
        if fault.kind in STATUSES:
            return _plain_error(STATUSES[fault.kind])
        if fault.kind is FaultKind.HTML:
            return Response(HTML_PAGE, content_type="text/html; charset=utf-8")
        if fault.kind is FaultKind.HALF_BODY:
            return _half(self._xml(body))
        if fault.kind is FaultKind.LYING_SUCCESS:
            return self._xml(success_body(self._runtime.switches))
        return self._xml("")

    def _late_answer(self, answer: LateAnswer) -> Response | None:
        match answer:
            case LateAnswer.CUT:
                return None
            case LateAnswer.FAILURE:
                return self._xml(failure_body(self._runtime.switches, Refusal.RATE))
            case LateAnswer.BAD_GATEWAY:
                return _plain_error(502)

    def _xml(self, body: str) -> Response:
        kind = self._runtime.switches.content_type if body.startswith("<") else "text/html"
        return Response(body, content_type=f"{kind}; charset=utf-8")


def _too_many(wait_s: int) -> Response:
    response = Response("Too many requests.\n", status=429, content_type="text/html")
    response.headers["x-rate-limit-reset"] = str(wait_s)
    return response


def _plain_error(status: int) -> Response:
    return Response(f"<html><body><h1>{status}</h1></body></html>\n", status=status)


def _half(whole: Response) -> Response:
    """Promise the whole body and give half of it, then cut the connection."""
    body = whole.get_data()

    def give_half() -> Iterator[bytes]:
        yield body[: max(1, len(body) // 2)]
        raise ConnectionCutError

    response = Response(give_half(), content_type=whole.content_type)
    response.headers["Content-Length"] = str(len(body))
    return response
