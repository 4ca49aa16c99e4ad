"""Calls of a plan over the REST API and the requests that they mean: each from the other. Pure.

A plan names a field by its id and by its name, so that people can read it, and so that no
call affects a field that got the id of another one. The other fields of the section are read
and added just before a call is sent. Calls on fields are about contacts (`of`) unless they
name a custom object by its label and its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

from schemactl.account.call_arguments import Arguments, refuse_other_form
from schemactl.account.rest.state import OF_CONTACTS, ObjectRef
from schemactl.model.call_word import RestCallWord
from schemactl.model.plan import Call, CallDraft, JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A field to create; `type` is the API's word, None leaves a setting to the server."""

    name: str
    type: str
    options: tuple[str, ...] = ()
    required: bool | None = None
    unique: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFields:
    """Create fields in a section, or a section with its fields.

    Attributes:
        makes_section: Whether the section is new. The server creates one if there is none of
            that name, also if somebody has renamed it.
    """

    word: ClassVar = RestCallWord.CREATE_FIELDS
    of: ObjectRef = OF_CONTACTS
    section: str
    fields: tuple[NewField, ...] = ()
    description: str | None = None
    makes_section: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUpdate:
    """What to change of one field; None and empty leave it as it is.

    Attributes:
        field: Its name in the API.
        name: Its current name, which is checked before.
        new_name: Its new name.
        type: The API's word.

    Raises:
        ValueError: It adds and removes options.
    """

    field: str
    name: str
    new_name: str | None = None
    type: str | None = None
    required: bool | None = None
    unique: bool | None = None
    add_options: tuple[str, ...] = ()
    remove_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.add_options and self.remove_options:
            msg = f"{self.name}: options are added and removed by two requests"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFields:
    """Change fields of a section, or its description.

    Attributes:
        sends_whole: Whether the section's other fields are sent too, as they are.

    Raises:
        ValueError: A field is named twice; fields without an id are not compared.
    """

    of: ObjectRef = OF_CONTACTS
    section: str
    fields: tuple[FieldUpdate, ...] = ()
    description: str | None = None
    sends_whole: bool = True

    def __post_init__(self) -> None:
        named = Counter(update.field for update in self.fields if update.field)
        twice = next((name for name, count in named.items() if count > 1), None)
        if twice is not None:
            msg = f"an update names {twice} twice"
            raise ValueError(msg)

    @property
    def word(self) -> RestCallWord:
        """The word; an update that removes options has its own, since contacts lose them."""
        removes = any(field.remove_options for field in self.fields)
        return RestCallWord.REMOVE_OPTIONS if removes else RestCallWord.UPDATE_FIELDS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteField:
    """Delete a field, and the values of all contacts in it."""

    word: ClassVar = RestCallWord.DELETE_FIELD
    of: ObjectRef = OF_CONTACTS
    section: str
    field: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSection:
    """Delete an empty section."""

    word: ClassVar = RestCallWord.DELETE_SECTION
    of: ObjectRef = OF_CONTACTS
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTag:
    """Create a tag."""

    word: ClassVar = RestCallWord.CREATE_TAG
    of: ClassVar[ObjectRef] = OF_CONTACTS
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTag:
    """Rename a tag."""

    word: ClassVar = RestCallWord.RENAME_TAG
    of: ClassVar[ObjectRef] = OF_CONTACTS
    id: int
    tag: str
    new_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTag:
    """Delete one tag."""

    word: ClassVar = RestCallWord.DELETE_TAG
    of: ClassVar[ObjectRef] = OF_CONTACTS
    id: int
    tag: str


PlannedRequest: TypeAlias = (
    CreateFields
    | UpdateFields
    | DeleteField
    | DeleteSection
    | CreateTag
    | RenameTag
    | DeleteTag
)


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
        case RestCallWord.DELETE_FIELD:
            return DeleteField(
                of=_object(given),
                section=given.text("section"),
                field=given.text("field"),
                name=given.text("name"),
            )
        case RestCallWord.DELETE_SECTION:
            return DeleteSection(of=_object(given), section=given.text("section"))
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
    )


def without_ids(call: Call) -> JsonObject:
    """Return a call's arguments without ids, which only the account knows."""
    request = request_of(call)
    match request:
        case UpdateFields():
            fields = tuple(replace(field, field="") for field in request.fields)
            return _arguments(replace(request, of=_unnumbered(request.of), fields=fields))
        case DeleteField():
            return _arguments(replace(request, of=_unnumbered(request.of), field=""))
        case CreateFields() | DeleteSection():
            return _arguments(replace(request, of=_unnumbered(request.of)))
        case RenameTag() | DeleteTag():
            return _arguments(replace(request, id=0))
        case CreateTag():
            return call.arguments


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
            sends = "whole" if request.sends_whole else "part"
            return {
                **_object_arguments(request.of),
                "section": request.section,
                "fields": updates,
                "sends": sends,
                **described,
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
        case CreateTag():
            return {"tag": request.tag}
        case RenameTag():
            return {"id": request.id, "tag": request.tag, "new_name": request.new_name}
        case DeleteTag():
            return {"id": request.id, "tag": request.tag}


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
    )
