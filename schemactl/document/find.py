"""Find the files that an account's patterns match, and report what prevents that.

A pattern that matches nothing is a problem, and so are a folder that cannot be read and a
broken link: what is in them would be unmanaged without a warning. A file outside the project,
or without the name of a YAML file, is a problem too: it may be anybody's secret. Reads no
file.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest
from pathlib import Path
from stat import S_ISREG
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import (
    is_inside,
    is_yaml_name,
    not_yaml_problem,
    outside_problem,
    project_root,
)
from schemactl.document.reader import has_bad_character
from schemactl.document.walk import PROJECT_FILE, Walk, unreadable
from schemactl.errors import InvalidFilesError, Location, Problem
from schemactl.text import quoted_short
from schemactl.values import replace

NOTHING_SKIPPED: Final[frozenset[str]] = frozenset()


def schema_files(
    folder: Path, patterns: Sequence[str], *, skipped: frozenset[str] = NOTHING_SKIPPED
) -> tuple[str, ...]:
    """Return the names of all files that a pattern matches.

    Raises:
        InvalidFilesError: A pattern matches nothing, or a file cannot be taken.
    """
    problems: list[Problem] = []
    found = find_files(folder, patterns, (), problems, skipped=skipped)
    if problems:
        raise InvalidFilesError(problems)
    return found


def find_files(
    folder: Path,
    patterns: Sequence[str],
    locations: Sequence[Location],
    problems: list[Problem],
    *,
    skipped: frozenset[str] = NOTHING_SKIPPED,
) -> tuple[str, ...]:
    """Return the names of all files that match, each once, in the order of the patterns.

    Args:
        folder: The project folder, where patterns and names start.
        patterns: Which files; `**` matches any number of folders.
        locations: Where each pattern is written; a missing one is unknown.
        problems: Problems found are added to it.
        skipped: Names of files that match and are not meant: those of accounts.
    """
    layers = find_layers(folder, patterns, locations, problems, skipped=skipped)
    return tuple(chain.from_iterable(layers))


def find_layers(
    folder: Path,
    patterns: Sequence[str],
    locations: Sequence[Location],
    problems: list[Problem],
    *,
    skipped: frozenset[str] = NOTHING_SKIPPED,
) -> tuple[tuple[str, ...], ...]:
    """Return for each pattern the files that it matches and no earlier one does.

    Takes what `find_files` takes.
    """
    layers: list[tuple[str, ...]] = []
    met: set[str] = set()
    walk = Walk(folder, project_root(folder))
    for pattern, location in zip_longest(patterns, locations[: len(patterns)]):
        # The operating system refuses some characters with an error.
        found = [] if has_bad_character(pattern) else list(_look(walk, folder, pattern))
        wanted = [one for one in found if one not in skipped]
        names: list[str] = []
        for one in wanted or [_nothing_found(pattern, only_skipped=bool(found))]:
            if isinstance(one, Problem):
                problems.append(replace(one, location=location or PROJECT_FILE))
            elif (real := os.path.realpath(folder / one)) not in met:
                met.add(real)
                names.append(one)
        layers.append(tuple(names))
    return tuple(layers)


def _nothing_found(pattern: str, *, only_skipped: bool) -> Problem:
    if only_skipped:
        message = f"only files of accounts match {quoted_short(pattern)}, and no schema file"
        hint = "add a schema file there (`version: 1` is enough), or delete the pattern"
        return Problem(PROJECT_FILE, ProblemCode.NO_FILES, message, hint)
    message = f"no file matches {quoted_short(pattern)}"
    hint = "patterns start from the folder of schemactl.yaml"
    return Problem(PROJECT_FILE, ProblemCode.NO_FILES, message, hint)


def _look(walk: Walk, folder: Path, pattern: str) -> Iterator[str | Problem]:
    """Yield the files that match, and a problem for each match that cannot be read."""
    names = walk.matches(pattern)
    yield from walk.problems.values()
    for name in names:
        if name in walk.problems:
            continue
        match _checked(folder / name, name, walk.root):
            case OSError() as error:
                # A file in a folder that cannot be entered was reported with the folder.
                if not walk.problems or error.errno != errno.EACCES:
                    yield unreadable(name, error)
            case Problem() as problem:
                yield problem
            case True:
                yield _name_from(folder, name)
            case False:
                pass


def _checked(path: Path, name: str, root: Path) -> bool | Problem | OSError:
    """Return whether what a pattern matches is a regular file, or why it cannot be read."""
    if not is_inside(path, root):
        return outside_problem(quoted_short(name), location=PROJECT_FILE)
    try:
        is_file = S_ISREG(path.stat().st_mode)
    except OSError as error:
        return error
    if is_file and not is_yaml_name(path):
        return not_yaml_problem(quoted_short(name), location=PROJECT_FILE)
    return is_file


def _name_from(folder: Path, name: str) -> str:
    """Return the short name of a file from a folder, without `..` where that is possible."""
    short = os.path.relpath(folder / name, folder)
    if os.path.realpath(folder / short) != os.path.realpath(folder / name):
        # Taking `link/..` out of a name leads elsewhere.
        short = os.path.relpath(os.path.realpath(folder / name), os.path.realpath(folder))
    return Path(short).as_posix()
