"""The emulator's REST answers beside what was recorded of the vendor's server.

The recordings are no part of this project: where they do not lie beside it, these tests
hold the emulator to shapes written down here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemactl.emulator import EmulatorServer
from tests.unit.emulator.talk import FORM, REST, Talk, a_section

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "wire" / "rest-samples"
FIELD = {"alias": "string", "type": "text"}


def recorded(name: str) -> list[Any]:
    """Read a recording; none where it does not lie here."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in RECORDINGS.glob(name)]


def shape(value: Any, *, anonymous: bool = False) -> Any:  # noqa: ANN401 - as JSON has it
    """Return the names and kinds in an answer; names that are numbers are one kind."""
    if isinstance(value, dict):
        return {
            _kind_of_name(name, anonymous=anonymous): shape(one, anonymous=name == "fields")
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__


def _kind_of_name(name: str, *, anonymous: bool) -> str:
    is_number = name.isdigit() or (name[:1] == "f" and name[1:].isdigit())
    return "#" if is_number or anonymous else name


def ask(*prepared: str, then: Callable[[Talk], Any]) -> Any:  # noqa: ANN401 - as JSON has it
    with EmulatorServer() as server:
        server.edit("\n".join(prepared))
        return then(Talk(server=server))


def created(talk: Talk) -> Any:  # noqa: ANN401 - as JSON has it
    return talk.fieldeditor("POST", a_section("S", [FIELD])).json


def updated(talk: Talk) -> Any:  # noqa: ANN401 - as JSON has it
    body = a_section("S", [FIELD], description="new")
    return talk.fieldeditor("PUT", body).json


SECTION = ("add-section S", "add-field S string text")


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        (
            "fieldeditor_create.response.json",
            lambda: ask(then=created),
            {
                "code": "int",
                "data": {"success": {"#": "str"}, "error": []},
                "account_id": "int",
            },
        ),
        (
            "fieldeditor_update.response.json",
            lambda: ask(*SECTION, then=updated),
            {
                "code": "int",
                "data": {"success": {"#": "str", "description": "str"}},
                "account_id": "int",
            },
        ),
        (
            "fieldeditor_delete.response.json",
            lambda: ask(
                "add-section S", then=lambda t: t.fieldeditor("DELETE", section="S").json
            ),
            {"code": "int", "data": "str", "account_id": "int"},
        ),
        (
            "object_delete_single.response.json",
            lambda: ask("add-tag A", then=lambda t: t.rest("DELETE", "Tag", id=1).json),
            {"code": "int", "account_id": "int"},
        ),
        (
            "objects_delete_multiple.response.json",
            lambda: ask("add-tag A", then=lambda t: t.rest("DELETE", "Tags", ids=1).json),
            {"code": "int", "data": "str", "account_id": "int"},
        ),
        (
            "objects_update.response.json",
            lambda: ask(
                then=lambda t: t.rest("PUT", "Contacts", {"id": 1, "firstname": "Ida"}).json
            ),
            {
                "code": "int",
                "data": {"attrs": {"firstname": "str", "dlm": "str", "id": "str"}},
                "account_id": "int",
            },
        ),
        (
            "getinfo_contact.response.json",
            lambda: ask(then=lambda t: t.rest("GET", "Contacts/getInfo").json),
            None,
        ),
        (
            "tag_create.response.fragment.json",
            lambda: ask(then=lambda t: t.rest("POST", "Tags", {"tag_name": "A"}).data),
            {"tag_id": "str", "tag_name": "str"},
        ),
        (
            "tag_update.response.fragment.json",
            lambda: ask(
                "add-tag A",
                then=lambda t: t.rest("PUT", "Tags", {"id": 1, "tag_name": "B"}).data,
            ),
            {"attrs": {"tag_name": "str"}},
        ),
    ],
)
def test_answers_have_the_shape_of_the_recorded_ones(
    name: str, given: Callable[[], Any], expected: object
) -> None:
    answered = shape(given())
    assert expected is None or answered == expected
    for one in recorded(name):
        mine, theirs = dict(answered), shape(one)
        if "listFields" in (theirs.get("data") or ()):
            mine["data"] = {**mine["data"], "listFields": theirs["data"]["listFields"]}
        assert mine == theirs


def test_sections_and_fields_have_the_members_that_were_recorded() -> None:
    mine = ask(then=lambda talk: talk.fieldeditor("GET").data)["1"]
    for one in recorded("fieldeditor_get_all.response.json"):
        theirs = one["data"]["1"]
        assert list(mine) == list(theirs)
        for field in theirs["fields"][0]:
            same = next(own for own in mine["fields"][0] if own["field"] == field["field"])
            assert list(same) == list(field)
            assert {**same, "id": field["id"]} == field


def test_fields_of_contacts_are_described_as_recorded() -> None:
    mine = ask(then=lambda talk: talk.rest("GET", "Contacts/meta").data)["0"]
    for one in recorded("meta_contact.response.json"):
        theirs = one["data"]["0"]
        assert mine["name"] == theirs["name"]
        for name, field in theirs["fields"].items():
            same = {**mine["fields"][name], "alias": field["alias"]}
            assert {**same, "editable": str(same["editable"])} == field


def test_options_are_described_as_recorded() -> None:
    mine = ask(
        "add-section S",
        "add-field S A tdrop x y",
        then=lambda talk: talk.rest("GET", "objects/meta", objectID=0).data,
    )
    (answered,) = [one for one in mine["0"]["fields"].values() if one["alias"] == "A"]
    for one in recorded("meta_rule_drop_options.response.json"):
        (theirs,) = one["data"]["6"]["fields"].values()
        assert list(answered) == list(theirs)
        assert shape(answered["options"]) == shape(theirs["options"])


def test_wrong_credentials_are_answered_as_recorded() -> None:
    answer = ask(then=lambda talk: talk.rest("GET", "Tags", headers={}))
    for path in RECORDINGS.glob("auth_failure.response.txt"):
        head, _, text = path.read_text(encoding="utf-8").partition("\n\n")
        assert answer.body.strip() == text.strip()
        assert head.splitlines()[0].endswith(str(answer.status))
        assert f"content-type: {answer.headers['content-type']}" in head


@pytest.mark.parametrize(
    "name",
    [
        "field_model_*.request.json",
        "section_model_*.request.json",
        "fieldeditor_*.request.json",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_recorded_requests_are_carried_out(method: str, name: str) -> None:
    for sent in recorded(name):
        body: dict[str, Any] = sent if "fields" in sent else a_section("My Section", [sent])
        with EmulatorServer() as server:
            server.edit(
                f"add-section '{body['name']}'" if body["name"] != "Contact Information" else ""
            )
            talk = Talk(server=server)
            answer = talk.fieldeditor(method, {"objectID": 0, **body})
            assert not answer.data.get("error"), (sent, answer.body)
            made = talk.all_aliases(body["name"])
        wanted = [field["alias"] for column in body["fields"] for field in column]
        assert set(wanted) <= set(made)


def test_recorded_conditions_are_understood() -> None:
    for sent in recorded("condition_and.request.json"):
        condition = json.dumps(sent)
        answer = ask(then=lambda talk: talk.rest("GET", "Contacts", condition=condition))  # noqa: B023 - asked at once
        assert answer.data == []
    for sent in recorded("condition_in.request.fragment.json"):
        condition = json.dumps([{"field": {"field": "id"}, "op": "IN", "value": sent}])
        answer = ask(then=lambda talk: talk.rest("GET", "Contacts", condition=condition))  # noqa: B023 - asked at once
        assert [row["id"] for row in answer.data] == ["1", "2"]


def test_recorded_headers_open_the_account_and_name_the_limits() -> None:
    for path in RECORDINGS.glob("request_headers.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        headers = dict(line.split(": ", 1) for line in lines if line)
        assert ask(then=lambda talk: talk.rest("GET", "Tags", headers=headers)).status == 200  # noqa: B023 - asked at once
    answered = ask(then=lambda talk: talk.rest("GET", "Tags", headers={**REST, **FORM})).headers
    for path in RECORDINGS.glob("rate_limit_headers.response.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(": ")
            assert answered[name].isdigit() is value.isdigit()
