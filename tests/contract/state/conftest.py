"""State stores to try: the folder of a project, and S3 over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from schemactl.store.state.address import Cloud, StateAddress
from schemactl.store.state.interface import StateStore
from schemactl.store.state.local import LocalState
from schemactl.store.state.objects import ObjectState
from schemactl.store.state.opening import connect_objects
from tests.shared_state import BUCKET, S3Server

_numbers = count()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A server for all tests of a process; each has a prefix of its own."""
    server = S3Server()
    yield server
    server.close()


@pytest.fixture
def address() -> StateAddress:
    return StateAddress(cloud=Cloud.S3, bucket=BUCKET, prefix=f"test-{next(_numbers)}")


@pytest.fixture
def objects(
    s3: S3Server, address: StateAddress, monkeypatch: pytest.MonkeyPatch
) -> ObjectState:
    for name, value in s3.environ.items():
        monkeypatch.setenv(name, value)
    return connect_objects(address, s3.environ)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> StateStore:
    """Either kind of store, empty."""
    if request.param == "folder":
        return LocalState(folder=tmp_path, inside=(".schemactl",))
    found = request.getfixturevalue("objects")
    assert isinstance(found, ObjectState)
    return found
