"""tests/in_process.py: an account that is reached without HTTP answers as it does over HTTP."""

from __future__ import annotations

import pytest

from schemactl.account.http.exchange import (
    Failure,
    HttpMethod,
    Limits,
    RawAnswer,
    SealedRequest,
)
from schemactl.emulator.faults import FaultKind, parse_fault
from schemactl.emulator.server import EmulatorServer
from tests.in_process import HttpSession, InProcessSession

OPTIONS = {
    FaultKind.NO_ANSWER: ":seconds=0",
    FaultKind.SLOW: ":seconds=0",
    FaultKind.LATE: ":seconds=0",
    FaultKind.OTHER_USER: ':edit=add-contact "First Name=Dana"',
}
HEADERS = (("Api-Appid", b"app"), ("Api-Key", b"k\xc3\xa9y"))
FORM = b"appid=app&key=k%C3%A9y&reqType=key"


def requests_to(server: EmulatorServer) -> list[SealedRequest]:
    """Return a read over either API, and a refused write."""
    form = (("Content-Type", b"application/x-www-form-urlencoded"),)
    json = (*HEADERS, ("Content-Type", b"application/json"))
    return [
        SealedRequest(method=HttpMethod.POST, url=server.url, headers=form, body=FORM),
        SealedRequest(
            method=HttpMethod.GET,
            url=f"{server.rest_url}Tags?start=0&range=50&search=%C3%BC%20%2B",
            headers=HEADERS,
            body=None,
        ),
        SealedRequest(
            method=HttpMethod.POST,
            url=f"{server.rest_url}objects/fieldeditor?objectID=0",
            headers=json,
            body=b'{"name": "S"}',
        ),
    ]


def shown(came: RawAnswer | Failure) -> tuple[object, ...]:
    if isinstance(came, Failure):
        return came.kind, came.bytes_left
    shown_headers = ("content-type", "x-rate-limit-limit", "x-rate-limit-reset")
    return came.status, came.body, *(came.headers.get(name) for name in shown_headers)


@pytest.mark.parametrize("kind", [None, *FaultKind])
def test_an_account_in_this_process_answers_as_over_http(kind: FaultKind | None) -> None:
    with EmulatorServer(clock=lambda: 1_700_000_000.0) as server:
        near = InProcessSession(server.application, Limits())
        for request in requests_to(server):
            far = HttpSession(request.url, limits=Limits(), environ={})
            came = []
            for session in (far, near):
                if kind is not None:
                    fault = parse_fault(f"any:{kind}{OPTIONS.get(kind, '')}")
                    server.runtime.faults.add((fault,))
                came.append(shown(session.send(request)))
            far.close()
            assert came[0] == came[1], request.url


def test_an_answer_that_is_too_long_is_refused_as_over_http() -> None:
    with EmulatorServer() as server:
        request = requests_to(server)[0]
        limits = Limits(body_bytes=10)
        far = HttpSession(request.url, limits=limits, environ={})
        near = InProcessSession(server.application, limits)
        assert shown(far.send(request)) == shown(near.send(request))
        far.close()
