"""Write REST requests as method, path, query and JSON; pure, and without app id and key.

Every body is JSON in ASCII, so that no server can read it in a wrong encoding. Flags are 0 and
1, as the vendor's own clients send them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, TypeAlias

from schemactl.account.http.exchange import HttpMethod, RestRequest
from schemactl.account.http.expressible import checked_text, names_nothing
from schemactl.account.http.json_body import Json
from schemactl.account.rest.conditions import Clause, Condition, Operator, all_of
from schemactl.account.rest.requests import (
    CountRead,
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
    ReadRecords,
    ReadTagged,
    ReadTagInfo,
    ReadTags,
    ReadTagsById,
    ReadValues,
    RecordRead,
    RenameTag,
    RestCall,
    RestRead,
    RestWrite,
    TagContacts,
    UpdateFields,
    UpdateRecord,
)
from schemactl.account.rest.values import MAX_COLUMNS, PAGE_ROWS, FieldWish
from schemactl.errors import InexpressibleError

_FIELDEDITOR: Final = "objects/fieldeditor"

_Query: TypeAlias = tuple[tuple[str, str], ...]


def encode_rest(request: RestCall) -> RestRequest:
    """Write a request as it is sent.

    Raises:
        InexpressibleError: No request can carry a name, a section has more than three
            columns, or the request names nothing to act on.
    """
    match request:
        case (
            ReadFields()
            | ReadMeta()
            | ReadObjects()
            | ReadTags()
            | ReadTagsById()
            | ReadTagInfo()
            | CountRecords()
            | CountTagged()
            | ReadValues()
            | ReadRecords()
            | ReadTagged()
        ):
            return _read(request)
        case CreateFields():
            return _sent(request, HttpMethod.POST, _FIELDEDITOR, _section(request))
        case UpdateFields():
            return _sent(request, HttpMethod.PUT, _FIELDEDITOR, _section(request))
        case DeleteField() | DeleteSection() | DeleteTag():
            return _deletion(request)
        case CreateTag():
            return _sent(request, HttpMethod.POST, "Tags", _new_tag(request))
        case RenameTag():
            return _sent(request, HttpMethod.PUT, "Tags", _renamed_tag(request))
        case UpdateRecord() | TagContacts():
            return _write_of_records(request)


def _write_of_records(request: UpdateRecord | TagContacts) -> RestRequest:
    match request:
        case UpdateRecord():
            return _sent(request, HttpMethod.PUT, "objects", _values(request))
        case TagContacts():
            return _sent(request, HttpMethod.PUT, "objects/tag", _tagging(request))


def _read(request: RestRead) -> RestRequest:
    path, query = _place(request)
    return RestRequest(
        word=request.word,
        method=HttpMethod.GET,
        path=path,
        query=query,
        is_private=isinstance(request, ReadValues | ReadRecords | ReadTagged | CountTagged),
    )


def _place(request: RestRead) -> tuple[str, _Query]:
    """Return path and query of a reading request.

    Rows are sorted by id, because without an order pages could overlap.
    """
    match request:
        case ReadFields(object_id=number):
            return _FIELDEDITOR, (("objectID", _number(number)),)
        case ReadMeta(object_id=number):
            asked = () if number is None else (("objectID", _number(number)),)
            return "objects/meta", (*asked, ("format", "byId"))
        case ReadObjects(start=start):
            return "CustomObjects", _page(start, sort="id")
        case ReadTags(start=start):
            return "Tags", _page(start, sort="tag_id")
        case ReadTagsById(ids=ids):
            chosen = ("ids", ",".join(map(_number, ids)))
            return "Tags", (chosen, *_page(0, sort="tag_id"))
        case ReadTagInfo():
            return "Tags/getInfo", ()
        case CountRecords() | CountTagged() | ReadValues() | ReadRecords() | ReadTagged():
            return _place_of_records(request)


def _place_of_records(request: CountRead | RecordRead) -> tuple[str, _Query]:
    """Return path and query of a request about records."""
    match request:
        case CountRecords(object_id=number, condition=condition):
            asked = () if condition is None else (("condition", _condition(condition)),)
            return "objects/getInfo", (("objectID", _number(number)), *asked)
        case CountTagged(tag_id=tag):
            contacts = ("objectID", "0")
            return "objects/tag", (contacts, ("tag_id", _number(tag)), ("count", "true"))
        case ReadValues(object_id=number, fields=fields, after=after):
            listed, chosen = ("id", *fields), ("condition", _condition(_after(after)))
            return "objects", _records(number, listed, chosen)
        case ReadRecords(object_id=number, fields=fields, ids=ids):
            listed = ("id", "dlm", *fields)
            wanted = _after(request.after)
            if request.since_s is not None:
                wanted = all_of(*wanted.clauses, _changed_since(request.since_s))
            chosen = ("condition", _condition(wanted))
            if ids:
                chosen = ("ids", ",".join(map(_number, ids)))
            return "objects", _records(number, listed, chosen)
        case ReadTagged(tag_id=tag, start=start):
            return "objects/tag", (
                ("objectID", "0"),
                ("tag_id", _number(tag)),
                ("listFields", "id"),
                *_page(start, sort="id"),
            )


def _records(object_id: int, fields: Sequence[str], chosen: tuple[str, str]) -> _Query:
    """Return the query for a page of chosen records in the order of their ids."""
    listed = ("listFields", ",".join(fields))
    return (("objectID", _number(object_id)), listed, chosen, *_page(0, sort="id"))


def _after(record_id: int) -> Condition:
    """Return the condition for the next page: a deleted record must not shift the pages."""
    return all_of(Clause(field="id", operator=Operator.GREATER, value=str(record_id)))


def _changed_since(seconds: int) -> Clause:
    """Return the condition on the time of the last change, in whole seconds."""
    return Clause(field="dlm", operator=Operator.GREATER, value=str(seconds - 1))


def _condition(condition: Condition) -> str:
    """Write a condition as JSON; `IS` has the bare word NULL (seen in a live test)."""
    parts: list[Json] = []
    for clause in condition.clauses:
        if parts:
            parts.append(str(condition.connector))
        parts.append(_clause(clause))
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":"))


def _clause(clause: Clause) -> dict[str, Json]:
    value: Json = {"value": clause.value}
    if clause.operator is Operator.IS:
        value = "NULL"
    return {"field": {"field": clause.field}, "op": str(clause.operator), "value": value}


def _page(start: int, *, sort: str) -> _Query:
    return (
        ("start", _number(start)),
        ("range", str(PAGE_ROWS)),
        ("sort", sort),
        ("sortDir", "asc"),
    )


def _sent(
    request: RestWrite, method: HttpMethod, path: str, body: dict[str, Json] | None
) -> RestRequest:
    if body is None:
        raise names_nothing(request.word)
    text = json.dumps(body, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return RestRequest(
        word=request.word,
        method=method,
        path=path,
        body=text.encode("ascii"),
        is_private=isinstance(request, UpdateRecord),
    )


def _deletion(request: DeleteField | DeleteSection | DeleteTag) -> RestRequest:
    """Write a deletion, unless the value that identifies its object is empty or 0."""
    path, query = _target(request)
    if query[-1][1] in {"", "0"}:
        raise names_nothing(request.word)
    return RestRequest(word=request.word, method=HttpMethod.DELETE, path=path, query=query)


def _target(request: DeleteField | DeleteSection | DeleteTag) -> tuple[str, _Query]:
    match request:
        case DeleteField(object_id=number, field=name):
            return _FIELDEDITOR, _of_object(number, "field", name)
        case DeleteSection(object_id=number, section=name):
            return _FIELDEDITOR, _of_object(number, "section", name)
        case DeleteTag(id=number):
            return "Tag", (("id", _number(number)),)


def _of_object(number: int, key: str, name: str) -> _Query:
    return ("objectID", _number(number)), (key, checked_text(name))


def _new_tag(request: CreateTag) -> dict[str, Json] | None:
    if not request.name:
        return None
    return {
        "tag_name": checked_text(request.name),
        "object_type_id": _checked_number(request.object_type),
    }


def _renamed_tag(request: RenameTag) -> dict[str, Json] | None:
    if not (request.name and request.id):
        return None
    return {"id": _checked_number(request.id), "tag_name": checked_text(request.name)}


def _values(request: UpdateRecord) -> dict[str, Json] | None:
    """Write values of one record; every number from 1 up is a record."""
    if not (request.id and request.values):
        return None
    return {
        "objectID": _checked_number(request.object_id),
        "id": _checked_number(request.id),
        **{name: checked_text(text) for name, text in request.values},
    }


def _tagging(request: TagContacts) -> dict[str, Json] | None:
    """Write which contacts get a tag; the id 0 would mean all of them (a client's words)."""
    if not (request.tag_id and request.ids and all(request.ids)):
        return None
    return {
        "objectID": 0,
        "ids": ",".join(map(_number, request.ids)),
        "add_list": _number(request.tag_id),
    }


def _section(request: CreateFields | UpdateFields) -> dict[str, Json] | None:
    """Write a section with its fields; None where it has no name.

    Without any column, `fields` is null, which creates an empty section (tried live by a
    client).
    """
    if not request.section:
        return None
    if len(request.columns) > MAX_COLUMNS:
        msg = f"a section has at most {MAX_COLUMNS} columns, not {len(request.columns)}"
        raise InexpressibleError(msg)
    body: dict[str, Json] = {
        "objectID": _checked_number(request.object_id),
        "name": checked_text(request.section),
    }
    if request.description is not None:
        body["description"] = checked_text(request.description)
    columns: list[Json] = [
        [_field(wish, request.word) for wish in column] for column in request.columns
    ]
    body["fields"] = columns or None
    return body


def _field(wish: FieldWish, word: str) -> Json:
    """Write a field; one without an alias is identified only by its name in the API."""
    if not (wish.alias or wish.field):
        raise names_nothing(word)
    field: dict[str, Json] = {
        "id": None if wish.id is None else _checked_number(wish.id),
        "field": None if wish.field is None else checked_text(wish.field),
        "alias": checked_text(wish.alias),
        "type": None if wish.type is None else checked_text(wish.type),
        "required": None if wish.required is None else int(wish.required),
        "unique": None if wish.unique is None else int(wish.unique),
    }
    ways = {
        "add": wish.add_options,
        "remove": wish.remove_options,
        "replace": wish.replace_options,
    }
    for key, labels in ways.items():
        if labels:
            field["options"] = {key: [checked_text(label) for label in labels]}
    return {key: value for key, value in field.items() if value is not None}


def _number(number: int) -> str:
    return str(_checked_number(number))


def _checked_number(number: int) -> int:
    if number < 0:
        msg = f"{number} is not the number of an object, a field, a tag or a row"
        raise InexpressibleError(msg)
    return number
