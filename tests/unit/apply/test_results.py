"""How calls have ended: what is counted call by call is what all results together say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.interface import FieldsPart, Part, TagsPart
from schemactl.apply.results import CallResults
from schemactl.apply.sender import CallResult, CallStatus
from schemactl.model.plan import Call
from tests.builders import a_call, a_plan

CHANGES = ("a", "b", "c")
PARTS: tuple[Part, ...] = (FieldsPart(), FieldsPart("Pets"), TagsPart())
ENDS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(CallStatus)), max_size=8)
SERVES = st.lists(st.lists(st.sampled_from(CHANGES), max_size=3), min_size=4, max_size=4)


def served(calls: list[Call]) -> frozenset[str]:
    return frozenset(change for call in calls for change in call.serves)


@given(
    serves=SERVES,
    ends=ENDS,
    done=st.sets(st.integers(1, 4)),
    parts=st.sets(st.sampled_from(PARTS)),
)
def test_results_kept_call_by_call_say_what_all_of_them_say(
    serves: list[list[str]],
    ends: list[tuple[int, CallStatus]],
    done: set[int],
    parts: set[Part],
) -> None:
    calls = [a_call(number, serves=each) for number, each in enumerate(serves, start=1)]
    results = CallResults(
        a_plan(calls=calls), done=done, part_of=lambda call: PARTS[call.number % len(PARTS)]
    )
    last = dict.fromkeys(done, CallStatus.DONE)

    for number, status in ends:
        results.record(calls[number - 1], CallResult(status=status))
        last[number] = status

    is_done = [call for call in calls if last.get(call.number) is CallStatus.DONE]
    is_open = [call for call in calls if last.get(call.number) is not CallStatus.DONE]
    elsewhere = [call for call in calls if PARTS[call.number % len(PARTS)] not in parts]
    assert {number: results[number].status for number in results} == last
    assert results.served == served([call for call in calls if call.number in last])
    assert results.finished == served(is_done) - served(is_open)
    assert results.finished_in(parts) == results.finished - served(elsewhere)


@given(ends=ENDS)
def test_a_run_stops_for_good_once_a_call_ended_so_that_no_other_is_tried(
    ends: list[tuple[int, CallStatus]],
) -> None:
    calls = [a_call(number) for number in range(1, 5)]
    results = CallResults(a_plan(calls=calls), done=(), part_of=lambda _: FieldsPart())

    for number, status in ends:
        results.record(calls[number - 1], CallResult(status=status))

    ending = {CallStatus.UNSETTLED, CallStatus.UNSENT, CallStatus.HARMFUL}
    assert results.must_stop is any(status in ending for _, status in ends)
