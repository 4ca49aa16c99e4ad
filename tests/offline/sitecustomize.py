"""Refuses any contact with an address that is not loopback, in this process.

Python imports it at the start of every process that a test starts, because the folder is on
PYTHONPATH. An audit hook sees all ways to a socket and cannot be removed. What is on one
machine (loopback, Unix sockets) passes.

`tests/conftest.py` calls `guard_sockets` instead, for the process that runs the tests: where
coverage is measured, each new thread sets a trace function, and while an audit hook in
Python runs for that, no other thread can (observed: "another trace function is being
installed", and the thread died).
"""

from __future__ import annotations

import ipaddress
import sys

WATCHED = frozenset(
    {
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendmsg",
        "socket.sendto",
    },
)


class OutsideContactError(AssertionError):
    """A test reached for the network; no OSError, so that no code takes it for a refusal."""


def refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook: raise where a socket is about to leave the machine."""
    if event not in WATCHED:
        return
    # connect, sendto and sendmsg give (socket, address), the look-ups (host, …).
    after_socket = event in {"socket.connect", "socket.sendmsg", "socket.sendto"}
    refuse_address(event, arguments[1 if after_socket else 0])


def refuse_address(event: str, address: object) -> None:
    """Raise where an address, or the host of one, is not on this machine."""
    host = address[0] if isinstance(address, tuple) and address else address
    if not is_on_this_machine(host):
        msg = f"tests may not leave this machine: {event} to {host!r}"
        raise OutsideContactError(msg)


def is_on_this_machine(host: object) -> bool:
    """Whether `host` (name, number, path of a Unix socket, or None for any) is local."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in {"", "localhost"} or host.startswith(("/", "\0")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def guard_sockets() -> None:
    """Check what connects, sends and looks up by the `socket` module in this process."""
    import socket

    for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1), ("sendmsg", 3)):
        _guard(socket.socket, name, place, after_self=True)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        _guard(socket, name, 0, after_self=False)


def _guard(owner: object, name: str, place: int, *, after_self: bool) -> None:
    original = getattr(owner, name)

    def checked(*arguments: object, **named: object) -> object:
        given = arguments[1:] if after_self else arguments
        if given and place < len(given):
            refuse_address(f"socket.{name}", given[place])
        return original(*arguments, **named)

    setattr(owner, name, checked)


if __name__ == "sitecustomize":
    sys.addaudithook(refuse_outside)
