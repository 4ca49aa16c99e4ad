"""The file that a run on one shard leaves: all of its results, to be merged with the others."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NotRequired, TypedDict

from schemactl.errors import Problem, Severity, UsageError
from schemactl.store.drift_document import DriftDetails
from schemactl.store.own_file import OwnFile
from schemactl.store.plan.locations import LocationDocument, location_from


class ShardFileError(UsageError):
    """A file that should hold the results of a shard does not, or does not fit the others.

    No run on accounts ends with this exit status, so it is not mistaken for a result.
    """


class ProblemDocument(TypedDict):
    """One problem of the user's files."""

    code: str
    severity: str
    location: LocationDocument
    message: str
    hint: str | None


class ErrorDocument(TypedDict):
    """Why an account has no result."""

    message: str
    hint: str | None
    problems: list[ProblemDocument]


class EntryDocument(TypedDict):
    """One account."""

    account: str
    labels: list[str]
    exit_status: int
    result: dict[str, object] | None
    error: ErrorDocument | None


class AppliedDocument(TypedDict):
    """What the result of an apply does not have of it."""

    plan: dict[str, object]
    cleaned: list[str]


class DetailsDocument(TypedDict):
    """What reports need of one account beside its result."""

    reminder: str
    drift: DriftDetails | None
    requests: NotRequired[int]
    applied: NotRequired[AppliedDocument]


class ShardDocument(TypedDict):
    """What all shards of a run must agree on, and what their reports need."""

    number: int
    count: int
    chosen: int
    places: list[int]
    choice: str
    project: str
    version: str
    options: list[str]
    strict: bool
    details: list[DetailsDocument]
    digest: str


class WaveDocument(TypedDict):
    """A wave of a roll-out."""

    name: str
    accounts: list[str]


class RolloutDocument(TypedDict):
    """The waves of an apply, and why it is not at its end."""

    waves: list[WaveDocument]
    stopped: str


class FleetDocument(TypedDict):
    """All that is read of the document of many accounts."""

    command: str
    accounts: list[EntryDocument]
    summary: dict[str, int]
    rollout: NotRequired[RolloutDocument]
    shard: NotRequired[ShardDocument]


FLEET_FILE: Final[OwnFile[FleetDocument]] = OwnFile(
    kind="fleet",
    version=1,
    max_bytes=1_000_000_000,
    error=ShardFileError,
    remedy="write it again with `--shard I/N --format json`",
)


class _ProblemsDocument(TypedDict):
    problems: list[ProblemDocument]


_PROBLEMS: Final[OwnFile[_ProblemsDocument]] = OwnFile(
    kind="problems",
    version=1,
    max_bytes=50_000_000,
    error=ShardFileError,
    remedy="write it again",
)


def problems_of_document(document: object, *, file: str) -> tuple[Problem, ...]:
    """Return the problems that are a part of a parsed file.

    Raises:
        ShardFileError: They break the JSON Schema.
        ValueError: One has no place, or an unknown severity.
    """
    return tuple(map(problem_from, _PROBLEMS.check(document, file=file)["problems"]))


def read_shard(path: Path) -> tuple[FleetDocument, ShardDocument]:
    """Read the results of a shard, and what it says of the whole run.

    Raises:
        ShardFileError: The file cannot be read, or holds something else.
    """
    document = FLEET_FILE.load(path)
    shard = document.get("shard")
    if shard is None:
        command = document["command"]
        reason = f"has no shard: it is of a whole run, or {command} is never merged"
        raise FLEET_FILE.fault(str(path), reason)
    return document, shard


def problem_from(document: ProblemDocument) -> Problem:
    """Return one problem.

    Raises:
        ValueError: It has no place, or an unknown severity.
    """
    location = location_from(document["location"])
    if location is None:
        message = "a problem without a place"
        raise ValueError(message)
    return Problem(
        location,
        document["code"],
        document["message"],
        document["hint"],
        Severity(document["severity"]),
    )
