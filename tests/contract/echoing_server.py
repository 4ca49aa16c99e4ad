"""A server that gives back what it was sent, in every form in which that may be shown.

Reading requests may be passed on to a true emulator, so that only writes are echoed.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import urllib.request
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, unquote_plus
from xml.sax.saxutils import escape, quoteattr

from schemactl.emulator.server import EmulatorServer
from tests.unit.account.http.hostile_server import HostileServer, Script, raw, whole

READING: Final = re.compile(rb"&reqType=(key|pull_tag)(&|$)")


def _decoded(body: bytes) -> str:
    return unquote_plus(unquote_plus(body.decode()))


def _values(body: bytes) -> str:
    return " ".join(value for _, value in parse_qsl(body.decode()))


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _head(line: str) -> Script:
    return raw(f"HTTP/1.1 {line}\r\nContent-Length: 2\r\n\r\nno".encode())


def _chunk(body: bytes) -> Script:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return raw(head + _values(body).encode() + b"\r\n")


ECHOES: Final[Mapping[str, Callable[[bytes], Script]]] = MappingProxyType(
    {
        "raw": whole,
        "raw-status-500": lambda body: whole(body, status="500 Oh"),
        "decoded": lambda body: whole(_decoded(body).encode()),
        "decoded-status-404": lambda body: whole(_decoded(body).encode(), status="404 No"),
        "values": lambda body: whole(_values(body).encode()),
        "latin-1": lambda body: whole(_values(body).encode("latin-1", "replace")),
        "utf-16": lambda body: whole(_values(body).encode("utf-16-le"), status="500 Oh"),
        "encoded-again": lambda body: whole(quote(body.decode(), safe="").encode()),
        "base64": lambda body: whole(base64.b64encode(body)),
        "base64-of-values": lambda body: whole(base64.b64encode(_values(body).encode())),
        "base64-urlsafe": lambda body: whole(base64.urlsafe_b64encode(_values(body).encode())),
        "hex": lambda body: whole(_values(body).encode().hex().encode()),
        "hex-upper": lambda body: whole(_values(body).encode().hex().upper().encode()),
        "hex-of-form": lambda body: whole(body.hex().encode(), status="502 Bad"),
        "json": lambda body: whole(
            json.dumps({"got": dict(parse_qsl(body.decode()))}).encode()
        ),
        "json-in-json": lambda body: whole(
            json.dumps(json.dumps({"got": _values(body)})).encode(), status="500 Oh"
        ),
        "error": lambda body: whole(
            f"<result><error>No: {escape(_values(body))}</error></result>".encode()
        ),
        "failure": lambda body: whole(
            f"<result>Failure {escape(_values(body))}</result>".encode()
        ),
        "status": lambda body: whole(
            f"<result><status>{escape(_values(body))}</status></result>".encode()
        ),
        "oops": lambda body: whole(f"Oops, {_values(body)}".encode()),
        "strange-root": lambda body: whole(f"<a k={quoteattr(_values(body))}/>".encode()),
        "broken-xml": lambda body: whole(f"<result {_values(body)}".encode()),
        "in-names": lambda body: whole(
            f'<result><Group_Tag name={quoteattr(_values(body))}><field name="A"/>'
            f"</Group_Tag><tag>{escape(_values(body))}</tag></result>".encode()
        ),
        "header": lambda body: whole(
            b"no", status="500 Oh", headers=(f"X-Echo: {_one_line(_values(body))}",)
        ),
        "rate-limit-header": lambda body: whole(
            b"", status="429 Slow", headers=(f"x-rate-limit-reset: {_one_line(_values(body))}",)
        ),
        "redirect": lambda body: whole(
            b"", status="302 Found", headers=(f"Location: https://a.example/?{body.decode()}",)
        ),
        "redirect-decoded": lambda body: whole(
            b"",
            status="307 Again",
            headers=(f"Location: https://a.example/?{_one_line(_values(body))}",),
        ),
        "reason": lambda body: _head(f"500 {_one_line(_values(body))}"),
        "status-line": lambda body: _head(f"xyz {_one_line(_values(body))}"),
        "no-http": lambda body: raw(_values(body).encode() + b"\r\n\r\n"),
        "chunk-size": _chunk,
        "encoding": lambda body: whole(
            b"no", headers=(f"Content-Encoding: gzip, {_one_line(unquote(_values(body)))}",)
        ),
    }
)
"""Each form of echo, as what it answers to the body of a request."""


class EchoingServer(HostileServer):
    """Answers with what it was sent.

    Args:
        form: One of `ECHOES`.
        behind: Answers what only reads; None where that is echoed too.
    """

    def __init__(self, form: str, *, behind: EmulatorServer | None = None) -> None:
        super().__init__(self._echo)
        self._form = form
        self._behind = behind

    def _echo(self, connection: socket.socket) -> None:
        self._answer()(connection)

    def _answer(self) -> Script:
        body = self.requests[-1].partition(b"\r\n\r\n")[2]
        if self._behind is not None and READING.search(body):
            with urllib.request.urlopen(self._behind.url, data=body, timeout=10) as answer:  # noqa: S310 - loopback
                return whole(answer.read())
        return ECHOES[self._form](body)
