"""A server on loopback that answers each connection in a thread, by the path of the request."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import NamedTuple, Self, TypeAlias


class Reply(NamedTuple):
    """An answer; status 0 cuts the connection."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = MappingProxyType({})


CUT = Reply(status=0)
Respond: TypeAlias = Callable[[str], Reply]


class BusyServer:
    """Serves any number of connections, which it keeps open.

    Attributes:
        paths: The last part of the path of each request, in the order in which they came.
        answering: How many requests it is answering now.
        most_at_once: How many requests it was answering at the same time, at most.
        connections: How many were accepted.
    """

    def __init__(self, respond: Respond) -> None:
        self.paths: list[str] = []
        self.most_at_once = 0
        self.connections = 0
        self.answering = 0
        self._lock = threading.Lock()
        self._respond = respond
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_port}/1/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._thread.join(10)
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            timeout = 10

            def setup(self) -> None:
                server.connections += 1
                super().setup()

            def do_GET(self) -> None:
                reply = server.answer(self.path.rpartition("/")[2])
                if not reply.status:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                with contextlib.suppress(OSError):  # The client may have gone.
                    self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Print nothing."""

        return Handler

    def answer(self, path: str) -> Reply:
        """Answer one request, and count it while it is answered."""
        with self._lock:
            self.paths.append(path)
            self.answering += 1
            self.most_at_once = max(self.most_at_once, self.answering)
        try:
            return self._respond(path)
        finally:
            with self._lock:
                self.answering -= 1
