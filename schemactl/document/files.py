"""Bytes of a file on disk, or the problem that stands in the way."""

from __future__ import annotations

from pathlib import Path

from schemactl.document.codes import ProblemCode
from schemactl.document.reader import MAX_BYTES
from schemactl.errors import Location, Problem


def read_bytes(path: Path, *, file: str) -> bytes | Problem:
    """Read a file, but no more than shows that it is too large.

    Args:
        path: Where it is.
        file: Its name, as problems are to show it.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or type(error).__name__}"
        hint = "see whether it exists and may be read"
        return Problem(Location(file, 1, 1), ProblemCode.FILE_UNREADABLE, message, hint)
