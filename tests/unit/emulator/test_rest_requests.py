"""REST requests as clients send them, and the answers to invalid ones."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from schemactl.emulator import parse_key
from schemactl.emulator.rest.calls import REST_HANDLERS
from schemactl.emulator.rest.request import RestWord
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import FORM, PLAIN_SUCCESS, REST, Answer, Talk, a_section

UNKNOWN = "Your App ID and API Key do not authenticate."
LIMITS = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")
STAGE = {"alias": "Stage", "type": "drop", "options": {"add": ["New", "Won"]}}


def refusal(answer: Answer) -> tuple[int, str]:
    """Return status and text of an error, which must be plain text with the limits."""
    assert answer.headers["content-type"] == "text/html;charset=UTF-8"
    assert all(answer.headers[name].isdigit() for name in LIMITS)
    return answer.status, answer.body


def test_every_word_is_answered() -> None:
    assert set(REST_HANDLERS) == set(RestWord)


def test_answers_have_the_recorded_envelope(talk: Talk) -> None:
    answer = talk.rest("GET", "Tags")
    assert list(answer.json) == ["code", "data", "misc", "account_id"]
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Api-Key": "secret-word"},
        {"Api-Appid": "2_11111_abc"},
        {"Api-Appid": "2_11111_abc", "Api-Key": " "},
        {"Api-Appid": "2_11111_abc", "Api-Key": "other"},
    ],
)
def test_wrong_credentials_get_the_recorded_text(start: Start, headers: dict[str, str]) -> None:
    talk = start(keys=(parse_key("2_11111_abc:secret-word"),))
    assert refusal(talk.rest("GET", "Tags", headers=headers)) == (401, UNKNOWN)
    assert refusal(talk.rest("GET", "Nothing", headers=headers)) == (401, UNKNOWN)


def test_header_names_are_not_case_sensitive(start: Start) -> None:
    talk = start(keys=(parse_key("2_11111_abc:secret-word"),))
    headers = {"API-KEY": "secret-word", "api-appid": "2_11111_abc"}
    assert talk.rest("GET", "Tags", headers=headers).status == 200


def test_a_key_may_be_bound_to_words_of_either_wire(start: Start) -> None:
    talk = start(keys=(parse_key("2_11111_abc:secret-word:tags_get,key"),))
    assert talk.rest("GET", "Tags").status == 200
    assert talk.call("key").tree.tag == "result"
    answer = talk.rest("POST", "Tags", {"tag_name": "VIP"})
    assert refusal(answer) == (403, "Not Authorized")
    assert talk.rest_tags() == {}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "objects", 400),
        ("GET", "objects?objectID=nonsense", 400),
        ("GET", "objects/fieldeditor", 400),
        ("GET", "objects/fieldeditor?objectID=10000", 404),
        ("GET", "objects/fieldeditor?objectID=0&section=None", 404),
        ("GET", "objects/fieldeditor?objectID=0&field=f1", 404),
        ("DELETE", "objects/fieldeditor?objectID=0", 400),
        ("POST", "objects/fieldeditor?objectID=0", 400),
        ("PUT", "objects/fieldeditor?objectID=0&name=None", 404),
        ("GET", "objects/meta?objectID=10000", 404),
        ("GET", "Tag?id=9", 404),
        ("GET", "Tag?id=nonsense", 404),
        ("DELETE", "Tag", 400),
        ("PUT", "Tags?tag_name=VIP&id=9", 404),
        ("POST", "Tags", 400),
        ("POST", "Tags?tag_name=VIP&object_type_id=x", 400),
        ("GET", "Contact?id=99", 404),
        ("GET", "Contact", 400),
        ("PUT", "Contacts?id=99", 404),
        ("DELETE", "Contact?id=99", 404),
        ("DELETE", "Contacts", 400),
        ("PUT", "objects/tag?objectID=0", 400),
        ("GET", "objects?objectID=10000", 404),
        ("GET", "Contacts?condition=nonsense", 400),
    ],
)
def test_what_leads_nowhere_is_refused_in_plain_text(
    talk: Talk, method: str, path: str, status: int
) -> None:
    found, text = refusal(talk.rest(method, path))
    assert found == status
    assert text.strip()
    assert not text.startswith("{")


@pytest.mark.parametrize(
    ("method", "path", "named"),
    [
        ("GET", "Products", "GET /1/Products"),
        ("GET", "user", "GET /1/user"),
        ("GET", "LandingPage?id=1", "GET /1/LandingPage"),
        ("GET", "objects?objectID=2", "GET /1/objects with objectID 2"),
        ("PUT", "objects/tag?objectID=14", "PUT /1/objects/tag with objectID 14"),
        (
            "PUT",
            "objects/subscribe?objectID=0&ids=1&add_list=1&sub_type=Campaign",
            "subscriptions of the type Campaign",
        ),
        (
            "PUT",
            "objects/subscribe?objectID=0&ids=1&add_list=1",
            "subscriptions without a type",
        ),
        ("GET", "objects?objectID=16", "GET /1/objects with objectID 16"),
        ("GET", "objects/meta?objectID=16", "requests about the object 16"),
        ("POST", "objects/fieldeditor?objectID=16", "requests about the object 16"),
    ],
)
def test_a_request_that_is_not_served_is_no_answer_of_the_vendor(
    talk: Talk, method: str, path: str, named: str
) -> None:
    answer = talk.rest(method, path)
    text = f"The schemactl emulator does not serve {named}; see docs/emulator.md.\n"
    assert (answer.status, answer.body) == (501, text)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "Nothing"),
        ("GET", ""),
        ("GET", "objects/fieldeditor/more"),
        ("POST", "objects/unsubscribe?objectID=0"),
        ("PATCH", "objects/fieldeditor"),
        ("POST", "objects/meta"),
        ("GET", "object/getByMail?objectID=0"),
    ],
)
def test_an_unknown_path_is_told_apart_from_a_missing_record(
    talk: Talk, method: str, path: str
) -> None:
    assert refusal(talk.rest(method, path)) == (404, "Invalid path and/or method")
    assert refusal(talk.rest("GET", "Contact?id=99")) == (404, "Object not found")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"{}}", b'{"name": "\\ud800"}'])
def test_a_body_that_is_no_json_is_refused(talk: Talk, body: bytes) -> None:
    headers = {**REST, "Content-Type": "application/json"}
    answer = talk.post(body, path="/1/Tags", headers=headers)
    assert refusal(answer) == (400, "Invalid JSON")


@pytest.mark.parametrize(
    "fields",
    [
        "text",
        [{"alias": "Stage"}],
        [["Stage"]],
        [[], [], [], []],
        {"0": []},
    ],
)
def test_fields_that_are_no_columns_are_refused(talk: Talk, fields: object) -> None:
    answer = talk.fieldeditor("POST", {"name": "Sales", "fields": fields})
    assert refusal(answer) == (400, "Invalid fields")
    assert "Sales" not in talk.sections()


@pytest.mark.parametrize("number", [0, "0", " 0 ", False], ids=repr)
def test_numbers_may_be_texts(talk: Talk, number: object) -> None:
    body = {"objectID": number, "name": "Sales", "fields": [[STAGE]]}
    answer = talk.rest("POST", "objects/fieldeditor", body)
    assert answer.data["success"] == {talk.shown("Stage")["field"]: "Stage"}


def test_a_multipart_body_is_read_as_a_form(talk: Talk) -> None:
    parts = {"objectID": "0", "firstname": "Zoë", "name[0][x]": "1"}
    body = "".join(
        f'--sep\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts.items()
    )
    headers = {**REST, "Content-Type": "multipart/form-data; boundary=sep"}
    sent = f"{body}--sep--\r\n".encode()
    answer = talk.post(sent, path="/1/objects", headers=headers)
    assert answer.data["firstname"] == "Zoë"
    broken = talk.post(b"--sep", path="/1/Contacts", headers=headers)
    assert broken.data["id"] == "5"


def test_a_form_says_the_same_as_json(talk: Talk) -> None:
    form = {
        "objectID": "0",
        "name": "Sales",
        "fields[0][0][alias]": "Stage",
        "fields[0][0][type]": "drop",
        "fields[0][0][required]": "1",
        "fields[0][0][options][add][]": "New",
        "fields[1][0][alias]": "Notes & more",
        "fields[1][0][type]": "longtext",
    }
    headers = {**REST, **FORM}
    answer = talk.post(urlencode(form).encode(), path="/1/objects/fieldeditor", headers=headers)

    assert answer.data["error"] == []
    assert talk.aliases("Sales") == [["Stage"], ["Notes & more"]]
    assert talk.shown("Stage")["required"] == 1
    assert list(talk.labels("Stage").values()) == ["New"]


@pytest.mark.parametrize(
    "form",
    [
        "a[b=1",
        "[a]=1",
        "a[b][c][d][e][f][g][h][i]=1",
        "a=1&a[b]=2",
        "a[b]=1&a[b][c]=2",
        "a[]=1",
    ],
)
def test_odd_forms_are_passed_over(talk: Talk, form: str) -> None:
    body = f"{form}&tag_name=VIP".encode()
    answer = talk.post(body, path="/1/Tags", headers={**REST, **FORM})
    assert answer.data["tag_name"] == "VIP"


def test_json_is_read_whatever_its_type_says(talk: Talk) -> None:
    answer = talk.post(b'{"tag_name": "VIP"}', path="/1/Tags", headers={**REST, **FORM})
    assert answer.data == {"tag_id": "1", "tag_name": "VIP"}


def test_the_body_of_a_delete_counts_as_its_query_does(talk: Talk) -> None:
    talk.fieldeditor("POST", a_section("Sales", [{"alias": "A"}, {"alias": "B"}]))
    for alias, in_body in (("A", True), ("B", False)):
        query = {"objectID": 0, "field": talk.shown(alias)["field"]}
        answer = (
            talk.rest("DELETE", "objects/fieldeditor", query)
            if in_body
            else talk.rest("DELETE", "objects/fieldeditor", **query)
        )
        assert answer.data == "Deleted"
    assert talk.fieldeditor("GET", section="Sales").data["fields"] == []


@pytest.mark.parametrize("path", ["Contacts/fieldeditor", "contacts/fieldeditor/"])
def test_the_editor_of_contacts_needs_no_object(talk: Talk, path: str) -> None:
    assert talk.rest("GET", path, section="Credit Card").data["name"] == "Credit Card"


@pytest.mark.parametrize(
    ("path", "general"),
    [
        ("Tags", "objects?objectID=14"),
        ("Tag?id=1", "object?objectID=14&id=1"),
        ("Tags/getInfo", "objects/getInfo?objectID=14"),
        ("Contacts", "objects?objectID=0"),
        ("Contact?id=2", "object?objectID=0&id=2"),
        ("Contacts/getInfo", "objects/getInfo?objectID=0"),
        ("CustomObjects", "objects?objectID=99"),
        ("Contacts/meta", "objects/meta?objectID=0"),
        ("Tags/meta", "objects/meta?objectID=14"),
    ],
)
def test_general_forms_answer_as_the_special_ones(talk: Talk, path: str, general: str) -> None:
    talk.server.edit("add-tag VIP")
    assert talk.rest("GET", path).json == talk.rest("GET", general).json


def test_calls_are_logged_by_their_words_without_the_key(talk: Talk) -> None:
    talk.rest("POST", "Tags", {"tag_name": "VIP"})
    talk.rest("GET", "Nothing", start=1)

    first, second = talk.server.runtime.calls()
    assert (first.request, json.loads(first.data)) == ("tag_create", {"tag_name": "VIP"})
    assert (second.request, json.loads(second.data)) == ("GET Nothing", {"start": "1"})
    assert "secret-word" not in f"{first}{second}"


def test_every_answer_contains_the_limits(start: Start) -> None:
    talk = start(rate_limit=3, clock=lambda: 1000.0)
    reported = [talk.rest("GET", "Tags").headers for _ in range(3)]
    assert [one["x-rate-limit-remaining"] for one in reported] == ["2", "1", "0"]
    assert {one["x-rate-limit-limit"] for one in reported} == {"3"}
    assert {one["x-rate-limit-reset"] for one in reported} == {"60"}


def test_without_a_limit_the_vendors_is_reported(talk: Talk) -> None:
    headers = talk.rest("GET", "Tags").headers
    assert [headers[name] for name in LIMITS] == ["180", "179", "60"]


def test_both_wires_share_one_count_of_calls(start: Start) -> None:
    now = [1000.0]
    talk = start(rate_limit=2, clock=lambda: now[0])
    assert talk.call("add_section", '<Group_Tag name="Sales"/>').body == PLAIN_SUCCESS
    now[0] = 1020.0
    assert talk.rest("GET", "Tags").status == 200

    answer = talk.rest("POST", "Tags", {"tag_name": "VIP"})
    assert refusal(answer)[0] == 429
    assert answer.headers["x-rate-limit-remaining"] == "0"
    assert answer.headers["x-rate-limit-reset"] == "40"
    assert talk.call("pull_tag").status == 429
    now[0] = 1060.0
    assert talk.rest_tags() == {}
