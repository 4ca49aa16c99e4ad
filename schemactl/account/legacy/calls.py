"""A call of a plan and the request of the wire that it stands for: each from the other.

A plan holds arguments as plain data, so that it can be saved, shown and compared;
what is sent is the request made from exactly these. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, assert_never

from schemactl.account.legacy.requests import (
    AddDropdown,
    AddSection,
    AddTag,
    EditSection,
    RemoveDropdown,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RequestWord,
)
from schemactl.account.legacy.values import NewField
from schemactl.model.live_index import LiveIndex
from schemactl.model.plan import Call, CallDraft, JsonObject, JsonValue
from schemactl.model.schema import FieldKey

PlannedRequest: TypeAlias = (
    AddSection
    | EditSection
    | RemoveSection
    | RemoveField
    | AddDropdown
    | RemoveDropdown
    | AddTag
    | RemoveTag
)
"""The requests that a plan can hold."""


def draft_call(request: PlannedRequest, *, serves: Sequence[str]) -> CallDraft:
    """Write a request down as data."""
    return CallDraft(
        request=str(request.word), arguments=_arguments(request), serves=tuple(serves)
    )


def request_of(call: Call) -> PlannedRequest:
    """Read a call of a plan as the request to send.

    Raises:
        ValueError: The call is none that this wire knows, or lacks an argument.
    """
    given = _Arguments(call.arguments)
    match call.request:
        case RequestWord.ADD_SECTION | RequestWord.EDIT_SECTION as word:
            make = AddSection if word == RequestWord.ADD_SECTION else EditSection
            return make(section=given.text("section"), fields=given.fields())
        case RequestWord.REMOVE_SECTION:
            return RemoveSection(section=given.text("section"))
        case RequestWord.REMOVE_FIELD:
            return RemoveField(section=given.text("section"), field=given.text("field"))
        case RequestWord.ADD_DROPDOWN | RequestWord.REMOVE_DROPDOWN as word:
            change = AddDropdown if word == RequestWord.ADD_DROPDOWN else RemoveDropdown
            return change(field=given.text("field"), options=given.texts("options"))
        case RequestWord.ADD_TAG | RequestWord.REMOVE_TAG as word:
            tag = AddTag if word == RequestWord.ADD_TAG else RemoveTag
            return tag(contact_ids=(given.text("contact"),), tags=given.texts("tags"))
        case _:
            msg = f"the Contacts API has no planned request {call.request!r}"
            raise ValueError(msg)


def shows_effect(request: PlannedRequest, live: LiveIndex, tags: Sequence[str]) -> bool:
    """Say whether an account looks as it would once `request` was carried out."""
    match request:
        case AddSection() | EditSection():
            names = [FieldKey(request.section, field.name) for field in request.fields]
            return live.section(request.section) is not None and all(map(live.named, names))
        case RemoveSection():
            return live.section(request.section) is None
        case RemoveField():
            return not live.named(FieldKey(request.section, request.field))
        case AddDropdown():
            return _trimmed(request.options) <= _options(live, request.field)
        case RemoveDropdown():
            return _trimmed(request.options).isdisjoint(_options(live, request.field))
        case AddTag():
            return all(tag in tags for tag in request.tags)
        case RemoveTag():
            return False  # what a contact holds is no part of the schema
    assert_never(request)


def _options(live: LiveIndex, field: str) -> frozenset[str]:
    return _trimmed(option for _, found in live.places(field) for option in found.options or ())


def _trimmed(options: Iterable[str]) -> frozenset[str]:
    """Leave outer blanks out: whether the server keeps those of an option is not known."""
    return frozenset(option.strip() for option in options)


def _arguments(request: PlannedRequest) -> JsonObject:
    match request:
        case AddSection() | EditSection():
            fields = tuple({"name": field.name, "type": field.type} for field in request.fields)
            return {"section": request.section, "fields": fields}
        case RemoveSection():
            return {"section": request.section}
        case RemoveField():
            return {"section": request.section, "field": request.field}
        case AddDropdown() | RemoveDropdown():
            return {"field": request.field, "options": request.options}
        case AddTag() | RemoveTag():
            return {"contact": request.contact_ids[0], "tags": request.tags}


class _Arguments:
    """Arguments of a call, read with their types checked."""

    def __init__(self, arguments: JsonObject) -> None:
        self._arguments = arguments

    def text(self, name: str) -> str:
        return _as_text(self._arguments.get(name), name)

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(_as_text(item, name) for item in self._items(name))

    def fields(self) -> tuple[NewField, ...]:
        items = [item if isinstance(item, Mapping) else {} for item in self._items("fields")]
        return tuple(
            NewField(
                name=_as_text(item.get("name"), "name"), type=_as_text(item.get("type"), "type")
            )
            for item in items
        )

    def _items(self, name: str) -> Sequence[JsonValue]:
        value = self._arguments.get(name)
        match value:
            case str() | None:
                msg = f"a call lacks its list of {name}"
                raise ValueError(msg)
            case [*items]:
                return items
            case _:
                msg = f"a call's {name} are no list"
                raise ValueError(msg)


def _as_text(value: JsonValue, name: str) -> str:
    if isinstance(value, str):
        return value
    msg = f"a call lacks its {name}"
    raise ValueError(msg)
