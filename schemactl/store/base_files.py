"""The one file in which a project keeps the base of an account: read, and written whole."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Final

from schemactl.model.base import Base
from schemactl.store.base_file import BaseError, base_from_text, base_text
from schemactl.store.files import write_file

MAX_BYTES: Final = 32 * 1024 * 1024
"""Of a base; one of 10,000 fields takes 3 MiB."""


def read_base(path: Path) -> Base | None:
    """Give the base of an account; None where no apply has left one.

    Raises:
        BaseError: The file holds none, or cannot be read.
    """
    try:
        text = _read_ordinary(path).decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        msg = f"{path} cannot be read: it is not UTF-8"
        raise BaseError(msg) from error
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}"
        raise BaseError(msg, hint="a base is an ordinary file that apply writes") from error
    return base_from_text(text, file=str(path))


def _read_ordinary(path: Path) -> bytes:
    """Read a file that comes with a commit, so that it may be a link, or without end.

    Raises:
        OSError: It is no ordinary file, too large, or cannot be read.
    """
    # Neither follows a link nor waits for the other end of a pipe.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file")
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MAX_BYTES:,} bytes")
    return data


def write_base(path: Path, base: Base) -> None:
    """Keep a base, unless the one that is there tells the same of the account.

    Who left it so stays as well then: whoever came later has changed nothing, and a file in
    git does not differ from day to day.

    Raises:
        OutputError: The file cannot be written; the old one still stands.
        BaseError: The old one holds no base.
    """
    old = read_base(path)
    if old is not None and _same(old, base):
        return
    write_file(path, base_text(base), make_folders=True)


def _same(old: Base, new: Base) -> bool:
    return replace(old, applied=new.applied) == new
