"""Refuses any contact with an address that is not loopback, in this process.

Imported by `tests/conftest.py`, and by Python itself at the start of every process
that a test starts, because the folder is put on PYTHONPATH. An audit hook sees all
ways to a socket and cannot be taken back; what is on one machine (loopback, Unix
sockets) passes.
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
    address = arguments[1 if after_socket else 0]
    host = address[0] if isinstance(address, tuple) and address else address
    if not is_on_this_machine(host):
        msg = f"tests may not leave this machine: {event} to {host!r}"
        raise OutsideContactError(msg)


def is_on_this_machine(host: object) -> bool:
    """Tell whether `host` (name, number, path of a Unix socket, or None for any) is local."""
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in {"", "localhost"} or host.startswith(("/", "\0")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(refuse_outside)
