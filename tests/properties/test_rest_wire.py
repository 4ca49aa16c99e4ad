"""The REST codec, whatever comes: values survive, errors are ours, nothing deletes all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from schemactl.account.http.exchange import HttpMethod
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
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.requests import (
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
    RenameTag,
    RestCall,
    RestRead,
    UpdateFields,
)
from schemactl.account.rest.values import (
    FieldWish,
    RestField,
    RestSection,
    RestTag,
    TagCreated,
    Written,
)
from schemactl.errors import AccountError, InexpressibleError
from schemactl.project.address import url_below
from schemactl.text import one_line
from tests.unit.account.http.rest_bodies import body, layout_body, layout_of, meta_body, meta_of

T = TypeVar("T")

READERS: tuple[Callable[[bytes], object], ...] = (
    lambda answered: decode_fields(answered, meta_of()),
    lambda answered: decode_fields(layout_of(), answered),
    decode_meta,
    decode_tags_page,
    decode_count,
    decode_objects,
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
ids = st.integers(min_value=0, max_value=10**9)
words = st.sampled_from(
    [
        *("code", "data", "fields", "id", "field", "alias", "options", "success", "error"),
        *("count", "0", "10000", "tag_id", "tag_name", "name", "f1", "drop", "type", "Deleted"),
    ]
)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words | texts, inner, max_size=5)
    ),
    max_leaves=20,
)
answers = st.one_of(
    st.binary(max_size=60),
    texts.map(str.encode),
    any_json.map(lambda value: json.dumps(value).encode()),
    any_json.map(lambda value: json.dumps({"code": 0, "data": value}).encode()),
    any_json.map(lambda value: json.dumps({"code": 0, "data": {"0": value}}).encode()),
)


def few(of: st.SearchStrategy[T], most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(of, max_size=most).map(tuple)


@st.composite
def rest_fields(draw: st.DrawFn, number: int) -> RestField:
    """Return a field; its options have ids in rising order, as they are read."""
    options: tuple[str, ...] | None = None
    option_ids: tuple[int, ...] = ()
    kind = draw(st.sampled_from(["text", "drop", "list", "mergefield", "odd"]))
    if kind in {"drop", "list"}:
        labels = draw(st.dictionaries(ids, texts, max_size=4))
        option_ids = tuple(sorted(labels))
        options = tuple(labels[each] for each in option_ids)
    return RestField(
        id=draw(ids),
        field=f"f{number}",
        alias=draw(texts),
        type=kind,
        required=draw(st.booleans()),
        unique=draw(st.booleans()),
        editable=draw(st.booleans()),
        deletable=draw(st.booleans()),
        options=options,
        option_ids=option_ids,
    )


@st.composite
def layouts(draw: st.DrawFn) -> tuple[RestSection, ...]:
    sections: list[RestSection] = []
    count = 0
    for id_ in draw(st.lists(ids, max_size=3, unique=True)):
        columns: list[tuple[RestField, ...]] = []
        for size in draw(st.lists(st.integers(min_value=0, max_value=3), max_size=3)):
            columns.append(tuple(draw(rest_fields(count + place)) for place in range(size)))
            count += size
        sections.append(
            RestSection(
                id=id_, name=draw(texts), description=draw(texts), columns=tuple(columns)
            )
        )
    return tuple(sections)


@st.composite
def wishes(draw: st.DrawFn) -> FieldWish:
    options = draw(few(texts))
    is_addition = draw(st.booleans())
    return FieldWish(
        alias=draw(texts),
        type=draw(st.none() | texts),
        field=draw(st.none() | texts),
        id=draw(st.none() | ids),
        required=draw(st.none() | st.booleans()),
        unique=draw(st.none() | st.booleans()),
        add_options=options if is_addition else (),
        remove_options=() if is_addition else options,
    )


numbers = st.integers(min_value=-2, max_value=10_005)
columns_of_wishes = few(few(wishes()), most=4)
calls: st.SearchStrategy[RestCall] = st.one_of(
    st.builds(ReadFields, object_id=numbers),
    st.builds(ReadMeta, object_id=st.none() | numbers),
    st.builds(ReadObjects, start=numbers),
    st.builds(ReadTags, start=numbers),
    st.just(ReadTagInfo()),
    st.builds(
        CreateFields,
        object_id=numbers,
        section=texts,
        description=st.none() | texts,
        columns=columns_of_wishes,
    ),
    st.builds(
        UpdateFields,
        object_id=numbers,
        section=texts,
        description=st.none() | texts,
        columns=columns_of_wishes,
    ),
    st.builds(DeleteField, object_id=numbers, field=texts),
    st.builds(DeleteSection, object_id=numbers, section=texts),
    st.builds(CreateTag, name=texts, object_type=numbers),
    st.builds(RenameTag, id=numbers, name=texts),
    st.builds(DeleteTag, id=numbers),
)


@given(layouts())
def test_a_layout_survives_the_way_over_two_answers(sections: tuple[RestSection, ...]) -> None:
    assert decode_fields(layout_body(sections), meta_body(sections)).sections == sections


@given(st.lists(st.builds(RestTag, id=ids, name=texts, object_type=ids), max_size=5))
def test_tags_survive_the_way(tags: list[RestTag]) -> None:
    rows = [
        {"tag_id": str(tag.id), "tag_name": tag.name, "object_type_id": str(tag.object_type)}
        for tag in tags
    ]

    assert decode_tags_page(body(rows)) == tuple(tags)


@given(answers)
@example(b'{"code":0,"data":{"3":{"fields":{"99999999":[]}}}}')
@example(b'{"code":0,"data":{"3":{"fields":{"-1":[]}}}}')
@example(b'{"code":0,"data":{"count":1e999}}')
@example(b'{"code":[],"data":{}}')
def test_a_read_gives_a_value_or_an_error_fit_to_show(answered: bytes) -> None:
    for decode in READERS:
        try:
            decode(answered)
        except AccountError as error:
            message = str(error)
            assert one_line(message, max_length=len(message)) == message


@given(answers)
def test_a_write_never_raises_and_says_what_is_fit_to_show(answered: bytes) -> None:
    for answer in (
        decode_written(answered, word="fieldeditor_put"),
        decode_deleted(answered, word="tag_delete"),
        decode_tag_created(answered),
        decode_tag_renamed(answered),
    ):
        match answer:
            case Refused(text=text) | Unclear(text=text):
                assert one_line(text, max_length=len(text)) == text
            case Written(errors=errors):
                shown = "".join((*errors, *errors.values()))
                assert one_line(shown, max_length=len(shown)) == shown
            case Accepted() | TagCreated():
                pass


@given(st.data())
def test_half_a_body_is_never_read_as_a_whole_one(data: st.DataObject) -> None:
    sections = data.draw(layouts())
    whole = layout_body(sections)
    cut = whole[: data.draw(st.integers(min_value=0, max_value=len(whole) - 1))]

    try:
        decode_fields(cut, meta_body(sections))
    except AccountError:
        return
    msg = "half a body was read"
    raise AssertionError(msg)


@given(calls)
@example(DeleteTag(id=0))
@example(DeleteTag(id=-1))
def test_no_request_can_delete_more_than_one_tag(call: RestCall) -> None:
    try:
        request = encode_rest(call)
    except InexpressibleError:
        return

    deletes = request.method is HttpMethod.DELETE
    assert not (deletes and request.path.lower() == "tags")
    assert not (b"DELETE" in (request.body or b"") and request.path != "objects/fieldeditor")
    if deletes:
        assert request.body is None
        *_, (key, value) = request.query
        expected = {"Tag": {"id"}, "objects/fieldeditor": {"field", "section"}}
        assert key in expected[request.path]
        assert value not in {"", "0"} or key == "section"
    if request.path == "Tag":
        assert deletes
        assert isinstance(call, DeleteTag)
        assert request.query == (("id", str(call.id)),)


@given(calls)
def test_a_request_says_what_its_value_says(call: RestCall) -> None:
    try:
        request = encode_rest(call)
    except InexpressibleError:
        return

    url = urlsplit(url_below("https://api.example/1/", request.path, request.query))
    assert (url.netloc, url.path) == ("api.example", f"/1/{request.path}")
    pairs = parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    assert tuple(pairs) == request.query
    assert request.is_read is isinstance(call, RestRead)
    if isinstance(call, CreateFields | UpdateFields):
        answered = json.loads(request.body or b"")
        assert answered["name"] == call.section
        assert answered.get("description") == call.description
        assert [[_answer(wish) for wish in column] for column in call.columns] == (
            answered["fields"] or []
        )


def _answer(wish: FieldWish) -> dict[str, object]:
    """Compute in another way what a wish becomes."""
    answered: dict[str, object] = {"alias": wish.alias}
    for key in ("id", "field", "type", "required", "unique"):
        value = getattr(wish, key)
        if value is not None:
            answered[key] = value
    if wish.add_options:
        answered["options"] = {"add": list(wish.add_options)}
    if wish.remove_options:
        answered["options"] = {"remove": list(wish.remove_options)}
    return answered
