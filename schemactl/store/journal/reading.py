"""Read the journal of one run: what was planned, what was started, what is known of its end.

A journal can end anywhere: the process may have been killed while a line was written. Only
the last line may be torn so; what was torn off had not happened yet. What is read is a record
and nothing else: no line of a journal is a request to be sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from schemactl.errors import JournalError
from schemactl.model.json_text import frozen_json
from schemactl.model.plan import Call, JsonObject
from schemactl.model.recorded import RecordedCall, RecordedEnd, RecordedRun
from schemactl.model.run import (
    Outcome,
    OutcomeStatus,
    RunStatus,
    Verdict,
    VerdictStatus,
)
from schemactl.store.journal.lines import (
    CallDocument,
    CallFinished,
    CallLine,
    CleanupFinished,
    Line,
    RunFinished,
    RunStarted,
    damaged,
    parse_line,
)
from schemactl.store.state.interface import StateFile
from schemactl.values import dataclass, field, replace

MAX_BYTES: Final = 100_000_000
_PADDING: Final = b"\n\0"
"""What is at the end of a journal that nobody closed: room for the line to come."""


def read_journal(file: StateFile) -> RecordedRun | None:
    """Read what one run did; None where it was cut off before it could do anything.

    Raises:
        JournalError: It cannot be read, is not a regular file, or is not as a run writes it.
    """
    (run,) = read_journals((file,))
    return run


def read_journals(files: Sequence[StateFile]) -> Iterator[RecordedRun | None]:
    """Read what several runs did, whose journals are in one store; see `read_journal`."""
    if not files:
        return
    found = files[0].store.find_each([file.parts for file in files], max_bytes=MAX_BYTES)
    for file in files:
        try:
            stored = next(found)
        except OSError as error:
            msg = f"the journal {file} cannot be read: {error.strerror or error}"
            hint = "make it an ordinary file that can be read, then try again"
            raise JournalError(msg, hint=hint) from error
        yield _run(file, b"" if stored is None else stored.data)


def _run(file: StateFile, data: bytes) -> RecordedRun | None:
    run = run_from_journal(data, file=str(file))
    if run is not None and run.id != file.stem:
        msg = f"it is of run {run.id}, and its file is named otherwise"
        raise damaged(str(file), 1, msg)
    return run


def run_from_journal(data: bytes, *, file: str) -> RecordedRun | None:
    """Read the bytes of a journal; `file` is its name, for messages. See `read_journal`."""
    texts = data.rstrip(_PADDING).splitlines()
    lines: list[Line] = []
    is_torn = False
    for number, text in enumerate(texts, start=1):
        line = parse_line(text)
        if line is not None:
            lines.append(line)
        elif number == len(texts):
            is_torn = True
        else:
            raise damaged(file, number, "this is not a line of a journal")
    if not lines:
        return None
    first = lines[0]
    if first["event"] != "run-started":
        raise damaged(file, 1, "it does not begin with the start of a run")
    return _Replay.of(first, file).run(lines[1:], is_torn=is_torn)


@dataclass(slots=True)
class _Replay:
    """A run as its lines record it, one after the other."""

    start: RunStarted
    file: str
    calls: dict[int, RecordedCall]
    settled: list[str] = field(default_factory=list)
    end: RecordedEnd | None = field(default=None)
    tried_at: str = ""
    number: int = 1
    """The line at hand."""

    @classmethod
    def of(cls, start: RunStarted, file: str) -> _Replay:
        """Start with the first line.

        Raises:
            JournalError: Its calls are numbered as those of no plan.
        """
        calls = {document["number"]: document for document in start["calls"]}
        numbers = range(1, len(start["calls"]) + 1)
        if [document["number"] for document in start["calls"]] != list(numbers):
            raise damaged(file, 1, "its calls are not numbered from 1")
        for document in start["calls"]:
            if not set(document["needs"]) <= set(range(1, document["number"])):
                raise damaged(file, 1, f"call {document['number']} needs a later call")
        return cls(
            start=start,
            file=file,
            calls={
                number: RecordedCall(call=_call(document, number, file))
                for number, document in calls.items()
            },
        )

    def run(self, lines: Sequence[Line], *, is_torn: bool) -> RecordedRun:
        for self.number, line in enumerate(lines, start=2):
            self._take(line)
        start = self.start
        return RecordedRun(
            id=start["run"],
            is_probe=start.get("probe", False),
            tried_at=self.tried_at,
            account=start["account"],
            address=start.get("address", ""),
            app_id=start.get("app_id_fingerprint", ""),
            backend=start["backend"],
            by=start.get("by", ""),
            commit=start.get("commit", ""),
            lease=start.get("lease", 0),
            started_at=start["at"],
            plan=start["plan"],
            permissions=tuple(start["permissions"]),
            resumes=start["follows"],
            earlier=tuple(start["earlier"]),
            calls=tuple(self.calls.values()),
            settled=tuple(dict.fromkeys(self.settled)),
            end=self.end,
            is_torn=is_torn,
        )

    def _take(self, line: Line) -> None:
        if self.end is not None:
            raise damaged(self.file, self.number, "it continues after the end of its run")
        match line["event"]:
            case "run-started":
                raise damaged(self.file, self.number, "it holds the start of two runs")
            case "owed-started" | "owed-finished" | "cleanup-started" | "try-finished":
                pass
            case "try-started":
                self.tried_at = line["at"]
            case "cleanup-finished":
                self._take_cleanup(line)
            case "run-finished":
                self.end = _end(line)
            case "call-started" | "call-finished" | "call-settled" | "call-skipped":
                self._take_call(line)

    def _take_cleanup(self, line: CleanupFinished) -> None:
        # Refused is settled too: it would be refused again.
        if line["outcome"] != OutcomeStatus.UNKNOWN:
            self.settled.append(line["run"])

    def _take_call(self, line: CallLine) -> None:
        call = self.calls.get(line["call"])
        if call is None:
            reason = f"it records a call {line['call']} that is not planned"
            raise damaged(self.file, self.number, reason)
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


def _call(document: CallDocument, number: int, file: str) -> Call:
    try:
        arguments = _frozen_members(document["arguments"])
    except RecursionError as error:
        raise damaged(file, 1, f"call {number} is nested too deep") from error
    return Call(
        number=number,
        request=document["request"],
        arguments=arguments,
        serves=tuple(document["serves"]),
        needs=tuple(document["needs"]),
    )


def _outcome(line: CallFinished) -> Outcome:
    return Outcome(status=OutcomeStatus(line["outcome"]), detail=line["detail"])


def _end(line: RunFinished) -> RecordedEnd:
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
