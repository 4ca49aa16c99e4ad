"""Requests of a process to the account without HTTP: whole messages over a local socket.

It costs a fraction of HTTP on both sides, and cuts as a connection does. `test_true_command`
has its requests sent over HTTP.
"""

from __future__ import annotations

import json
import socket
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, BinaryIO, Final, Self

from schemactl.account.http import session
from schemactl.account.http.exchange import (
    Failure,
    FailureKind,
    HttpMethod,
    Limits,
    RawAnswer,
    SealedRequest,
)
from schemactl.emulator.errors import ConnectionCutError
from tests.in_process import CUT, Head, environ_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_SIZE_BYTES: Final = 4


class WireSession:
    """What `HttpSession` is over HTTP, in the process that sends the requests."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._lines: BinaryIO | None = None

    def send(self, sealed: SealedRequest) -> RawAnswer | Failure:
        """Send a request, and return its answer."""
        headers = [[name, value.decode("latin-1")] for name, value in sealed.headers]
        head = [str(sealed.method), sealed.url, headers]
        is_sent = False
        try:
            line, stream = self._connected()
            line.sendall(_message(json.dumps(head).encode(), sealed.body or b""))
            is_sent = True
            answer, body = _read(stream), _read(stream)
        except OSError:
            answer = body = None
        if answer is None or body is None:
            self.close()
            kind = FailureKind.CUT if is_sent else FailureKind.CONNECTION
            return Failure(kind=kind, detail=CUT, bytes_left=is_sent)
        status, shown = json.loads(answer)
        return RawAnswer(
            status=status, headers={name.lower(): text for name, text in shown}, body=body
        )

    def cut(self) -> None:
        """End the request that another thread is sending."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        line, stream, self._socket, self._lines = self._socket, self._lines, None, None
        if line is not None and stream is not None:
            stream.close()
            line.close()

    def _connected(self) -> tuple[socket.socket, BinaryIO]:
        if self._socket is None or self._lines is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.connect(self._path)
            self._lines = self._socket.makefile("rb")
        return self._socket, self._lines


def send_over_wire(path: str) -> None:
    """Have all requests of this process sent to the socket of a `WireServer`."""

    def open_session(_: str, *, limits: Limits, environ: Mapping[str, str]) -> WireSession:
        del limits, environ
        return WireSession(path)

    session.HttpSession = open_session  # type: ignore[assignment, misc]


class WireServer:
    """Answers what `WireSession` sends, in a thread for each connection."""

    def __init__(self, path: Path, application: WSGIApplication) -> None:
        self.path = path
        self._application = application
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(128)

    def __enter__(self) -> Self:
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._answer_all, args=(line,), daemon=True).start()

    def _answer_all(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as stream, suppress(OSError, ConnectionCutError):
            while (head := _read(stream)) is not None and (body := _read(stream)) is not None:
                method, url, headers = json.loads(head)
                sealed = SealedRequest(
                    method=HttpMethod(method),
                    url=url,
                    headers=tuple((name, text.encode("latin-1")) for name, text in headers),
                    body=body,
                )
                try:
                    self._answer(sealed, line.sendall)
                except (OSError, ConnectionCutError):
                    raise
                except Exception:  # noqa: BLE001 - nobody else would show it
                    traceback.print_exc()
                    return

    def _answer(self, sealed: SealedRequest, send: Callable[[bytes], None]) -> None:
        head = Head()
        chunks = self._application(environ_of(sealed), head)
        try:
            body = b"".join(chunks)
            send(_message(json.dumps([head.status, head.headers]).encode(), body))
        finally:
            close: Callable[[], None] | None = getattr(chunks, "close", None)
            if close is not None:
                close()


def _message(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(_SIZE_BYTES) + part for part in parts)


def _read(stream: BinaryIO) -> bytes | None:
    """Read a part of a message; None where the connection ended before."""
    size = stream.read(_SIZE_BYTES)
    if len(size) < _SIZE_BYTES:
        return None
    part = stream.read(int.from_bytes(size))
    return part if len(part) == int.from_bytes(size) else None
