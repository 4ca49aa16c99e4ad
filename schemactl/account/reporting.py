"""A backend that reports when reading the whole account, or counting in it, starts and ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from schemactl.account.interface import (
    Backend,
    Dialect,
    Guard,
    LiveState,
    Part,
    Records,
)
from schemactl.model.count import Answers, Question, SurveyForecast
from schemactl.model.event import Listener, ReadingFinished, ReadingStarted
from schemactl.model.plan import Call
from schemactl.model.run import Outcome
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingBackend:
    """A backend; `listener` gets an event before and after each."""

    backend: Backend
    listener: Listener

    @property
    def dialect(self) -> Dialect:
        """What this account's API can do."""
        return self.backend.dialect

    @property
    def records(self) -> Records:
        """The values of its records."""
        return self.backend.records

    def read(self) -> LiveState:
        """Read the whole schema; see `Backend`."""
        with self._reported():
            return self.backend.read()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        self.listener(ReadingStarted())
        try:
            yield
        finally:
            self.listener(ReadingFinished())

    def read_parts(self, parts: AbstractSet[Part], before: LiveState) -> LiveState:
        """Read some parts again; see `Backend`."""
        return self.backend.read_parts(parts, before)

    def count(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count who holds what; see `Backend`."""
        with self._reported():
            return self.backend.count(questions, live)

    def forecast_survey(
        self, batches: Sequence[Sequence[Question]], live: LiveState
    ) -> SurveyForecast:
        """Return how a whole account would be counted; see `Backend`."""
        with self._reported():
            return self.backend.forecast_survey(batches, live)

    def survey(self, questions: Sequence[Question], live: LiveState) -> Answers:
        """Count for a whole account; see `Backend`."""
        with self._reported():
            return self.backend.survey(questions, live)

    def holds_secret(self, text: str) -> bool:
        """Whether a text contains app id or key of the account."""
        return self.backend.holds_secret(text)

    def perform(self, call: Call, guard: Guard) -> Outcome:
        """Send one call of a plan; see `Backend`."""
        return self.backend.perform(call, guard)
