"""Files on disk, and their text in the canonical style; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from schemactl.desired.find import schema_files
from schemactl.desired.rewrite.formatting import CannotFormatError, format_text
from schemactl.document.confinement import root_of
from schemactl.document.files import read_bytes
from schemactl.document.reader import read_document
from schemactl.errors import InvalidFilesError, Problem
from schemactl.project import load_project


class Formatted(NamedTuple):
    """A file's text before and after.

    `reason` says why it is not formatted; empty where it is.
    """

    path: Path
    before: str
    after: str
    reason: str = ""


def format_project(folder: Path) -> tuple[Formatted, ...]:
    """Format all files that an account of a project has.

    Raises:
        InvalidFilesError: A file is not valid YAML, or the project file breaks a rule.
    """
    accounts = load_project(folder).accounts
    patterns = tuple(dict.fromkeys(one for each in accounts for one in each.schema))
    paths = [folder / name for name in schema_files(folder, patterns)]
    return format_each(paths, folder=folder)


def format_each(paths: Sequence[Path], *, folder: Path) -> tuple[Formatted, ...]:
    """Format files, each separately.

    Args:
        paths: The files.
        folder: The project's. A link out of it is not followed; for a file elsewhere, a link
            out of the folder where it is named is not followed.

    Raises:
        InvalidFilesError: Some are not valid YAML; it lists all of their problems.
    """
    problems: list[Problem] = []
    read = [(path, _read(path, problems, folder=folder)) for path in paths]
    if problems:
        raise InvalidFilesError(problems)
    return tuple(_formatted(path, data) for path, data in read)


def _read(path: Path, problems: list[Problem], *, folder: Path) -> bytes:
    data = read_bytes(path, file=str(path), within=root_of(path, folder))
    if isinstance(data, Problem):
        problems.append(data)
        return b""
    problems.extend(read_document(data, file=str(path)).problems)
    return data


def _formatted(path: Path, data: bytes) -> Formatted:
    text = data.decode("utf-8")
    try:
        return Formatted(path, text, format_text(text))
    except CannotFormatError as error:
        return Formatted(path, text, text, str(error))
