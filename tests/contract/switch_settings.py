"""Every emulator that differs from the usual one in the setting of one switch."""

from __future__ import annotations

from pathlib import Path

from schemactl.emulator.server import EmulatorServer
from schemactl.emulator.switches import (
    Switches,
    describe_switches,
    parse_switch,
    set_switches,
)

DEFAULTS = "defaults"
"""The setting of an emulator that nobody set."""


def switches_with(setting: str) -> Switches:
    settings = () if setting == DEFAULTS else (parse_switch(setting),)
    return set_switches(Switches(), settings)


SCHEMA_SWITCHES = tuple(
    switch for switch in describe_switches() if not switch.concerns_contacts
)
SETTINGS = (
    DEFAULTS,
    *(
        setting
        for switch in SCHEMA_SWITCHES
        for setting in (f"{switch.name}={value}" for value in switch.values)
        if switches_with(setting) != Switches()
    ),
)
"""Every emulator that one switch about the schema makes, each once."""
LEGACY_SETTINGS = tuple(one for one in SETTINGS if not one.startswith("rest-"))
REST_SETTINGS = tuple(one for one in SETTINGS if one.startswith(("rest-", DEFAULTS)))
OF_BOTH = ("name-matching", "name-storing", "option-matching")
"""Switches that decide for either API; the others belong to the one that they name."""
CASES = (
    *(("legacy", setting) for setting in LEGACY_SETTINGS),
    *(("rest", setting) for setting in SETTINGS if setting.startswith(OF_BOTH)),
    *(("rest", setting) for setting in REST_SETTINGS),
)


def emulator_with(setting: str, folder: Path) -> EmulatorServer:
    return EmulatorServer(folder / "account.sqlite", switches=switches_with(setting))
