"""Which files an account's patterns mean, and what keeps any of them from being found.

A pattern that matches nothing is a problem, and so is a folder that may not be looked into
and a link that leads nowhere: what is in them would go unmanaged without a word. Reads no
file.
"""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from stat import S_ISREG
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.reader import has_bad_character
from schemactl.document.wording import quoted
from schemactl.errors import InvalidFilesError, Location, Problem

_PROJECT_FILE: Final = Location("schemactl.yaml", 1, 1)
_NO_FOLDER: Final = frozenset({errno.ENOENT, errno.ELOOP})
"""What a link that leads to no folder gives."""


def schema_files(folder: Path, patterns: Sequence[str]) -> tuple[str, ...]:
    """Name all files that a pattern matches.

    Raises:
        InvalidFilesError: A pattern matches nothing, or a file cannot be taken.
    """
    problems: list[Problem] = []
    found = find_files(folder, patterns, (), problems)
    if problems:
        raise InvalidFilesError(problems)
    return found


def find_files(
    folder: Path,
    patterns: Sequence[str],
    locations: Sequence[Location],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Name all files that a pattern matches, each once, in the order of the patterns.

    Args:
        folder: The project folder, which patterns and names start from.
        patterns: Which files; `**` stands for any number of folders.
        locations: Where each pattern is written; one that is missing counts as unknown.
        problems: Is given what was found wrong.
    """
    by_real_path: dict[str, str] = {}
    for pattern, location in zip_longest(patterns, locations[: len(patterns)]):
        found = list(_look(folder, pattern))
        if not found:
            message = f"no file matches {quoted(pattern)}"
            hint = "patterns start from the folder of schemactl.yaml"
            found.append(Problem(_PROJECT_FILE, ProblemCode.NO_FILES, message, hint))
        for one in found:
            if isinstance(one, Problem):
                place = location or _PROJECT_FILE
                problems.append(Problem(place, one.code, one.message, one.hint))
            else:
                by_real_path.setdefault(os.path.realpath(folder / one), one)
    return tuple(by_real_path.values())


def _look(folder: Path, pattern: str) -> Iterator[str | Problem]:
    """Give the files that match, and what else matches and cannot be read."""
    if has_bad_character(pattern):
        return  # Some of them the operating system refuses with an error.
    closed = tuple(_closed_folders(folder, pattern))
    yield from closed
    for name in _matches(folder, pattern):
        try:
            is_file = S_ISREG((folder / name).stat().st_mode)
        except OSError as error:
            # What stands in a folder that may not be entered was told with the folder.
            if not closed or error.errno != errno.EACCES:
                yield _unreadable(name, error)
        else:
            if is_file:
                yield Path(os.path.relpath(folder / name, folder)).as_posix()


def _matches(folder: Path, pattern: str) -> list[str]:
    # Not `Path.glob`: it enters hidden folders, and takes no pattern from the root.
    return sorted(glob.glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207


def _closed_folders(folder: Path, pattern: str) -> Iterator[Problem]:
    """Give the folders on the way that cannot be looked into, which `glob` passes over."""
    told: set[str] = set()
    for name, is_listed, is_named in _folders_on_the_way(folder, pattern):
        error = _error_of(folder / name, is_listed=is_listed)
        if error is None or error.errno == errno.ENOTDIR or name in told:
            continue
        if is_named or error.errno not in _NO_FOLDER:
            told.add(name)
            yield _unreadable(name, error)


def _folders_on_the_way(folder: Path, pattern: str) -> Iterator[tuple[str, bool, bool]]:
    """Give what may be a folder, whether it must be listed, and whether it is named as such."""
    parts = pattern.split("/")
    for number, part in enumerate(parts):
        way = "/".join(parts[:number]) or ("/" if number else ".")
        is_listed = glob.has_magic(part)
        for name in _matches(folder, way):
            yield name, is_listed, not glob.has_magic(way)
        if part == "**":
            for name in _matches(folder, f"{way}/**/"):
                yield name.rstrip("/"), is_listed, False


def _error_of(folder: Path, *, is_listed: bool) -> OSError | None:
    """Give what happens where a folder is entered and, if that is needed, listed."""
    try:
        (folder / "..").stat()
        if is_listed:
            with os.scandir(folder):
                pass
    except OSError as error:
        return error
    return None


def _unreadable(name: str, error: OSError) -> Problem:
    shown = quoted(name)
    match error.errno:
        case errno.ENOENT:
            message = f"{shown} is a link to nothing"
            hint = "make it point to what is meant, or delete it"
        case errno.ELOOP:
            message = f"{shown} is a link that leads back to itself"
            hint = "make it point to what is meant, or delete it"
        case _:
            message = f"{shown} cannot be looked into: {error.strerror}"
            hint = "let the user that runs schemactl read it, or change the pattern"
    return Problem(_PROJECT_FILE, ProblemCode.FILE_UNREADABLE, message, hint)
