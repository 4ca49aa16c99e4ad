"""store/vault: what is torn is not trusted, what is finished stays, a person can be erased."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from schemactl.apply import ApplyRequest
from schemactl.apply.values.retention import forget_old_backups
from schemactl.host import Host
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.backup import Backup, BackupPart
from schemactl.model.event import BackupsDeleted, Event
from schemactl.model.held_values import HeldRecord
from schemactl.store.files import LinkedStateError
from schemactl.store.vault.erasing import Eraser
from schemactl.store.vault.folders import (
    delete_run,
    find_backups,
    folder_of_run,
    move_backup,
    prepare_folder,
    runs_in,
    too_old,
)
from schemactl.store.vault.manifest import VaultError
from schemactl.store.vault.reading import read_values
from schemactl.store.vault.writing import BackupWriter
from schemactl.values import replace
from tests.builders import a_field
from tests.vault import backups_in, vault_in

RUN = "20260102T030405Z-0001"
NEXT = "20260102T040405Z-0002"


def a_backup(run: str = RUN) -> Backup:
    fax = a_field("Fax")
    size = a_field("Size", "tdrop", ["S", "M"])
    return Backup(
        run=run,
        call=2,
        account="demo",
        identity=AccountIdentity(address="http://a/"),
        backend="rest",
        started_at="2026-01-02T03:04:05+00:00",
        parts=(
            BackupPart(change="remove-field/S/Fax", section="S", field=fax, labels={}),
            BackupPart(
                change="remove-field/S/Size",
                section="S",
                field=size,
                labels={"7": "S", "8": "M"},
            ),
        ),
    )


def records(first: int, last: int) -> list[HeldRecord]:
    return [
        HeldRecord(id=str(number), values=(f"fax\n{number}", "7" if number % 2 else "0"))
        for number in range(first, last + 1)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "project" / ".schemactl" / "vault" / "demo"


def values(folder: Path, run: str = RUN) -> list[dict[str, str | None]]:
    return [
        {one.id: one.value for one in read_values(vault_in(folder).folder(run), backup, part)}
        for backup in backups_in(vault_in(folder))
        if backup.run == run
        for part in backup.parts
    ]


def write(folder: Path, *pages: Sequence[HeldRecord], run: str = RUN) -> Backup:
    writer = BackupWriter(folder_of_run(vault_in(folder), run), a_backup(run))
    for page in pages:
        writer.add(page)
        writer.checkpoint()
    return writer.finish(total=None, at="2026-01-02T03:05:00+00:00")


def test_what_is_written_is_read_again(folder: Path) -> None:
    backup = write(folder, records(1, 3), records(4, 5))

    fax, size = values(folder)
    assert fax == {str(number): f"fax\n{number}" for number in range(1, 6)}
    assert size == {"1": "7", "3": "7", "5": "7"}
    assert [part.held for part in backup.parts] == [5, 3]


def test_a_record_that_changed_meanwhile_has_its_last_value(folder: Path) -> None:
    writer = BackupWriter(folder_of_run(vault_in(folder), RUN), a_backup())
    writer.add(records(1, 3))
    changed = [
        HeldRecord(id="2", values=("new", "8")),
        HeldRecord(id="3", values=(None, "0")),
    ]
    writer.add_changed([changed], [0, 1])
    backup = writer.finish(total=3, at="2026-01-02T03:05:00+00:00")

    assert values(folder) == [{"1": "fax\n1", "2": "new"}, {"1": "7", "2": "8"}]
    assert [part.held for part in backup.parts] == [2, 2]


def test_what_was_torn_is_never_read_and_written_over(folder: Path) -> None:
    whole = gzip.compress(b'{"id":"9","value":"torn"}\n')
    for size in range(len(whole) + 1):
        writer = BackupWriter(folder_of_run(vault_in(folder), RUN), a_backup())
        writer.add(records(1, 3))
        writer.checkpoint()
        torn = folder / RUN / "0002-001-0002.jsonl.gz"
        torn.write_bytes(whole[:size])
        (left,) = backups_in(vault_in(folder))
        assert left.cursor == "3"

        again = BackupWriter(vault_in(folder).folder(RUN), left)
        again.add(records(4, 4))
        again.finish(total=4, at="2026-01-02T03:05:00+00:00")

        assert list(values(folder)[0]) == ["1", "2", "3", "4"]
        delete_run(vault_in(folder), RUN)


def test_a_file_that_is_not_as_its_manifest_says_is_never_used(folder: Path) -> None:
    backup = write(folder, records(1, 3))
    path = folder / RUN / backup.parts[0].files[0].name
    path.write_bytes(gzip.compress(b'{"id":"1","value":"forged"}\n'))

    with pytest.raises(VaultError, match="not as its manifest says"):
        values(folder)
    with pytest.raises(VaultError, match="not as its manifest says"):
        BackupWriter(vault_in(folder).folder(RUN), replace(backup, cursor="3"))


def test_values_of_a_backup_that_is_not_complete_are_not_read(folder: Path) -> None:
    writer = BackupWriter(folder_of_run(vault_in(folder), RUN), a_backup())
    writer.add(records(1, 3))
    writer.checkpoint()

    with pytest.raises(VaultError, match="not complete"):
        values(folder)


def test_an_interrupted_backup_goes_on_in_the_folder_of_the_next_run(folder: Path) -> None:
    writer = BackupWriter(folder_of_run(vault_in(folder), RUN), a_backup())
    writer.add(records(1, 3))
    writer.checkpoint()
    (left,) = backups_in(vault_in(folder))

    moved = move_backup(
        vault_in(folder).folder(RUN), folder_of_run(vault_in(folder), NEXT), left, call=5
    )
    again = BackupWriter(vault_in(folder).folder(NEXT), moved)
    assert (again.cursor, again.records) == ("3", 3)
    again.add(records(4, 5))
    again.finish(total=5, at="2026-01-02T03:05:00+00:00")

    assert list(values(folder, NEXT)[0]) == ["1", "2", "3", "4", "5"]
    assert runs_in(vault_in(folder)) == (NEXT,)


def erased(folder: Path, record: str, custom_object: str = "") -> int:
    erasure = Eraser(folder=vault_in(folder), record=record, custom_object=custom_object).run()
    assert not erasure.failed
    return erasure.values


def test_one_record_is_erased_from_all_backups(folder: Path) -> None:
    write(folder, records(1, 3))
    write(folder, records(2, 2), run=NEXT)

    assert erased(folder, "2") == 2

    assert values(folder) == [{"1": "fax\n1", "3": "fax\n3"}, {"1": "7", "3": "7"}]
    assert values(folder, NEXT) == [{}, {}]
    raw = b"".join(
        gzip.decompress(path.read_bytes())
        for path in folder.rglob("*.gz")
        if path.stat().st_size
    )
    assert b'"2"' not in raw
    assert erased(folder, "2") == 0
    assert erased(folder, "3") == 2
    assert values(folder)[0] == {"1": "fax\n1"}


def test_a_record_of_a_custom_object_is_not_the_contact_of_that_number(folder: Path) -> None:
    write(folder, records(1, 3))

    assert erased(folder, "2", "Jobs") == 0
    assert len(values(folder)[0]) == 3


def test_what_is_older_than_some_days_is_found(folder: Path) -> None:
    write(folder, records(1, 1))

    assert (
        too_old(find_backups(vault_in(folder)), days=30, now=datetime(2026, 1, 20, tzinfo=UTC))
        == ()
    )
    assert too_old(
        find_backups(vault_in(folder)), days=30, now=datetime(2026, 3, 1, tzinfo=UTC)
    ) == (RUN,)


def test_a_link_in_place_of_the_folder_of_a_run_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / RUN).symlink_to(tmp_path)

    with pytest.raises(LinkedStateError):
        folder_of_run(vault_in(folder), RUN)
    assert list(find_backups(vault_in(folder)).unreadable) == [RUN]


@pytest.mark.parametrize("name", ["..", "a/b", "", "-x"])
def test_what_is_no_id_of_a_run_names_no_folder(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        folder_of_run(vault_in(folder), name)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("run", NEXT),
        ("call", 3),
        ("cursor", "x"),
        ("state", "done"),
        ("extra", 1),
        # Its files would be taken for encrypted ones.
        ("encrypted_to", ["age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"]),
    ],
)
def test_a_manifest_that_was_changed_is_refused(folder: Path, key: str, value: object) -> None:
    write(folder, records(1, 1))
    path = folder / RUN / "0002.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, key: value}), encoding="utf-8")

    with pytest.raises(VaultError):
        tuple(backups_in(vault_in(folder)))


def test_a_manifest_that_would_be_too_long_to_read_stops_the_backup(folder: Path) -> None:
    backup = a_backup()
    many = {str(number): "x" * 1_000 for number in range(10_000)}
    long = replace(backup, parts=(replace(backup.parts[0], labels=many),))

    with pytest.raises(VaultError, match="10,000,000 bytes"):
        BackupWriter(folder_of_run(vault_in(folder), RUN), long)


def test_every_folder_on_the_way_to_a_backup_is_synced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, real = set[Path](), os.fsync

    def fsync(descriptor: int) -> None:
        synced.add(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write(folder, records(1, 1))

    project = folder.parents[2].resolve()
    wanted = [project, *(project / part for part in (".schemactl", ".schemactl/vault"))]
    assert {*wanted, folder.resolve(), folder.resolve() / RUN} <= synced


def environment(home: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(home)}


def git(project: Path, *words: str) -> None:
    import subprocess

    subprocess.run(["git", "-C", str(project), *words], check=True)


def test_a_vault_that_git_tracks_is_refused(folder: Path, tmp_path: Path) -> None:
    write(folder, records(1, 1))
    prepare_folder(vault_in(folder).folder(RUN), environ=environment(tmp_path))
    git(tmp_path / "project", "init", "-q")
    git(tmp_path / "project", "add", "-f", ".")

    with pytest.raises(VaultError, match="do not belong into git"):
        prepare_folder(vault_in(folder).folder(RUN), environ=environment(tmp_path))


def test_a_file_of_a_pull_request_does_not_let_git_take_the_vault(
    folder: Path, tmp_path: Path
) -> None:
    ignore = folder.parent / ".gitignore"
    ignore.parent.mkdir(parents=True)
    git(tmp_path / "project", "init", "-q")
    outside = tmp_path / "outside"
    for forge in (lambda: ignore.write_text("!*\n"), lambda: ignore.symlink_to(outside)):
        ignore.unlink(missing_ok=True)
        forge()
        prepare_folder(vault_in(folder).folder(RUN), environ=environment(tmp_path))
        assert ignore.read_text(encoding="utf-8") == "*\n"
        assert not ignore.is_symlink()
        assert not outside.exists()


def test_only_what_changed_is_added_to_a_complete_backup(folder: Path) -> None:
    writer = BackupWriter(folder_of_run(vault_in(folder), RUN), a_backup())
    writer.add(records(1, 3))
    writer.finish(total=3, at="2026-01-02T03:05:00+00:00")
    now = [HeldRecord(id="1", values=("fax\n1",)), HeldRecord(id="2", values=("new",))]
    later = [HeldRecord(id="3", values=(None,)), HeldRecord(id="4", values=("four",))]

    assert writer.add_changed([now, later], [0]) == (3, 2)
    backup = writer.finish(total=4, at="2026-01-02T03:06:00+00:00")
    assert writer.add_changed([now, later], [0]) == (0, 0)

    assert values(folder)[0] == {"1": "fax\n1", "2": "new", "4": "four"}
    assert backup.parts[0].held == 3


def test_backups_that_are_kept_no_longer_are_deleted_and_named(folder: Path) -> None:
    write(folder, records(1, 1))
    told: list[Event] = []
    now = datetime(2026, 3, 1, tzinfo=UTC)
    host = cast("Host", SimpleNamespace(now=lambda: now, listener=told.append))
    values = SimpleNamespace(retain_days=30)
    request = cast("ApplyRequest", SimpleNamespace(vault=vault_in(folder), values=values))

    forget_old_backups(request, host)
    forget_old_backups(request, host)

    assert told == [BackupsDeleted(runs=(RUN,), days=30)]
    assert not (folder / RUN).exists()
