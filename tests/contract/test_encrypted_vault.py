"""An encrypted backup: verified without the private key, and read with it alone."""

from __future__ import annotations

import dataclasses
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyrage import decrypt, x25519

from schemactl.emulator.faults import parse_fault
from schemactl.errors import RefusedError, SchemactlError
from schemactl.model.run import RunStatus
from schemactl.store.vault import writing
from schemactl.store.vault.encryption import IDENTITY_VARIABLE, find_identity
from schemactl.store.vault.erasing import Eraser
from schemactl.store.vault.reading import read_values
from schemactl.values import replace
from tests.contract.live import Bench
from tests.contract.test_counts import BACKENDS, a_filled_bench
from tests.contract.test_undo import assert_completed, undo, values_of
from tests.contract.test_vault import ids_with
from tests.vault import backups_in


@pytest.fixture(params=BACKENDS)
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    monkeypatch.setattr(writing, "RECORDS_BETWEEN", 1)
    with a_filled_bench(tmp_path, request.param) as bench:
        yield bench


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return a_key(tmp_path / "key.txt")


def a_key(path: Path) -> Path:
    identity = x25519.Identity.generate()
    path.touch(mode=0o600)
    path.write_text(f"# public key: {identity.to_public()}\n{identity}\n", encoding="utf-8")
    return path


def recipient(key: Path) -> str:
    return key.read_text(encoding="utf-8").split()[3]


def encrypting(bench: Bench, *keys: Path) -> Bench:
    return bench.with_values(f"encrypt_to: [{', '.join(map(recipient, keys))}]")


def knowing(bench: Bench, key: Path) -> Bench:
    """Return the same project, with an identity in the environment."""
    environ = {**bench.target.host.environ, IDENTITY_VARIABLE: str(key)}
    host = replace(bench.target.host, environ=environ)
    return dataclasses.replace(bench, target=replace(bench.target, host=host))


def files_of(bench: Bench) -> list[Path]:
    return sorted(Path(bench.target.vault_folder.place).rglob("*.jsonl.gz*"))


def test_what_is_removed_is_encrypted_and_undone_with_the_private_key(
    bench: Bench, key: Path
) -> None:
    bench, before = encrypting(bench, key), values_of(bench)
    assert_completed(bench.apply())

    files = files_of(bench)
    assert {path.suffix for path in files} == {".age"}
    identity = x25519.Identity.from_str(key.read_text(encoding="utf-8").splitlines()[1])
    lines = [
        line
        for path in files
        for line in gzip.decompress(decrypt(path.read_bytes(), [identity])).splitlines()
    ]
    assert all(line.startswith(b'{"id":') for line in lines)
    sent = len(bench.events)
    with pytest.raises(RefusedError, match="is encrypted; nothing was changed"):
        undo(bench)
    with pytest.raises(RefusedError, match="other recipients"):
        undo(knowing(bench, a_key(key.with_name("other.txt"))))
    assert "CallStarted" not in repr(bench.events[sent:])
    assert_completed(undo(knowing(bench, key)))
    assert values_of(bench) == before


def test_one_contact_is_erased_from_encrypted_backups_with_the_private_key(
    bench: Bench, key: Path
) -> None:
    late, *_ = ids_with(bench, "Story")
    word = "remove_field" if bench.target.dialect.name == "legacy" else "fieldeditor_delete"
    fault = parse_fault(f"{word}:other-user:edit=set-value {late} Story newest")
    bench.server.runtime.faults.add((fault,))
    encrypting(bench, key).run()
    folder = bench.target.vault_folder
    (backup,) = backups_in(folder)
    part = next(part for part in backup.parts if part.title == "Sales / Story")
    assert len(part.files) == 2
    reader = find_identity(key, environ={})
    saved = [one.id for one in read_values(folder.folder(backup.run), backup, part, key=reader)]
    eraser = Eraser(folder=folder, record=saved[0], custom_object="", recipients=())

    assert list(eraser.run().failed) == [backup.run]
    assert list(replace(eraser, key=reader).run().failed) == [backup.run]
    other = a_key(key.with_name("other.txt"))
    able = replace(eraser, key=reader, recipients=(recipient(key), recipient(other)))
    assert able.run().values > 0
    (left,) = backups_in(folder)
    assert left.encrypted_to == able.recipients
    assert len(files_of(bench)) == sum(len(each.files) for each in left.parts)
    for number, each in enumerate(backup.parts):
        found = read_values(
            folder.folder(left.run),
            left,
            left.parts[number],
            key=find_identity(other, environ={}),
        )
        rest = [one.id for one in found]
        assert saved[0] not in rest
        assert len(rest) == left.parts[number].held
        assert each.held - len(rest) in {0, 1}


def test_an_interrupted_encrypted_backup_is_begun_again(
    bench: Bench, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = encrypting(knowing(bench, key), key)
    before = values_of(secret)
    with monkeypatch.context() as patched:
        patched.setattr(writing.BackupWriter, "finish", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            secret.apply()
    (started,) = backups_in(bench.target.vault_folder)
    assert not started.is_complete
    assert any(part.files for part in started.parts)
    assert secret.run().status is RunStatus.COMPLETED
    assert_completed(undo(secret))
    assert values_of(secret) == before


def test_nothing_is_called_where_the_library_is_missing(
    bench: Bench, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyrage", None)
    before = len(bench.events)
    with pytest.raises(SchemactlError, match="not installed") as caught:
        encrypting(bench, key).apply()
    assert "pip install" in (caught.value.hint or "")
    assert "CallStarted" not in repr(bench.events[before:])
