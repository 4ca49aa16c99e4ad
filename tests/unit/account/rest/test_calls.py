"""account/rest/calls.py: calls as data, and back; damaged calls are refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.account.rest.calls import request_of, without_ids
from schemactl.account.rest.planned import (
    CreateFields,
    CreateTag,
    DeleteField,
    DeleteSection,
    DeleteTag,
    FieldUpdate,
    MoveField,
    NewField,
    PlannedRequest,
    RenameTag,
    UpdateFields,
)
from schemactl.model.plan import JsonObject
from tests.builders import a_call
from tests.rest_builders import EVERY_WORD, as_call, planned_requests

UPDATE = FieldUpdate(
    field="f1",
    name="A ",
    new_name="A",
    type="longtext",
    required=False,
    unique=True,
    add_options=("Yes", " No"),
)
REQUESTS: tuple[PlannedRequest, ...] = (
    CreateFields(section="S", makes_section=True),
    CreateFields(section="S", fields=(NewField(name="A ", type="text"),), description=""),
    CreateFields(
        section="S",
        fields=(
            NewField(name="B", type="drop", options=("Yes",), required=True, unique=False),
            NewField(name="C", type="list"),
        ),
    ),
    UpdateFields(section="S", description="about trees", sends_whole=False),
    UpdateFields(section="S", fields=(UPDATE, FieldUpdate(field="f2", name="B"))),
    UpdateFields(
        section="S", fields=(FieldUpdate(field="f1", name="B", remove_options=("Yes",)),)
    ),
    MoveField(section="S", source="T", field="f1", name="A "),
    DeleteField(section="S", field="f1", name="A "),
    DeleteSection(section="S"),
    CreateTag(tag="VIP"),
    RenameTag(id=7, tag="VIP", new_name="Gold"),
    DeleteTag(id=7, tag="VIP"),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_a_request_written_down_is_read_as_the_same_request(request_: PlannedRequest) -> None:
    assert request_of(as_call(request_)) == request_


@given(request_=planned_requests)
def test_any_request_survives_being_written_down(request_: PlannedRequest) -> None:
    call = as_call(request_)

    assert request_of(call) == request_
    again = json.loads(json.dumps(call.arguments))
    assert request_of(a_call(1, call.request, again)) == request_


def test_every_word_of_a_plan_is_tried_here() -> None:
    assert {as_call(request).request for request in REQUESTS} == set(EVERY_WORD)


def test_what_is_not_asked_for_is_not_written_down() -> None:
    call = as_call(UpdateFields(section="S", fields=(FieldUpdate(field="f1", name="A"),)))

    assert call.arguments == {
        "section": "S",
        "fields": ({"field": "f1", "name": "A"},),
        "sends": "whole",
    }


def test_an_update_that_takes_options_away_has_a_word_of_its_own() -> None:
    kept = FieldUpdate(field="f1", name="A", add_options=("x",))
    taken = FieldUpdate(field="f2", name="B", remove_options=("x",))

    assert as_call(UpdateFields(section="S", fields=(kept,))).request == "update_fields"
    assert as_call(UpdateFields(section="S", fields=(kept, taken))).request == "remove_options"


@pytest.mark.parametrize(
    ("word", "arguments", "complaint"),
    [
        ("fieldeditor_get", {}, "no planned request 'fieldeditor_get'"),
        ("tags_delete", {"ids": (1, 2)}, "no planned request 'tags_delete'"),
        ("add_section", {"section": "S", "fields": ()}, "no planned request 'add_section'"),
        ("create_fields", {"fields": ()}, "has no section"),
        ("create_fields", {"section": "S"}, "has no fields"),
        ("create_fields", {"section": "S", "fields": ("A",)}, "has no fields"),
        ("create_fields", {"section": "S", "fields": ({"name": "A"},)}, "has no type"),
        ("update_fields", {"section": "S", "fields": ()}, "has no sends"),
        ("delete_field", {"section": "S", "name": "A"}, "has no field"),
        ("delete_field", {"section": "S", "name": "A", "field": 1557}, "has no field"),
        ("create_tag", {"tag": ("VIP",)}, "has no tag"),
        ("rename_tag", {"id": "7", "tag": "VIP", "new_name": "G"}, "has no id"),
        ("delete_tag", {"id": True, "tag": "VIP"}, "has no id"),
        ("delete_tag", {"id": 7.0, "tag": "VIP"}, "has no id"),
    ],
)
def test_a_call_that_is_not_whole_is_not_read(
    word: str, arguments: JsonObject, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        request_of(a_call(1, word, arguments))


@pytest.mark.parametrize(
    ("word", "arguments"),
    [
        ("update_fields", {"section": "S", "fields": (), "sends": "wholly"}),
        ("create_fields", {"section": "S", "fields": (), "sends": "whole"}),
        ("create_fields", {"section": "S", "fields": (), "description": None}),
        ("create_fields", {"section": "S", "fields": (), "new_section": False}),
        (
            "update_fields",
            {
                "section": "S",
                "fields": ({"field": "f1", "name": "A", "remove_options": ("x",)},),
                "sends": "whole",
            },
        ),
        (
            "remove_options",
            {"section": "S", "fields": ({"field": "f1", "name": "A"},), "sends": "whole"},
        ),
        ("delete_section", {"section": "S", "field": "f1", "name": "A"}),
        ("delete_tag", {"id": 7, "tag": "VIP", "new_name": "Gold"}),
        ("create_tag", {"id": 7, "tag": "VIP"}),
    ],
)
def test_a_call_with_arguments_of_another_request_is_not_read(
    word: str, arguments: JsonObject
) -> None:
    with pytest.raises(ValueError, match=f"{word} is never written like that"):
        request_of(a_call(1, word, arguments))


def test_a_field_cannot_gain_and_lose_options_at_once() -> None:
    with pytest.raises(ValueError, match="by two requests"):
        FieldUpdate(field="f1", name="A", add_options=("x",), remove_options=("y",))


def test_a_field_is_in_an_update_once() -> None:
    twice = (FieldUpdate(field="f1", name="A"), FieldUpdate(field="f1", name="A"))
    with pytest.raises(ValueError, match="f1 twice"):
        UpdateFields(section="S", fields=twice)


@given(request_=planned_requests, data=st.data())
def test_damaged_arguments_are_never_read_as_another_request(
    request_: PlannedRequest, data: st.DataObject
) -> None:
    call = as_call(request_)
    arguments = json.loads(json.dumps(call.arguments))
    damage = data.draw(st.sampled_from(list(_damages(arguments))))
    damage()

    with pytest.raises(ValueError, match=r"a call has no|never written like that|options are"):
        request_of(a_call(1, call.request, arguments))


@given(request_=planned_requests, word=st.sampled_from(EVERY_WORD))
def test_a_call_under_another_word_is_never_read(request_: PlannedRequest, word: str) -> None:
    call = as_call(request_)
    if word == call.request:
        return
    with pytest.raises(ValueError, match=r"a call has no|never written like that"):
        request_of(a_call(1, word, call.arguments))


def _damages(arguments: dict[str, Any]) -> Iterator[Callable[[], object]]:
    """Yield ways to damage arguments: another type, another key, one key too many."""
    yield partial(arguments.update, ids=[1, 2])
    for key, value in list(arguments.items()):
        yield partial(arguments.__setitem__, key, 7.5)
        yield partial(arguments.__setitem__, key, {"x": 1})
        yield partial(arguments.__setitem__, f"{key}s", value)
        if isinstance(value, list):
            yield partial(value.append, 7)
            for item in value:
                if isinstance(item, dict):
                    yield from _damages(item)


@pytest.mark.parametrize("request_", REQUESTS, ids=repr)
def test_what_only_the_account_can_give_is_left_out_and_nothing_else(
    request_: PlannedRequest,
) -> None:
    answer = json.dumps(without_ids(as_call(request_)))

    assert '"f1"' not in answer
    assert '"id": 7' not in answer
    for kept in ("S", "A ", "VIP", "Gold", "Yes"):
        assert (f'"{kept}"' in answer) == (
            f'"{kept}"' in json.dumps(as_call(request_).arguments)
        )
