"""A stand-in Ontraport account over HTTP, for developing and testing without a real one.

Start it with `serve`; the other functions parse its settings. It shares no code with the rest
of the package, so that both sides cannot have the same mistake. Its records are named tuples
where possible: a frozen dataclass takes ten times as long to define, and every command on an
embedded account waits for this package.
"""

from __future__ import annotations

from schemactl.emulator.access import KeyGrant, parse_key
from schemactl.emulator.edits import describe_edits, parse_edits
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import Fault, parse_fault
from schemactl.emulator.invented_contacts import Crowd, parse_crowd
from schemactl.emulator.latency import Latency, parse_latency
from schemactl.emulator.server import EmulatorServer, serve
from schemactl.emulator.storage import account_id
from schemactl.emulator.switches import (
    Switches,
    SwitchSetting,
    describe_switches,
    parse_switch,
    set_switches,
)

__all__ = [
    "Crowd",
    "EmulatorError",
    "EmulatorServer",
    "Fault",
    "KeyGrant",
    "Latency",
    "SwitchSetting",
    "Switches",
    "account_id",
    "describe_edits",
    "describe_switches",
    "parse_crowd",
    "parse_edits",
    "parse_fault",
    "parse_key",
    "parse_latency",
    "parse_switch",
    "serve",
    "set_switches",
]
