"""The record of a roll-out: what it was about, and when each wave ended.

Which accounts are done is in their journals. The record decides only whether the same command
goes on, and when the next wave may start; it is input like any other, and never from a commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import MINYEAR, UTC, datetime
from typing import Final, TypedDict

from schemactl.errors import OutputError, SchemactlError
from schemactl.model.plan import Plan
from schemactl.store.git import GitUnavailableError
from schemactl.store.own_file import OwnFile
from schemactl.store.plan import digest_of, plan_document
from schemactl.store.state.interface import (
    ChangedMeanwhileError,
    StateFile,
    StateFolder,
    Version,
)
from schemactl.values import dataclass, field, replace

_MAX_BYTES: Final = 100_000_000
_NAME_DIGITS: Final = 16
_MAX_RACES: Final = 8
_HINT: Final = "an apply to many accounts writes an ordinary file"
_LAST_YEAR: Final = 9000
_ESSENCE: Final = ("account", "address", "backend", "changes", "calls", "manual_steps")
"""What distinguishes plans; not when they were made, and what they cost."""


class RolloutFileError(SchemactlError):
    """A file that should hold the record of a roll-out does not; nothing was changed."""


class _WaveDocument(TypedDict):
    number: int
    at: str


class _RolloutDocument(TypedDict):
    started: str
    waves: list[str]
    plans: dict[str, str]
    runs: dict[str, list[str]]
    ended: list[_WaveDocument]
    finished: bool


_FILE: Final[OwnFile[_RolloutDocument]] = OwnFile(
    kind="rollout",
    version=1,
    max_bytes=_MAX_BYTES,
    error=RolloutFileError,
    remedy="delete it: the roll-out then starts again with its first wave",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRecord:
    """A roll-out that was started.

    Attributes:
        started: When, with its zone.
        waves: The rules of its waves.
        plans: What each plan was about, by the name of the account; empty for no calls.
        runs: The runs that it made, by the name of the account.
        ended: When each wave ended, by its number.
        finished: Whether it came to its end.
    """

    started: datetime
    waves: tuple[str, ...]
    plans: Mapping[str, str]
    runs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ended: Mapping[int, datetime] = field(default_factory=dict)
    finished: bool = False

    def with_runs(self, made: Mapping[str, str]) -> RolloutRecord:
        """Return the record with a run in each of some accounts."""
        added = {name: (*self.runs.get(name, ()), run) for name, run in made.items() if run}
        return replace(self, runs={**self.runs, **added})

    def with_runs_of(self, other: RolloutRecord) -> RolloutRecord:
        """Return the record with the runs of another one to the same accounts, too."""
        names = dict.fromkeys((*other.runs, *self.runs))
        runs = {
            name: tuple(dict.fromkeys((*other.runs.get(name, ()), *self.runs.get(name, ()))))
            for name in names
        }
        return replace(self, runs=runs)

    def with_end(self, number: int, at: datetime) -> RolloutRecord:
        """Return the record with the end of a wave."""
        return replace(self, ended={**self.ended, number: at})


def essence_of(plan: Plan) -> str:
    """Return a digest of what a plan does: equal for plans that are made again."""
    document = plan_document(plan)
    return digest_of({name: document[name] for name in _ESSENCE})


def rollout_file(folder: StateFolder, accounts: Sequence[str]) -> StateFile:
    """Return where the record of a roll-out to some accounts is."""
    digest = hashlib.sha256("\n".join(sorted(accounts)).encode("utf-8")).hexdigest()
    return folder.file(f"{digest[:_NAME_DIGITS]}.json")


def read_rollout(file: StateFile, *, environ: Mapping[str, str]) -> RolloutRecord | None:
    """Return the record of the last roll-out to the same accounts; None without one.

    Raises:
        RolloutFileError: The file holds something else, cannot be read, or is in git.
    """
    data = _FILE.find(file, hint=_HINT)
    return None if data is None else _record(file, data, environ)


def _record(file: StateFile, data: bytes, environ: Mapping[str, str]) -> RolloutRecord:
    _refuse_tracked(file, environ)
    document = _FILE.read_bytes(data, file=str(file))
    try:
        return RolloutRecord(
            started=_time(document["started"]),
            waves=tuple(document["waves"]),
            plans=dict(document["plans"]),
            runs={name: tuple(runs) for name, runs in document["runs"].items()},
            ended={one["number"]: _time(one["at"]) for one in document["ended"]},
            finished=document["finished"],
        )
    except ValueError as error:
        raise _FILE.fault(str(file), f"has an invalid time: {error}") from error


def update_rollout(
    file: StateFile,
    change: Callable[[RolloutRecord | None], RolloutRecord],
    *,
    environ: Mapping[str, str],
) -> None:
    """Write the record that follows from the earlier one, and again if that was changed.

    Args:
        file: Where it is.
        change: Returns the record to write, from the one that is there.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        RolloutFileError: The file holds something else, cannot be read, or is in git.
        OutputError: It cannot be written; the earlier one is unchanged.
    """
    reason: OSError = ChangedMeanwhileError()
    for _ in range(_MAX_RACES):
        try:
            stored = file.store.find(file.parts, max_bytes=_FILE.max_bytes)
        except OSError as error:
            msg = f"{file} cannot be read: {error.strerror or error}"
            raise RolloutFileError(msg, hint=_HINT) from error
        found = None if stored is None else _record(file, stored.data, environ)
        try:
            _write(file, change(found), None if stored is None else stored.version)
        except (FileExistsError, ChangedMeanwhileError) as error:
            reason = error
        except OSError as error:
            reason = error
            break
        else:
            return
    msg = f"{file} cannot be written: {reason.strerror or reason}"
    raise OutputError(msg) from reason


def _write(file: StateFile, record: RolloutRecord, over: Version | None) -> None:
    data = _text(record).encode("utf-8", "backslashreplace")
    if over is None:
        file.store.create(file.parts, data)
    else:
        file.store.replace(file.parts, data, over)


def _text(record: RolloutRecord) -> str:
    return _FILE.text(
        {
            "started": record.started.astimezone(UTC).isoformat(timespec="seconds"),
            "waves": record.waves,
            "plans": dict(record.plans),
            "runs": dict(record.runs),
            "ended": tuple(
                {
                    "number": number,
                    "at": at.astimezone(UTC).isoformat(timespec="seconds"),
                }
                for number, at in sorted(record.ended.items())
            ),
            "finished": record.finished,
        }
    )


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        msg = f"{text!r} has no zone"
        raise ValueError(msg)
    if not MINYEAR < time.year < _LAST_YEAR:
        # In another zone, or after a pause, it would be in no year that Python knows.
        msg = f"{text!r} is in no year of a roll-out"
        raise ValueError(msg)
    return time


def _refuse_tracked(file: StateFile, environ: Mapping[str, str]) -> None:
    try:
        is_tracked = file.name in file.folder.tracked(environ=environ)
    except GitUnavailableError as error:
        msg = f"{file} is not read: it may have come with a commit, and {error}"
        raise RolloutFileError(msg, hint=error.hint) from error
    if is_tracked:
        msg = f"git tracks {file}: the record of a roll-out is not read from a commit"
        raise RolloutFileError(msg, hint=f"git rm --cached {file}")
