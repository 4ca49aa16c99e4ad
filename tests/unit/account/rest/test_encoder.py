"""account/rest/encoder.py: how each request is sent, and what no request can express."""

from __future__ import annotations

import json

import pytest

from schemactl.account.http.exchange import HttpMethod
from schemactl.account.rest.conditions import Clause, Operator, any_of
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.requests import (
    CountRecords,
    CountTagged,
    CreateFields,
    CreateTag,
    DeleteField,
    DeleteSection,
    DeleteTag,
    ReadFields,
    ReadMeta,
    ReadObjects,
    ReadTagInfo,
    ReadTags,
    ReadValues,
    RenameTag,
    RestCall,
    RestRead,
    RestWord,
    TagContacts,
    UpdateFields,
    UpdateRecord,
)
from schemactl.account.rest.values import FieldWish
from schemactl.errors import InexpressibleError

TREES = FieldWish(
    alias="Trees",
    type="drop",
    field="f1557",
    id=12,
    required=True,
    unique=False,
    add_options=("Äpfel", "010"),
)
NO_TREES = any_of(
    Clause(field="f1557", operator=Operator.EQUAL, value=""),
    Clause(field="f1557", operator=Operator.IS, value=None),
)
ALL_CALLS: tuple[RestCall, ...] = (
    ReadFields(object_id=0),
    ReadMeta(),
    ReadObjects(),
    ReadTags(),
    ReadTagInfo(),
    CountRecords(object_id=0, condition=NO_TREES),
    CountTagged(tag_id=5),
    ReadValues(object_id=0, fields=("f1557",), after=7),
    CreateFields(object_id=0, section="Orchard", columns=((FieldWish(alias="Trees"),),)),
    UpdateFields(object_id=0, section="Orchard", columns=((TREES,),)),
    DeleteField(object_id=0, field="f1557"),
    DeleteSection(object_id=0, section="Orchard"),
    CreateTag(name="VIP"),
    RenameTag(id=7, name="VIP"),
    DeleteTag(id=7),
    UpdateRecord(object_id=0, id=8, values=(("f1557", "220"),)),
    TagContacts(tag_id=7, ids=(8, 9)),
)


@pytest.mark.parametrize(
    ("call", "word", "method", "path", "query"),
    [
        (
            ReadFields(object_id=10000),
            "fieldeditor_get",
            "GET",
            "objects/fieldeditor",
            "objectID=10000",
        ),
        (ReadMeta(object_id=0), "meta_get", "GET", "objects/meta", "objectID=0&format=byId"),
        (ReadMeta(), "meta_get", "GET", "objects/meta", "format=byId"),
        (
            ReadObjects(start=50),
            "objects_get",
            "GET",
            "CustomObjects",
            "start=50&range=50&sort=id&sortDir=asc",
        ),
        (
            ReadTags(start=100),
            "tags_get",
            "GET",
            "Tags",
            "start=100&range=50&sort=tag_id&sortDir=asc",
        ),
        (ReadTagInfo(), "tags_info", "GET", "Tags/getInfo", ""),
        (
            DeleteField(object_id=0, field="f1557"),
            "fieldeditor_delete",
            "DELETE",
            "objects/fieldeditor",
            "objectID=0&field=f1557",
        ),
        (
            DeleteSection(object_id=0, section=" Or&chard "),
            "fieldeditor_delete",
            "DELETE",
            "objects/fieldeditor",
            "objectID=0&section= Or&chard ",
        ),
        (DeleteTag(id=7), "tag_delete", "DELETE", "Tag", "id=7"),
    ],
    ids=lambda each: type(each).__name__ if hasattr(each, "word") else str(each),
)
def test_a_request_without_a_body_is_method_path_and_query(
    call: RestCall, word: str, method: str, path: str, query: str
) -> None:
    request = encode_rest(call)

    assert (request.word, request.method, request.path) == (word, method, path)
    assert "&".join(f"{name}={value}" for name, value in request.query) == query
    assert request.body is None


@pytest.mark.parametrize(
    ("call", "word", "method", "path", "body"),
    [
        (
            CreateFields(
                object_id=0,
                section="Orchard",
                description="",
                columns=((FieldWish(alias="Trees", type="text"),), (), (TREES,)),
            ),
            "fieldeditor_post",
            "POST",
            "objects/fieldeditor",
            {
                "objectID": 0,
                "name": "Orchard",
                "description": "",
                "fields": [
                    [{"alias": "Trees", "type": "text"}],
                    [],
                    [
                        {
                            "id": 12,
                            "field": "f1557",
                            "alias": "Trees",
                            "type": "drop",
                            "required": 1,
                            "unique": 0,
                            "options": {"add": ["Äpfel", "010"]},
                        }
                    ],
                ],
            },
        ),
        (
            CreateFields(object_id=10001, section="Empty"),
            "fieldeditor_post",
            "POST",
            "objects/fieldeditor",
            {"objectID": 10001, "name": "Empty", "fields": None},
        ),
        (
            UpdateFields(
                object_id=0,
                section="Orchard",
                columns=((FieldWish(alias="", field="f1", remove_options=("Yes",)),),),
            ),
            "fieldeditor_put",
            "PUT",
            "objects/fieldeditor",
            {
                "objectID": 0,
                "name": "Orchard",
                "fields": [[{"field": "f1", "alias": "", "options": {"remove": ["Yes"]}}]],
            },
        ),
        (
            CreateTag(name=" VIP "),
            "tag_create",
            "POST",
            "Tags",
            {"tag_name": " VIP ", "object_type_id": 0},
        ),
        (
            RenameTag(id=7, name="1.10"),
            "tag_rename",
            "PUT",
            "Tags",
            {"id": 7, "tag_name": "1.10"},
        ),
    ],
    ids=["create", "empty section", "update", "tag", "rename"],
)
def test_a_request_with_a_body_is_json_in_ascii(
    call: RestCall, word: str, method: str, path: str, body: object
) -> None:
    request = encode_rest(call)

    assert (request.word, request.method, request.path) == (word, method, path)
    assert request.query == ()
    assert request.body is not None
    assert request.body.isascii()
    assert json.loads(request.body) == body


def test_a_condition_is_json_with_one_connector_and_null_as_a_bare_word() -> None:
    query = dict(encode_rest(CountRecords(object_id=0, condition=NO_TREES)).query)

    assert json.loads(query["condition"]) == [
        {"field": {"field": "f1557"}, "op": "=", "value": {"value": ""}},
        "OR",
        {"field": {"field": "f1557"}, "op": "IS", "value": "NULL"},
    ]


def test_flags_go_as_numbers() -> None:
    body = encode_rest(UpdateFields(object_id=0, section="O", columns=((TREES,),))).body

    assert body is not None
    assert b'"required":1,"unique":0' in body


@pytest.mark.parametrize(
    "call", [TagContacts(tag_id=7, ids=()), TagContacts(tag_id=7, ids=(8, 0))], ids=str
)
def test_no_tag_is_put_on_everybody(call: TagContacts) -> None:
    with pytest.raises(InexpressibleError):
        encode_rest(call)


def test_every_word_has_a_request() -> None:
    assert {call.word for call in ALL_CALLS} == set(RestWord)


@pytest.mark.parametrize("call", ALL_CALLS, ids=lambda call: type(call).__name__)
def test_a_request_reads_exactly_where_its_value_says_so(call: RestCall) -> None:
    request = encode_rest(call)

    assert request.word == call.word
    assert request.is_read is isinstance(call, RestRead)
    assert request.is_read is (request.method is HttpMethod.GET)


@pytest.mark.parametrize(
    "call",
    [
        CreateFields(object_id=0, section=""),
        UpdateFields(object_id=0, section="", columns=((TREES,),)),
        UpdateFields(object_id=0, section="O", columns=((FieldWish(alias=""),),)),
        UpdateFields(object_id=0, section="O", columns=((FieldWish(alias="", field=""),),)),
        DeleteField(object_id=0, field=""),
        DeleteSection(object_id=0, section=""),
        CreateTag(name=""),
        RenameTag(id=7, name=""),
        RenameTag(id=0, name="VIP"),
        DeleteTag(id=0),
    ],
    ids=[
        "new section",
        "section",
        "field",
        "field of no name",
        "field to delete",
        "section to delete",
        "new tag",
        "tag",
        "tag of no number",
        "tag to delete",
    ],
)
def test_a_request_that_names_nothing_cannot_be_written(call: RestCall) -> None:
    with pytest.raises(InexpressibleError, match=f"{call.word} names nothing to act on"):
        encode_rest(call)


@pytest.mark.parametrize(
    "call",
    [
        ReadFields(object_id=-1),
        ReadTags(start=-50),
        DeleteField(object_id=-1, field="f1"),
        DeleteTag(id=-7),
        CreateTag(name="VIP", object_type=-1),
        CreateFields(object_id=-1, section="O"),
        UpdateFields(object_id=0, section="O", columns=((FieldWish(alias="A", id=-1),),)),
    ],
    ids=lambda call: type(call).__name__,
)
def test_a_number_below_zero_names_nothing(call: RestCall) -> None:
    with pytest.raises(InexpressibleError, match="is not the number of an object"):
        encode_rest(call)


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1b", "\ud800", "\uffff"])
def test_a_character_that_no_request_can_carry_is_refused_everywhere(character: str) -> None:
    odd = f"Tre{character}es"
    wishes = (
        FieldWish(alias=odd),
        FieldWish(alias="A", type=odd),
        FieldWish(alias="A", field=odd),
        FieldWish(alias="A", add_options=(odd,)),
        FieldWish(alias="A", remove_options=(odd,)),
    )
    calls: tuple[RestCall, ...] = (
        CreateFields(object_id=0, section=odd),
        CreateFields(object_id=0, section="O", description=odd),
        *(UpdateFields(object_id=0, section="O", columns=((wish,),)) for wish in wishes),
        DeleteField(object_id=0, field=odd),
        DeleteSection(object_id=0, section=odd),
        CreateTag(name=odd),
        RenameTag(id=7, name=odd),
    )
    for call in calls:
        with pytest.raises(InexpressibleError, match=rf"U\+{ord(character):04X}"):
            encode_rest(call)


def test_a_section_of_four_columns_cannot_be_written() -> None:
    with pytest.raises(InexpressibleError, match="at most 3 columns, not 4"):
        encode_rest(CreateFields(object_id=0, section="O", columns=((), (), (), ())))


def test_options_are_never_added_and_taken_away_by_one_request() -> None:
    with pytest.raises(ValueError, match="Trees: options are added and removed by two"):
        FieldWish(alias="Trees", add_options=("a",), remove_options=("b",))
