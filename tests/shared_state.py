"""S3 over real HTTP on this machine: moto's server, which can be slow, fail or lie.

moto checks a condition and then writes, in two steps; a lock makes one of them, as it is in
the service.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.request import Request, urlopen

from schemactl.values import dataclass

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BUCKET: Final = "state-of-tests"
KEY: Final = "AKIDOFTESTS"
SECRET: Final = "SECRETOFTESTS0123"  # noqa: S105 - of nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request to the store."""

    method: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with a request.

    Attributes:
        status: It is answered with this one.
        is_done: Whether it is done all the same, and only its answer is lost.
        delay_s: How long it takes before that.
        without: Conditions that are ignored.
    """

    status: HTTPStatus | None = None
    is_done: bool = False
    delay_s: float = 0.0
    without: tuple[str, ...] = ()


class S3Server:
    """An S3 server of this process.

    Attributes:
        sent: The requests that came.
        fault: Returns what goes wrong with one; None for nothing.
    """

    def __init__(self) -> None:
        from moto.moto_server.werkzeug_app import (
            DomainDispatcherApplication,
            create_backend_app,
        )
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Quiet(WSGIRequestHandler):
            def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        self.sent: list[Sent] = []
        self.fault: Callable[[Sent], Fault | None] = _no_fault
        self._mutex = threading.Lock()
        self._application: WSGIApplication = DomainDispatcherApplication(create_backend_app)
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=Quiet
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        with urlopen(Request(f"{self.url}/{BUCKET}", method="PUT"), timeout=30):  # noqa: S310
            pass

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def environ(self) -> dict[str, str]:
        """The variables with which the cloud's tools reach it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }

    @contextmanager
    def failing(self, fault: Callable[[Sent], Fault | None]) -> Iterator[None]:
        """Have requests go wrong inside the block."""
        self.fault = fault
        try:
            yield
        finally:
            self.fault = _no_fault

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        sent = Sent(method=environ["REQUEST_METHOD"], path=environ["PATH_INFO"])
        self.sent.append(sent)
        fault = self.fault(sent) or Fault()
        time.sleep(fault.delay_s)
        for name in fault.without:
            environ.pop(name, None)
        if fault.status is None:
            return self._done(environ, start)
        if fault.is_done:
            self._done(environ, lambda *_: lambda _: None)
        else:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start(f"{fault.status.value} {fault.status.phrase}", [("Content-Length", "0")])
        return ()

    def _done(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        with self._mutex:
            return list(self._application(environ, start))


def _no_fault(sent: Sent) -> None:
    del sent
