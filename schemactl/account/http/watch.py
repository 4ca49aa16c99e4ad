"""A watch over one connection: it ends it in time, and knows whether bytes of a request left.

Time-outs of sockets start again with each byte, so a server that drips one byte a
second holds a client forever. Only another thread that shuts the socket down ends that.
"""

from __future__ import annotations

import contextlib
import errno
import math
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, SupportsRead

THREAD_NAME: Final = "schemactl-watch"


class Watch:
    """Watches the one connection that a session has at a time.

    One thread serves all requests of a session: starting and awaiting one for each takes as
    long as the rest of a request.

    Attributes:
        bytes_left: Whether any byte of the current request was handed to the network,
            so that the server may act on it.
        expired: Whether its time ran out.
    """

    def __init__(self) -> None:
        self.bytes_left = False
        self.expired = False
        self._is_connecting = False
        self._is_ended = False
        self._guard: socket.socket | None = None
        self._lock = threading.Lock()
        self._deadline_s = math.inf
        self._idle_until_s = self._wakes_s = -math.inf
        self._woken = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def over_request(self, *, deadline_s: float) -> Iterator[None]:
        """Watch one request, and cut its connection after `deadline_s` seconds.

        Raises:
            OSError: The system lets no further thread start. Nothing was sent.
        """
        with self._lock:
            self.bytes_left, self.expired = False, self._is_ended
            self._watch_until(time.monotonic() + deadline_s)
        try:
            yield
        finally:
            # From here on, the thread does not cut the connection, which may be used again.
            with self._lock:
                self._deadline_s = math.inf

    @contextlib.contextmanager
    def over_connecting(self) -> Iterator[None]:
        """Watch the connection being opened; bytes for a proxy are not a request."""
        self._is_connecting = True
        try:
            yield
        finally:
            self._is_connecting = False

    def adopt(self, connected: socket.socket) -> None:
        """Guard a new socket through a second handle, which outlives the wrapping in TLS."""
        with self._lock:
            self._drop_guard()
            self._guard = connected.dup()
            if self.expired:
                self._cut()
            if self._is_ended:
                self._drop_guard()

    def before_sending(self) -> None:
        """Note that bytes are about to be sent; refuse once time is up.

        Raises:
            TimeoutError: Time ran out while connecting. Nothing was sent.
        """
        if self._is_connecting:
            return
        if self.expired:
            msg = "time ran out while connecting"
            raise TimeoutError(msg)
        self.bytes_left = True

    def end(self) -> None:
        """Cut this connection and every later one; another thread may be using it."""
        with self._lock:
            self._is_ended = self.expired = True
            self._cut()

    def close(self) -> None:
        """Close the handle of the guarded socket, and end the thread."""
        with self._lock:
            self._drop_guard()
            thread, self._thread = self._thread, None
            self._woken.notify_all()
        if thread is not None:
            thread.join()

    def _watch_until(self, deadline_s: float) -> None:
        """Have the request cut at a moment of the clock; wake the thread only where it is late.

        Raises:
            OSError: The system lets no further thread start.
        """
        self._deadline_s = self._idle_until_s = deadline_s
        if self._thread is not None:
            if deadline_s < self._wakes_s:
                self._woken.notify_all()
            return
        thread = threading.Thread(target=self._run, name=THREAD_NAME, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise OSError(errno.EAGAIN, str(error)) from error
        self._thread = thread

    def _run(self) -> None:
        """Cut each request whose time is up; end after a long time without one."""
        with self._lock:
            while self._thread is threading.current_thread():
                now_s = time.monotonic()
                if self._deadline_s <= now_s:
                    self._deadline_s, self.expired = math.inf, True
                    self._cut()
                elif self._idle_until_s <= now_s:
                    self._thread = None
                else:
                    self._wakes_s = min(self._deadline_s, self._idle_until_s)
                    self._woken.wait(self._wakes_s - now_s)

    def _cut(self) -> None:
        if self._guard is not None:
            with contextlib.suppress(OSError):
                self._guard.shutdown(socket.SHUT_RDWR)

    def _drop_guard(self) -> None:
        if self._guard is not None:
            self._guard.close()
            self._guard = None


def watched_connections(
    watch: Watch,
) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    """Return the connection classes, plain and TLS, that report to `watch`."""

    class WatchedConnection(HTTPConnection):
        """A connection that a watch can cut at any time, even during the TLS handshake."""

        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            watch.adopt(connected)
            return connected

        def connect(self) -> None:
            with watch.over_connecting():
                super().connect()

        def send(
            self, data: ReadableBuffer | str | Iterable[ReadableBuffer] | SupportsRead[bytes]
        ) -> None:
            if self.sock is None:
                self.connect()
            watch.before_sending()
            super().send(data)

    class WatchedTlsConnection(WatchedConnection, HTTPSConnection):
        """The same over TLS."""

    return WatchedConnection, WatchedTlsConnection
