"""Values are written down, verified and synced before the call that destroys them."""

from __future__ import annotations

import dataclasses
import gzip
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from schemactl.emulator.faults import parse_fault
from schemactl.emulator.invented_contacts import Crowd
from schemactl.errors import LockedError
from schemactl.model.backup import Backup
from schemactl.model.difference import NoticeCode
from schemactl.model.event import CallStarted, Event
from schemactl.model.plan import Permission
from schemactl.model.run import RunStatus, VerdictStatus
from schemactl.store.vault.erasing import Eraser
from schemactl.store.vault.reading import read_values
from schemactl.values import replace
from tests.contract.live import Bench, verdicts_of
from tests.contract.test_counts import (
    BACKENDS,
    REDUCED,
    SETTINGS,
    People,
    a_filled_bench,
)
from tests.vault import backups_in


@pytest.fixture(params=BACKENDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_filled_bench(tmp_path, request.param) as bench:
        yield bench


def backups_of(bench: Bench) -> tuple[Backup, ...]:
    return tuple(backups_in(bench.target.vault_folder))


def held_in(bench: Bench) -> dict[str, list[str | None]]:
    """Return the values of each part, by its name."""
    return {
        part.title: [
            one.value
            for one in read_values(bench.target.vault_folder.folder(backup.run), backup, part)
        ]
        for backup in backups_of(bench)
        if backup.is_complete
        for part in backup.parts
    }


def test_everything_that_is_destroyed_is_in_the_vault_before(bench: Bench) -> None:
    run = bench.run()

    assert run.status is RunStatus.COMPLETED
    (backup,) = backups_of(bench)
    assert backup.is_complete
    assert backup.records == backup.total
    held = held_in(bench)
    assert held["Sales / Fax 2"] == ["1", "0", "x"]
    assert held["Sales / Story"] == ["two\nlines", "Ü"]
    assert len(held["Sales / Stage"]) == 2
    assert len(held["Sales / Areas"]) == 1
    # The Contacts API shows the same for 0 and for no value, so it keeps that too.
    amounts = [value for value in held["Sales / Amount"] if value != "$0.00"]
    assert len(amounts) == 2
    assert len(held["Sales / Due"]) == 2
    assert held["Sales / Unused"] == []
    assert {part.title: part.held for part in backup.parts} == {
        name: len(values) for name, values in held.items()
    }


def test_backups_are_private_and_git_ignores_them(bench: Bench) -> None:
    bench.run()

    folder = Path(bench.target.vault_folder.place)
    places = [folder.parent, folder, *folder.iterdir()]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert {stat.S_IMODE(place.stat().st_mode) for place in places} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert (folder.parent / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_backups_are_kept_for_as_long_as_the_project_says(bench: Bench) -> None:
    bench.run()
    bench, start = bench.with_values("retain_days: 30"), bench.target.host.now()
    (first,) = backups_of(bench)

    for days in (29, 31):
        moment = start + timedelta(days=days)
        host = replace(
            bench.target.host, now=partial(datetime.fromtimestamp, moment.timestamp(), UTC)
        )
        later = dataclasses.replace(bench, target=replace(bench.target, host=host))
        later.write(f"{REDUCED}      - {{name: New {days}, type: text}}\n")
        notices = {one.code for one in later.plan().notices}
        assert (NoticeCode.DELETES_BACKUPS in notices) == (days > 30)
        assert later.run().status is RunStatus.COMPLETED
        assert (first in backups_of(bench)) == (days < 30)


def test_zcat_shows_one_record_in_each_line(bench: Bench) -> None:
    bench.run()

    (backup,) = backups_of(bench)
    (story,) = [part for part in backup.parts if part.title == "Sales / Story"]
    (file,) = story.files
    path = Path(bench.target.vault_folder.place) / backup.run / file.name
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        shown: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert {one["value"] for one in shown if one["value"]} == {"two\nlines", "Ü"}
    assert all(one["id"].isdigit() for one in shown)


def test_no_value_is_in_plan_journal_or_events(bench: Bench) -> None:
    People(bench.server).add(**{"Fax 2": "S3cret-Fax", "Story": "S3cret-Story"})
    bench.run()

    texts = [
        path.read_text(encoding="utf-8")
        for path in Path(bench.target.journal_folder.place).iterdir()
        if path.is_file()
    ]
    (backup,) = backups_of(bench)
    manifest = Path(bench.target.vault_folder.place) / backup.run / f"{backup.call:04d}.json"
    assert texts
    for text in (*texts, repr(bench.events), manifest.read_text(encoding="utf-8")):
        assert "S3cret" not in text


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_is_destroyed_without_a_backup_whatever_the_server_does(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with a_filled_bench(tmp_path, backend, setting) as bench:
        run = bench.run()
        gone = {
            change.rpartition("/")[2]
            for change, status in verdicts_of(run).items()
            if status is VerdictStatus.APPLIED and change.startswith("remove-field/")
        }
        held = held_in(bench)
        whole = {"Fax 2": 3, "Story": 2, "Amount": 2, "Known": 1, "Due": 2, "Unused": 0}
        assert all(len(held[f"Sales / {name}"]) >= whole[name] for name in gone)
        if setting != "legacy-contact-id=refused" or backend == "rest":
            assert gone == set(whole)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_forecast_is_what_an_apply_with_a_backup_takes(
    tmp_path: Path, backend: str
) -> None:
    with a_filled_bench(tmp_path, backend, crowd=Crowd(number=700)) as bench:
        run = bench.run()

    assert run.status is RunStatus.COMPLETED
    assert run.requests_made == run.requests_planned


@pytest.mark.parametrize(
    ("keep", "expected"),
    [("required", VerdictStatus.NOT_DONE), ("when-possible", VerdictStatus.APPLIED)],
)
def test_what_cannot_be_backed_up_is_destroyed_only_where_the_project_says_so(
    tmp_path: Path, keep: str, expected: VerdictStatus
) -> None:
    with a_filled_bench(tmp_path, "legacy", "legacy-contact-id=refused") as bench:
        run = bench.with_values(f"keep: {keep}").run()
        verdicts = verdicts_of(run)

    assert verdicts["remove-field/Sales/Fax 2"] is expected
    assert verdicts["remove-field/Sales/Story"] is expected


def test_never_is_said_to_the_reviewer(bench: Bench) -> None:
    plan = bench.with_values("keep: never").plan()

    assert "back_up_values" not in {call.request for call in plan.calls}
    said = [
        hazard.message for hazard in plan.hazards if hazard.code is Permission.REMOVES_FIELD
    ]
    assert said
    assert all("without a backup (values: keep: never)" in message for message in said)


def ids_with(bench: Bench, alias: str) -> dict[str, str]:
    """Return what each contact holds in a field, by its id; nothing of those without."""
    people = People(bench.server)
    name = people.fields[alias]
    rows = people.send("GET", f"Contacts?listFields=id,{name}")["data"]
    return {row["id"]: row[name] for row in rows if row[name]}


@pytest.mark.parametrize(
    ("backend", "word"), [("legacy", "remove_field"), ("rest", "fieldeditor_delete")]
)
def test_what_somebody_writes_after_the_backup_is_in_it_too(
    tmp_path: Path, backend: str, word: str
) -> None:
    with a_filled_bench(tmp_path, backend) as bench:
        first, second, *_ = ids_with(bench, "Story")
        (third,) = set(ids_with(bench, "Fax 2")) - {first, second}
        # As many contacts as before hold a value, so that no count shows it.
        for edit in (
            f"set-value {first} Story newest",
            f"clear-value {second} Story",
            f"set-value {third} Story late",
        ):
            bench.server.runtime.faults.add((parse_fault(f"{word}:other-user:edit={edit}"),))
        run = bench.run()
        held = held_in(bench)

    assert run.status is RunStatus.COMPLETED
    assert set(held["Sales / Story"]) == {"late", "newest"}


@pytest.mark.parametrize("ahead", [timedelta(hours=-5), timedelta(days=400)])
def test_a_wrong_clock_of_the_computer_loses_nothing(tmp_path: Path, ahead: timedelta) -> None:
    with a_filled_bench(tmp_path, "rest") as bench:
        first = next(iter(ids_with(bench, "Story")))
        edit = f"set-value {first} Story newest"
        bench.server.runtime.faults.add(
            (parse_fault(f"fieldeditor_delete:other-user:edit={edit}"),)
        )
        host = replace(bench.target.host, now=lambda: datetime.now(UTC) + ahead)
        run = dataclasses.replace(bench, target=replace(bench.target, host=host)).run()
        held = held_in(bench)

    assert run.status is RunStatus.COMPLETED
    assert "newest" in held["Sales / Story"]


def test_nothing_is_destroyed_whose_backup_cannot_be_brought_up_to_date(
    tmp_path: Path,
) -> None:
    with a_filled_bench(tmp_path, "rest") as bench:
        fault = "contacts_get:status-500:skip=2:times=100"
        bench.server.runtime.faults.add((parse_fault(fault),))
        run = bench.run()

    assert run.status is not RunStatus.COMPLETED
    assert VerdictStatus.APPLIED not in {
        status
        for change, status in verdicts_of(run).items()
        if change.startswith(("remove-field/", "change-options/"))
        and not change.endswith("/Unused")
    }


def test_what_was_destroyed_without_a_backup_is_named_in_the_result(bench: Bench) -> None:
    lenient = bench.with_values("keep: when-possible")
    is_rest = bench.target.dialect.name == "rest"
    word = "contacts_get" if is_rest else "fetch"
    fault = f"{word}:status-500:times=100"
    bench.server.runtime.faults.add((parse_fault(fault),))
    run = lenient.run()

    said = {one.change: one.detail for one in run.verdicts}
    assert "without a complete backup" in said["remove-field/Sales/Fax 2"]


def test_nobody_is_erased_from_a_backup_that_an_apply_is_about_to_rely_on(bench: Bench) -> None:
    refused: list[str] = []

    def erase() -> None:
        try:
            bench.target.refuse_applied()
        except LockedError as error:
            refused.append(str(error))
            return
        Eraser(folder=bench.target.vault_folder, record="1", custom_object="").run()

    def meddle(event: Event) -> None:
        if isinstance(event, CallStarted):
            erase()

    host = replace(bench.target.host, listener=meddle)
    run = dataclasses.replace(bench, target=replace(bench.target, host=host)).run()
    assert run.status is RunStatus.COMPLETED
    assert "an apply works on this account" in refused[0]
    assert held_in(bench)["Sales / Fax 2"] == ["1", "0", "x"]
    refused.clear()
    erase()
    assert not refused
