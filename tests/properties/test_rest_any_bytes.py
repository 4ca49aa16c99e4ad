"""Whatever is sent over REST, the emulator answers, and never with 500."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.emulator import EmulatorServer
from schemactl.emulator.rest.conditions import Operator
from tests.unit.emulator.talk import FORM, REST, Talk

PATHS = (
    *("objects/fieldeditor", "Contacts/fieldeditor", "objects/meta", "Tags", "Tag", "Contacts"),
    *("Contact", "objects", "object", "Tags/getInfo", "Contacts/getInfo", "CustomObjects"),
    *("Tags/saveorupdate", "Contacts/saveorupdate", "objects/saveorupdate", "", "%00", "x/y"),
    *("objects/tag", "objects/tagByName", "object/getByEmail", "TagSubscribers", "Pets", "Pet"),
    *("objects/sequence", "objects/subscribe", "objects/pause", "TagSubscribers/getInfo"),
)
METHODS = ("GET", "POST", "PUT", "DELETE")
NAMES = (
    *("objectID", "name", "description", "fields", "section", "field", "format", "id", "ids"),
    *("start", "range", "sort", "sortDir", "count", "search", "condition", "tag_name"),
    *("object_type_id", "listFields", "firstname", "email", "contact_cat", "updateSequence"),
    *(
        "tag_id",
        "add_list",
        "remove_list",
        "add_names",
        "remove_names",
        "performAll",
        "externs",
    ),
    *("background_request", "ignore_blanks", "group_ids", "searchNotes", "f1037", "f1038"),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(
        ("0", "1", "14", "99", "Sales", "Stage", "text", "drop", "f1037", "firstname", "fn", "")
    ),
    st.sampled_from(("\x00", "\ud800", "a" * 300, "9" * 30, "[]", "{}", "*/*1*/*", "%")),
)
FIELD = st.dictionaries(
    st.sampled_from(("alias", "field", "type", "required", "unique", "options", "id")),
    SCALARS
    | st.dictionaries(
        st.sampled_from(("add", "remove", "replace")), st.lists(SCALARS, max_size=3) | SCALARS
    ),
    max_size=5,
)
COLUMNS = st.lists(st.lists(FIELD | SCALARS, max_size=3) | SCALARS, max_size=4)
BODIES = st.dictionaries(st.sampled_from(NAMES), SCALARS | COLUMNS, max_size=6)
FORM_NAMES = ("fields[0][0][alias]", "fields[][]", "fields[0]", "[", "]", "a[b", "objectID[]")


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    """One emulator for all examples; what they leave behind only makes it harder."""
    with EmulatorServer() as server:
        server.edit("add-section Sales\nadd-field Sales Stage tdrop New Won\nadd-tag VIP")
        server.edit("add-object Pets Pet\nin-object Pets add-section Details")
        yield Talk(server=server)


def is_answered(talk: Talk, method: str, path: str, body: bytes, kind: str) -> None:
    headers = {**REST, "Content-Type": kind}
    answer = talk.post(body, path=f"/1/{path}", method=method, headers=headers)
    assert answer.status in {200, 400, 404, 422, 501}, answer.body
    assert answer.headers["x-rate-limit-remaining"]


@given(
    method=st.sampled_from(METHODS), path=st.sampled_from(PATHS), body=st.binary(max_size=60)
)
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("kind", ["application/json", FORM["Content-Type"]])
def test_any_bytes_are_answered(
    talk: Talk, kind: str, method: str, path: str, body: bytes
) -> None:
    is_answered(talk, method, path, body, kind)


COMPARISONS = st.fixed_dictionaries(
    {
        "field": st.fixed_dictionaries({"field": st.sampled_from(NAMES) | SCALARS}) | SCALARS,
        "op": st.sampled_from((*map(str, Operator), "IS", "IS NOT", "is not")) | SCALARS,
    },
    optional={
        "value": SCALARS
        | st.fixed_dictionaries({"value": SCALARS})
        | st.fixed_dictionaries({"list": st.lists(SCALARS, max_size=3)})
        | st.lists(SCALARS, max_size=3)
    },
)


@given(
    parts=st.lists(COMPARISONS, min_size=1, max_size=4), joins=st.sampled_from(("AND", "OR"))
)
@settings(max_examples=100, deadline=None)
def test_any_condition_is_answered(
    talk: Talk, parts: list[dict[str, object]], joins: str
) -> None:
    condition: list[object] = [parts[0]]
    for part in parts[1:]:
        condition += [joins, part]
    for path in ("Contacts", "Tags", "TagSubscribers", "Pets"):
        body = json.dumps({"condition": condition}).encode()
        is_answered(talk, "GET", path, body, "application/json")


@given(text=st.text(max_size=30) | st.from_regex(r"[a-z]+ (=|>|IN|IS|LIKE) .{0,12}"))
@settings(max_examples=80, deadline=None)
def test_any_sql_is_answered(talk: Talk, text: str) -> None:
    body = json.dumps({"condition": text}).encode()
    is_answered(talk, "GET", "Contacts", body, "application/json")


@given(method=st.sampled_from(METHODS), path=st.sampled_from(PATHS), body=BODIES)
@settings(max_examples=120, deadline=None)
def test_any_json_is_answered(
    talk: Talk, method: str, path: str, body: dict[str, object]
) -> None:
    sent = json.dumps({"objectID": 0, "id": 1, "name": "Sales", **body}).encode()
    is_answered(talk, method, path, sent, "application/json")


@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    pairs=st.lists(
        st.tuples(st.sampled_from((*NAMES, *FORM_NAMES)), st.sampled_from(("0", "1", "x", ""))),
        max_size=6,
    ),
)
@settings(max_examples=60, deadline=None)
def test_any_form_is_answered(
    talk: Talk, method: str, path: str, pairs: list[tuple[str, str]]
) -> None:
    form = "&".join(f"{name}={value}" for name, value in pairs)
    is_answered(talk, method, path, form.encode(), FORM["Content-Type"])
