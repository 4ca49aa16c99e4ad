"""Calls of a plan over the REST API and the requests that they mean: each from the other. Pure.

A plan names a field by its id and by its name, so that people can read it, and so that no
call affects a field that got the id of another one. The other fields of the section are read
and added just before a call is sent. Calls on fields are about contacts (`of`) unless they
name a custom object by its label and its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from schemactl.account.call_arguments import Arguments, refuse_other_form
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
from schemactl.account.rest.state import OF_CONTACTS, ObjectRef
from schemactl.model.call_word import RestCallWord
from schemactl.model.plan import Call, CallDraft, JsonObject, JsonValue
from schemactl.values import replace

_TagWord: TypeAlias = Literal[
    RestCallWord.CREATE_TAG, RestCallWord.RENAME_TAG, RestCallWord.DELETE_TAG
]


def draft_call(request: PlannedRequest, *, serves: Sequence[str]) -> CallDraft:
    """Write a request down as data."""
    return CallDraft(
        request=str(request.word), arguments=_arguments(request), serves=tuple(serves)
    )


def request_of(call: Call) -> PlannedRequest:
    """Read a call of a plan as the request that it means.

    Raises:
        ValueError: The API has no such call, or an argument is missing or extra.
    """
    if call.request not in set(RestCallWord):
        msg = f"the REST API has no planned request {call.request!r}"
        raise ValueError(msg)
    request = _read(RestCallWord(call.request), Arguments(call.arguments))
    refuse_other_form(call, draft_call(request, serves=call.serves))
    return request


def _read(word: RestCallWord, given: Arguments) -> PlannedRequest:
    match word:
        case RestCallWord.CREATE_FIELDS:
            return _creation(given)
        case RestCallWord.UPDATE_FIELDS | RestCallWord.REMOVE_OPTIONS:
            return _update(given)
        case RestCallWord.MOVE_FIELD:
            return MoveField(
                of=_object(given),
                section=given.text("section"),
                source=given.text("source"),
                field=given.text("field"),
                name=given.text("name"),
                sends_whole=given.text("sends") == "whole",
            )
        case RestCallWord.DELETE_FIELD:
            return DeleteField(
                of=_object(given),
                section=given.text("section"),
                field=given.text("field"),
                name=given.text("name"),
            )
        case RestCallWord.DELETE_SECTION:
            return DeleteSection(of=_object(given), section=given.text("section"))
        case RestCallWord.CREATE_TAG | RestCallWord.RENAME_TAG | RestCallWord.DELETE_TAG:
            return _tag_request(word, given)


def _tag_request(word: _TagWord, given: Arguments) -> CreateTag | RenameTag | DeleteTag:
    match word:
        case RestCallWord.CREATE_TAG:
            return CreateTag(tag=given.text("tag"))
        case RestCallWord.RENAME_TAG:
            return RenameTag(
                id=given.number("id"), tag=given.text("tag"), new_name=given.text("new_name")
            )
        case RestCallWord.DELETE_TAG:
            return DeleteTag(id=given.number("id"), tag=given.text("tag"))


def _creation(given: Arguments) -> CreateFields:
    return CreateFields(
        of=_object(given),
        section=given.text("section"),
        fields=tuple(_new_field(one) for one in given.items("fields")),
        description=given.maybe_text("description"),
        makes_section=given.flag("new_section") is True,
    )


def _update(given: Arguments) -> UpdateFields:
    return UpdateFields(
        of=_object(given),
        section=given.text("section"),
        fields=tuple(_field_update(one) for one in given.items("fields")),
        description=given.maybe_text("description"),
        sends_whole=given.text("sends") == "whole",
        order=given.texts("order"),
    )


def without_ids(call: Call) -> JsonObject:
    """Return a call's arguments without ids, which only the account knows."""
    request = request_of(call)
    match request:
        case UpdateFields():
            fields = tuple(replace(field, field="") for field in request.fields)
            return _arguments(replace(request, of=_unnumbered(request.of), fields=fields))
        case MoveField() | DeleteField():
            return _arguments(replace(request, of=_unnumbered(request.of), field=""))
        case CreateFields() | DeleteSection():
            return _arguments(replace(request, of=_unnumbered(request.of)))
        case RenameTag() | DeleteTag():
            return _arguments(replace(request, id=0))
        case CreateTag():
            return call.arguments


def makes_section(call: Call) -> bool:
    """Whether a call creates a section, and not only fields in one that exists.

    Like `object_of`, it reads only this argument: `request_of` checks the whole call before it
    is sent.
    """
    is_creation = call.request == RestCallWord.CREATE_FIELDS
    return is_creation and Arguments(call.arguments).flag("new_section") is True


def object_of(call: Call) -> ObjectRef:
    """Return the object that a call on fields is about."""
    return _object(Arguments(call.arguments))


def _unnumbered(of: ObjectRef) -> ObjectRef:
    return of._replace(id=0)


def _object(given: Arguments) -> ObjectRef:
    label = given.maybe_text("object")
    return ObjectRef(label, given.number("object_id")) if label else OF_CONTACTS


def _object_arguments(of: ObjectRef) -> JsonObject:
    """Return the arguments that name the object; none for contacts."""
    return {} if of == OF_CONTACTS else {"object": of.label, "object_id": of.id}


def _arguments(request: PlannedRequest) -> JsonObject:
    match request:
        case CreateFields():
            of = _object_arguments(request.of)
            fields = tuple(_new_field_arguments(field) for field in request.fields)
            new = {"new_section": True} if request.makes_section else {}
            described = _without_none({"description": request.description})
            return {**of, "section": request.section, **new, "fields": fields, **described}
        case UpdateFields():
            updates = tuple(_update_arguments(field) for field in request.fields)
            described = _without_none({"description": request.description})
            return {
                **_object_arguments(request.of),
                "section": request.section,
                "fields": updates,
                "sends": _sends(request),
                **({"order": request.order} if request.order else {}),
                **described,
            }
        case MoveField():
            return {
                **_object_arguments(request.of),
                "section": request.section,
                "source": request.source,
                "field": request.field,
                "name": request.name,
                "sends": _sends(request),
            }
        case DeleteField():
            return {
                **_object_arguments(request.of),
                "section": request.section,
                "field": request.field,
                "name": request.name,
            }
        case DeleteSection():
            return {**_object_arguments(request.of), "section": request.section}
        case CreateTag() | RenameTag() | DeleteTag():
            return _tag_arguments(request)


def _tag_arguments(request: CreateTag | RenameTag | DeleteTag) -> JsonObject:
    match request:
        case CreateTag():
            return {"tag": request.tag}
        case RenameTag():
            return {"id": request.id, "tag": request.tag, "new_name": request.new_name}
        case DeleteTag():
            return {"id": request.id, "tag": request.tag}


def _sends(request: UpdateFields | MoveField) -> str:
    return "whole" if request.sends_whole else "part"


def _new_field_arguments(field: NewField) -> JsonObject:
    settings = {"required": field.required, "unique": field.unique}
    return {
        "name": field.name,
        "type": field.type,
        **_without_none({**settings, "options": field.options or None}),
    }


def _update_arguments(field: FieldUpdate) -> JsonObject:
    return {
        "field": field.field,
        "name": field.name,
        **_without_none(
            {
                "new_name": field.new_name,
                "type": field.type,
                "required": field.required,
                "unique": field.unique,
                "add_options": field.add_options or None,
                "remove_options": field.remove_options or None,
                "replace_options": field.replace_options or None,
            }
        ),
    }


def _without_none(arguments: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in arguments.items() if value is not None}


def _new_field(given: Arguments) -> NewField:
    return NewField(
        name=given.text("name"),
        type=given.text("type"),
        options=given.texts("options"),
        required=given.flag("required"),
        unique=given.flag("unique"),
    )


def _field_update(given: Arguments) -> FieldUpdate:
    return FieldUpdate(
        field=given.text("field"),
        name=given.text("name"),
        new_name=given.maybe_text("new_name"),
        type=given.maybe_text("type"),
        required=given.flag("required"),
        unique=given.flag("unique"),
        add_options=given.texts("add_options"),
        remove_options=given.texts("remove_options"),
        replace_options=given.texts("replace_options"),
    )
