"""model.traffic: how many requests were sent, how long they took, and what is left."""

from __future__ import annotations

from schemactl.model.event import ReadingStarted, RequestAnswered, RequestSent
from schemactl.model.pace import Pace, RequestCost
from schemactl.model.traffic import Traffic


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def traffic_of(*took_s: float, clock: Clock, apart_s: float = 1.0) -> Traffic:
    traffic = Traffic(clock)
    for seconds in took_s:
        traffic.note(RequestSent())
        traffic.note(RequestAnswered(seconds=seconds))
        clock.now += apart_s
    return traffic


def test_requests_are_counted_whether_they_are_answered_or_not() -> None:
    traffic = Traffic(Clock())
    for event in (ReadingStarted(), RequestSent(), RequestSent(), RequestAnswered(seconds=1)):
        traffic.note(event)
    assert traffic.requests == 2


def test_the_pace_is_assumed_before_the_first_answer_and_measured_then() -> None:
    pace = Pace(calls_per_minute=100)
    assert Traffic(Clock()).measured(pace) == pace
    measured = traffic_of(0.2, 0.4, clock=Clock()).measured(pace)
    assert measured == Pace(calls_per_minute=100, seconds_per_call=0.3)


def test_what_is_left_takes_as_many_round_trips_as_it_has() -> None:
    traffic = traffic_of(0.2, 0.4, clock=Clock())
    left = RequestCost(requests=20, trips=10)
    assert traffic.remaining_s(left, Pace()) == 3.0
    assert traffic.remaining_s(left, Pace(calls_per_minute=100)) == 3.0
    assert traffic.remaining_s(RequestCost(), Pace(calls_per_minute=100)) == 0.0


def test_what_is_left_waits_for_the_limit_from_when_requests_were_sent() -> None:
    clock = Clock()
    traffic = traffic_of(*[0.1] * 10, clock=clock)
    pace, left = Pace(calls_per_minute=10), RequestCost(requests=1, trips=1)
    # The first of ten requests was sent ten seconds ago: it makes room in fifty.
    assert traffic.remaining_s(left, pace) == 50.1
    clock.now += 45
    assert traffic.remaining_s(left, pace) == 5.1
    clock.now += 60
    assert traffic.remaining_s(left, pace) == 0.1
