"""store/state: what holds of every store, in a folder and over HTTP."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from http import HTTPStatus

import pytest

from schemactl.errors import AccountError, JournalError, OutputError, RefusedError
from schemactl.store.journal.files import file_of_run, forget_oldest, recorded_runs, run_ids
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state import objects as objects_module
from schemactl.store.state.address import StateAddress
from schemactl.store.state.interface import (
    ChangedMeanwhileError,
    StateFile,
    StateFolder,
    StateStore,
)
from schemactl.store.state.objects import ObjectState
from schemactl.store.state.opening import connect_objects
from schemactl.store.state.trial import refuse_unfit
from schemactl.store.vault.erasing import Eraser
from schemactl.store.vault.folders import (
    delete_run,
    folder_of_run,
    move_backup,
    prepare_folder,
    runs_in,
)
from schemactl.store.vault.reading import read_values
from schemactl.store.vault.writing import BackupWriter
from tests.builders import a_plan
from tests.shared_state import KEY, SECRET, Fault, S3Server, Sent
from tests.unit.store.test_vault import NEXT, RUN, a_backup, records
from tests.vault import backups_in

pytestmark = pytest.mark.group("s3")
"""One server for all of them: it takes a second to start."""
NAME = ("base", "demo.json")


def now() -> datetime:
    return datetime(2026, 1, 2, tzinfo=UTC)


def test_what_is_written_is_read_and_what_is_deleted_is_gone(store: StateStore) -> None:
    file = StateFile.at(store, NAME)
    assert (file.find(max_bytes=10), file.exists()) == (None, False)
    file.delete()
    file.write("ä")
    assert (file.find(max_bytes=10), file.exists()) == ("ä".encode(), True)
    assert store.names(("base",)) == ("demo.json",)
    assert store.names(("none",)) == ()
    file.delete()
    assert file.find(max_bytes=10) is None


def test_a_new_document_is_written_over_none(store: StateStore) -> None:
    store.create(NAME, b"1")
    for other in (b"2", b""):
        with pytest.raises(FileExistsError):
            store.create(NAME, other)
    found = store.find(NAME, max_bytes=10)
    assert found is not None
    assert found.data == b"1"


def test_a_version_is_replaced_once(store: StateStore) -> None:
    first = store.create(NAME, b"1")
    second = store.replace(NAME, b"2", first)
    for stale in (first, first):
        with pytest.raises(ChangedMeanwhileError):
            store.replace(NAME, b"3", stale)
    assert store.replace(NAME, b"4", second) != second
    with pytest.raises(ChangedMeanwhileError):
        store.replace(("base", "none.json"), b"5", second)


def test_a_document_that_is_too_long_is_not_read(store: StateStore) -> None:
    store.write(NAME, b"x" * 11)
    with pytest.raises(OSError, match="more than 10 bytes"):
        store.find(NAME, max_bytes=10)


def test_every_store_that_is_used_passes_the_trial(store: StateStore) -> None:
    refuse_unfit(store, "a1b2c3")
    assert store.names(("trial",)) == ()


def write_start(file: StateFile) -> None:
    with JournalFile(file, now=now) as journal:
        journal.run_started("run-1", a_plan(), address="https://a/", digest="0b")


def test_a_journal_is_read_as_it_was_written_in_however_many_parts(
    store: StateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_module, "PART_BYTES", 200)
    folder = StateFolder.at(store, ("journal", "demo"))
    with JournalFile(file_of_run(folder, "run-1"), now=now) as journal:
        journal.run_started("run-1", a_plan(), address="https://a/", digest="0a")
        for number in range(20):
            journal.scratch_removed(f"run-{number}")
    (run,) = recorded_runs(folder)
    assert run.settled == tuple(f"run-{number}" for number in range(20))
    assert run_ids(folder) == {"run-1"}
    with pytest.raises(JournalError, match="cannot be written"):
        write_start(file_of_run(folder, "run-1"))
    monkeypatch.setattr("schemactl.store.journal.files.MAX_KEPT", 0)
    forget_oldest(folder, (run,))
    assert recorded_runs(folder) == ()
    assert store.names(("journal", "demo")) == ()


def test_a_backup_is_written_taken_up_read_erased_and_deleted(store: StateStore) -> None:
    vault = StateFolder.at(store, ("vault", "demo"))
    first = folder_of_run(vault, RUN)
    prepare_folder(first, environ={})
    interrupted = BackupWriter(first, a_backup())
    interrupted.add(records(1, 3))
    interrupted.checkpoint()
    (left,) = backups_in(vault)
    taken_up = move_backup(first, folder_of_run(vault, NEXT), left, call=3)
    writer = BackupWriter(folder_of_run(vault, NEXT), taken_up)
    writer.add(records(4, 5))
    backup = writer.finish(total=5, at="2026-01-02T03:05:00+00:00")
    assert runs_in(vault) == (NEXT,)
    assert tuple(backups_in(vault)) == (backup,)
    assert Eraser(folder=vault, record="2", custom_object="").run().failed == {}
    (kept,) = backups_in(vault)
    found = read_values(folder_of_run(vault, NEXT), kept, kept.parts[0])
    assert [one.id for one in found] == ["1", "3", "4", "5"]
    delete_run(vault, NEXT)
    assert store.names(("vault", "demo")) == ()


def test_of_many_writers_one_has_the_document(objects: ObjectState) -> None:
    for number in range(5):
        name, won = ("race", str(number)), list[int]()

        def write(writer: int, name: tuple[str, str] = name, won: list[int] = won) -> None:
            try:
                objects.create(name, b"%d" % writer)
            except FileExistsError:
                return
            won.append(writer)

        threads = [threading.Thread(target=write, args=(one,)) for one in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = objects.find(name, max_bytes=10)
        assert found is not None
        assert [b"%d" % one for one in won] == [found.data]


def puts(sent: Sent) -> bool:
    return sent.method == "PUT"


@pytest.mark.parametrize("condition", ["HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"])
def test_a_store_that_ignores_a_condition_is_refused(
    s3: S3Server, objects: ObjectState, condition: str
) -> None:
    with (
        s3.failing(lambda sent: Fault(without=(condition,)) if puts(sent) else None),
        pytest.raises(RefusedError, match="cannot be used") as refusal,
    ):
        refuse_unfit(objects, "a1b2c3")
    assert condition.removeprefix("HTTP_").replace("_", "-").title() in str(refusal.value)
    assert objects.names(("trial",)) == ()


def test_a_write_whose_answer_was_lost_counts_as_written(
    s3: S3Server, objects: ObjectState
) -> None:
    lost = [Fault(status=HTTPStatus.SERVICE_UNAVAILABLE, is_done=True)]
    with s3.failing(lambda sent: lost.pop() if puts(sent) and lost else None):
        first = objects.create(NAME, b"1")
    lost = [Fault(status=HTTPStatus.SERVICE_UNAVAILABLE, is_done=True)]
    with s3.failing(lambda sent: lost.pop() if puts(sent) and lost else None):
        second = objects.replace(NAME, b"2", first)
    objects.replace(NAME, b"3", second)


def test_no_failure_of_a_store_shows_a_key_or_an_address_with_one(
    s3: S3Server, objects: ObjectState
) -> None:
    with s3.failing(lambda _: Fault(status=HTTPStatus.FORBIDDEN)):
        with pytest.raises(OutputError) as written:
            StateFile.at(objects, NAME).write("1")
        with pytest.raises(AccountError) as tried:
            refuse_unfit(objects, "a1b2c3")
        with pytest.raises(OSError, match="403") as read:
            objects.find(NAME, max_bytes=10)
    for error in (written.value, tried.value, read.value):
        assert "403" in str(error)
        assert not any(word in repr(error) for word in (KEY, SECRET, "Signature", s3.url))
        assert error.__cause__ is None or SECRET not in repr(error.__cause__)


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [("http://127.0.0.1:1", "cannot be reached"), ("http://a.example", "plain http")],
)
def test_a_store_that_cannot_be_reached_is_reported_as_that(
    objects: ObjectState, endpoint: str, words: str
) -> None:
    del objects  # It sets the environment.
    environ = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "set"}
    there = StateAddress.of("s3://a-bucket")
    assert there is not None
    with pytest.raises(OSError, match=words):
        connect_objects(there, environ).find(NAME, max_bytes=10)


def test_a_bucket_that_does_not_exist_is_no_empty_store(
    s3: S3Server, objects: ObjectState
) -> None:
    del objects  # It sets the environment.
    missing = StateAddress.of("s3://not-there/x")
    assert missing is not None
    store = connect_objects(missing, s3.environ)
    with pytest.raises(OSError, match="there is no bucket s3://not-there"):
        store.find(NAME, max_bytes=10)


def test_a_folder_of_a_store_with_too_many_documents_is_refused(
    objects: ObjectState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects_module, "MAX_NAMES", 2)
    monkeypatch.setattr(objects_module, "PAGE", 1)
    for number in range(3):
        objects.write(("many", str(number)), b"")
    with pytest.raises(OSError, match="more than 2 documents"):
        objects.names(("many",))
    listing = objects._listed("many")  # noqa: SLF001 - how much of it is read
    assert [next(listing), next(listing)] == [{"0"}, {"1"}]


@pytest.mark.parametrize("page", [1, 2, 1000])
def test_folders_are_listed_by_their_names_however_much_is_in_them(
    objects: ObjectState, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(objects_module, "PAGE", page)
    for name in ("a/1", "a/2", "b/1.jsonl", "b/1.jsonl.0002", "c", "cd/1"):
        objects.write(("vault", *name.split("/")), b"")
    assert objects.names(("vault",)) == ("a", "b", "c", "cd")
    assert objects.names(("vault", "b")) == ("1.jsonl",)
