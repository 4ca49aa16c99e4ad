"""The tests' own guard: loopback passes, the rest of the world does not."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tests.offline.sitecustomize import is_on_this_machine

# Kept for documents (RFC 5737), so that nobody is called should the guard fail.
OUTSIDE = "192.0.2.1"


def test_a_connection_to_another_machine_is_refused() -> None:
    with (
        socket.socket() as outgoing,
        pytest.raises(AssertionError, match=r"may not leave this machine: .* '192\.0\.2\.1'"),
    ):
        outgoing.connect((OUTSIDE, 80))


def test_a_datagram_to_another_machine_is_refused() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as outgoing,
        pytest.raises(AssertionError, match="may not leave"),
    ):
        outgoing.sendto(b"?", (OUTSIDE, 53))


def test_a_look_up_of_a_name_is_refused() -> None:
    with pytest.raises(AssertionError, match="may not leave"):
        socket.getaddrinfo("api.example.com", 443)


def test_a_process_that_a_test_starts_is_held_too() -> None:
    code = f"import socket; socket.create_connection(('{OUTSIDE}', 80), timeout=5)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, text=True, timeout=60
    )
    assert run.returncode == 1
    assert "OutsideContactError: tests may not leave this machine" in run.stderr


def test_loopback_passes() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


@pytest.mark.parametrize("host", [None, "", "localhost", b"127.0.0.1", "127.9.8.7", "::1", 0])
def test_every_name_of_this_machine_is_known(host: object) -> None:
    assert is_on_this_machine(host)


@pytest.mark.parametrize("host", ["example.com", b"example.org", "10.0.0.1", "fd00::2"])
def test_other_machines_are_distinguished_from_this_one(host: object) -> None:
    assert not is_on_this_machine(host)


def test_a_socket_in_the_file_system_passes() -> None:
    with (
        socket.socket(socket.AF_UNIX) as client,
        pytest.raises(FileNotFoundError),
    ):
        client.connect("/nowhere/at/all")
