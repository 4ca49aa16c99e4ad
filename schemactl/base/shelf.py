"""The one file in which a project keeps the base of an account: read, and written whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from schemactl.base.document import BaseError, base_from_text, base_text
from schemactl.files import write_file
from schemactl.model.base import Base


def read_base(path: Path) -> Base | None:
    """Give the base of an account; None where no apply has left one.

    Raises:
        BaseError: The file holds none, or cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}"
        raise BaseError(msg) from error
    return base_from_text(text, file=str(path))


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
