"""Start emulators in memory for tests, and stop them after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from schemactl.emulator import EmulatorServer, Switches, parse_switch, set_switches
from tests.unit.emulator.talk import Talk

Start = Callable[..., Talk]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start an emulator; `switched` are words such as `unknown-type=refuse`."""
    with ExitStack() as stack:

        def start_one(*switched: str, **settings: Any) -> Talk:  # noqa: ANN401 - passed on
            switches = set_switches(Switches(), tuple(parse_switch(one) for one in switched))
            server = EmulatorServer(switches=switches, **settings)
            return Talk(server=stack.enter_context(server))

        yield start_one


@pytest.fixture
def talk(start: Start) -> Talk:
    """Talk to an emulator with all defaults."""
    return start()
