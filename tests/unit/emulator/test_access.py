"""Keys, what they permit, and the rate limit."""

from __future__ import annotations

from http.client import RemoteDisconnected

import pytest

from schemactl.emulator import EmulatorError, parse_key
from schemactl.emulator.call_log import KEPT_CALLS
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk, section_data


def test_with_a_key_named_no_other_opens(start: Start) -> None:
    talk = start(keys=(parse_key("acme:right"), parse_key("other:also")))

    assert talk.call("pull_tag", appid="acme", key="right").body == "<result/>"
    assert talk.call("pull_tag", appid="other", key="also").body == "<result/>"
    for app_id, key in (("acme", "wrong"), ("acme", "also"), ("Acme", "right"), ("", "")):
        assert talk.call("pull_tag", appid=app_id, key=key).body.startswith("Oops")


def test_a_request_type_that_is_not_permitted_gets_an_empty_body(start: Start) -> None:
    talk = start(keys=(parse_key("acme:right:key,Pull_Tag"),))
    data = section_data("Sales", ("Stage", "text"))

    assert talk.call("add_section", data, appid="acme", key="right").body == ""
    assert 'name="Sales"' not in talk.call("key", appid="acme", key="right").body
    assert talk.call("pull_tag", appid="acme", key="right").body == "<result/>"


def test_no_permission_can_be_a_failure(start: Start) -> None:
    talk = start("no-permission=failure", keys=(parse_key("acme:right:key"),))
    assert talk.call("pull_tag", appid="acme", key="right").error == "Permission Denied"


def test_an_unknown_request_type_needs_no_permission_to_fail(start: Start) -> None:
    talk = start(keys=(parse_key("acme:right:key"),))
    assert talk.call("x", appid="acme", key="right").status == 501


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("acme", "a key has no app id, or no key"),
        (":secret-word", "a key has no app id, or no key"),
        ("acme:", "a key has no app id, or no key"),
        ("acme:secret-word:add_sektion", "no request type 'add_sektion'"),
        ("acme:secret-word:", "no request type ''"),
    ],
)
def test_a_wrong_key_is_reported_without_showing_it(text: str, message: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_key(text)
    assert str(caught.value) == message
    assert "secret-word" not in f"{caught.value} {caught.value.hint}"


class Clock:
    """A clock that only moves when a test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_there_is_no_rate_limit_unless_asked_for(talk: Talk) -> None:
    assert {talk.call("pull_tag").status for _ in range(30)} == {200}


def test_calls_above_the_limit_wait_for_the_minute_to_pass(start: Start) -> None:
    clock = Clock()
    talk = start(rate_limit=2, clock=clock)
    talk.call("pull_tag")
    clock.now += 20
    talk.call("pull_tag")
    clock.now += 5.5

    refused = talk.call("add_section", section_data("Sales", ("Stage", "text")))
    assert (refused.status, refused.headers["x-rate-limit-reset"]) == (429, "35")

    clock.now += 35
    assert 'name="Sales"' not in talk.call("key").body, "what was refused was not done"
    assert talk.call("pull_tag").status == 429
    assert [one.limited for one in talk.server.runtime.calls()] == [
        False,
        False,
        True,
        False,
        True,
    ]


def test_no_call_fits_a_limit_of_none(start: Start) -> None:
    assert start(rate_limit=0).call("key").headers["x-rate-limit-reset"] == "60"


def test_over_rate_can_be_a_failure_or_an_empty_body(start: Start) -> None:
    failing, empty = (
        start("over-rate=failure", rate_limit=0),
        start("over-rate=empty", rate_limit=0),
    )
    assert failing.call("key").error == "Rate Limit Exceeded"
    assert empty.call("key").body == ""


def test_over_rate_can_drop_the_connection(start: Start) -> None:
    with pytest.raises(RemoteDisconnected):
        start("over-rate=drop", rate_limit=0).call("key")


def test_the_log_forgets_the_oldest_of_very_many_calls(talk: Talk) -> None:
    talk.call("key")
    with talk.server.runtime.call_log() as log:
        for _ in range(KEPT_CALLS):
            log.record(time=1.0, request="key", data="", limited=False, faults="")
        calls = log.calls()
        assert (len(calls), calls[0].number, log.count()) == (KEPT_CALLS, 2, KEPT_CALLS + 1)
