"""A file with the app id and key of one account, which only its owner can read.

It is opened once and checked through the open descriptor, so that the file that was checked is
the file that is read. No problem quotes the file, not even the name of a key: a key in the
wrong place must not appear in the log of a CI run.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from schemactl.document import nodes
from schemactl.document.codes import ProblemCode
from schemactl.document.reader import read_document
from schemactl.errors import AccountError, InvalidFilesError, Location, Problem
from schemactl.model.credentials import Credentials
from schemactl.project.pasted import COPY_AGAIN, fault_in
from schemactl.store.git import would_be_committed
from schemactl.values import dataclass, replace

MAX_BYTES: Final = 64 * 1024
APP_ID: Final = "app_id"
KEY: Final = "key"
HOST: Final = "host"
_FORM: Final = (
    'write the lines "app_id: …" and "key: …", and "host: …" if it is not api.ontraport.com; '
    "values in single quotes"
)
_KEYS: Final = (APP_ID, KEY, HOST)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
# The messages of these codes do not quote the file.
_TOLD_AS_THEY_ARE: Final = frozenset({ProblemCode.NOT_UTF8, ProblemCode.BAD_CHARACTER})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCredentials:
    """The content of a credentials file.

    Attributes:
        credentials: App id and key.
        host: The host that they are for; None where the file names none.
    """

    credentials: Credentials
    host: str | None


def read_credentials_file(
    path: str, *, environ: Mapping[str, str], home: Path, folder: Path
) -> FileCredentials:
    """Read app id, key and the host that they are for from a file.

    Args:
        path: As the project file has it; `~/` means the home folder.
        environ: Environment variables; git gets some of them.
        home: The user's home folder.
        folder: The project's folder, from which a relative path begins.

    Raises:
        AccountError: The file cannot be read.
        InvalidFilesError: Others can read or change it, git does not ignore it, or it contains
            anything but an app id, a key and perhaps a host.
    """
    place = home / path.removeprefix("~/") if path.startswith("~/") else folder / path
    data = _read_private(place, file=path)
    if would_be_committed(place, environ=environ):
        message = "git would take this file along, and with it the key"
        hint = "move it to ~/.config/schemactl/, or name it in .gitignore; see explain"
        raise _exposed(path, message, hint)
    return _credentials(data, file=path)


def _read_private(place: Path, *, file: str) -> bytes:
    try:
        # If it is a pipe, do not wait for its other end.
        descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        msg = f"the credentials file {file} cannot be read: {why or 'it has no such name'}"
        hint = f"{_FORM}, then: chmod 600 {shlex.quote(str(place))}"
        raise AccountError(msg, hint=hint) from error
    try:
        _check_owner(os.fstat(descriptor), place=place, file=file)
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)


def _check_owner(status: os.stat_result, *, place: Path, file: str) -> None:
    quoted = shlex.quote(str(place))
    if not stat.S_ISREG(status.st_mode):
        raise _exposed(
            file, "this is not a regular file", "name a file that holds app id and key"
        )
    if status.st_uid != os.geteuid():
        message = "this file belongs to another user, who can read and change it"
        hint = "make a file of your own, with a key that only you know"
        raise _exposed(file, message, hint)
    mode = stat.S_IMODE(status.st_mode)
    if mode & _OTHERS:
        message = f"other users can read or change this file (mode {mode:04o})"
        raise _exposed(file, message, f"chmod 600 {quoted}")


def _exposed(file: str, message: str, hint: str) -> InvalidFilesError:
    place = Location(file, 1, 1)
    return InvalidFilesError([Problem(place, ProblemCode.CREDENTIALS_EXPOSED, message, hint)])


def _credentials(data: bytes, *, file: str) -> FileCredentials:
    if len(data) > MAX_BYTES:
        message = "the file is far longer than an app id and a key"
        raise InvalidFilesError([_misformed(Location(file, 1, 1), message)])
    document = read_document(data, file=file)
    problems = [_without_words(problem) for problem in document.problems]
    app_id, key, host = "", "", None
    if not problems:
        app_id = _value(document.root, APP_ID, file=file, problems=problems)
        key = _value(document.root, KEY, file=file, problems=problems)
        if isinstance(document.root, nodes.Mapping) and HOST in document.root:
            host = _value(document.root, HOST, file=file, problems=problems)
        problems += _unknown_keys(document.root, file=file)
    if problems:
        raise InvalidFilesError(dict.fromkeys(problems))
    return FileCredentials(credentials=Credentials(app_id=app_id, key=key), host=host)


def _without_words(problem: Problem) -> Problem:
    if problem.code in _TOLD_AS_THEY_ARE:
        return problem
    shown = _misformed(problem.location, "this is not a line of a credentials file")
    return replace(shown, severity=problem.severity)


def _value(root: nodes.Value | None, name: str, *, file: str, problems: list[Problem]) -> str:
    if not isinstance(root, nodes.Mapping):
        problems.append(
            _misformed(Location(file, 1, 1), "there is no app id and key in this file")
        )
        return ""
    value = root.get(name)
    place = root.value_location(name, file=file)
    if not isinstance(value, str) or not value:
        problems.append(_misformed(place, f'"{name}" is missing or empty'))
        return ""
    fault = fault_in(value)
    if fault is not None:
        problems.append(_misformed(place, f'"{name}" {fault}', COPY_AGAIN))
    return value


def _unknown_keys(root: nodes.Value | None, *, file: str) -> list[Problem]:
    if not isinstance(root, nodes.Mapping):
        return []
    return [
        _misformed(root.key_location(name, file=file), f"this is none of {', '.join(_KEYS)}")
        for name in root
        if name not in _KEYS
    ]


def _misformed(place: Location, message: str, hint: str = _FORM) -> Problem:
    return Problem(place, ProblemCode.CREDENTIALS_FORM, message, hint)
