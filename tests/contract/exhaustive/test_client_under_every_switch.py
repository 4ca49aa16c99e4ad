"""The client against the emulator under each setting of each switch: right either way.

A switch is a choice of what nobody outside the vendor knows. Whatever it is set to, the
account ends as the files say and a second plan is empty; or the run says which
change did not come about, and nothing else was touched.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from schemactl.emulator.switches import (
    Switches,
)
from schemactl.emulator.value_switches import ValueSwitches
from schemactl.model.run import RunStatus, VerdictStatus
from schemactl.pipeline import snapshot_account
from tests.contract.live import ALL_PERMISSIONS, Bench, a_bench, verdicts_of
from tests.contract.switch_settings import (
    CASES,
    DEFAULTS,
    SCHEMA_SWITCHES,
    SETTINGS,
    emulator_with,
    switches_with,
)

FIRST = """\
version: 1
sections:
  - name: Sales Pipeline
    fields:
      - {name: Lead Status, type: tdrop, options: [New, "R&D <1>", "Übrige 100 %+", Won]}
      - {name: Interests, type: list, options: [Golf, Chess]}
      - {name: Deal Value, type: price}
      - {name: Fax 2, type: phone}
  - name: Trade Show
    fields:
      - {name: Booth, type: text}
  - name: Contact Information
    fields:
      - {name: Shoe Size, type: numeric}
tags: [Customer, "WL > example.com - Active"]
"""
SECOND = """\
version: 1
sections:
  - name: Sales Pipeline
    manage: mirror
    fields:
      - {name: Lead Status, type: tdrop, options: [New, Lost, Won]}
      - {name: Interests, type: list, options: [Golf, Chess]}
      - {name: Deal Value, type: text}
      - {name: Next Call, type: fulldate}
  - name: Contact Information
    fields:
      - {name: Shoe Size, type: numeric}
removed:
  sections: [Trade Show]
tags: [Customer, "WL > example.com - Active", VIP]
"""

TAGS = {"add-tag/Customer", "add-tag/WL > example.com - Active"}
REPORTED_AND_LEFT = {
    # The call for the options is refused; the tags do not need it.
    "dropdown-on-list=refuse": {"add-field/Sales Pipeline/Interests"},
    # The tags are gone as soon as the carrier contact is rid of them.
    "unused-tags=drop": TAGS,
}
"""Settings under which the service cannot do what is asked: what is reported as not applied."""
NOTHING_GETS_THROUGH = "extra-decode=off"


def not_applied(bench: Bench) -> set[str]:
    return {
        change
        for change, status in verdicts_of(bench.run()).items()
        if status is not VerdictStatus.APPLIED
    }


def objects(changes: set[str]) -> set[str]:
    """Return what changes are about: a field made without its options is changed next."""
    return {change.partition("/")[2] for change in changes}


def planned(bench: Bench) -> set[str]:
    return objects({change.id for change in bench.plan(*ALL_PERMISSIONS).changes})


def test_every_value_of_every_switch_is_tried() -> None:
    tried = {switches_with(setting) for setting in SETTINGS}
    named = {setting.partition("=")[0] for setting in SETTINGS if setting != DEFAULTS}

    of_contacts = {field.name for field in fields(ValueSwitches)}
    names = {field.name for field in fields(Switches)} - of_contacts
    assert named == {name.replace("_", "-") for name in names}
    for switch in SCHEMA_SWITCHES:
        assert tried >= {switches_with(f"{switch.name}={value}") for value in switch.values}
    assert {setting for _, setting in CASES} == set(SETTINGS)


@pytest.mark.parametrize(
    ("backend", "setting"), [case for case in CASES if case[1] != NOTHING_GETS_THROUGH]
)
def test_apply_then_plan_is_empty_or_says_what_is_missing(
    backend: str, setting: str, tmp_path: Path
) -> None:
    server = emulator_with(setting, tmp_path)
    with a_bench(tmp_path, server, backend=backend) as bench:
        bench.write(FIRST)
        reported = not_applied(bench)
        assert reported == REPORTED_AND_LEFT.get(setting, set())
        assert planned(bench) == objects(reported)

        bench.write(SECOND)
        again = not_applied(bench)
        assert planned(bench) == objects(again)


def test_a_server_that_decodes_once_refuses_every_call_and_the_run_says_so(
    tmp_path: Path,
) -> None:
    with a_bench(tmp_path, emulator_with(NOTHING_GETS_THROUGH, tmp_path)) as bench:
        bench.write(FIRST)
        before = snapshot_account(bench.target)
        run = bench.run()

        assert run.status is RunStatus.INCOMPLETE
        assert set(verdicts_of(run).values()) <= {VerdictStatus.REFUSED, VerdictStatus.NOT_DONE}
        assert run.verdicts[0].detail == (
            "was refused: Invalid XML, and the account shows no change"
        )
        assert snapshot_account(bench.target) == before
