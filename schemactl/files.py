"""Writes the files that a user asked for: whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from schemactl.errors import OutputError


def write_file(
    path: Path, text: str, *, overwrite: bool = True, make_folders: bool = False
) -> None:
    """Put a text where a reader sees the old file or the new one, never half of it.

    Args:
        path: Where.
        text: What.
        overwrite: Whether a file that stands there may be written over.
        make_folders: Whether to make the folders on the way that are missing.

    Raises:
        OutputError: The file exists and may not be overwritten, or cannot be written.
            What stood there still stands.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")  # A pipe or device takes it as it comes.
            return
        if make_folders:
            path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text, overwrite=overwrite)
    except FileExistsError as error:
        msg = f"{path} exists already"
        raise OutputError(msg, hint="add --force to write over it") from error
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}"
        raise OutputError(msg) from error


def _replace(path: Path, text: str, *, overwrite: bool) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            temporary.replace(path.resolve())
        else:
            # Unlike a look beforehand, this also loses to a file made a moment ago.
            path.hardlink_to(temporary)
    finally:
        temporary.unlink(missing_ok=True)
