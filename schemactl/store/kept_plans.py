"""The plans that applies of an account executed, so that they can be undone.

A kept plan is input like any other plan file: it must be whole and match the digest in the
journal of its run, so that whoever can write here can undo nothing that was not done.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from io import BytesIO
from typing import Final

from schemactl.errors import JournalError, PlanFileError
from schemactl.model.plan import Plan
from schemactl.model.recorded import RecordedRun
from schemactl.model.run_id import is_run_id
from schemactl.store.plan import load_plan, plan_digest, plan_text, read_plan
from schemactl.store.plan.plan_file import MAX_BYTES
from schemactl.store.state.interface import StateFile, StateFolder

_SUFFIX: Final = ".json.gz"
_UNDO_PREFIX: Final = "undo-"
_UNDO_SUFFIX: Final = ".json"


def file_of_plan(folder: StateFolder, run_id: str) -> StateFile:
    """Return where the plan of a run is kept.

    Raises:
        ValueError: The id is none, and could lead out of the folder.
        LinkedStateError: A link leads there.
    """
    if not is_run_id(run_id):
        msg = f"{run_id!r} is not the id of a run"
        raise ValueError(msg)
    file = folder.file(f"{run_id}{_SUFFIX}")
    file.store.check(file.parts)
    return file


def keep_plan(folder: StateFolder, run_id: str, plan: Plan) -> None:
    """Write down the plan of a run before its first call, compressed.

    Raises:
        JournalError: It cannot be written.
    """
    file = file_of_plan(folder, run_id)
    try:
        file.store.create(file.parts, gzip.compress(plan_text(plan).encode(), mtime=0))
    except OSError as error:
        msg = f"the plan cannot be kept, so it could not be undone: {file}: {error.strerror}"
        hint = "make room, or make the folder writable; no call was made"
        raise JournalError(msg, hint=hint) from error


def kept_plan(folder: StateFolder, run_id: str, *, digest: str) -> Plan | None:
    """Return the plan that a run executed; None where none was kept.

    Args:
        folder: Where the plans of the account are.
        run_id: The run.
        digest: Of the plan, as the journal of the run has it.

    Raises:
        PlanFileError: The file is no plan, or not the one of this run.
    """
    file = file_of_plan(folder, run_id)
    try:
        data = file.find(max_bytes=MAX_BYTES)
        if data is None:
            return None
        with gzip.open(BytesIO(data), "rt", encoding="utf-8") as stream:
            text = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        msg = f"invalid-plan: {file} cannot be read: {error}"
        raise PlanFileError(msg, hint="look at who changed it") from error
    plan = read_plan(text, file=str(file))
    if plan_digest(plan) != digest:
        msg = f"invalid-plan: {file} is not the plan that the run {run_id} executed"
        raise PlanFileError(msg, hint="look at who changed it")
    return plan


def undo_file(folder: StateFolder, run_id: str) -> StateFile:
    """Return where the plan that undoes a run is kept until it is applied."""
    file_of_plan(folder, run_id)
    return folder.file(f"{_UNDO_PREFIX}{run_id}{_UNDO_SUFFIX}")


def unfinished_undo(file: StateFile, runs: Sequence[RecordedRun]) -> bool:
    """Whether the plan that undoes a run was started and not completed: it is taken up."""
    if not file.exists():
        return False
    try:
        digest = plan_digest(load_plan(file))
    except PlanFileError:
        # It was cut off while it was written, or is of an older program: it is made again.
        return False
    own = [run for run in runs if run.plan == digest]
    return bool(own) and not any(run.is_completed for run in own)


def forget_plans(folder: StateFolder, kept: Collection[str]) -> None:
    """Delete the plans of runs whose journals are gone; one that stays is no failure."""
    with suppress(OSError):
        for file in folder.files(""):
            name = file.name.removesuffix(_SUFFIX).removesuffix(_UNDO_SUFFIX)
            run = name.removeprefix(_UNDO_PREFIX)
            if name != file.name and is_run_id(run) and run not in kept:
                file.delete()
