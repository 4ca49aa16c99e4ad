"""All errors that schemactl raises on purpose, and their exit statuses.

    SchemactlError                    1   base class, never raised itself
    ├── AccountError                  1   the account refused a read, or its response is invalid
    │   ├── AccountUnreachableError   1   no response
    │   ├── InterruptedWaitError    130   the user interrupted a wait
    │   ├── AnswerError               1   the response is invalid
    │   └── NoPermissionError         1   empty response: the key has no permission
    ├── InexpressibleError            1   a value that no request can contain; nothing was sent
    ├── UsageError                   64   the command line is invalid
    ├── InvalidFilesError             3   the user's files are invalid; has every problem
    ├── JournalError                  1   a journal cannot be written, read or trusted
    ├── OutputError                   1   an output file cannot be written
    └── RefusedError                  4   refused for safety; nothing was changed
        ├── MissingPermissionError    4   the plan has a hazard without permission
        ├── LockedError               4   another apply is running on the account
        └── PlanFileError             4   a plan file is not usable

The number is the exit status. Any other exception is a bug in schemactl and ends the process
with `ExitCode.BUG`. Only `cli` prints errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum, unique
from typing import ClassVar

from schemactl.values import dataclass, field


@unique
class ExitCode(IntEnum):
    """Exit statuses of the command."""

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
    """A position in one of the user's files; line and column count from 1.

    Attributes:
        file: Name of the file.
        line: The line.
        column: The column.
        below: Where earlier layers say something else of it, the nearest layer first.
    """

    file: str
    line: int
    column: int
    below: tuple[Location, ...] = field(default=(), repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@unique
class Severity(StrEnum):
    """Whether a problem stops the command."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem in the user's files, collected so that all are reported at once.

    Attributes:
        location: Its position.
        code: Stable name of the rule, for `schemactl explain CODE`.
        message: What is wrong, in the user's words, without the position.
        hint: What to write instead; None if there is no suggestion.
        severity: An error stops the command; a warning does not.
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
    """An expected failure; its `str()` is a message for the user.

    Attributes:
        exit_code: Exit status of the process.
        hint: What the user can do; None if there is no suggestion.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class AccountError(SchemactlError):
    """The account could not be read, or refused it. Nothing was changed."""


class AccountUnreachableError(AccountError):
    """There was no response: wrong address, no network or a timeout."""


class InterruptedWaitError(AccountError):
    """The user interrupted a wait, so the request was not sent, or not sent again."""

    exit_code = ExitCode.INTERRUPTED


class AnswerError(AccountError):
    """The response is not valid for the API; the message shows its start."""


class NotSelectedError(AnswerError):
    """The account does not select records in the way that was asked for."""


class NoPermissionError(AccountError):
    """The response was empty, as for a key without permission for the request."""


class InexpressibleError(SchemactlError):
    """A name, option or tag that no request of the API can contain; nothing was sent."""


class UsageError(SchemactlError):
    """The command line is invalid; nothing was done."""

    exit_code = ExitCode.USAGE


class InvalidFilesError(SchemactlError):
    """The user's files are invalid; `problems` has all problems, in file order."""

    exit_code = ExitCode.INVALID_FILES

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.location))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class JournalError(SchemactlError):
    """A journal cannot be written, read or trusted. Without a journal, no call is made."""


class OutputError(SchemactlError):
    """An output file cannot be written; an existing file is unchanged."""


class UnreportedError(OutputError):
    """Calls were made, but the report could not be written; the journal has the calls."""

    exit_code = ExitCode.STOPPED


class RefusedError(SchemactlError):
    """Refused for safety before any change; the message names what lifts the refusal."""

    exit_code = ExitCode.REFUSED


class MissingPermissionError(RefusedError):
    """A plan has hazards without their permissions.

    Attributes:
        permissions: All that the plan needs, including given ones, sorted.
        prune: Whether it removes orphans.
    """

    def __init__(self, message: str, *, permissions: tuple[str, ...], prune: bool) -> None:
        words = " ".join(f"--allow {name}" for name in permissions)
        super().__init__(message, hint=f"to permit all of it: {words}")
        self.permissions = permissions
        self.prune = prune


class UnmappedValuesError(RefusedError):
    """The files do not say what some values of records become; the message has only numbers.

    Attributes:
        values: Values, each with how many records hold it: for a terminal, and nothing else.
    """

    def __init__(self, message: str, *, values: tuple[tuple[str, int], ...], hint: str) -> None:
        super().__init__(message, hint=hint)
        self.values = values


class LockedError(RefusedError):
    """Another apply is running on the account; the message names it."""


class PlanFileError(RefusedError):
    """A file does not hold a plan, or it was changed; the message has the reason."""
