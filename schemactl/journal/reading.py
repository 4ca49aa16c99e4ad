"""Reads the journal of one run: what was planned, what was begun, what is known of its end.

A journal can end anywhere: the process may have been killed while a line was written.
Only the last line may be torn so; what was torn off had not happened yet.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypedDict, TypeGuard

from schemactl.errors import JournalError
from schemactl.model.json_text import frozen_json
from schemactl.model.plan import Call, CallDraft, JsonObject
from schemactl.model.recorded import RecordedCall, RecordedEnd, RecordedRun
from schemactl.model.run import (
    Outcome,
    OutcomeStatus,
    RunStatus,
    Verdict,
    VerdictStatus,
)
from schemactl.resources import schema_text

if TYPE_CHECKING:
    import jsonschema_rs

MOST_BYTES: Final = 100_000_000
_PADDING: Final = b"\n\0"
"""What stands at the end of a journal that nobody closed: room for the line to come."""
_PUTTING_ON: Final = "add_tag"
_TAKING_OFF: Final = "remove_tag"


class _DraftDocument(TypedDict):
    request: str
    arguments: dict[str, object]


class _CallDocument(_DraftDocument):
    number: int
    serves: list[str]
    needs: list[int]


class _RunStarted(TypedDict):
    event: Literal["run-started"]
    at: str
    run: str
    account: str
    backend: str
    plan: str
    permissions: list[str]
    follows: str | None
    earlier: list[int]
    owed: list[_DraftDocument]
    calls: list[_CallDocument]


class _OwedStarted(_DraftDocument):
    event: Literal["owed-started"]
    at: str


class _OwedFinished(_DraftDocument):
    event: Literal["owed-finished"]
    at: str
    outcome: str
    detail: str


class _CallStarted(TypedDict):
    event: Literal["call-started"]
    at: str
    call: int


class _CallFinished(TypedDict):
    event: Literal["call-finished"]
    at: str
    call: int
    outcome: str
    detail: str


class _CallSettled(TypedDict):
    event: Literal["call-settled"]
    at: str
    call: int
    shown: bool


class _CallSkipped(TypedDict):
    event: Literal["call-skipped"]
    at: str
    call: int
    why: str


class _VerdictDocument(TypedDict):
    change: str
    verdict: str
    detail: str


class _RunFinished(TypedDict):
    event: Literal["run-finished"]
    at: str
    status: str
    reason: str
    verdicts: list[_VerdictDocument]


_Line: TypeAlias = (
    _RunStarted
    | _OwedStarted
    | _OwedFinished
    | _CallStarted
    | _CallFinished
    | _CallSettled
    | _CallSkipped
    | _RunFinished
)


def read_journal(path: Path) -> RecordedRun | None:
    """Read what one run did; None where it was cut off before it could do anything.

    Raises:
        JournalError: It cannot be read, or somebody changed it.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        msg = f"the journal {path} cannot be read: {error.strerror or error}"
        raise JournalError(msg, hint="make it readable, then try again") from error
    if len(data) > MOST_BYTES:
        raise _damaged(path, "it has more bytes than any journal")
    return run_from_journal(data, path=path)


def run_from_journal(data: bytes, *, path: Path) -> RecordedRun | None:
    """Read the bytes of a journal; `path` is for messages only. See `read_journal`."""
    texts = data.rstrip(_PADDING).splitlines()
    lines: list[_Line] = []
    is_torn = False
    for number, text in enumerate(texts, start=1):
        line = _parse(text)
        if line is not None:
            lines.append(line)
        elif number == len(texts):
            is_torn = True
        else:
            raise _damaged(path, f"line {number} is no line of a journal")
    if not lines:
        return None
    first = lines[0]
    if first["event"] != "run-started":
        raise _damaged(path, "it does not begin with the start of a run")
    return _Replay.of(first, path).run(lines[1:], is_torn=is_torn)


def _parse(text: bytes) -> _Line | None:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if _is_line(document) else None


def _is_line(document: object) -> TypeGuard[_Line]:
    try:
        return _validator().is_valid(document)
    except ValueError:
        # Numbers without bounds, such as 1e999: none stands in a journal.
        return False


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    # Imported here: only what reads a journal should wait for it.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(json.loads(schema_text("journal-line")))


@dataclass(slots=True)
class _Replay:
    """A run as its lines tell it, one after the other."""

    start: _RunStarted
    path: Path
    calls: dict[int, RecordedCall]
    owed: list[CallDraft]
    end: RecordedEnd | None = field(default=None)

    @classmethod
    def of(cls, start: _RunStarted, path: Path) -> _Replay:
        calls = {
            document["number"]: RecordedCall(call=_call(document))
            for document in start["calls"]
        }
        owed = [_draft(document) for document in start["owed"]]
        return cls(start, path, calls, owed)

    def run(self, lines: Iterable[_Line], *, is_torn: bool) -> RecordedRun:
        for line in lines:
            self._take(line)
        start, calls = self.start, tuple(self.calls.values())
        return RecordedRun(
            id=start["run"],
            account=start["account"],
            backend=start["backend"],
            started_at=start["at"],
            plan=start["plan"],
            permissions=tuple(start["permissions"]),
            follows=start["follows"],
            earlier=tuple(start["earlier"]),
            calls=calls,
            owed=(*self.owed, *_owed_tidying(calls)),
            end=self.end,
            is_torn=is_torn,
        )

    def _take(self, line: _Line) -> None:
        match line["event"]:
            case "run-started":
                raise _damaged(self.path, "it holds the start of two runs")
            case "owed-started":
                pass
            case "owed-finished":
                # Refused is settled too: asking again would be refused again.
                if line["outcome"] != OutcomeStatus.UNKNOWN and _draft(line) in self.owed:
                    self.owed.remove(_draft(line))
            case "run-finished":
                self.end = _end(line)
            case _:
                self._take_call(line)

    def _take_call(
        self, line: _CallStarted | _CallFinished | _CallSettled | _CallSkipped
    ) -> None:
        call = self.calls.get(line["call"])
        if call is None:
            raise _damaged(self.path, f"it tells of a call {line['call']} that is not planned")
        match line["event"]:
            case "call-started":
                call = replace(call, started_at=line["at"], outcome=None, shown=None)
            case "call-finished":
                call = replace(call, outcome=_outcome(line))
            case "call-settled":
                call = replace(call, shown=line["shown"])
            case "call-skipped":
                call = replace(call, skipped=line["why"])
        self.calls[call.call.number] = call


def _owed_tidying(calls: Iterable[RecordedCall]) -> tuple[CallDraft, ...]:
    """Give the calls that take new tags off their carrier, where they were left on it."""
    recorded = {entry.call.number: entry for entry in calls}
    return tuple(
        CallDraft(request=call.request, arguments=call.arguments, serves=())
        for entry in recorded.values()
        if (call := entry.call).request == _TAKING_OFF
        and not entry.is_done
        and not entry.is_refused
        and any(_has_put_on(recorded[number]) for number in call.needs if number in recorded)
    )


def _has_put_on(entry: RecordedCall) -> bool:
    begun = entry.call.request == _PUTTING_ON and entry.started_at is not None
    return begun and not entry.is_refused


def _call(document: _CallDocument) -> Call:
    return Call(
        number=document["number"],
        request=document["request"],
        arguments=_frozen_members(document["arguments"]),
        serves=tuple(document["serves"]),
        needs=tuple(document["needs"]),
    )


def _draft(document: _DraftDocument) -> CallDraft:
    arguments = _frozen_members(document["arguments"])
    return CallDraft(request=document["request"], arguments=arguments, serves=())


def _outcome(line: _CallFinished | _OwedFinished) -> Outcome:
    return Outcome(status=OutcomeStatus(line["outcome"]), detail=line["detail"])


def _end(line: _RunFinished) -> RecordedEnd:
    return RecordedEnd(
        at=line["at"],
        status=RunStatus(line["status"]),
        reason=line["reason"],
        verdicts=tuple(
            Verdict(
                change=verdict["change"],
                status=VerdictStatus(verdict["verdict"]),
                detail=verdict["detail"],
            )
            for verdict in line["verdicts"]
        ),
    )


def _frozen_members(document: Mapping[str, object]) -> JsonObject:
    return {name: frozen_json(member) for name, member in document.items()}


def _damaged(path: Path, reason: str) -> JournalError:
    return JournalError(
        f"the journal {path} is damaged: {reason}",
        hint="nothing was changed; schemactl plan tells what is left to do. Then move the "
        "file away, and apply again",
    )
