"""Match patterns with files, within one folder and with bounded work.

Not `glob`: it leaves the project through links and `..`, skips folders that it cannot read,
and walks a whole disk if a pattern begins at its root.
"""

from __future__ import annotations

import errno
import fnmatch
import glob
import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import is_inside, outside_problem
from schemactl.errors import Location, Problem
from schemactl.text import quoted_short

PROJECT_FILE: Final = Location("schemactl.yaml", 1, 1)
MAX_ENTRIES: Final = 100_000
"""Names in folders that are read for all patterns of an account."""
_NO_FOLDER: Final = frozenset({errno.ENOENT, errno.ELOOP})
"""Errors of a link that leads to no folder."""


class _TooManyEntriesError(Exception):
    """The patterns go through more names than `MAX_ENTRIES`."""


class Walk:
    """Finds what patterns match below one folder.

    Attributes:
        root: The real folder; nothing outside it is read.
        problems: What could not be read for the last pattern, by its name.

    Args:
        folder: The folder that patterns begin in.
        root: See above.
        max_entries: How many names of files and folders are read at most.
    """

    def __init__(self, folder: Path, root: Path, *, max_entries: int = MAX_ENTRIES) -> None:
        self.problems: dict[str, Problem] = {}
        self._folder = folder
        self.root = root
        self._left = max_entries

    def matches(self, pattern: str) -> tuple[str, ...]:
        """Return names, from the folder, of all that a pattern matches; sorted.

        They may be folders or broken links. The call replaces `problems`.
        """
        self.problems = {}
        named, rest = _split(pattern)
        start = named[-1]
        # Before anything is read: not even whether a file outside exists is revealed.
        if not self._is_inside(start):
            return ()
        paths = [start] if self._is_reached(named, is_followed=bool(rest)) else []
        try:
            for number, part in enumerate(rest):
                is_last = number == len(rest) - 1
                step = self._step(paths, part, is_named=not number, is_last=is_last)
                paths = list(dict.fromkeys(step))
        except _TooManyEntriesError:
            self._note(pattern, _too_many(pattern))
            return ()
        return tuple(sorted(paths))

    def _is_reached(self, named: Sequence[str], *, is_followed: bool) -> bool:
        """Whether the last of some places, each in the one before, exists."""
        folders = named if is_followed else named[:-1]
        for path in named:
            if not os.path.lexists(self._folder / path):
                return False
            if path in folders and not self._can_enter(path):
                return False
        return True

    def _can_enter(self, path: str) -> bool:
        try:
            (self._folder / path / "..").stat()
        except NotADirectoryError:
            return False
        except OSError as error:
            self._note(path, unreadable(path, error))
            return False
        return True

    def _step(
        self, paths: list[str], part: str, *, is_named: bool, is_last: bool
    ) -> Iterator[str]:
        """Yield where a part of a pattern leads from each place.

        Args:
            paths: The places.
            part: The part, with or without a wildcard.
            is_named: Whether the pattern names the places without a wildcard.
            is_last: Whether nothing follows the part, so that it means files.
        """
        for path in paths:
            if part == "**":
                yield from self._below(path, is_named=is_named, with_files=is_last)
            elif glob.has_magic(part):
                is_match = _matcher(part)
                for name, is_folder in self._list(path, is_named=is_named) or ():
                    if (is_folder or is_last) and is_match(name):
                        yield _join(path, name)
            elif self._is_inside(path) and os.path.lexists(self._folder / path / part):
                yield _join(path, part)

    def _below(self, path: str, *, is_named: bool, with_files: bool) -> Iterator[str]:
        """Yield a folder and the folders in it, each real one once, or what is in them.

        Hidden ones are skipped.
        """
        seen: set[str] = set()
        waiting = deque([path])
        while waiting:
            folder = waiting.popleft()
            real = os.path.realpath(self._folder / folder)
            listed = None if real in seen else self._list(folder, is_named=is_named)
            seen.add(real)
            if listed is None:
                continue
            shown = [entry for entry in listed if not entry[0].startswith(".")]
            waiting.extend(_join(folder, name) for name, is_folder in shown if is_folder)
            is_named = False
            if with_files:
                yield from (_join(folder, name) for name, _ in shown)
            else:
                yield folder

    def _list(self, path: str, *, is_named: bool) -> list[tuple[str, bool]] | None:
        """Return the names in a folder, and whether each is a folder; None if it is none.

        Args:
            path: The folder.
            is_named: Whether a pattern names it, so that a broken link is a problem.
        """
        if not self._is_inside(path):
            return None
        found = []
        try:
            with os.scandir(self._folder / path) as entries:
                for entry in entries:
                    self._left -= 1
                    if self._left < 0:
                        raise _TooManyEntriesError
                    found.append((entry.name, _is_folder(entry)))
        except NotADirectoryError:
            return None
        except OSError as error:
            if is_named or error.errno not in _NO_FOLDER:
                self._note(path, unreadable(path, error))
            return None
        return sorted(found)

    def _is_inside(self, path: str) -> bool:
        if is_inside(self._folder / path, self.root):
            return True
        self._note(path, outside_problem(quoted_short(path), location=PROJECT_FILE))
        return False

    def _note(self, about: str, problem: Problem) -> None:
        self.problems.setdefault(about, problem)


def _split(pattern: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Separate the places that a pattern names, each in the one before, from its wildcards.

    Empty parts and repeated `**` are dropped: they only add work.
    """
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    first = next((n for n, part in enumerate(parts) if glob.has_magic(part)), len(parts))
    start = "/" if pattern.startswith("/") else "."
    rest = tuple(
        part for before, part in pairwise(("", *parts[first:])) if not part == before == "**"
    )
    return tuple(accumulate(parts[:first], _join, initial=start)), rest


def _matcher(part: str) -> Callable[[str], bool]:
    expression = re.compile(fnmatch.translate(part))
    is_hidden = part.startswith(".")
    return lambda name: (is_hidden or not name.startswith(".")) and bool(expression.match(name))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        return error.errno not in _NO_FOLDER  # Listing it reports what is wrong.


def _join(path: str, name: str) -> str:
    return name if path == "." else f"{path.rstrip('/')}/{name}"


def _too_many(pattern: str) -> Problem:
    message = (
        f"{quoted_short(pattern)} goes through more than {MAX_ENTRIES:,} files and folders"
    )
    hint = "name the folder that schema files are in, such as crm/*.yaml"
    return Problem(PROJECT_FILE, ProblemCode.TOO_MANY_FILES, message, hint)


def unreadable(name: str, error: OSError) -> Problem:
    """Return the problem of a file or folder that cannot be read."""
    shown = quoted_short(name)
    match error.errno:
        case errno.ENOENT:
            message = f"{shown} is a link to nothing"
            hint = "make it point to what is meant, or delete it"
        case errno.ELOOP:
            message = f"{shown} is a link that leads back to itself"
            hint = "make it point to what is meant, or delete it"
        case _:
            message = f"{shown} cannot be read: {error.strerror}"
            hint = "let the user that runs schemactl read it, or change the pattern"
    return Problem(PROJECT_FILE, ProblemCode.FILE_UNREADABLE, message, hint)
