"""Calls of a plan and the Contacts API's requests that they mean: each from the other. Pure.

A plan holds arguments as plain data, so that it can be saved, shown and compared; the request
that is sent is made from exactly these.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.account.call_arguments import Arguments, refuse_other_form
from schemactl.account.legacy.requests import (
    AddDropdown,
    AddSection,
    AddTag,
    EditSection,
    PlannedRequest,
    RemoveDropdown,
    RemoveField,
    RemoveSection,
    RemoveTag,
)
from schemactl.account.legacy.values import NewField
from schemactl.model.call_word import LegacyCallWord
from schemactl.model.live_index import LiveIndex
from schemactl.model.plan import Call, CallDraft, JsonObject
from schemactl.model.schema import FieldKey, trimmed_options


def draft_call(request: PlannedRequest, *, serves: Sequence[str]) -> CallDraft:
    """Write a request down as data."""
    return CallDraft(
        request=str(request.word), arguments=_arguments(request), serves=tuple(serves)
    )


def request_of(call: Call) -> PlannedRequest:
    """Read a call of a plan as the request to send.

    Raises:
        ValueError: The API has no such call, or an argument is missing or extra.
    """
    if call.request not in set(LegacyCallWord):
        msg = f"the Contacts API has no planned request {call.request!r}"
        raise ValueError(msg)
    request = _read(LegacyCallWord(call.request), Arguments(call.arguments))
    refuse_other_form(call, draft_call(request, serves=call.serves))
    return request


def _read(word: LegacyCallWord, given: Arguments) -> PlannedRequest:
    match word:
        case LegacyCallWord.ADD_SECTION:
            return AddSection(section=given.text("section"), fields=_fields(given))
        case LegacyCallWord.EDIT_SECTION:
            return EditSection(section=given.text("section"), fields=_fields(given))
        case LegacyCallWord.REMOVE_SECTION:
            return RemoveSection(section=given.text("section"))
        case LegacyCallWord.REMOVE_FIELD:
            return RemoveField(section=given.text("section"), field=given.text("field"))
        case LegacyCallWord.ADD_DROPDOWN:
            return AddDropdown(field=given.text("field"), options=given.texts("options"))
        case LegacyCallWord.REMOVE_DROPDOWN:
            return RemoveDropdown(field=given.text("field"), options=given.texts("options"))
        case LegacyCallWord.ADD_TAG | LegacyCallWord.REMOVE_TAG:
            make = AddTag if word is LegacyCallWord.ADD_TAG else RemoveTag
            return make(contact_ids=(given.text("contact"),), tags=given.texts("tags"))


def _fields(given: Arguments) -> tuple[NewField, ...]:
    return tuple(
        NewField(
            name=field.text("name"), type=field.text("type"), options=field.texts("options")
        )
        for field in given.items("fields")
    )


def _arguments(request: PlannedRequest) -> JsonObject:
    match request:
        case AddSection() | EditSection():
            fields = tuple(map(_field_arguments, request.fields))
            return {"section": request.section, "fields": fields}
        case RemoveSection():
            return {"section": request.section}
        case RemoveField():
            return {"section": request.section, "field": request.field}
        case AddDropdown() | RemoveDropdown():
            return {"field": request.field, "options": request.options}
        case AddTag() | RemoveTag():
            return {"contact": request.contact_ids[0], "tags": request.tags}


def _field_arguments(field: NewField) -> JsonObject:
    options = {"options": field.options} if field.options else {}
    return {"name": field.name, "type": field.type, **options}


def shows_effect(request: PlannedRequest, live: LiveIndex, tags: Sequence[str]) -> bool:
    """Whether an account looks as it does once `request` has been executed."""
    match request:
        case AddSection() | EditSection():
            is_there = live.section(request.section) is not None
            return is_there and all(
                _shows_field(request.section, field, live) for field in request.fields
            )
        case RemoveSection():
            return live.section(request.section) is None
        case RemoveField():
            return not live.named(FieldKey(request.section, request.field))
        case AddDropdown():
            return trimmed_options(request.options) <= _options(live, request.field)
        case RemoveDropdown():
            return trimmed_options(request.options).isdisjoint(_options(live, request.field))
        case AddTag():
            return all(tag in tags for tag in request.tags)
        case RemoveTag():
            return False  # The schema does not show what a contact holds.


def _shows_field(section: str, field: NewField, live: LiveIndex) -> bool:
    found = live.named(FieldKey(section, field.name))
    wanted = trimmed_options(field.options)
    return any(wanted <= trimmed_options(each.options or ()) for each in found)


def _options(live: LiveIndex, field: str) -> frozenset[str]:
    return trimmed_options(
        option for _, found in live.places(field) for option in found.options or ()
    )
