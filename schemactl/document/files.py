"""Reading the bytes of a file, or the problem that prevents it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import is_inside, outside_problem
from schemactl.document.reader import MAX_BYTES
from schemactl.errors import Location, Problem
from schemactl.text import quoted_short


def read_bytes(path: Path, *, file: str, within: Path | None = None) -> bytes | Problem:
    """Read a regular file up to one byte more than the maximum size.

    Args:
        path: The file.
        file: Its name, for problems.
        within: The real folder that must contain it after following links; None for any.
    """
    place = Location(file, 1, 1)
    if within is not None and not is_inside(path, within):
        return outside_problem(quoted_short(file), location=place)
    try:
        descriptor = _open_regular(path)
        with os.fdopen(descriptor, "rb") as stream:
            if within is not None and not _is_what_is_inside(path, descriptor, within):
                return outside_problem(quoted_short(file), location=place)
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or type(error).__name__}"
        hint = "check that it exists and is readable"
        return Problem(place, ProblemCode.FILE_UNREADABLE, message, hint)


def _open_regular(path: Path) -> int:
    """Open a file that is neither a folder, a pipe nor a device.

    Raises:
        OSError: It is one of these, or it cannot be opened.
    """
    # Before opening it, because opening some devices has an effect.
    _check_regular(path.stat())
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        _check_regular(os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _check_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device")


def _is_what_is_inside(path: Path, descriptor: int, within: Path) -> bool:
    """Whether an open file is still the one inside the folder, if links have changed."""
    real = Path(os.path.realpath(path))
    return is_inside(real, within) and os.path.samestat(os.fstat(descriptor), real.lstat())
