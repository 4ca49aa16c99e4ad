"""Answer one HTTP request to `/1/…`; `handling` adds log, limit and faults.

Answers are JSON in an envelope, errors plain text with a status and no line break at the end.
Every answer has the limit of calls in its headers, as recorded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from werkzeug import Request, Response

from schemactl.emulator.access import find_grant
from schemactl.emulator.account import Account
from schemactl.emulator.call_log import RATE_WINDOW_S
from schemactl.emulator.choices import RestLimitBody
from schemactl.emulator.errors import NotServedError
from schemactl.emulator.handling import Wire, handle, not_served
from schemactl.emulator.objects import path_name
from schemactl.emulator.rest.calls import READS, REST_HANDLERS, SEES_CONTACTS
from schemactl.emulator.rest.json_values import Json, JsonText, written
from schemactl.emulator.rest.request import (
    PREFIX,
    RestError,
    RestRequest,
    RestWord,
    read_rest_request,
)
from schemactl.emulator.rest.words import RestText
from schemactl.emulator.runtime import Runtime

ACCOUNT_ID = 50
VENDOR_LIMIT = 180


class RestService:
    """Answers requests to `/1/…` from the account of a running emulator."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def respond(self, http: Request) -> Response:
        """Answer one request.

        Raises:
            ConnectionCutError: The connection must be closed without an answer.
        """
        request = read_rest_request(http, self._find_object)
        wire = Wire(
            answer=lambda: self.answer(request),
            lie=lambda: self._lie(request),
            rate_failure=lambda: _plain(400, RestText.RATE),
            empty=lambda: Response(b"", content_type="application/json"),
            too_many=self._too_many,
        )
        word = str(request.word) if request.word else f"{request.method} {request.path}"
        sent = json.dumps(dict(request.arguments), ensure_ascii=False, sort_keys=True)
        response = handle(self._runtime, wire, word=request.word, text=word, data=sent)
        self._add_limit(response)
        return response

    def answer(self, request: RestRequest) -> Response:
        """Do what a request asks, and return the answer."""
        grant = find_grant(self._runtime.keys, app_id=request.app_id, key=request.key)
        if grant is None:
            return _plain(401, RestText.CREDENTIALS)
        if request.word is None:
            return _unanswered(request)
        if not grant.permits(request.word):
            return _plain(403, RestText.FORBIDDEN)
        if not request.is_readable:
            return _plain(400, RestText.BODY)
        try:
            with self._runtime.account() as account:
                return _enveloped(self._done(account, request, request.word))
        except RestError as error:
            return _plain(error.status, str(error))
        except NotServedError as error:
            return not_served(error)

    def _done(
        self, account: Account, request: RestRequest, word: RestWord
    ) -> Mapping[str, Json | JsonText]:
        if word in SEES_CONTACTS:
            account.pending.pass_read()
        if request.object_id is not None:
            if all(row.id != request.object_id for row in account.objects.rows()):
                raise RestError(404, RestText.NOT_FOUND)
            account = account.of(request.object_id)
        return REST_HANDLERS[word](account, request, self._runtime.switches)

    def _find_object(self, name: str) -> tuple[str, int] | None:
        """Return the general form of a path that is named after a custom object."""
        with self._runtime.account() as account:
            rows = account.objects.rows()
        for row in rows:
            if name == path_name(row.plural):
                return "objects", row.id
            if name == path_name(row.singular):
                return "object", row.id
        return None

    def _lie(self, request: RestRequest) -> Response:
        """Answer a write as if it were done, and undo it; show a reader an empty account."""
        word = request.word
        if word is None or word in READS:
            return _enveloped({"data": []})
        try:
            return _enveloped(
                self._runtime.rehearse(lambda account: self._done(account, request, word))
            )
        except RestError as error:
            return _plain(error.status, str(error))
        except NotServedError as error:
            return not_served(error)

    def _too_many(self, wait_s: int) -> Response:
        if self._runtime.switches.rest_limit_body is RestLimitBody.JSON:
            response = Response(
                json.dumps({"code": 429, "error": RestText.RATE}),
                status=429,
                content_type="application/json",
            )
        else:
            response = _plain(429, RestText.RATE)
        response.headers["x-rate-limit-reset"] = str(wait_s)
        response.headers["x-rate-limit-remaining"] = "0"
        return response

    def _add_limit(self, response: Response) -> None:
        limit = self._runtime.rate_limit
        left, wait_s = VENDOR_LIMIT - 1, round(RATE_WINDOW_S)
        if limit is not None:
            with self._runtime.call_log() as log:
                left, wait_s = log.room(now=self._runtime.clock(), limit=limit)
        headers = response.headers
        headers["x-rate-limit-limit"] = str(VENDOR_LIMIT if limit is None else limit)
        headers.setdefault("x-rate-limit-remaining", str(left))
        headers.setdefault("x-rate-limit-reset", str(wait_s))


def is_rest(http: Request) -> bool:
    """Whether a request is for this API, by its path."""
    return http.path.startswith(PREFIX)


def _unanswered(request: RestRequest) -> Response:
    if request.needs_object:
        return _plain(400, RestText.PARAMETER)
    if not request.is_path:
        return _plain(404, RestText.PATH)
    number = request.number("objectID")
    object_ = "" if number is None else f" with objectID {number}"
    return not_served(NotServedError(f"{request.method} {PREFIX}{request.path}{object_}"))


def _enveloped(members: Mapping[str, Json | JsonText]) -> Response:
    whole = {"code": 0, **members, "account_id": ACCOUNT_ID}
    texts = [f"{json.dumps(name)}: {written(value)}" for name, value in whole.items()]
    return Response(f"{{{', '.join(texts)}}}", content_type="application/json")


def _plain(status: int, text: str) -> Response:
    return Response(text, status=status, content_type="text/html;charset=UTF-8")
