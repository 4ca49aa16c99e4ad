"""Faults on demand: what a client sees, and what the account did all the same."""

from __future__ import annotations

import time
from http.client import HTTPException, IncompleteRead, RemoteDisconnected
from pathlib import Path
from threading import Timer

import pytest

from schemactl.emulator import EmulatorError, EmulatorServer, parse_fault
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import PLAIN_SUCCESS, Answer, Talk, section_data

SALES = section_data("Sales", ("Stage", "text"))


def call_with(start: Start, *faults: str) -> tuple[Talk, Answer]:
    talk = start(faults=tuple(parse_fault(one) for one in faults))
    return talk, talk.call("add_section", SALES)


def is_made(talk: Talk) -> bool:
    return "Sales" in talk.sections()


@pytest.mark.parametrize(
    ("kind", "acts"),
    [("cut-before-acting", False), ("cut-after-acting", True), ("late", False)],
)
def test_a_cut_connection_gives_no_answer(start: Start, kind: str, acts: bool) -> None:  # noqa: FBT001 - a column
    talk = start(faults=(parse_fault(f"add_section:{kind}"),))
    with pytest.raises(RemoteDisconnected):
        talk.call("add_section", SALES)
    assert is_made(talk) is acts


def test_no_answer_after_acting_keeps_the_connection_open(start: Start) -> None:
    talk = start(faults=(parse_fault("add_section:no-answer-after-acting:seconds=0.2"),))
    began = time.monotonic()
    with pytest.raises(RemoteDisconnected):
        talk.call("add_section", SALES)

    assert time.monotonic() - began >= 0.2
    assert is_made(talk)


def test_stopping_does_not_wait_for_connections_that_are_kept_open() -> None:
    server = EmulatorServer(faults=(parse_fault("any:no-answer-after-acting:seconds=600"),))
    talk = Talk(server=server.start())
    stopper = Timer(0.1, server.stop)
    stopper.start()
    with pytest.raises(HTTPException):
        talk.call("key")
    stopper.join(timeout=5)
    assert not stopper.is_alive()


def test_slow_answers_after_a_while(start: Start) -> None:
    began = time.monotonic()
    talk, answer = call_with(start, "add_section:slow:seconds=0.15")

    assert time.monotonic() - began >= 0.15
    assert answer.body == PLAIN_SUCCESS
    assert is_made(talk)


def test_status_429_says_when_to_come_back(start: Start) -> None:
    talk, answer = call_with(start, "add_section:status-429:reset=7")

    assert (answer.status, answer.headers["x-rate-limit-reset"]) == (429, "7")
    assert not is_made(talk)


@pytest.mark.parametrize("status", [500, 502])
@pytest.mark.parametrize(("option", "acts"), [("", False), (":acts=yes", True)])
def test_a_server_error_may_have_acted(
    start: Start,
    status: int,
    option: str,
    acts: bool,  # noqa: FBT001 - a column
) -> None:
    talk, answer = call_with(start, f"add_section:status-{status}{option}")
    assert answer.status == status
    assert is_made(talk) is acts


@pytest.mark.parametrize(("option", "acts"), [("", False), (":acts=yes", True)])
def test_an_empty_body_may_have_acted(start: Start, option: str, acts: bool) -> None:  # noqa: FBT001 - a column
    talk, answer = call_with(start, f"add_section:empty-body{option}")
    assert (answer.status, answer.body) == (200, "")
    assert is_made(talk) is acts


def test_html_comes_with_status_200(start: Start) -> None:
    talk, answer = call_with(start, "add_section:html")
    assert answer.status == 200
    assert answer.body.startswith("<!DOCTYPE html>")
    assert not is_made(talk)


def test_half_a_body_breaks_off(start: Start) -> None:
    talk = start(faults=(parse_fault("add_section:half-body"),))
    with pytest.raises(IncompleteRead) as caught:
        talk.call("add_section", SALES)

    assert caught.value.partial == PLAIN_SUCCESS.encode()[: len(PLAIN_SUCCESS) // 2]
    assert is_made(talk)


def test_a_lying_success_did_nothing(start: Start) -> None:
    talk, answer = call_with(start, "add_section:lying-success")
    assert answer.body == PLAIN_SUCCESS
    assert not is_made(talk)


@pytest.mark.parametrize(
    ("option", "status", "body"), [("failure", 200, "<result>failure"), ("502", 502, "<html>")]
)
def test_late_answers_now_and_acts_in_a_moment(
    start: Start, option: str, status: int, body: str
) -> None:
    talk, answer = call_with(start, f"add_section:late:seconds=0.5:answer={option}")
    assert answer.status == status
    assert answer.body.startswith(body)
    assert not is_made(talk)

    deadline = time.monotonic() + 10
    while not is_made(talk):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_late_acts_also_when_the_emulator_is_stopped_before(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    fault = parse_fault("any:late:seconds=600")
    with EmulatorServer(path, faults=(fault,)) as server, pytest.raises(RemoteDisconnected):
        Talk(server=server).call("add_section", SALES)
    with EmulatorServer(path) as server:
        assert is_made(Talk(server=server))


def test_another_users_edit_comes_before_the_call(start: Start) -> None:
    talk, _ = call_with(start, "add_section:other-user:edit=add-section Sales")
    assert talk.sections()["Sales"] == ["Stage"], "the call found the section"


def test_another_users_edit_comes_after_the_call(start: Start) -> None:
    fault = "add_section:other-user:when=after:edit=rename-section Sales 'Sales: old'"
    talk, answer = call_with(start, fault)
    assert answer.body == PLAIN_SUCCESS
    assert talk.sections()["Sales: old"] == ["Stage"]


def test_another_users_edit_comes_after_a_call_without_an_answer(start: Start) -> None:
    faults = (
        "add_section:cut-after-acting",
        "any:other-user:when=after:edit=remove-section Sales",
    )
    talk = start(faults=tuple(map(parse_fault, faults)))
    with pytest.raises(RemoteDisconnected):
        talk.call("add_section", SALES)
    assert not is_made(talk)


def test_another_users_edit_that_cannot_be_done_is_noted(start: Start) -> None:
    talk, answer = call_with(start, "any:other-user:edit=remove-tag VIP")
    assert answer.body == PLAIN_SUCCESS
    assert talk.server.runtime.calls()[0].faults == (
        "other-user; could not remove-tag VIP: no tag 'VIP'"
    )


def test_a_fault_strikes_the_calls_it_names_and_no_others(start: Start) -> None:
    talk = start(faults=(parse_fault("add_tag, pull_tag:empty-body:skip=1:times=2"),))
    bodies = [talk.call(one).body == "" for one in ("pull_tag", "key", *["pull_tag"] * 4)]
    assert bodies == [False, False, True, True, False, False]


def test_times_all_strikes_every_call(start: Start) -> None:
    talk = start(faults=(parse_fault("*:empty-body:times=all"),))
    assert [talk.call("key").body for _ in range(3)] == ["", "", ""]


def test_a_fault_strikes_unknown_request_types_only_as_any(start: Start) -> None:
    talk = start(faults=(parse_fault("key:html"), parse_fault("any:empty-body")))
    assert talk.call("nonsense").body == ""


def test_slow_and_another_users_edit_go_with_any_other_fault(start: Start) -> None:
    began = time.monotonic()
    talk, answer = call_with(
        start, "any:slow:seconds=0.1", "any:status-500", "any:other-user:edit=add-tag VIP"
    )
    assert (answer.status, talk.tags()) == (500, ["VIP"])
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("key", "the fault 'key' has no kind", "write TYPES:KIND"),
        ("kye:slow", "no request type 'kye'", "did you mean 'key'?"),
        (":slow", "no request type ''", "Choose one of: add,"),
        ("key:slwo", "no kind of fault 'slwo'", "did you mean 'slow'?"),
        ("key:slow:second=1", "slow has no option 'second'", "did you mean 'seconds'?"),
        ("key:slow:acts=yes", "slow has no option 'acts'", "Choose one of: skip, times"),
        ("key:slow:seconds=x", "seconds=x is not a time", "write seconds=0.5"),
        ("key:slow:seconds=nan", "seconds=nan is not a time", "write seconds=0.5"),
        ("key:slow:seconds=-1", "seconds=-1 is not a time", "write seconds=0.5"),
        ("key:slow:times=x", "times=x is not a whole number", "write times=1"),
        ("key:slow:skip=²", "skip=² is not a whole number", "write skip=1"),
        ("key:html:acts=1", "acts=1 is neither yes nor no", "write acts=yes"),
        ("key:late:answer=no", "no answer 'no'", "Choose one of: cut, failure, 502."),
        ("key:other-user", "other-user has no edit", "write other-user:edit="),
        ("key:other-user:when=befor:edit=x", "no when 'befor'", "did you mean 'before'?"),
        ("key:other-user:edit=", "the edit is empty", "write one of: add-section"),
        (
            "key:other-user:edit=ad-tag x",
            "there is no edit 'ad-tag'",
            "did you mean 'add-tag'?",
        ),
        ("key:html:edit=add-tag x", "html has no option 'edit'", "Choose one of: skip, times"),
    ],
)
def test_a_wrong_fault_is_reported_with_the_nearest_word(
    text: str, message: str, hint: str
) -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_fault(text)
    assert str(caught.value) == message
    assert (caught.value.hint or "").startswith(hint)


@pytest.mark.parametrize(
    "text",
    [
        "any:cut-after-acting:skip=0:times=1",
        "add,key:slow:skip=2:times=all:seconds=0.5",
        "key:status-429:skip=0:times=1:reset=30",
        "key:status-502:skip=0:times=1:acts=yes",
        "key:late:skip=0:times=1:answer=cut:seconds=0.2",
        "key:other-user:skip=0:times=1:when=after:edit=rename-tag 'a: b' c",
    ],
)
def test_a_fault_reads_back_as_it_is_written(text: str) -> None:
    assert str(parse_fault(text)) == text
    assert parse_fault(str(parse_fault(text))) == parse_fault(text)
