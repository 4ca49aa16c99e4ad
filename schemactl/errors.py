"""Everything that schemactl expects to go wrong, and how each is told.

    SchemactlError                    1   never raised itself
    ├── AccountError                  1   the account refused a read, or gave no sense
    │   ├── AccountUnreachableError   1   no answer came
    │   ├── InterruptedWaitError    130   the user asked to stop while a request had to wait
    │   ├── AnswerError               1   the answer was invalid
    │   └── NoPermissionError         1   the answer was empty: the key lacks the permission
    ├── InexpressibleError            1   a value that no request can carry; nothing was sent
    ├── UsageError                   64   the command line asks for what cannot be
    ├── InvalidFilesError             3   the user's files break a rule; lists every problem
    ├── JournalError                  1   a journal cannot be written, read or trusted
    ├── OutputError                   1   a file that was asked for cannot be written
    └── RefusedError                  4   refused for safety; nothing was changed
        ├── MissingPermissionError    4   a hazard of the plan lacks its permission
        ├── LockedError               4   another apply works on the account
        └── PlanFileError             4   a file that should hold a plan holds none to be used

The number is the exit status. Anything else that escapes is a bug in schemactl
and ends with `ExitCode.BUG`. Only `cli` turns an error into text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum, unique
from typing import ClassVar


@unique
class ExitCode(IntEnum):
    """Every exit status that the command can end with."""

    OK = 0
    FAILED = 1
    DIFFERENT = 2
    INVALID_FILES = 3
    REFUSED = 4
    STOPPED = 5
    USAGE = 64
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in one of the user's files; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@unique
class Severity(StrEnum):
    """Whether a problem stops the work."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in the user's files: kept, not raised, so that all are told at once.

    Attributes:
        location: Where the faulty words stand.
        code: Stable name of the rule; `schemactl explain CODE` tells more.
        message: What is wrong, in the user's words, without the place.
        hint: What to write instead; None where nothing better is known.
        severity: An error stops the work; a warning is only told.
    """

    location: Location
    code: str
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.location}: {self.severity}: {self.message}{hint} [{self.code}]"


class SchemactlError(Exception):
    """A failure that schemactl foresaw: `str()` of it is fit for the user.

    Attributes:
        exit_code: Exit status of the process when this error ends it.
        hint: What the user can do about it; None where nothing is known to help.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class AccountError(SchemactlError):
    """The account could not be read, or refused to be. Nothing was changed."""


class AccountUnreachableError(AccountError):
    """No answer came at all: wrong address, no network, time ran out."""


class InterruptedWaitError(AccountError):
    """The user asked to stop while a request had to wait, so it was not sent, or not again."""

    exit_code = ExitCode.INTERRUPTED


class AnswerError(AccountError):
    """An answer came that is not what the API is known to say; the message shows its start."""


class NoPermissionError(AccountError):
    """The answer was empty, as a key without permission for the request gets it."""


class InexpressibleError(SchemactlError):
    """A name, option or tag that the API's request cannot carry; nothing was sent."""


class UsageError(SchemactlError):
    """The command line asks for something that cannot be; nothing was done."""

    exit_code = ExitCode.USAGE


class InvalidFilesError(SchemactlError):
    """The user's files break a rule; `problems` has all of them, in file order."""

    exit_code = ExitCode.INVALID_FILES

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.location))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class JournalError(SchemactlError):
    """A journal cannot be written, read or trusted; no call is made without it."""


class OutputError(SchemactlError):
    """A file that was asked for cannot be written; what stood in its place still stands."""


class UnreportedError(OutputError):
    """Calls were made, and their report could not be written; the journal has it."""

    exit_code = ExitCode.STOPPED


class RefusedError(SchemactlError):
    """Refused for safety before any change was made; the message says what would lift it."""

    exit_code = ExitCode.REFUSED


class MissingPermissionError(RefusedError):
    """A plan holds hazards without their permissions.

    Attributes:
        permissions: All that the plan needs, given ones too, sorted.
        prune: Whether it removes orphans.
    """

    def __init__(self, message: str, *, permissions: tuple[str, ...], prune: bool) -> None:
        words = " ".join(f"--allow {name}" for name in permissions)
        super().__init__(message, hint=f"if all of that is meant: {words}")
        self.permissions = permissions
        self.prune = prune


class LockedError(RefusedError):
    """Another apply works on the account; the message says which."""


class PlanFileError(RefusedError):
    """A file holds no plan, or none that is as it was written; the message says why."""
