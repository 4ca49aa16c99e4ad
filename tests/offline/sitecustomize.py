"""Refuses any contact with an address that is not loopback, in this process.

Python imports it at the start of every process that a test starts, because the folder is on
PYTHONPATH; `tests/conftest.py` imports it in the process that runs the tests. An audit hook
sees all ways to a socket and cannot be removed. What is on one machine (loopback, Unix
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


def refuse_outside(
    event: str, arguments: tuple[object, ...], watched: frozenset[str] = WATCHED
) -> None:
    """Audit hook: raise where a socket is about to leave the machine.

    `watched` is a default, because a process that ends has no names of modules any more.
    """
    if event not in watched:
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


sys.addaudithook(refuse_outside)
