"""A server on loopback whose every answer is a script: bytes as they go over the wire.

It reads a request up to the length that it announces, then runs the next script on
the bare socket. It knows nothing of the API.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Self, TypeAlias

Script: TypeAlias = Callable[[socket.socket], None]

TLS_FOLDER: Final = Path(__file__).parents[3] / "data" / "wire" / "tls"
CERTIFICATE: Final = TLS_FOLDER / "localhost.cert.pem"


def whole(body: bytes, *, status: str = "200 OK", headers: tuple[str, ...] = ()) -> Script:
    """Answer as a decent server does."""
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", "")
    answer = "\r\n".join(lines).encode() + body
    return lambda connection: connection.sendall(answer)


def raw(content: bytes) -> Script:
    """Send these bytes, whatever they are, and hang up."""

    def script(connection: socket.socket) -> None:
        connection.sendall(content)
        raise ConnectionAbortedError

    return script


def endless(start: bytes, piece: bytes, stop: threading.Event, *, pause_s: float) -> Script:
    """Send `piece` again and again, until the client hangs up or the test ends."""

    def script(connection: socket.socket) -> None:
        connection.sendall(start)
        while not stop.wait(pause_s):
            connection.sendall(piece)
        raise ConnectionAbortedError

    return script


class HostileServer:
    """Plays its scripts one after the other, the last one again and again.

    Each connection has a thread of its own, so that several can be open at once.

    Attributes:
        requests: Head and body of each request that came whole.
        connections: How many were accepted.
    """

    def __init__(self, *scripts: Script, tls: bool = False) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._scripts = list(scripts)
        self._tls = _tls_context() if tls else None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._talking: list[threading.Thread] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}/cdata.php"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A thread that waits in accept or recv wakes up only from a shutdown.
        for each in (self._socket, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in (self._thread, *self._talking):
            thread.join(timeout=5)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
                self._talking.append(thread)
                thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._play(connection)

    def _play(self, connection: socket.socket) -> None:
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True)
        self._open.append(connection)
        with connection:
            for request in _requests(connection):
                with self._lock:
                    self.requests.append(request)
                    is_last = len(self._scripts) == 1
                    script = self._scripts[0] if is_last else self._scripts.pop(0)
                script(connection)


def _requests(connection: socket.socket) -> Iterator[bytes]:
    came = b""
    while True:
        while b"\r\n\r\n" not in came:
            piece = connection.recv(65536)
            if not piece:
                return
            came += piece
        head, _, body = came.partition(b"\r\n\r\n")
        announced = head.lower().partition(b"content-length:")[2].split()
        length = int(announced[0]) if announced else 0
        while len(body) < length:
            body += connection.recv(65536)
        yield head + b"\r\n\r\n" + body
        came = b""


def _tls_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, TLS_FOLDER / "localhost.key.pem")
    return context
