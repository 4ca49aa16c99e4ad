"""Answer one HTTP request to `cdata.php`; `handling` adds log, limit and faults."""

from __future__ import annotations

from werkzeug import Request, Response

from schemactl.emulator.access import find_grant
from schemactl.emulator.choices import NoPermission, OnOff
from schemactl.emulator.errors import NotServedError, Refusal, RefusalError
from schemactl.emulator.handling import Wire, handle, not_served
from schemactl.emulator.legacy.calls import HANDLERS
from schemactl.emulator.legacy.request import LegacyRequest, read_request
from schemactl.emulator.legacy.xml import credentials_body, failure_body, success_body
from schemactl.emulator.runtime import Runtime


class LegacyService:
    """Answers requests to `cdata.php` from the account of a running emulator."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def respond(self, http: Request) -> Response:
        """Answer one request.

        Raises:
            ConnectionCutError: The connection must be closed without an answer.
        """
        request = read_request(
            body=http.get_data(cache=False),
            query=http.query_string.decode("latin-1"),
            content_type=http.content_type or "",
            extra_decode=self._runtime.switches.extra_decode is OnOff.ON,
        )
        wire = Wire(
            answer=lambda: self._answer(request),
            lie=lambda: self._xml(success_body(self._runtime.switches)),
            rate_failure=lambda: self._xml(failure_body(self._runtime.switches, Refusal.RATE)),
            empty=lambda: self._xml(""),
            too_many=_too_many,
        )
        return handle(
            self._runtime, wire, word=request.type, text=request.type_text, data=request.data
        )

    def answer(self, request: LegacyRequest) -> str:
        """Do what a request asks, and return the body of the answer.

        Raises:
            NotServedError: The request type is none of the manual's.
        """
        switches = self._runtime.switches
        grant = find_grant(self._runtime.keys, app_id=request.app_id, key=request.key)
        if grant is None:
            return credentials_body(switches)
        if request.type is None:
            msg = f"the request type {request.type_text!r} on /cdata.php"
            raise NotServedError(msg)
        if not grant.permits(request.type):
            empty = switches.no_permission is NoPermission.EMPTY
            return "" if empty else failure_body(switches, Refusal.PERMISSION)
        try:
            with self._runtime.account() as account:
                return HANDLERS[request.type](account, request, switches)
        except RefusalError as error:
            return failure_body(switches, str(error))

    def _answer(self, request: LegacyRequest) -> Response:
        try:
            return self._xml(self.answer(request))
        except NotServedError as error:
            return not_served(error)

    def _xml(self, body: str) -> Response:
        kind = self._runtime.switches.content_type if body.startswith("<") else "text/html"
        return Response(body, content_type=f"{kind}; charset=utf-8")


def _too_many(wait_s: int) -> Response:
    response = Response("Too many requests.\n", status=429, content_type="text/html")
    response.headers["x-rate-limit-reset"] = str(wait_s)
    return response
