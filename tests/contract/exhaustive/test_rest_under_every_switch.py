"""What only the REST API can do, under each reading of what nobody outside the vendor knows.

Sending a section whole loses nothing under any of them. Sending a part of it may: then the
run stops at once, and says what went.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.model.run import Run, RunStatus, VerdictStatus
from schemactl.report.formats import Format, RenderOptions, write_plan
from schemactl.report.text.lines import plain_text
from tests.contract.live import ALL_PERMISSIONS, Bench, a_bench, verdicts_of
from tests.contract.switch_settings import REST_SETTINGS, emulator_with

PERSON = 1
FIRST = """\
version: 1
sections:
  - name: Pipeline
    description: Deals we work on.
    fields:
      - {name: Stage, type: tdrop, options: [New, Won, Lost]}
      - {name: Size, type: text}
      - {name: Story, type: text}
      - {name: Untouched, type: text}
      - {name: Left, type: list, options: [a, b]}
  - name: Other
    description: Of somebody else.
    fields:
      - {name: Elsewhere, type: text}
tags: [VIP, Customer]
"""
SECOND = """\
version: 1
sections:
  - name: Pipeline
    fields:
      - name: Deal Stage
        type: tdrop
        options: [New, Won, Parked]
        was: [Stage]
        required: true
      - {name: Size, type: text, unique: true}
      - {name: Story, type: longtext}
      - {name: Brand New, type: email}
  - name: Empty
    description: To be filled.
tags: [{name: Gold, was: [VIP]}]
removed:
  tags: [Customer]
"""
PETS_FIRST = """\
version: 1
sections:
  - name: Details
    fields:
      - {name: Breed, type: text}
objects:
  - label: Pets
    sections:
      - name: Details
        description: What we know.
        fields:
          - {name: Breed, type: tdrop, options: [Cat, Dog]}
          - {name: Age, type: numeric}
          - {name: Story, type: text}
"""
PETS_SECOND = """\
version: 1
sections:
  - name: Details
    fields:
      - {name: Breed, type: text}
objects:
  - label: Pets
    sections:
      - name: Details
        fields:
          - {name: Race, type: tdrop, options: [Cat, Bird], was: [Breed]}
          - {name: Story, type: longtext}
          - {name: Owner Since, type: fulldate}
      - {name: Vaccines, fields: [{name: Rabies, type: check}]}
    removed:
      fields: [{section: Details, name: Age}]
"""
WHAT_NO_CALL_IS_ABOUT = {"Untouched": "keep me", "Left": "a", "Elsewhere": "me too"}
KEPT = {**WHAT_NO_CALL_IS_ABOUT, "Size": "large", "Story": "once"}


def fill(bench: Bench) -> None:
    """Arrange the fields in two columns, and put values into a contact, as people do."""
    with bench.server.runtime.account() as account:
        for place, field in enumerate(account.layout.editor_fields()):
            if field.name in KEPT:
                account.contacts.set_value(PERSON, field.id, KEPT[field.name])
            if field.custom:
                account.layout.place_field(field.id, column=place % 2, position=place)


def held(bench: Bench) -> dict[str, str]:
    """Return what the contact still holds, by the name of the field."""
    with bench.server.runtime.account() as account:
        values = account.contacts.values_of(PERSON)
        names = {field.id: field.name for field in account.layout.editor_fields()}
    return {names[number]: text for number, text in values.items() if names[number] in KEPT}


def arrangement(bench: Bench) -> list[tuple[str, int]]:
    """Return the fields that no call is about, in their order, with their columns."""
    with bench.server.runtime.account() as account:
        fields = account.layout.editor_fields()
    return [(one.name, one.column) for one in fields if one.name in WHAT_NO_CALL_IS_ABOUT]


def prepared(bench: Bench) -> None:
    bench.write(FIRST)
    assert bench.run().status is RunStatus.COMPLETED
    fill(bench)
    bench.write(SECOND)


def is_reported(bench: Bench, run: Run) -> bool:
    """Whether all that a plan still wants was reported as not done, and nothing else."""
    answer = {
        change.partition("/")[2]
        for change, status in verdicts_of(run).items()
        if status is not VerdictStatus.APPLIED
    }
    open_changes = {
        change.id.partition("/")[2] for change in bench.plan(*ALL_PERMISSIONS).changes
    }
    return open_changes <= answer


@pytest.mark.parametrize("setting", REST_SETTINGS)
def test_a_section_that_is_sent_whole_loses_nothing(setting: str, tmp_path: Path) -> None:
    server = emulator_with(setting, tmp_path)
    with a_bench(tmp_path, server, backend="rest") as bench:
        prepared(bench)
        before = arrangement(bench)
        run = bench.run()

        assert held(bench) == KEPT
        assert arrangement(bench) == before
        assert is_reported(bench, run)
        if setting not in {"rest-put=error", "rest-settings=ignore"}:
            assert (run.status, run.reason) == (RunStatus.COMPLETED, "")
            assert bench.plan(*ALL_PERMISSIONS).is_empty


@pytest.mark.parametrize("setting", REST_SETTINGS)
def test_a_section_that_is_sent_in_part_loses_nothing_unsaid(
    setting: str, tmp_path: Path
) -> None:
    server = emulator_with(setting, tmp_path)
    settings = {"section_updates": "part"}
    with a_bench(tmp_path, server, backend="rest", settings=settings) as bench:
        prepared(bench)
        run = bench.run()

        lost = set(KEPT) - set(held(bench))
        if not lost:
            assert is_reported(bench, run)
            return
        assert run.status is RunStatus.STOPPED
        assert [name for name in lost if f'field "{name}" of section' not in run.reason] == []
        assert run.calls_made == 1, "the run stops at once"


def test_every_format_names_the_line_that_makes_updates_send_less(tmp_path: Path) -> None:
    server = EmulatorServer(tmp_path / "account.sqlite")
    settings = {"section_updates": "part"}
    with a_bench(tmp_path, server, backend="rest", settings=settings) as bench:
        prepared(bench)
        plan = bench.plan(*ALL_PERMISSIONS)
        for form in Format:
            rendered = write_plan(plan, form, RenderOptions(width=200, folder=tmp_path))
            text = rendered if isinstance(rendered, str) else plain_text(rendered)
            assert "updates-in-part" in text, form
            assert "send the fields that stay" in " ".join(text.split()), form
            assert "schemactl.yaml" in text, form


def test_what_a_person_made_meanwhile_is_sent_along(tmp_path: Path) -> None:
    server = EmulatorServer(tmp_path / "account.sqlite")
    with a_bench(tmp_path, server, backend="rest") as bench:
        prepared(bench)
        plan = bench.plan(*ALL_PERMISSIONS)
        assert plan.calls
        bench.server.edit("add-field Pipeline Surprise text")
        run = bench.run()

        assert run.status is RunStatus.COMPLETED
        with bench.server.runtime.account() as account:
            assert "Surprise" in [field.name for field in account.layout.editor_fields()]


@pytest.mark.parametrize("setting", REST_SETTINGS)
def test_a_custom_object_converges_beside_contacts(setting: str, tmp_path: Path) -> None:
    server = emulator_with(setting, tmp_path)
    with a_bench(tmp_path, server, backend="rest") as bench:
        bench.server.edit("add-object Cars Car\nadd-object Pets Pet")
        bench.write(PETS_FIRST)
        assert bench.run().calls_made > 0
        bench.write(PETS_SECOND)
        second = bench.run()

        assert is_reported(bench, second)
        if setting in {"rest-put=error", "rest-settings=ignore"}:
            return
        assert (second.status, second.reason) == (RunStatus.COMPLETED, "")
        assert bench.plan(*ALL_PERMISSIONS).is_empty
        with bench.server.runtime.account() as account:
            contacts = [one.name for one in account.layout.editor_fields() if one.custom]
            assert contacts == ["Breed"]


def test_a_field_is_renamed_and_made_anew_in_one_plan(tmp_path: Path) -> None:
    server = EmulatorServer(tmp_path / "account.sqlite")
    with a_bench(tmp_path, server, backend="rest") as bench:
        section = "version: 1\nsections:\n  - name: Sales\n    fields:\n"
        bench.write(f"{section}      - {{name: First, type: text}}\n")
        assert bench.run().status is RunStatus.COMPLETED
        bench.write(f"{section}      - {{name: Second, type: numeric, was: [First]}}\n")
        run = bench.run()

        assert (run.status, run.reason) == (RunStatus.COMPLETED, "")
        assert bench.plan(*ALL_PERMISSIONS).is_empty


TWO_OF_ONE_NAME = """\
version: 1
sections:
  - name: Ours
    fields:
      - {name: Notes, type: longtext}
  - name: Theirs
    fields:
      - {name: Notes, type: tdrop, options: [a, b]}
"""


@pytest.mark.parametrize("setting", REST_SETTINGS)
def test_of_two_new_fields_of_one_name_the_first_is_made_and_stays_as_it_is(
    setting: str, tmp_path: Path
) -> None:
    with a_bench(tmp_path, emulator_with(setting, tmp_path), backend="rest") as bench:
        bench.write(TWO_OF_ONE_NAME)
        verdicts = verdicts_of(bench.run())
        assert verdicts["add-field/Theirs/Notes"] is VerdictStatus.BY_HAND
        assert verdicts["add-field/Ours/Notes"] is VerdictStatus.APPLIED
        assert {change.id for change in bench.plan().changes} == {"add-field/Theirs/Notes"}
