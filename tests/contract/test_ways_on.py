"""A change that the account never shows keeps back what is linked to it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.emulator.switches import Switches, parse_switch, set_switches
from schemactl.model.run import VerdictStatus
from tests.contract.live import a_bench, verdicts_of

START = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: text}
  - name: Fair
    fields:
      - {name: Booth, type: text}
      - {name: Kept, type: text}
"""
GOAL = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: text}
      - {name: Interests, type: list, options: [Golf, Chess]}
  - name: Empty
    fields: []
  - name: Fair
    fields:
      - {name: Kept, type: text}
tags: [VIP]
removed:
  fields: [{section: Fair, name: Booth}]
"""
SETTINGS = (
    ("full-section-removal=refuse", "empty-sections=hide"),
    ("success-body=status", "absent-removal=failure", "unused-tags=drop"),
    ("options-in-section=honour", "dropdown-on-list=refuse"),
)


@pytest.mark.parametrize("settings", SETTINGS)
def test_what_never_shows_does_not_block_an_unrelated_removal(
    settings: tuple[str, ...], tmp_path: Path
) -> None:
    switches = set_switches(Switches(), tuple(parse_switch(one) for one in settings))
    with a_bench(tmp_path, EmulatorServer(switches=switches)) as bench:
        bench.write(START)
        bench.run()
        bench.write(GOAL)
        verdicts = verdicts_of(bench.run())
        assert set(verdicts.values()) - {VerdictStatus.APPLIED}
        assert verdicts["remove-field/Fair/Booth"] is VerdictStatus.APPLIED
