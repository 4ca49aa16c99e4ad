"""account/legacy/calls.py: calls as data, and back; which states prove a call."""

from __future__ import annotations

import json

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.legacy import requests as wire
from schemactl.account.legacy.calls import draft_call, request_of
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.account.legacy.requests import PlannedRequest
from schemactl.account.legacy.values import NewField
from schemactl.model.plan import Call, JsonObject
from schemactl.model.schema import Schema
from tests.builders import a_call, a_field, a_schema, a_section

FIELDS = (NewField(name="A ", type="text"), NewField(name="B", type="tdrop"))
REQUESTS: tuple[PlannedRequest, ...] = (
    wire.AddSection(section="S", fields=FIELDS),
    wire.AddSection(section="S"),
    wire.EditSection(section="S", fields=FIELDS),
    wire.RemoveSection(section="S"),
    wire.RemoveField(section="S", field="A "),
    wire.AddDropdown(field="B", options=("Yes", " No")),
    wire.RemoveDropdown(field="B", options=("Yes",)),
    wire.AddTag(contact_ids=("7",), tags=("VIP",)),
    wire.RemoveTag(contact_ids=("7",), tags=("VIP",)),
)


def as_call(request: PlannedRequest) -> Call:
    draft = draft_call(request, serves=["x"])
    return a_call(1, draft.request, draft.arguments, serves=draft.serves)


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_a_request_written_down_is_read_as_the_same_request(request_: PlannedRequest) -> None:
    assert request_of(as_call(request_)) == request_


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_a_request_comes_back_from_json_too(request_: PlannedRequest) -> None:
    call = as_call(request_)
    again = json.loads(json.dumps(call.arguments))
    assert request_of(a_call(1, call.request, again)) == request_


@pytest.mark.parametrize(
    ("word", "arguments", "complaint"),
    [
        ("key", {}, "no planned request 'key'"),
        ("delete", {}, "no planned request 'delete'"),
        ("add_section", {"fields": ()}, "has no section"),
        ("add_section", {"section": "S"}, "has no fields"),
        ("edit_section", {"section": "S", "fields": ("A",)}, "has no fields"),
        ("edit_section", {"section": "S", "fields": ({"name": "A"},)}, "has no type"),
        ("remove_field", {"section": "S", "field": 7}, "has no field"),
        ("add_dropdown", {"field": "A", "options": "xy"}, "has no options"),
        ("add_dropdown", {"field": "A", "options": 7}, "has no options"),
        ("add_dropdown", {"field": "A", "options": (7,)}, "has no options"),
        ("add_dropdown", {"field": "A"}, "never written like that"),
        ("remove_section", {"section": "S", "field": "A"}, "never written like that"),
        ("add_tag", {"tags": ("VIP",)}, "has no contact"),
    ],
)
def test_a_call_that_is_not_whole_is_not_read(
    word: str, arguments: JsonObject, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        request_of(a_call(1, word, arguments))


WITH_A = a_schema(a_section("S", a_field("A "), a_field("B", "tdrop", ["Yes", "No "])))


@pytest.mark.parametrize(
    ("request_", "live", "shown"),
    [
        (wire.AddSection(section="S"), a_schema(), False),
        (wire.AddSection(section="S"), a_schema(a_section("S")), True),
        (wire.AddSection(section="S"), a_schema(a_section("s")), False),
        (wire.AddSection(section="S", fields=FIELDS), a_schema(a_section("S")), False),
        (wire.EditSection(section="S", fields=FIELDS), WITH_A, True),
        (
            wire.EditSection(section="S", fields=FIELDS),
            a_schema(a_section("S", a_field("A "))),
            False,
        ),
        (wire.RemoveSection(section="S"), WITH_A, False),
        (wire.RemoveSection(section="S"), a_schema(), True),
        (wire.RemoveField(section="S", field="A "), WITH_A, False),
        (wire.RemoveField(section="S", field="A"), WITH_A, True),
        (wire.AddDropdown(field="B", options=("Yes", "No")), WITH_A, True),
        (wire.AddDropdown(field="B", options=("Yes", "Maybe")), WITH_A, False),
        (wire.AddDropdown(field="C", options=("Yes",)), WITH_A, False),
        (wire.RemoveDropdown(field="B", options=("Maybe",)), WITH_A, True),
        (wire.RemoveDropdown(field="B", options=("Maybe", "Yes")), WITH_A, False),
        (wire.AddTag(contact_ids=("7",), tags=("VIP",)), a_schema(tags=["VIP"]), True),
        (wire.AddTag(contact_ids=("7",), tags=("VIP", "B")), a_schema(tags=["VIP"]), False),
        (wire.RemoveTag(contact_ids=("7",), tags=("VIP",)), a_schema(), False),
    ],
)
def test_the_account_shows_whether_a_call_was_carried_out(
    request_: PlannedRequest, live: Schema, *, shown: bool
) -> None:
    found = LegacyDialect().shows(as_call(request_), LiveState(schema=live))
    assert found is shown
