"""The control pages and the front page."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from schemactl.emulator import parse_key
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import PLAIN_SUCCESS, Talk, contact_data, section_data


def test_state_contains_all_that_is_in_the_account(talk: Talk) -> None:
    talk.control("POST", "edit", "add-section Sales\nadd-field Sales Stage tdrop New 'Été'")
    talk.done("update", contact_data(1, Stage="New", Contact_Tags="VIP", Sequences="2"))
    talk.done("add_notes", '<contact id="1"><note time="5">Hello</note></contact>')

    state = talk.control("GET", "state")
    assert isinstance(state, dict)
    assert list(state) == [
        *("sections", "tags", "sequences", "contacts", "number_of_contacts", "calls")
    ]
    sales = state["sections"][-1]
    assert sales == {
        "id": 6,
        "name": "Sales",
        "custom": True,
        "editable": True,
        "description": "",
        "fields": [
            {
                "id": sales["fields"][0]["id"],
                "name": "Stage",
                "type": "tdrop",
                "custom": True,
                "required": False,
                "unique": False,
                "options": ["New", "Été"],
            }
        ],
    }
    assert state["tags"] == [{"id": 1, "name": "VIP", "object_id": 0}]
    contact = state["contacts"][0]
    assert {"section": "Sales", "field": "Stage", "text": "New"} in contact["values"]
    assert (contact["tags"], contact["sequences"]) == (["VIP"], [2])
    assert contact["notes"][0]["text"] == "Hello"
    assert state["calls"] == 2


def test_calls_are_logged_without_their_key(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("Stage", "text")))
    talk.call("pull_tag")

    calls = talk.control("GET", "calls")
    assert isinstance(calls, list)
    assert [(one["number"], one["request"]) for one in calls] == [
        (1, "add_section"),
        (2, "pull_tag"),
    ]
    assert calls[0]["data"] == section_data("Sales", ("Stage", "text"))
    assert "secret-word" not in json.dumps(calls)


def test_no_page_ever_shows_a_key(start: Start) -> None:
    talk = start(keys=(parse_key("2_11111_abc:secret-word"),))
    talk.call("key")
    pages = [
        talk.post(b"", path=path, method="GET", headers={}).body
        for path in (
            "/",
            "/control/state",
            "/control/calls",
            "/control/switches",
            "/control/faults",
        )
    ]
    pages.append(repr(talk.server.runtime.keys))
    assert "secret-word" not in "".join(pages)


def test_switches_can_be_set_while_it_runs(talk: Talk) -> None:
    changed = talk.control("POST", "switches", "unknown-section=create\n\ntag-answer=success\n")
    assert isinstance(changed, dict)
    assert (changed["unknown-section"], changed["success-body"]) == ("create", "plain")
    assert talk.control("GET", "switches") == changed

    talk.done("edit_section", section_data("Sales", ("Stage", "text")))


def test_faults_can_be_set_and_lifted_while_it_runs(talk: Talk) -> None:
    talk.control("POST", "faults", "key:empty-body:times=all\n# none\n\npull_tag:html")
    assert talk.call("key").body == ""
    assert talk.control("GET", "faults") == [
        {"fault": "key:empty-body:skip=0:times=all:acts=no", "seen": 1, "struck": 1},
        {"fault": "pull_tag:html:skip=0:times=1:acts=no", "seen": 0, "struck": 0},
    ]
    assert talk.control("DELETE", "faults") == []
    assert talk.call("key").body != ""


def test_edits_are_counted(talk: Talk) -> None:
    assert talk.control("POST", "edit", "# two\nadd-tag A\nadd-tag B\n") == {"done": 2}


@pytest.mark.parametrize(
    ("page", "text", "error"),
    [
        ("edit", "add-tag A\nremove-tag C", "no tag 'C'"),
        ("edit", "add-tga A", "there is no edit 'add-tga'"),
        ("switches", "tag-answer=x", "switch 'tag-answer' cannot be 'x'"),
        ("faults", "key:html\nkey:htm", "line 2: no kind of fault 'htm'"),
    ],
)
def test_a_mistake_is_answered_with_status_400(
    talk: Talk, page: str, text: str, error: str
) -> None:
    answer = talk.post(text.encode(), path=f"/control/{page}", headers={})

    assert answer.status == 400
    reported = json.loads(answer.body)
    assert (reported["error"], bool(reported["hint"])) == (error, True)
    assert talk.tags() == []
    assert talk.control("GET", "faults") == []


def test_a_page_that_does_not_exist_lists_those_that_do(talk: Talk) -> None:
    missing = talk.post(b"", path="/control/stat", method="GET", headers={})
    wrong = talk.post(b"", path="/control/state", method="POST", headers={})

    assert (missing.status, wrong.status) == (404, 405)
    assert "GET /control/state" in missing.body


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Host": "example.com"},
        {"Host": "example.com:8123"},
    ],
)
def test_a_web_page_of_another_site_cannot_use_the_control_pages(
    talk: Talk, headers: dict[str, str]
) -> None:
    answer = talk.post(b"add-tag A", path="/control/edit", headers=headers)
    assert answer.status == 403
    assert talk.tags() == []


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:80", "127.0.0.1", "[::1]", "[::1]:80"]
)
def test_every_name_of_this_machine_may_be_used(talk: Talk, host: str) -> None:
    answer = talk.post(b"", path="/control/edit", headers={"Host": host})
    assert answer.status == 200


def test_control_calls_are_not_logged_as_calls(talk: Talk) -> None:
    talk.control("POST", "edit", "add-tag A")
    assert talk.server.runtime.calls() == ()


def test_the_front_page_says_what_this_is(start: Start) -> None:
    talk = start("tag-answer=status", rate_limit=180)
    page = talk.post(b"", path="/", method="GET", headers={})

    assert page.headers["content-type"].startswith("text/html")
    for text in (
        "<h1>schemactl emulator</h1>",
        "Nothing reaches Ontraport",
        "POST /cdata.php",
        "DELETE /control/faults",
        "5 sections, 36 fields, 0 tags, 2 sequences, 3 contacts.",
        "It opens with any key.",
        "180 calls a minute",
        "<tr><td>tag-answer</td><td>status</td><td>tags, success, status</td>",
    ):
        assert text in page.body


def test_the_front_page_says_when_keys_restrict_it(start: Start) -> None:
    talk = start(keys=(parse_key("a:b"),))
    page = talk.post(b"", path="/", method="GET", headers={}).body
    assert "one of the keys it was started with. No rate limit." in page


def test_a_client_that_posts_to_the_front_page_is_not_answered_as_the_api(talk: Talk) -> None:
    body = urlencode({"appid": "a", "key": "b", "reqType": "key"}).encode()
    assert PLAIN_SUCCESS not in talk.post(body, path="/").body
