"""A backend over the account in memory, honest unless a test makes it lie; keeps a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum, auto

from schemactl.account.interface import Guard, LiveState, Part
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.errors import AccountUnreachableError
from schemactl.model.call_word import DESTROYING_CALLS
from schemactl.model.count import (
    Answers,
    NotCountedReason,
    Question,
    SurveyForecast,
    counts_nothing,
)
from schemactl.model.held_values import FieldPlace, HeldRecord, Tagged
from schemactl.model.plan import Call
from schemactl.model.record_update import RecordUpdate, Value, WriteOutcome
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.schema import Schema
from tests.fake_account import apply_call

LIMITED_TRIES = 3
DONE = Outcome(status=OutcomeStatus.DONE)


class Fault(Enum):
    """What goes wrong with one call."""

    LIES = auto()
    """Answers with success and does nothing."""
    REFUSES = auto()
    REFUSES_AND_ACTS = auto()
    SILENT = auto()
    """Gives no answer and does nothing."""
    ACTS_SILENTLY = auto()
    LIMITED = auto()
    """Says twice that too many calls were made, and acts at the third try."""
    UNSENT = auto()
    """Cannot be reached: nothing leaves."""
    ACTS_LATE = auto()
    """Gives no answer; the third read after it shows what it did."""


class NoRecords:
    """The records of an account without any."""

    def read_values(
        self, fields: Sequence[FieldPlace], live: LiveState, *, after: str = ""
    ) -> Iterator[Sequence[HeldRecord]]:
        del fields, live, after
        return iter(())

    def read_records(
        self, ids: Sequence[str], fields: Sequence[FieldPlace], live: LiveState
    ) -> Sequence[HeldRecord]:
        del ids, fields, live
        return ()

    def read_value(self, place: FieldPlace, text: str | None, live: LiveState) -> Value:
        del place, live
        return text or ""

    def write_values(
        self, fields: Sequence[FieldPlace], updates: Sequence[RecordUpdate], live: LiveState
    ) -> Iterator[Sequence[WriteOutcome]]:
        del fields, updates, live
        return iter(())

    def read_changed(
        self, fields: Sequence[FieldPlace], live: LiveState, *, since_s: int
    ) -> Iterator[Sequence[HeldRecord]]:
        del fields, live, since_s
        return iter(())

    def count_records(self, field: FieldPlace, live: LiveState) -> int | None:
        del field, live
        return 0

    def option_labels(self, field: FieldPlace, live: LiveState) -> Mapping[str, str]:
        del field, live
        return {}

    def find_tagged(self, tag: str, ids: Sequence[str], live: LiveState) -> Tagged:
        del tag, ids, live
        raise NotImplementedError

    def put_tag(self, tag: str, ids: Sequence[str], live: LiveState) -> None:
        del tag, ids, live
        raise NotImplementedError

    def read_tagged(self, tag: str, live: LiveState) -> Iterator[Sequence[HeldRecord]]:
        del tag, live
        return iter(())


@dataclass
class FakeBackend:
    """One account.

    Attributes:
        schema: What it has now.
        faults: What goes wrong, by the call's number.
        unreadable_after: From this many reads on, every read fails; None for never.
        record: What was asked of it, in order: `read`, `check` before a call that destroys,
            and `call`, each with the number of the call.
    """

    schema: Schema
    faults: Mapping[int, Fault] = field(default_factory=dict)
    unreadable_after: int | None = None
    record: list[str] = field(default_factory=list)
    _late: Schema | None = None
    _late_reads: int = 0

    @property
    def dialect(self) -> LegacyDialect:
        return LegacyDialect(tag_carrier=7)

    @property
    def records(self) -> NoRecords:
        return NoRecords()

    def read(self) -> LiveState:
        reads = self.record.count("read")
        self.record.append("read")
        if self.unreadable_after is not None and reads >= self.unreadable_after:
            msg = "no answer came"
            raise AccountUnreachableError(msg)
        if self._late is not None:
            self._late_reads += 1
            if self._late_reads >= 3:
                self.schema, self._late = self._late, None
        return LiveState(schema=self.schema, calls=2)

    def read_parts(self, parts: AbstractSet[Part], before: LiveState) -> LiveState:
        del before
        assert parts, "a read of nothing"
        return self.read()

    def count(self, questions: Sequence[Question], live: LiveState) -> Answers:
        del live
        return counts_nothing(NotCountedReason.REFUSED)(questions)

    def forecast_survey(
        self, batches: Sequence[Sequence[Question]], live: LiveState
    ) -> SurveyForecast:
        del live
        return SurveyForecast(asking=sum(map(len, batches)))

    def survey(self, questions: Sequence[Question], live: LiveState) -> Answers:
        return self.count(questions, live)

    def holds_secret(self, text: str) -> bool:
        return "s3cr3t" in text

    def perform(self, call: Call, guard: Guard) -> Outcome:
        prevented = self._check(call, guard) if call.request in DESTROYING_CALLS else None
        if prevented is not None:
            return prevented
        is_again = f"call {call.number}" in self.record
        is_limited = self.faults.get(call.number) is Fault.LIMITED
        assert not is_again or is_limited, "no call is sent twice, but for the rate"
        self.record.append(f"call {call.number}")
        match self.faults.get(call.number):
            case None:
                return self._perform_honestly(call)
            case Fault.LIES:
                return DONE
            case Fault.REFUSES | Fault.REFUSES_AND_ACTS | Fault.UNSENT as fault:
                return self._refuse(call, fault)
            case Fault.LIMITED:
                return self._limit(call)
            case Fault.SILENT | Fault.ACTS_SILENTLY | Fault.ACTS_LATE as fault:
                return self._keep_silent(call, fault)

    def _check(self, call: Call, guard: Guard) -> Outcome | None:
        """Read right before a call that destroys; return what prevents it."""
        reads = self.record.count("read")
        self.record.append(f"check {call.number}")
        if self.unreadable_after is not None and reads >= self.unreadable_after:
            return Outcome(status=OutcomeStatus.REFUSED, detail="no answer", sent=False)
        why = guard.objection(LiveState(schema=self.schema, calls=1))
        if not why:
            return None
        return Outcome(status=OutcomeStatus.REFUSED, detail=why, blocked_locally=True)

    def _refuse(self, call: Call, fault: Fault) -> Outcome:
        if fault is Fault.UNSENT:
            detail = "no connection was made"
            return Outcome(status=OutcomeStatus.REFUSED, detail=detail, sent=False)
        if fault is Fault.REFUSES_AND_ACTS:
            self.schema = apply_call(self.schema, call)
        return Outcome(status=OutcomeStatus.REFUSED, detail="Invalid XML")

    def _limit(self, call: Call) -> Outcome:
        if self.record.count(f"call {call.number}") == LIMITED_TRIES:
            return self._perform_honestly(call)
        unknown = OutcomeStatus.UNKNOWN
        return Outcome(status=unknown, detail="status 429", retry_after_s=23.0)

    def _keep_silent(self, call: Call, fault: Fault) -> Outcome:
        if fault is Fault.ACTS_SILENTLY:
            self.schema = apply_call(self.schema, call)
        if fault is Fault.ACTS_LATE:
            self._late = apply_call(self.schema, call)
        return Outcome(status=OutcomeStatus.UNKNOWN, detail="time ran out")

    def _perform_honestly(self, call: Call) -> Outcome:
        try:
            self.schema = apply_call(self.schema, call)
        except AssertionError as impossible:
            if not self.faults:
                raise
            # An earlier lie left this call without the thing that it is about.
            return Outcome(status=OutcomeStatus.REFUSED, detail=str(impossible))
        return DONE
