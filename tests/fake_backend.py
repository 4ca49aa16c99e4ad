"""A backend over the account in memory: honest unless told to lie, and it keeps the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from schemactl.backend.interface import LiveState
from schemactl.backend.legacy_dialect import LegacyDialect
from schemactl.errors import AccountUnreachableError
from schemactl.model.plan import Call
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.schema import Schema
from tests.fake_account import apply_call

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
    ACTS_LATE = auto()
    """Gives no answer; the third read after it shows what it did."""


@dataclass
class FakeBackend:
    """One account.

    Attributes:
        schema: What it has now.
        faults: What goes wrong, by the call's number.
        unreadable_after: From this many reads on, every read fails; None for never.
        record: What was asked of it, in order: `read`, or the number of a call.
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

    def perform(self, call: Call) -> Outcome:
        assert f"call {call.number}" not in self.record, "no call is ever sent twice"
        self.record.append(f"call {call.number}")
        match self.faults.get(call.number):
            case None:
                return self._perform_honestly(call)
            case Fault.LIES:
                return DONE
            case Fault.REFUSES:
                return Outcome(status=OutcomeStatus.REFUSED, detail="Invalid XML")
            case Fault.REFUSES_AND_ACTS:
                self.schema = apply_call(self.schema, call)
                return Outcome(status=OutcomeStatus.REFUSED, detail="Invalid XML")
            case Fault.SILENT:
                return Outcome(status=OutcomeStatus.UNKNOWN, detail="time ran out")
            case Fault.ACTS_SILENTLY:
                self.schema = apply_call(self.schema, call)
                return Outcome(status=OutcomeStatus.UNKNOWN, detail="time ran out")
            case Fault.ACTS_LATE:
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
