"""account/rest/decoder.py: answers in each of the forms that PHP writes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemactl.account.http.verdict import Accepted, Refused, Unclear
from schemactl.account.rest.decoder import (
    decode_count,
    decode_deleted,
    decode_fields,
    decode_meta,
    decode_objects,
    decode_tag_created,
    decode_tag_renamed,
    decode_tags_page,
    decode_written,
)
from schemactl.account.rest.values import (
    CustomObject,
    MetaField,
    MetaObject,
    RestField,
    RestSection,
    RestTag,
    TagCreated,
    Written,
)
from schemactl.errors import AccountError, AnswerError
from tests.unit.account.http.rest_bodies import a_field, a_section, body, layout_of, meta_of

TREES = RestField(
    id=12,
    field="f1557",
    alias="Trees",
    type="text",
    required=False,
    unique=False,
    editable=True,
    deletable=True,
)


def redact(text: str) -> str:
    return text.replace("SECRET", "***")


def only_field(field: dict[str, Any], meta: dict[str, Any] | None = None) -> RestField:
    """Decode one field; `meta` is what meta says of it, None where it does not know it."""
    known = {} if meta is None else {field["field"]: meta}
    ((column,),) = (
        section.columns
        for section in decode_fields(layout_of([field]), meta_of(**known)).sections
    )
    (found,) = column
    return found


def test_sections_columns_and_fields_keep_their_order() -> None:
    second = a_field(id=13, field="f1", alias=" 010 ", type="check", deletable=0)
    sections = {
        "9": a_section([a_field()], [], [second], id=9, description="About trees"),
        "3": a_section(),
    }

    assert decode_fields(body(sections), meta_of()).sections == (
        RestSection(
            id=9,
            name="Orchard",
            description="About trees",
            columns=(
                (TREES,),
                (),
                (
                    RestField(
                        id=13,
                        field="f1",
                        alias=" 010 ",
                        type="check",
                        required=False,
                        unique=False,
                        editable=True,
                        deletable=False,
                    ),
                ),
            ),
        ),
        RestSection(id=3, name="Orchard"),
    )


@pytest.mark.parametrize("empty", [[], {}])
def test_an_object_without_sections_is_empty_in_either_form(empty: object) -> None:
    assert decode_fields(body(empty), meta_of()).sections == ()


def test_sections_that_came_as_a_list_are_read() -> None:
    (section,) = decode_fields(body([a_section([a_field()])]), meta_of()).sections

    assert section.id == 3
    assert section.columns == ((TREES,),)


def test_a_section_without_an_id_of_its_own_has_that_of_its_key() -> None:
    answered = a_section()
    del answered["id"]

    (section,) = decode_fields(body({"17": answered}), meta_of()).sections

    assert section.id == 17


@pytest.mark.parametrize(
    ("fields", "fields_per_column"),
    [
        (None, []),
        ([], []),
        ({}, []),
        ([[]], [0]),
        ([None, [a_field()]], [0, 1]),
        ([[None, a_field(), None]], [1]),
        ({"0": [a_field()], "2": [a_field()]}, [1, 0, 1]),
        ({"1": {"0": a_field(), "2": a_field()}}, [0, 2]),
    ],
)
def test_columns_are_read_in_every_form_that_php_gives_them(
    fields: object, fields_per_column: list[int]
) -> None:
    (section,) = decode_fields(body({"3": a_section(fields=fields)}), meta_of()).sections

    assert [len(column) for column in section.columns] == fields_per_column


@pytest.mark.parametrize("key", ["required", "unique", "editable", "deletable"])
@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("0", False),
        (0, False),
        (None, False),
        ("", False),
        (False, False),
        ("1", True),
        (1, True),
        (True, True),
        ("true", True),
        ("false", False),
    ],
    ids=repr,
)
def test_a_flag_is_read_in_every_form(key: str, answered: object, expected: object) -> None:
    assert getattr(only_field(a_field(**{key: answered})), key) is expected


@pytest.mark.parametrize("key", ["required", "unique", "editable", "deletable"])
def test_an_absent_flag_is_false(key: str) -> None:
    field = a_field()
    del field[key]

    assert getattr(only_field(field), key) is False


def test_an_id_may_be_a_text() -> None:
    assert only_field(a_field(id="12")) == TREES


@pytest.mark.parametrize("alias", ["Yes", "010", "1.10", " x ", "", "ä🌳", "null"])
def test_an_alias_keeps_its_text(alias: str) -> None:
    assert only_field(a_field(alias=alias)).alias == alias


@pytest.mark.parametrize(
    ("answered", "labels", "ids"),
    [
        ({"7": "Apple", "12": "Pear"}, ("Apple", "Pear"), (7, 12)),
        ({"12": "Pear", "7": "Apple", "100": "Fig"}, ("Apple", "Pear", "Fig"), (7, 12, 100)),
        ({"0": "Live", "1": "Paused"}, ("Live", "Paused"), (0, 1)),
        ({"1": "On", "-1": "Bounced"}, ("Bounced", "On"), (-1, 1)),
        (["Live", "Paused"], ("Live", "Paused"), (0, 1)),
        (
            {"7": "010", "8": "Yes", "9": " a ", "10": ""},
            ("010", "Yes", " a ", ""),
            (7, 8, 9, 10),
        ),
        ({"7": "Same", "8": "Same"}, ("Same", "Same"), (7, 8)),
        ({"7": 2024}, ("2024",), (7,)),
        ({"en": "English", "de": "German"}, ("English", "German"), ()),
        ({"7": "Apple", "x": "Pear"}, ("Apple", "Pear"), ()),
        ([], (), ()),
        ({}, (), ()),
        (None, (), ()),
        ("", (), ()),
    ],
)
@pytest.mark.parametrize("kind", ["drop", "list"])
def test_options_are_those_of_meta_in_the_order_of_their_ids(
    kind: str, answered: object, labels: tuple[str, ...], ids: tuple[int, ...]
) -> None:
    field = only_field(
        a_field(type=kind), {"alias": "Trees", "type": kind, "options": answered}
    )

    assert (field.options, field.option_ids) == (labels, ids)


@pytest.mark.parametrize(
    "answered",
    ["", "<op:merge field='a'>X</op:merge>", '{"1":"Wrong"}', ["Wrong"], {"1": "Wrong"}, None],
)
def test_options_of_the_editor_are_never_used(answered: object) -> None:
    meta = {"type": "drop", "options": {"7": "Right"}}

    assert only_field(a_field(type="drop", options=answered), meta).options == ("Right",)
    assert only_field(a_field(type="drop", options=answered)).options is None


@pytest.mark.parametrize("kind", ["text", "mergefield", "country", "never heard of"])
def test_a_type_without_options_has_none_whatever_meta_says(kind: str) -> None:
    field = only_field(a_field(type=kind), {"type": kind, "options": {"US": "America"}})

    assert (field.type, field.options, field.option_ids) == (kind, None, ())


def test_a_dropdown_that_meta_lists_without_options_has_an_empty_list_of_them() -> None:
    assert only_field(a_field(type="drop"), {"type": "drop"}).options == ()


def test_a_field_that_occurs_twice_is_kept_twice() -> None:
    (section,) = decode_fields(layout_of([a_field()], [a_field()]), meta_of()).sections

    assert section.columns == ((TREES,), (TREES,))


def test_one_object_is_picked_where_meta_lists_several() -> None:
    drop = {"type": "drop", "options": {"1": "Mine"}}
    other = {"type": "drop", "options": {"1": "Other"}}
    meta = body({"0": {"fields": {"f1557": other}}, "10000": {"fields": {"f1557": drop}}})
    layout = layout_of([a_field(type="drop")])

    (section,) = decode_fields(layout, meta, object_id=10000).sections

    assert section.columns[0][0].options == ("Mine",)
    with pytest.raises(AnswerError, match='"meta_get" is invalid: it has 2 objects, not one'):
        decode_fields(layout, meta)
    with pytest.raises(AnswerError, match="it has 2 objects, not the object 7"):
        decode_fields(layout, meta, object_id=7)


@pytest.mark.parametrize(
    ("layout", "why"),
    [
        (b"<html>", "it is not JSON"),
        (b'{"code":0,"data":{"1":{"id":1,', "it is not whole JSON"),
        (b'{"code":0}', "it has no data"),
        (body(None), "it has no data"),
        (b"[]", 'the answer is "list", not a map'),
        (body("Deleted"), 'the list of sections is "Deleted", neither a map nor a list'),
        (body(data=False), 'the list of sections is "false", neither'),
        (body({"3": None}), 'a section is "null", not a map'),
        (body({"x": {"name": "O"}}), 'the id of a section is "x", not a whole number'),
        (layout_of(name=["O"]), 'the name of a section is "list", not a text'),
        (layout_of(description=1.5), 'the description of a section is "1.5", not a text'),
        (layout_of(fields="x"), 'the list of columns is "x", neither'),
        (layout_of("x"), 'a column is "x", neither'),
        (layout_of(fields={"x": []}), 'the place of a column is "x", not a whole'),
        (layout_of(fields={"999999": []}), "a section has a column 999999"),
        (layout_of(["x"]), 'a field is "x", not a map'),
        (layout_of([a_field(field="")]), "the name of a field is missing"),
        (layout_of([a_field(field=None)]), "the name of a field is missing"),
        (layout_of([a_field(field=True)]), 'the name of a field is "true", not a text'),
        (layout_of([a_field(id=None)]), 'the id of a field is "null", not a whole'),
        (layout_of([a_field(id=-1)]), 'the id of a field is "-1", not a whole'),
        (layout_of([a_field(id=True)]), 'the id of a field is "true", not a whole'),
        (layout_of([a_field(id=1.0)]), 'the id of a field is "1.0", not a whole'),
        (layout_of([a_field(id=10**30)]), 'the id of a field is "1000000'),
        (layout_of([a_field(id="9" * 99)]), f'the id of a field is "{"9" * 99}", not'),
        (layout_of([a_field(alias={})]), 'the alias of a field is "dict", not a text'),
        (layout_of([a_field(required="maybe")]), 'required is "maybe", neither 0 nor 1'),
        (layout_of([a_field(unique=2)]), 'unique is "2", neither 0 nor 1'),
        (layout_of([a_field(editable=[])]), 'editable is "list", neither 0 nor 1'),
    ],
)
def test_a_layout_that_makes_no_sense_is_reported(layout: bytes, why: str) -> None:
    with pytest.raises(AnswerError) as caught:
        decode_fields(layout, meta_of())

    message = str(caught.value)
    assert message.startswith(
        f'the response to the request "fieldeditor_get" is invalid: {why}'
    )


@pytest.mark.parametrize(
    ("meta", "why"),
    [
        (b"Oops", "it is not JSON"),
        (body([]), "it has 0 objects, not one object"),
        (body({"0": []}), 'an object is "list", not a map'),
        (body({"0": {"name": "Contact"}}), 'the fields of an object is "null", not a map'),
        (body({"0": {"fields": [{"alias": "A"}]}}), 'the fields of an object is "list", not'),
        (meta_of(f1557="x"), 'a field of meta is "x", not a map'),
        (meta_of(f1557={"options": "x"}), 'the options of a field is "x", neither'),
        (meta_of(f1557={"options": {"1": ["x"]}}), 'an option is "list", not a text'),
    ],
)
def test_meta_that_makes_no_sense_is_reported(meta: bytes, why: str) -> None:
    with pytest.raises(AnswerError) as caught:
        decode_fields(layout_of([a_field(type="drop")]), meta)

    assert why in str(caught.value)


def test_a_code_other_than_0_is_a_refusal_of_a_read() -> None:
    said = b'{"code": 2, "data": "SECRET is\\nout of order"}'

    with pytest.raises(
        AccountError, match=r"refused fieldeditor_get: code 2: \*\*\* is out of order"
    ):
        decode_fields(said, meta_of(), redact=redact)


def test_what_is_shown_of_an_answer_holds_no_secret() -> None:
    with pytest.raises(AnswerError) as caught:
        decode_fields(layout_of([a_field(id="SECRET")]), meta_of(), redact=redact)

    assert "SECRET" not in str(caught.value)
    assert 'the id of a field is "***"' in str(caught.value)


@pytest.mark.parametrize("key", ["id", "required"])
def test_a_secret_at_the_edge_of_what_is_shown_is_not_cut_in_half(key: str) -> None:
    for before in range(150, 200):
        odd = "x" * before + "SECRET"
        with pytest.raises(AnswerError) as caught:
            decode_fields(layout_of([a_field(**{key: odd})]), meta_of(), redact=redact)
        assert "SE" not in str(caught.value).partition("It starts")[0]


def test_meta_is_read_with_its_objects() -> None:
    drop = {"alias": "Trees", "type": "drop", "required": "1", "options": {"2": "b", "1": "a"}}
    text = {"alias": "Note", "type": "text", "required": "0", "unique": 1, "editable": None}
    answered = {
        "0": {"name": "Contact", "fields": {"f1": drop, "f2": text}},
        "7": {"name": None, "fields": []},
    }

    assert decode_meta(body(answered)) == (
        MetaObject(
            id=0,
            name="Contact",
            fields={
                "f1": MetaField(
                    alias="Trees", type="drop", options=((1, "a"), (2, "b")), required=True
                ),
                "f2": MetaField(alias="Note", type="text", unique=True),
            },
        ),
        MetaObject(id=7, name="", fields={}),
    )


def test_a_page_of_tags_keeps_order_and_text_as_a_list_or_a_map() -> None:
    rows: list[object] = [
        {"tag_id": "9", "tag_name": "010", "object_type_id": "0"},
        {"tag_id": 2, "tag_name": " VIP ", "object_type_id": 10000},
        {"tag_id": "3", "tag_name": "VIP"},
        {"id": "4", "tag_name": "", "object_type_id": None},
    ]
    tags = (
        RestTag(id=9, name="010"),
        RestTag(id=2, name=" VIP ", object_type=10000),
        RestTag(id=3, name="VIP"),
        RestTag(id=4, name=""),
    )

    assert decode_tags_page(body(rows, misc=[])) == tags
    assert decode_tags_page(body({str(at): row for at, row in enumerate(rows)})) == tags


def test_an_empty_page_of_tags_has_none() -> None:
    assert decode_tags_page(body([])) == ()


@pytest.mark.parametrize(
    "answered",
    [b'{"code":0}', body(None), body("x"), body(["x"]), body([{"tag_name": "x"}]), b"", b"[]"],
)
def test_a_page_of_tags_that_makes_no_sense_is_reported(answered: bytes) -> None:
    with pytest.raises(AnswerError, match='the response to the request "tags_get" is invalid'):
        decode_tags_page(answered)


@pytest.mark.parametrize(
    "answered",
    [body({"count": "51", "listFields": []}), body({"count": 51})],
)
def test_a_count_is_read_as_text_or_number(answered: bytes) -> None:
    assert decode_count(answered) == 51


@pytest.mark.parametrize(
    "answered",
    [
        body({}),
        body([]),
        body([], count="51"),
        body({"count": "-1"}),
        body({"count": "many"}),
        b"51",
    ],
)
def test_a_count_that_makes_no_sense_is_reported(answered: bytes) -> None:
    with pytest.raises(AnswerError, match='the response to the request "tags_info" is invalid'):
        decode_count(answered)


def test_custom_objects_are_found_in_rows() -> None:
    rows = [
        {"id": "10001", "name": "oTree", "singular": "Tree", "plural": "Trees"},
        {"id": "17", "name": "Other", "singular": "Other"},
        {"id": 10002, "name": None, "singular": "Tree", "plural": "Tree"},
    ]

    found = decode_objects(body(rows))

    assert found == (
        CustomObject(id=10001, name="oTree", singular="Tree", plural="Trees"),
        CustomObject(id=10002, singular="Tree", plural="Tree"),
    )
    assert [each.label for each in found] == ["Trees", "Tree"]
    assert [each.names for each in found] == [("Trees", "Tree", "oTree"), ("Tree",)]


@pytest.mark.parametrize(
    ("data", "success", "errors"),
    [
        ({"success": {"f1557": "Trees"}, "error": []}, {"f1557": "Trees"}, {}),
        (
            {"success": {"f1557": "Trees", "description": "x"}},
            {"f1557": "Trees", "description": "x"},
            {},
        ),
        ({"success": [], "error": []}, {}, {}),
        ({"success": None, "error": None}, {}, {}),
        ({"success": [], "error": {"Trees": "name in use"}}, {}, {"Trees": "name in use"}),
        ({"error": ["one", "two"]}, {}, {"0": "one", "1": "two"}),
        ({"error": "no such section"}, {}, {"": "no such section"}),
        (
            {"success": {"f1": None}, "error": {"a": {"b": 1}}},
            {"f1": "null"},
            {"a": '{"b": 1}'},
        ),
        (
            {"success": {"f1": "SECRET"}, "error": {"SECRET\n": "is SECRET\x1b"}},
            {"f1": "***"},
            {"***": "is ***\\x1b"},
        ),
    ],
)
def test_parts_of_a_write_are_reported_one_by_one(
    data: object, success: dict[str, str], errors: dict[str, str]
) -> None:
    assert decode_written(body(data), word="fieldeditor_put", redact=redact) == Written(
        success=success, errors=errors
    )


UNCLEAR = [
    b"",
    b"<html>",
    b'{"code":0,"data":{"success":',
    b"[]",
    body(7),
    body({"neither": 1}),
    b'{"code":false,"data":"Deleted"',
]


@pytest.mark.parametrize("answered", [*UNCLEAR, body([]), b'{"code":0}', body("Deleted")])
def test_a_write_that_says_neither_is_unclear(answered: bytes) -> None:
    answer = decode_written(answered, word="fieldeditor_put")

    assert isinstance(answer, Unclear)
    assert answer.text.startswith('the response to the request "fieldeditor_put" is invalid: ')


@pytest.mark.parametrize("answered", UNCLEAR)
def test_a_deletion_that_says_neither_is_unclear(answered: bytes) -> None:
    assert isinstance(decode_deleted(answered, word="tag_delete"), Unclear)


@pytest.mark.parametrize("answered", [*UNCLEAR, b'{"code":0}', body([]), body({"tag_id": "0"})])
def test_a_new_tag_without_an_id_is_unclear(answered: bytes) -> None:
    assert isinstance(decode_tag_created(answered), Unclear)


@pytest.mark.parametrize(
    "answered",
    [body("Deleted"), b'{"data":"deleted "}', body([]), b'{"code":"0","account_id":"5"}'],
)
def test_a_deletion_is_accepted_in_each_known_form(answered: bytes) -> None:
    assert decode_deleted(answered, word="tag_delete") == Accepted()


@pytest.mark.parametrize(
    "answered", [{"tag_id": "7"}, {"tag_id": 7, "tag_name": "VIP"}, {"id": "7"}]
)
def test_a_new_tag_has_its_id_in_the_answer(answered: object) -> None:
    assert decode_tag_created(body(answered)) == TagCreated(id=7)


@pytest.mark.parametrize(
    "answered", [body({"attrs": {"tag_name": "VIP"}}), b'{"code":0}', b'{"data":{"attrs":{}}}']
)
def test_a_renamed_tag_is_accepted(answered: bytes) -> None:
    assert decode_tag_renamed(answered) == Accepted()


@pytest.mark.parametrize("answered", [b"", b"[]", b'{"data":"x"}', b"<html>"])
def test_a_renaming_that_says_neither_is_unclear(answered: bytes) -> None:
    assert isinstance(decode_tag_renamed(answered), Unclear)


@pytest.mark.parametrize(
    ("answered", "text"),
    [
        ({"code": 1, "data": "no such field"}, "code 1: no such field"),
        ({"code": "22", "message": "SECRET\nx"}, "code 22: *** x"),
        ({"code": None, "data": [], "error": {"a": 1}}, 'code null: {"a": 1}'),
        ({"code": -1}, "code -1: no reason given"),
    ],
)
def test_a_code_other_than_0_is_a_refusal_of_a_write(
    answered: dict[str, object], text: str
) -> None:
    answer_body = json.dumps(answered).encode()

    assert decode_written(answer_body, word="x", redact=redact) == Refused(text=text)
    assert decode_deleted(answer_body, word="x", redact=redact) == Refused(text=text)
    assert decode_tag_created(answer_body, redact=redact) == Refused(text=text)
    assert decode_tag_renamed(answer_body, redact=redact) == Refused(text=text)


def test_an_error_beside_no_success_is_a_refusal_where_there_are_no_parts() -> None:
    answered = body({"error": ["in use", "by SECRET"]})

    for answer in (
        decode_deleted(answered, word="x", redact=redact),
        decode_tag_created(answered, redact=redact),
        decode_tag_renamed(answered, redact=redact),
    ):
        assert answer == Refused(text="in use; by ***")
