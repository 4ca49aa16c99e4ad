"""Where the journals of an account stand: which is open, which tell of one plan, how many stay.

Journals are named by the time of their start, so that their names sort by age.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from schemactl.errors import JournalError
from schemactl.journal.reading import read_journal
from schemactl.model.recorded import RecordedRun

MOST_KEPT: Final = 200
"""So many journals of an account are kept; the oldest go, but never one that is open."""
_SUFFIX: Final = ".jsonl"


def path_of_run(folder: Path, run_id: str) -> Path:
    """Say where the journal of a run stands."""
    return folder / f"{run_id}{_SUFFIX}"


def recorded_runs(folder: Path) -> tuple[RecordedRun, ...]:
    """Read every journal of an account, oldest first.

    Raises:
        JournalError: One cannot be read, or somebody changed it.
    """
    read = (read_journal(path) for path in _journals(folder))
    runs = [run for run in read if run is not None]
    return tuple(sorted(runs, key=lambda run: (run.started_at, run.id)))


def open_run(runs: Sequence[RecordedRun]) -> RecordedRun | None:
    """Give the newest run that was cut off or owes a call, and that no other has taken up."""
    waiting = _waiting(runs)
    return waiting[-1] if waiting else None


def forget_oldest(folder: Path, runs: Sequence[RecordedRun]) -> None:
    """Delete the oldest journals beyond those that are kept; one that stays is no failure."""
    waiting = {run.id for run in _waiting(runs)}
    settled = [run for run in runs if run.id not in waiting]
    for run in settled[: max(len(runs) - MOST_KEPT, 0)]:
        with suppress(OSError):
            path_of_run(folder, run.id).unlink()


def _waiting(runs: Sequence[RecordedRun]) -> list[RecordedRun]:
    followed = {run.follows for run in runs}
    return [run for run in runs if run.is_open and run.id not in followed]


def _journals(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == _SUFFIX)
    except FileNotFoundError:
        return []
    except OSError as error:
        msg = f"the journals in {folder} cannot be read: {error.strerror or error}"
        raise JournalError(msg, hint="make the folder readable, then try again") from error
