"""Refuses to overwrite files that a command reads.

Files are compared on disk, not by name: a link, a hard link and a name in other case all lead
to the same file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemactl.errors import InvalidFilesError, OutputError, UsageError
from schemactl.values import NamedTuple

if TYPE_CHECKING:
    from schemactl.project import Account

_YAML: Final = frozenset({".yaml", ".yml"})


class InputFile(NamedTuple):
    """A file that the command reads, and what it is, for a message."""

    path: Path
    what: str


def refuse_inputs(outputs: Sequence[Path], inputs: Sequence[InputFile], folder: Path) -> None:
    """Refuse to write over an input, over the project's state, or two results into one file.

    Args:
        outputs: Files that a command is going to write; pipes and devices may be repeated.
        inputs: Files that must stay as they are.
        folder: The project's folder.

    Raises:
        OutputError: A file would be overwritten, or a link in the project leads out of it.
        UsageError: Two results would go to one file.
    """
    files = [output for output in outputs if output.is_file() or not output.exists()]
    for output in files:
        for input_file in inputs:
            if is_same_file(output, input_file.path):
                msg = f"{output} cannot be written: it is {input_file.what}"
                raise OutputError(msg, hint="choose another name for the result")
        misplaced = _why_misplaced(output, folder)
        if misplaced is not None:
            why, hint = misplaced
            msg = f"{output} cannot be written: {why}"
            raise OutputError(msg, hint=hint)
    for number, output in enumerate(files):
        if any(is_same_file(output, other) for other in files[:number]):
            msg = f"two results would be written to {output}"
            raise UsageError(msg, hint="give each result a file of its own")


def _why_misplaced(output: Path, folder: Path) -> tuple[str, str] | None:
    """Return why nothing can be written to a place, and a hint; None if it can."""
    from schemactl.document.confinement import is_in_git_folder, leads_out

    if is_in_git_folder(output, folder):
        return "it is in git's own folder", "choose another folder for the result"
    if leads_out(output, folder):
        why = "it is a link that leads out of the project"
        return why, "name the file itself, or delete the link"
    if _is_in_state(output, folder):
        why = "schemactl keeps its own state in that folder"
        return why, "choose another folder for the result"
    return None


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, which need not exist yet."""
    try:
        return one.samefile(other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def project_inputs(
    folder: Path, outputs: Sequence[Path], *, schema_files: bool = True
) -> Iterator[InputFile]:
    """Yield the files that a project reads: its own, credentials and schema files.

    A project file that breaks a rule does not say which files those are; then every existing
    YAML file among the outputs counts as one.

    Args:
        folder: Where the project file is looked for.
        outputs: Files that a command is going to write.
        schema_files: Whether schema files count.
    """
    from schemactl.project import PROJECT_FILE, load_project

    yield InputFile(folder / PROJECT_FILE, "the project file")
    if not (folder / PROJECT_FILE).exists():
        return
    try:
        project = load_project(folder)
    except InvalidFilesError:
        for output in outputs:
            if Path(os.path.realpath(output)).suffix.lower() in _YAML and output.exists():
                yield InputFile(output, "perhaps a schema file: the project file is invalid")
        return
    for file in project.account_files:
        yield InputFile(folder / file, "the file of an account")
    for account in project.accounts:
        yield from _credentials_file(account, folder)
        for name in _schema_files(account, folder) if schema_files else ():
            yield InputFile(folder / name, f'a schema file of account "{account.name}"')


def _schema_files(account: Account, folder: Path) -> tuple[str, ...]:
    from schemactl.document.find import find_files

    return find_files(folder, account.schema, (), [], skipped=account.not_schema)


def _credentials_file(account: Account, folder: Path) -> Iterator[InputFile]:
    from schemactl.project import FromFile

    if isinstance(account.credentials, FromFile):
        place = Path(account.credentials.path)
        path = place.expanduser() if place.parts[:1] == ("~",) else folder / place
        yield InputFile(path, f'the credentials file of account "{account.name}"')


def _is_in_state(output: Path, folder: Path) -> bool:
    from schemactl.account.embedded import STATE_FOLDER

    state = folder / STATE_FOLDER
    target = Path(os.path.realpath(output))
    return any(is_same_file(above, state) for above in (target, *target.parents))
