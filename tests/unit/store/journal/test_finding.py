"""store/journal/finding.py: whose journals count, and which are not read at all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from schemactl.errors import JournalError
from schemactl.store.journal.files import file_of_run
from schemactl.store.journal.finding import find_history
from schemactl.store.journal.history import History
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state.local import local_folder
from tests.builders import a_plan
from tests.unit.store.journal.test_history import SCOPE
from tests.unit.store.journal.test_reading import Clock

OTHER = "https://b/"


def record(folder: Path, name: str, *, address: str = SCOPE.identity.address) -> Path:
    """Write the journal of a run that was cut off, and return its folder."""
    with JournalFile(file_of_run(local_folder(folder), name), now=Clock()) as journal:
        journal.run_started(name, a_plan(), address=address, digest="0a1b")
    return folder


def track(folder: Path) -> None:
    """Make a git repository around a folder, which tracks all that is in it."""
    for words in (["init", "-q"], ["add", "-f", "."]):
        subprocess.run(["git", *words], cwd=folder, check=True)


def history(folder: Path, *elsewhere: Path) -> History:
    places = tuple(map(local_folder, elsewhere))
    return find_history(local_folder(folder), places, SCOPE, environ={})


def test_runs_of_another_project_count_if_they_were_on_this_account(tmp_path: Path) -> None:
    own, other = tmp_path / "own", record(tmp_path / "other", "run-1")
    record(other, "run-2", address=OTHER)

    found = history(own, other)
    assert found.interrupted is not None
    assert found.interrupted.id == "run-1"
    assert found.folder_of("run-1") == local_folder(other)
    assert found.folder_of("run-2") is None


def test_tracked_journals_of_another_project_are_not_read(tmp_path: Path) -> None:
    other = record(tmp_path / "other", "run-1")
    track(other)
    assert history(tmp_path / "own", other).interrupted is None


@pytest.mark.parametrize(("names", "more"), [(["a"], ""), (["a", "b", "c"], " and 2 more:")])
def test_tracked_journals_of_this_project_stop_everything(
    names: list[str], more: str, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    for name in names:
        record(folder, name)
    track(folder)
    with pytest.raises(JournalError) as refusal:
        history(folder)
    assert str(refusal.value).startswith(f"git tracks {folder / 'a.jsonl'}{more or ':'}")
