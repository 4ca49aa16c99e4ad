"""What an apply did, call by call: written and synced before and after each call.

One file a run, one JSON object a line, only ever appended to. Holds no credential
and no contact data. Whoever finds a call started and not finished knows that its
outcome is unknown.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from schemactl.errors import JournalError
from schemactl.model.plan import Call, JsonObject, JsonValue, Plan
from schemactl.model.run import Outcome, Run

FORMAT_VERSION: Final = 1


class Journal(Protocol):
    """Where an apply writes what it is about to do and what came of it."""

    def call_started(self, call: Call) -> None:
        """Write, and sync, that a call is about to be sent."""
        ...

    def call_finished(self, call: Call, outcome: Outcome) -> None:
        """Write, and sync, how a call ended."""
        ...


class JournalFile:
    """A journal on disk.

    Every method raises `JournalError` where the line could not be written and
    synced; a call must not be sent then.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        """Open a new file; `now` gives the time that each line bears.

        Raises:
            JournalError: It cannot be made, or exists already.
        """
        self._now = now
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(
                path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600
            )
            _sync_folder(path.parent)
        except OSError as error:
            raise _unwritable(path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def run_started(self, run_id: str, plan: Plan) -> None:
        """Write what is about to be done: every call of the plan."""
        calls: tuple[JsonObject, ...] = tuple(
            {"number": call.number, "request": call.request, "arguments": call.arguments}
            for call in plan.calls
        )
        self._append(
            "run-started",
            {
                "format_version": FORMAT_VERSION,
                "run": run_id,
                "account": plan.account,
                "backend": plan.backend,
                "permissions": tuple(map(str, plan.permissions)),
                "calls": calls,
            },
        )

    def call_started(self, call: Call) -> None:
        """Write that a call is about to be sent."""
        self._append("call-started", {"call": call.number, "request": call.request})

    def call_finished(self, call: Call, outcome: Outcome) -> None:
        """Write how a call ended."""
        self._append(
            "call-finished",
            {"call": call.number, "outcome": str(outcome.status), "detail": outcome.detail},
        )

    def run_finished(self, run: Run) -> None:
        """Write what reading the account proved."""
        verdicts = tuple(
            {"change": verdict.change, "verdict": str(verdict.status), "detail": verdict.detail}
            for verdict in run.verdicts
        )
        self._append(
            "run-finished",
            {"status": str(run.status), "reason": run.reason, "verdicts": verdicts},
        )

    def _append(self, event: str, members: Mapping[str, JsonValue]) -> None:
        line = {"event": event, "at": self._now().isoformat(timespec="milliseconds"), **members}
        text = json.dumps(line, ensure_ascii=False) + "\n"
        # Half a character pair, as no server should send, becomes an escape that JSON has.
        data = text.encode(errors="backslashreplace")
        try:
            written = os.write(self._descriptor, data)
            os.fsync(self._descriptor)
        except OSError as error:
            raise _unwritable(self._path, error) from error
        if written != len(data):
            raise _unwritable(self._path, OSError("the disk is full"))


def _sync_folder(folder: Path) -> None:
    """Make a new file's name survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> JournalError:
    reason = error.strerror or str(error)
    return JournalError(
        f"the journal {path} cannot be written: {reason}",
        hint="no call is made without its journal: make room, then apply again",
    )
