"""Files on disk and how they would read in the canonical style; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from schemactl.desired.find import schema_files
from schemactl.desired.rewrite.formatting import LeftAsItIsError, format_text
from schemactl.document.confinement import root_of
from schemactl.document.files import read_bytes
from schemactl.document.reader import Document, read_document
from schemactl.errors import InvalidFilesError, Problem
from schemactl.project import load_project


class Formatted(NamedTuple):
    """A file as it is and as it would be.

    `reason` says why it is left as it is; empty where it is formatted.
    """

    path: Path
    before: str
    after: str
    reason: str = ""


def format_project(folder: Path) -> tuple[Formatted, ...]:
    """Format all files that an account of a project has.

    Raises:
        InvalidFilesError: A file is no valid YAML, or the project file breaks a rule.
    """
    accounts = load_project(folder).accounts
    patterns = tuple(dict.fromkeys(one for each in accounts for one in each.schema))
    paths = [folder / name for name in schema_files(folder, patterns)]
    return format_each(paths, folder=folder)


def format_each(paths: Sequence[Path], *, folder: Path) -> tuple[Formatted, ...]:
    """Format files, each on its own.

    Args:
        paths: The files.
        folder: The project's. A link that leads out of it, or out of the place where a file
            elsewhere is named, is not followed.

    Raises:
        InvalidFilesError: Some are no valid YAML; all of their problems are in it.
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
    problems.extend(_problems(read_document(data, file=str(path))))
    return data


def _problems(document: Document) -> Iterator[Problem]:
    yield from document.problems


def _formatted(path: Path, data: bytes) -> Formatted:
    text = data.decode("utf-8")
    try:
        return Formatted(path, text, format_text(text))
    except LeftAsItIsError as error:
        return Formatted(path, text, text, str(error))
