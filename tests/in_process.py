"""Requests that reach an emulated account without a network: no socket, no thread of a server.

It takes the place of `HttpSession`, so that all above it is the product's: turns, retries,
guards, redaction. What HTTP itself does is tried in `tests/unit/account/http`, and each fault
once over HTTP in `tests/contract`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch
from urllib.parse import unquote_to_bytes, urlsplit

from schemactl.account import dialects
from schemactl.account.http import session
from schemactl.account.http.exchange import (
    Failure,
    FailureKind,
    Limits,
    RawAnswer,
    SealedRequest,
)
from schemactl.emulator.errors import ConnectionCutError
from schemactl.emulator.server import EmulatorServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HttpSession: Final = session.HttpSession
CUT: Final = "the connection was cut before the answer was complete"
_applications: dict[str, WSGIApplication] = {}
"""The accounts that are reached in this process, by host and port."""


class Head:
    """What an application of WSGI starts its answer with."""

    status: int
    headers: list[tuple[str, str]]

    def __call__(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None, /
    ) -> Any:  # noqa: ANN401 - nobody uses the writer of WSGI
        """Keep it."""
        del exc_info
        self.status = int(status.partition(" ")[0])
        self.headers = headers


class InProcessSession:
    """What `HttpSession` is to a server of another process."""

    def __init__(self, application: WSGIApplication, limits: Limits) -> None:
        self._application = application
        self._limits = limits

    def send(self, sealed: SealedRequest) -> RawAnswer | Failure:
        """Have a request answered; the bytes of a cut answer are lost."""
        start_s, head = time.monotonic(), Head()
        try:
            body = b"".join(self._application(environ_of(sealed), head))
        except ConnectionCutError:
            return Failure(kind=FailureKind.CUT, detail=CUT, bytes_left=True)
        if len(body) > self._limits.body_bytes:
            detail = f"the answer has more than {self._limits.body_bytes} bytes"
            return Failure(kind=FailureKind.TOO_LONG, detail=detail, bytes_left=True)
        return RawAnswer(
            status=head.status,
            headers={name.lower(): value for name, value in head.headers},
            body=body,
            took_s=time.monotonic() - start_s,
        )

    def cut(self) -> None:
        """Do nothing: nobody waits for an answer of this process."""

    def close(self) -> None:
        """Do nothing: there is no connection."""


def environ_of(sealed: SealedRequest) -> dict[str, Any]:
    """Return a request as WSGI has it."""
    url = urlsplit(sealed.url)
    body = sealed.body or b""
    environ = {
        "REQUEST_METHOD": str(sealed.method),
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(url.path).decode("latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in sealed.headers:
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    return environ


def _open_session(
    url: str, *, limits: Limits, environ: Mapping[str, str]
) -> InProcessSession | session.HttpSession:
    application = _applications.get(urlsplit(url).netloc)
    if application is None:
        return HttpSession(url, limits=limits, environ=environ)
    return InProcessSession(application, limits)


@contextmanager
def reached_in_process(server: EmulatorServer) -> Iterator[None]:
    """Have requests of this process to a running emulator answered without HTTP."""
    address = urlsplit(server.base_url).netloc
    _applications[address] = server.application
    # As with the embedded account, nothing is gained by several requests at once.
    one_by_one = patch.object(dialects, "CONNECTIONS", dialects.EMBEDDED_CONNECTIONS)
    with patch.object(session, "HttpSession", _open_session), one_by_one:
        try:
            yield
        finally:
            del _applications[address]
