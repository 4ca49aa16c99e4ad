"""One server and one zygote for all tests of a worker; a stage for each story."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.crash.account import Server
from tests.crash.processes import Zygote
from tests.crash.story import LONG, REPLACING, REST, REST_VALUES, SHORT, VALUES, Stage

MEMORY = Path("/dev/shm")  # noqa: S108 - no fixed name is made in it
"""Hundreds of projects are made and synced; a killed process loses nothing on either disk."""


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="schemactl-crash-", dir=where) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def server(scratch: Path) -> Iterator[Server]:
    with Server(scratch / "wire") as running:
        yield running


@pytest.fixture(scope="session")
def zygote(scratch: Path, server: Server) -> Iterator[Zygote]:
    with Zygote(scratch, wire=server.wire.path) as running:
        yield running


@pytest.fixture(scope="session")
def long_story(server: Server, zygote: Zygote, scratch: Path) -> Stage:
    return _stage("long", server, zygote, scratch)


@pytest.fixture(scope="session")
def short_story(server: Server, zygote: Zygote, scratch: Path) -> Stage:
    return _stage("short", server, zygote, scratch)


@pytest.fixture(scope="session")
def replacing_story(server: Server, zygote: Zygote, scratch: Path) -> Stage:
    return _stage("replacing", server, zygote, scratch)


@pytest.fixture(scope="session")
def rest_story(server: Server, zygote: Zygote, scratch: Path) -> Stage:
    return _stage("rest", server, zygote, scratch)


@pytest.fixture(scope="session")
def values_stories(server: Server, zygote: Zygote, scratch: Path) -> Callable[[str], Stage]:
    """Return what makes the stage of a story of values, by its API; each is made once."""
    return cache(lambda api: _stage(f"{api}-values", server, zygote, scratch))


@pytest.fixture
def count_points(request: pytest.FixtureRequest) -> Callable[[int], None]:
    """Take how many points a test tried; `--junitxml` writes it down."""
    return lambda number: request.node.user_properties.append(("points", number))


def _stage(name: str, server: Server, zygote: Zygote, scratch: Path) -> Stage:
    stories = {
        "long": LONG,
        "short": SHORT,
        "replacing": REPLACING,
        "rest": REST,
        "legacy-values": VALUES,
        "rest-values": REST_VALUES,
    }
    story = stories[name]
    stage = Stage(story, server, zygote, scratch / name)
    stage.warm_up()
    return stage
