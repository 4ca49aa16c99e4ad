"""Files on disk, and their text in the canonical style; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from schemactl.desired.rewrite.formatting import CannotFormatError, format_text
from schemactl.desired.vocabulary import SCHEMA_FILE
from schemactl.document.checker import Checker
from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import root_of
from schemactl.document.files import read_bytes
from schemactl.document.find import schema_files
from schemactl.document.nodes import Mapping, Value
from schemactl.errors import InvalidFilesError, Location, Problem
from schemactl.model.package import is_of_package
from schemactl.project import PROJECT_FILE, load_project
from schemactl.text import quoted_short
from schemactl.values import NamedTuple


class Formatted(NamedTuple):
    """A file's text before and after.

    `reason` says why it is not formatted; empty where it is.
    """

    path: Path
    before: str
    after: str
    reason: str = ""


def format_project(folder: Path) -> tuple[Formatted, ...]:
    """Format all files that an account of a project has; packages are only read.

    Raises:
        InvalidFilesError: A file is not a valid schema file, or the project file breaks a rule.
    """
    project = load_project(folder)
    patterns = dict.fromkeys(one for each in project.accounts for one in each.schema)
    skipped = frozenset(project.account_files)
    own = tuple(one for one in patterns if not is_of_package(one))
    names = schema_files(folder, own, skipped=skipped)
    paths = [folder / name for name in names if not is_of_package(name)]
    return format_each(paths, folder=folder)


def format_each(paths: Sequence[Path], *, folder: Path) -> tuple[Formatted, ...]:
    """Format files, each separately.

    Args:
        paths: The files.
        folder: The project's. A link out of it is not followed; for a file elsewhere, a link
            out of the folder where it is named is not followed.

    Raises:
        InvalidFilesError: Some break the form of schema files; it lists all of their problems.
    """
    problems: list[Problem] = []
    checker = Checker("schema-file", SCHEMA_FILE)
    read = [(path, _read(path, problems, checker=checker, folder=folder)) for path in paths]
    if problems:
        raise InvalidFilesError(problems)
    return tuple(_formatted(path, data) for path, data in read)


def _read(path: Path, problems: list[Problem], *, checker: Checker, folder: Path) -> bytes:
    """Read a file. The style writes values as schema files have them, so the form must fit."""
    data = read_bytes(path, file=str(path), within=root_of(path, folder))
    if isinstance(data, Problem):
        problems.append(data)
        return b""
    document = checker.read(data, file=str(path))
    problems.extend(document.problems)
    foreign = _foreign(path, document.root, known=checker.top_keys)
    if foreign is not None:
        problems.append(foreign)
    elif document.root is not None:
        problems.extend(checker.check(document.root, file=str(path)))
    return data


def _foreign(path: Path, root: Value | None, *, known: frozenset[str]) -> Problem | None:
    """Return the problem of a file that is something else than a schema file."""
    if path.name == PROJECT_FILE:
        message = "this is the project file, and fmt formats schema files; nothing was changed"
        return _not_a_schema_file(Location(str(path), 1, 1), message)
    if not isinstance(root, Mapping) or set(root) & (known - {"version"}):
        return None
    unknown = next((key for key in root if key not in known), None)
    if unknown is None:
        return None
    message = f"this is not a schema file: unknown key {quoted_short(unknown)}"
    place = root.key_location(unknown, file=str(path))
    return _not_a_schema_file(place, f"{message}; nothing was changed")


def _not_a_schema_file(place: Location, message: str) -> Problem:
    return Problem(place, ProblemCode.NOT_A_SCHEMA_FILE, message, "format schema files only")


def _formatted(path: Path, data: bytes) -> Formatted:
    text = data.decode("utf-8")
    try:
        return Formatted(path, text, format_text(text))
    except CannotFormatError as error:
        return Formatted(path, text, text, str(error))
