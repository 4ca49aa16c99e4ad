"""Where the journals of an account are: their names, how they are read, how many are kept.

A journal is named after its run, and a run after the time of its start, so that names sort by
age. Paths are made of names that a listing of the folder returned, never of what a file holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from schemactl.errors import JournalError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.recorded import RecordedRun
from schemactl.model.run_id import is_run_id
from schemactl.store.journal.reading import read_journals
from schemactl.store.state.interface import StateFile, StateFolder

MAX_KEPT: Final = 200
"""At most this many journals of an account are kept; the oldest go first."""
_SUFFIX: Final = ".jsonl"


def file_of_run(folder: StateFolder, run_id: str) -> StateFile:
    """Return where the journal of a run is.

    Raises:
        ValueError: The id is none, and could lead out of the folder.
    """
    if not is_run_id(run_id):
        msg = f"{run_id!r} is not the id of a run"
        raise ValueError(msg)
    return folder.file(f"{run_id}{_SUFFIX}")


def recorded_runs(folder: StateFolder) -> tuple[RecordedRun, ...]:
    """Read every journal of an account, oldest first.

    Raises:
        JournalError: One cannot be read or is not as a run writes it.
        LinkedStateError: The folder is a link.
    """
    read = read_journals(_journals(folder))
    return oldest_first(run for run in read if run is not None)


def holds_journals(folder: StateFolder) -> bool:
    """Whether a folder holds any file named as a journal.

    Raises:
        JournalError: It holds what no apply puts there.
        LinkedStateError: The folder is a link.
    """
    return bool(_journals(folder))


def oldest_first(runs: Iterable[RecordedRun]) -> tuple[RecordedRun, ...]:
    """Sort runs by the time of their start, and those on one account by their lease.

    Machines have clocks of their own; of two runs with a lease, the higher number is later.
    """
    by_time = sorted(runs, key=lambda run: (run.started, run.id))
    leased: dict[AccountIdentity, list[RecordedRun]] = {}
    for run in by_time:
        if run.lease:
            leased.setdefault(run.identity, []).append(run)
    in_order = {
        identity: iter(sorted(each, key=lambda run: run.lease))
        for identity, each in leased.items()
    }
    return tuple(next(in_order[run.identity]) if run.lease else run for run in by_time)


def forget_oldest(folder: StateFolder, settled: Iterable[RecordedRun]) -> None:
    """Delete the oldest journals beyond those that are kept; one that stays is no failure.

    Args:
        folder: Where they are.
        settled: Runs that may be forgotten, oldest first: nothing of them is left to do.
    """
    listed = {file.stem: file for file in _journals(folder)}
    excess = max(len(listed) - MAX_KEPT, 0)
    here = [listed[run.id] for run in settled if run.id in listed]
    for file in here[:excess]:
        with suppress(OSError):
            file.delete()


def run_ids(folder: StateFolder) -> frozenset[str]:
    """Return the ids of the runs that have a journal."""
    return frozenset(file.stem for file in _journals(folder))


def _journals(folder: StateFolder) -> tuple[StateFile, ...]:
    """List the journals of a folder, none of them named as anything else."""
    try:
        found = folder.files(_SUFFIX)
    except OSError as error:
        msg = f"the journals in {folder} cannot be read: {error.strerror or error}"
        raise JournalError(msg, hint="make the folder readable, then try again") from error
    for file in found:
        if not is_run_id(file.stem):
            msg = f"{file} is named as no journal of schemactl"
            raise JournalError(msg, hint="look at what put it there, and move it away")
    return found
