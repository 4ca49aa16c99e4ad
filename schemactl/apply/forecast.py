"""What is still to come in a run: which requests, and how long they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.event import Step
from schemactl.model.pace import Pace, seconds_for
from schemactl.model.plan import Call
from schemactl.model.traffic import Traffic
from schemactl.planner.requests import Schedule, schedule_requests
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The requests of a run, and how fast they go.

    Attributes:
        schedule: The requests, if nothing disturbs the run.
        pace: How fast they can be made.
        traffic: The requests so far; None where nobody counts them.
    """

    schedule: Schedule
    pace: Pace
    traffic: Traffic | None

    @property
    def first(self) -> Step:
        """What comes before the first call of the plan, after the account was read again."""
        return Step(
            before=self.schedule.again.requests,
            after=self.schedule.first.requests,
            total=self.schedule.total.requests,
        )

    def step(self, call: Call) -> Step:
        """Return where the run is at a call."""
        return self.schedule.step(call)

    def remaining_s(self, call: Call) -> float:
        """Estimate how long a call and everything after it takes."""
        left = self.schedule.left_at(call)
        if self.traffic is None:
            return seconds_for(left, self.pace)
        return self.traffic.remaining_s(left, self.pace)


def forecast_requests(request: ApplyRequest, live: LiveState, dialect: Dialect) -> Forecast:
    """Return what is to come of an apply, by the account as it was read before."""
    return Forecast(
        schedule=schedule_requests(
            request.plan, live, dialect, request.pace, done=request.done
        ),
        pace=request.pace,
        traffic=request.traffic,
    )
