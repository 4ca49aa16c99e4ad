"""Decode sections, columns and fields, and what meta says about the same fields.

It reads `Json` that was parsed before, whose shape is still untrusted. `decoder` says what each
answer holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemactl.account.http.json_body import Json, JsonBody
from schemactl.account.rest.envelope import read_data
from schemactl.account.rest.json_members import (
    entries,
    flag,
    known_text,
    maybe_number,
    members,
    name,
    number,
    required,
    text,
)
from schemactl.account.rest.types import OPTION_WORDS
from schemactl.account.rest.values import MetaField, MetaObject, RestField, RestSection

_MAX_COLUMNS: Final = 100
"""Columns of a section that are read; three are known, and a large key must not create many."""


def read_section(
    key: str, value: Json, known: Mapping[str, Json], answer: JsonBody
) -> RestSection:
    """Read one section; `key` is its id if it has none, `known` has the fields of meta."""
    what = "a section"
    row = members(value, what, answer)
    return RestSection(
        id=number(row.get("id", key), "the id of a section", answer),
        name=known_text(row, "name", "the name of a section", answer),
        description=text(row.get("description"), "the description of a section", answer),
        columns=tuple(
            tuple(_field(each, known, answer) for each in column)
            for column in _columns(required(row, "fields", what, answer), answer)
        ),
    )


def _columns(value: Json, answer: JsonBody) -> list[list[Json]]:
    """Return the columns without null entries; a column that PHP omitted is empty."""
    columns: list[list[Json]] = []
    if value is None:
        return columns
    for key, column in entries(value, "the list of columns", answer):
        place = number(key, "the place of a column", answer)
        if place >= _MAX_COLUMNS:
            answer.reject(f"a section has a column {place}")
        columns.extend([] for _ in range(place + 1 - len(columns)))
        if column is not None:
            cells = entries(column, "a column", answer)
            columns[place].extend(cell for _, cell in cells if cell is not None)
    return columns


def _field(value: Json, known: Mapping[str, Json], answer: JsonBody) -> RestField:
    what = "a field"
    row = members(value, what, answer)
    api_name = name(row.get("field"), "the name of a field", answer)
    kind = known_text(row, "type", "the type of a field", answer)
    options = None
    # Other types may have choices too, such as the codes of countries: nobody manages those.
    if kind in OPTION_WORDS and api_name in known:
        options = _options(members(known[api_name], "a field of meta", answer), answer)
    return RestField(
        id=number(row.get("id"), "the id of a field", answer),
        field=api_name,
        alias=text(required(row, "alias", what, answer), "the alias of a field", answer),
        type=kind,
        required=flag(row.get("required"), "required", answer),
        unique=flag(row.get("unique"), "unique", answer),
        editable=flag(row.get("editable"), "editable", answer),
        deletable=flag(row.get("deletable"), "deletable", answer),
        options=None if options is None else tuple(label for _, label in options),
        option_ids=tuple(id_ for id_, _ in options or () if id_ is not None),
    )


def fields_of_object(answer: JsonBody, object_id: int | None) -> Mapping[str, Json]:
    """Return the fields of one object of meta, as received, by their names in the API.

    Raises:
        AnswerError: There is no such object, or not exactly one where none is asked for.
    """
    objects = dict(entries(read_data(answer), "the list of objects", answer))
    if object_id is None and len(objects) == 1:
        (found,) = objects.values()
    elif object_id is not None and str(object_id) in objects:
        found = objects[str(object_id)]
    else:
        asked = "one object" if object_id is None else f"the object {object_id}"
        answer.reject(f"it has {len(objects)} objects, not {asked}")
    return _rows(found, answer)


def _rows(value: Json, answer: JsonBody) -> Mapping[str, Json]:
    """Return the fields of an object of meta by their names; no fields come as `[]`."""
    fields = members(value, "an object", answer).get("fields")
    return {} if fields == [] else members(fields, "the fields of an object", answer)


def read_meta_object(key: str, value: Json, answer: JsonBody) -> MetaObject:
    """Read one object of meta with all its fields; `key` is its number."""
    what = "an object"
    row = members(value, what, answer)
    return MetaObject(
        id=number(key, "the number of an object", answer),
        name=text(required(row, "name", what, answer), "the name of an object", answer),
        fields={api: _meta_field(each, answer) for api, each in _rows(value, answer).items()},
    )


def _meta_field(value: Json, answer: JsonBody) -> MetaField:
    what = "a field"
    row = members(value, what, answer)
    kind = known_text(row, "type", "the type of a field", answer)
    return MetaField(
        alias=text(required(row, "alias", what, answer), "the alias of a field", answer),
        type=kind,
        options=_options(row, answer) if kind in OPTION_WORDS else None,
        required=flag(row.get("required"), "required", answer),
        unique=flag(row.get("unique"), "unique", answer),
    )


def _options(
    row: Mapping[str, Json], answer: JsonBody
) -> tuple[tuple[int, str] | tuple[None, str], ...]:
    """Return ids and labels of a dropdown or list of meta, in the order of the ids.

    If any id is not a whole number, no option has an id.
    """
    value = row.get("options")
    if value is None or value == "":
        return ()
    found = [
        (maybe_number(key), text(label, "an option", answer))
        for key, label in entries(value, "the options of a field", answer)
    ]
    numbered = [(id_, label) for id_, label in found if id_ is not None]
    if len(numbered) == len(found):
        return tuple(sorted(numbered, key=_id_of))
    return tuple((None, label) for _, label in found)


def _id_of(option: tuple[int, str]) -> int:
    return option[0]
