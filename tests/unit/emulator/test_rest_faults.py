"""Faults on demand at REST calls: what a client sees, and what the account did all the same."""

from __future__ import annotations

import time
from http.client import IncompleteRead, RemoteDisconnected

import pytest

from schemactl.emulator import parse_fault
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Answer, Talk, a_section

SALES = a_section("Sales", [{"alias": "Stage", "type": "text"}])


def post_with(start: Start, *faults: str) -> tuple[Talk, Answer]:
    talk = start(faults=tuple(parse_fault(one) for one in faults))
    return talk, talk.fieldeditor("POST", SALES)


def is_made(talk: Talk) -> bool:
    return "Sales" in talk.sections()


@pytest.mark.parametrize(
    ("kind", "acts"),
    [
        ("cut-before-acting", False),
        ("cut-after-acting", True),
        ("no-answer-after-acting:seconds=0.1", True),
        ("late:seconds=60", False),
    ],
)
def test_no_answer_comes(start: Start, kind: str, acts: bool) -> None:  # noqa: FBT001 - a column
    talk = start(faults=(parse_fault(f"fieldeditor_post:{kind}"),))
    with pytest.raises(RemoteDisconnected):
        talk.fieldeditor("POST", SALES)
    assert is_made(talk) is acts


@pytest.mark.parametrize(
    ("kind", "status", "acts"),
    [
        ("slow:seconds=0.05", 200, True),
        ("status-429:reset=7", 429, False),
        ("status-500", 500, False),
        ("status-500:acts=yes", 500, True),
        ("status-502", 502, False),
        ("empty-body", 200, False),
        ("empty-body:acts=yes", 200, True),
        ("html", 200, False),
        ("html:acts=yes", 200, True),
        ("late:seconds=60:answer=failure", 400, False),
        ("late:seconds=60:answer=502", 502, False),
        ("other-user:edit=add-tag VIP", 200, True),
    ],
)
def test_an_answer_comes_with_the_limits(
    start: Start,
    kind: str,
    status: int,
    acts: bool,  # noqa: FBT001 - a column
) -> None:
    talk, answer = post_with(start, f"fieldeditor_post:{kind}")
    assert answer.status == status
    assert answer.headers["x-rate-limit-limit"] == "180"
    assert is_made(talk) is acts


def test_status_429_says_when_to_come_back(start: Start) -> None:
    _, answer = post_with(start, "any:status-429:reset=7")
    assert answer.headers["x-rate-limit-reset"] == "7"
    assert answer.headers["content-type"] == "text/html;charset=UTF-8"


def test_half_a_body_breaks_off(start: Start) -> None:
    talk = start(faults=(parse_fault("fieldeditor_post:half-body"),))
    with pytest.raises(IncompleteRead):
        talk.fieldeditor("POST", SALES)
    assert is_made(talk)


@pytest.mark.parametrize(
    ("method", "path", "body", "reported"),
    [
        ("POST", "objects/fieldeditor", {"objectID": 0, **SALES}, "success"),
        ("PUT", "objects/fieldeditor", {"objectID": 0, **SALES, "name": "Old"}, "success"),
        ("DELETE", "objects/fieldeditor", {"objectID": 0, "section": "Old"}, "Deleted"),
        ("POST", "Tags", {"tag_name": "New"}, "tag_id"),
        ("PUT", "Tags", {"id": 1, "tag_name": "Gold"}, "attrs"),
        ("DELETE", "Tags", {"ids": "1"}, "Deleted"),
        ("PUT", "Contacts", {"id": 1, "firstname": "Ida"}, "attrs"),
    ],
)
def test_a_lying_success_answers_as_if_the_call_was_executed(
    start: Start, method: str, path: str, body: dict[str, object], reported: str
) -> None:
    talk = start()
    talk.server.edit("add-section Old\nadd-tag VIP")
    before = talk.control("GET", "state")
    talk.control("POST", "faults", "any:lying-success")

    assert reported in talk.rest(method, path, body).data
    after = talk.control("GET", "state")
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert {**before, "calls": 1} == after
    assert reported in talk.rest(method, path, body).data, "what was undone leaves no trace"


def test_a_lie_about_what_the_account_refuses_is_its_refusal(start: Start) -> None:
    talk = start(faults=(parse_fault("any:lying-success:times=all"),))
    assert talk.rest("DELETE", "Tag", id=9).status == 404
    assert talk.rest("GET", "Nothing").data == []


def test_a_reader_is_lied_to_with_an_empty_account(start: Start) -> None:
    talk = start(faults=(parse_fault("fieldeditor_get,tags_info:lying-success"),))
    assert talk.fieldeditor("GET").data == []


def test_late_acts_in_a_moment(start: Start) -> None:
    talk, _ = post_with(start, "fieldeditor_post:late:seconds=0.1:answer=502")
    assert not is_made(talk)
    deadline = time.monotonic() + 10
    while not is_made(talk):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_fault_strikes_the_words_it_names_on_its_wire_only(start: Start) -> None:
    talk = start(faults=(parse_fault("tag_create,tags_get:empty-body:times=all"),))
    bodies = [
        talk.rest("POST", "Tags", {"tag_name": "VIP"}).body,
        talk.rest("GET", "objects", objectID=14).body,
        talk.rest("GET", "Tags/getInfo").body,
        talk.call("pull_tag").body,
    ]
    assert [body == "" for body in bodies] == [True, True, False, False]


def test_any_strikes_on_both_wires(start: Start) -> None:
    talk = start(faults=(parse_fault("any:empty-body:times=all"),))
    assert (talk.call("key").body, talk.rest("GET", "Nothing").body) == ("", "")
