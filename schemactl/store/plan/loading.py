"""Gets a plan out of a file or stream, of which no more is read than any plan can have."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from schemactl.errors import PlanFileError
from schemactl.model.plan import Plan
from schemactl.store.plan.parsing import MAX_BYTES, too_long, unfit
from schemactl.store.plan.reading import read_plan


def load_plan(path: Path) -> Plan:
    """Read the plan that a file holds.

    Raises:
        PlanFileError: The file cannot be read, or holds no plan to be used.
    """
    try:
        with path.open("rb") as stream:
            return plan_of_stream(stream, file=str(path))
    except OSError as error:
        raise _unreadable(str(path), error) from error


def plan_of_stream(stream: BinaryIO, *, file: str) -> Plan:
    """Read the plan that comes out of a stream; `file` is its name, for messages only.

    Raises:
        PlanFileError: It cannot be read, or holds no plan to be used.
    """
    try:
        content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(file, error) from error
    if len(content) > MAX_BYTES:
        raise too_long(file)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise unfit(file, f"is not UTF-8: a wrong byte in line {line}") from error
    return read_plan(text, file=file)


def _unreadable(file: str, error: OSError) -> PlanFileError:
    reason = f"cannot be read: {error.strerror or error}"
    return unfit(file, reason, hint="see whether it exists and may be read")
