"""One line of a journal: its members by the JSON Schema `journal-line`, and how it is parsed.

A journal is input like any other file: what breaks a rule is refused with file and line.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, NotRequired, TypeAlias, TypedDict, TypeGuard

from schemactl.errors import JournalError
from schemactl.store.own_file import obeys
from schemactl.store.strict_json import parse_json

FORMAT_VERSION: Final = 2
"""Format 1 lacked the account's address; it is read for display and is no source of calls."""


class CallDocument(TypedDict):
    """A call of the plan."""

    request: str
    arguments: dict[str, object]
    number: int
    serves: list[str]
    needs: list[int]


class RunStarted(TypedDict):
    """The first line; format 1 has no `address`, and older lines only have required keys."""

    event: Literal["run-started"]
    at: str
    format_version: int
    run: str
    probe: NotRequired[bool]
    account: str
    address: NotRequired[str]
    app_id_fingerprint: NotRequired[str]
    backend: str
    by: NotRequired[str]
    commit: NotRequired[str]
    lease: NotRequired[int]
    plan: str
    permissions: list[str]
    follows: str | None
    earlier: list[int]
    calls: list[CallDocument]


class OwedLine(TypedDict):
    """A line of format 1, which is read over."""

    event: Literal["owed-started", "owed-finished"]
    at: str


class CleanupStarted(TypedDict):
    """The tags that `run` left on the carrier are about to be taken off."""

    event: Literal["cleanup-started"]
    at: str
    run: str


class CleanupFinished(TypedDict):
    """What was answered to it."""

    event: Literal["cleanup-finished"]
    at: str
    run: str
    outcome: str
    detail: str


class TryStarted(TypedDict):
    """A call of a probe is about to be sent; what it names is for people only."""

    event: Literal["try-started"]
    at: str


class TryFinished(TypedDict):
    """It was answered; the answer is read over."""

    event: Literal["try-finished"]
    at: str


class CallStarted(TypedDict):
    """A call is about to be sent."""

    event: Literal["call-started"]
    at: str
    call: int


class CallFinished(TypedDict):
    """What was answered to a call."""

    event: Literal["call-finished"]
    at: str
    call: int
    outcome: str
    detail: str


class CallSettled(TypedDict):
    """What reading the account showed of a call."""

    event: Literal["call-settled"]
    at: str
    call: int
    shown: bool


class CallSkipped(TypedDict):
    """A call was omitted."""

    event: Literal["call-skipped"]
    at: str
    call: int
    why: str


class VerdictDocument(TypedDict):
    """What became of one change."""

    change: str
    verdict: str
    detail: str


class RunFinished(TypedDict):
    """The last line of a run that came to its end."""

    event: Literal["run-finished"]
    at: str
    status: str
    reason: str
    verdicts: list[VerdictDocument]


CallLine: TypeAlias = CallStarted | CallFinished | CallSettled | CallSkipped
Line: TypeAlias = (
    RunStarted
    | OwedLine
    | CleanupStarted
    | CleanupFinished
    | TryStarted
    | TryFinished
    | CallLine
    | RunFinished
)


def parse_line(text: bytes) -> Line | None:
    """Return the line that a text is; None where it is none."""
    try:
        # Half a character may be in a server's words, so it is not refused here.
        document = parse_json(text.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return document if _is_line(document) and _is_time(document["at"]) else None


def damaged(file: str, line: int, reason: str) -> JournalError:
    """Return the error on a journal that breaks a rule in a line, counted from 1."""
    return JournalError(
        f"the journal {file}:{line} is damaged: {reason}",
        hint="nothing was changed. Look at who could write to the file; if nobody needs it, "
        "move it away and plan again: what is left to do follows from the account",
    )


def _is_line(document: object) -> TypeGuard[Line]:
    return obeys(document, "journal-line")


def _is_time(text: str) -> bool:
    """Whether a text is a time with its zone, as ISO 8601 writes it."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
