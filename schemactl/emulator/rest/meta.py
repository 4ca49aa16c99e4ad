"""`objects/meta`: types and options of the fields, without sections.

Flags have the mixed forms that were recorded: texts, some numbers, null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

from schemactl.emulator.account import Account
from schemactl.emulator.choices import RestObjectName
from schemactl.emulator.field_types import CREATABLE_WORDS, MERGEFIELD, OPTION_WORDS
from schemactl.emulator.layout import Layout
from schemactl.emulator.rest.json_values import Json, JsonText, written
from schemactl.emulator.rest.request import CONTACT, TAG, RestRequest, missing_object
from schemactl.emulator.rest.shown import empty_map, full_name, shown_options
from schemactl.emulator.rest.tags import KEY
from schemactl.emulator.rest.words import shown_type
from schemactl.emulator.section_content import EditorField, SectionContent
from schemactl.emulator.switches import Switches

_FAMILIES: Mapping[str, int] = {"contacts": CONTACT, "tags": TAG}


def read_meta(
    account: Account, request: RestRequest, switches: Switches
) -> dict[str, Json | JsonText]:
    """Return the fields of one object, or of all, by their names in the API."""
    by_name = request.text("format") == "byName"
    wanted = request.number("objectID")
    family = request.path.lower().partition("/")[0]
    wanted = _FAMILIES.get(family, wanted)
    data: dict[str, str] = {}
    if wanted in {None, CONTACT}:
        name = "Contact" if by_name else str(CONTACT)
        data[name] = _object_text("Contact", _fields(account, switches))
    for number, name, fields in _OTHER_OBJECTS:
        if wanted in {None, number}:
            data[name if by_name else str(number)] = _object_text(name, fields)
    for row in account.objects.rows():
        if wanted in {None, row.id}:
            shown = row.name if switches.rest_object_name is RestObjectName.OWN else row.plural
            own = _object_text(shown, _fields(account.of(row.id), switches))
            data[shown if by_name else str(row.id)] = own
    if wanted is not None and not data:
        raise missing_object(wanted)
    return {"data": JsonText(_map_text(data))}


def _object_text(name: str, fields: Json | JsonText) -> str:
    return _map_text({"name": json.dumps(name), "fields": written(fields)})


def _map_text(members: Mapping[str, str]) -> str:
    """Return a map of values that are written already."""
    texts = (f"{json.dumps(name)}: {text}" for name, text in members.items())
    return f"{{{', '.join(texts)}}}"


def _fields(account: Account, switches: Switches) -> Json | JsonText:
    made_up = filter(None, map(full_name, account.layout.sections()))
    found = {field.api_name: _member(field, {}, switches) for field in made_up}
    form = ("meta", switches.rest_empty)
    for content in account.layout.contents():
        found.update(content.members(form, partial(_members, account.layout, switches)))
    return JsonText(f"{{{', '.join(found.values())}}}") if found else empty_map(switches)


def _members(layout: Layout, switches: Switches, content: SectionContent) -> Mapping[str, str]:
    """Return the fields of a section as members of the map of all fields."""
    return {
        field.api_name: _member(field, shown_options(layout, field), switches)
        for field in content.editor_fields
    }


def _member(field: EditorField, options: dict[str, Json], switches: Switches) -> str:
    row = json.dumps(_field(field, options, switches))
    return f"{json.dumps(field.api_name)}: {row}"


def _field(field: EditorField, options: dict[str, Json], switches: Switches) -> dict[str, Json]:
    kind = shown_type(field.type, field.api_name)
    row: dict[str, Json] = {
        "alias": field.name,
        "type": kind,
        "required": str(int(field.required)),
        "unique": str(int(field.unique)),
        "editable": _editable(field, kind),
        "deletable": str(int(field.custom)),
    }
    if kind in OPTION_WORDS:
        row["options"] = options or empty_map(switches)
    if kind == "parent":
        row["parent_object"] = 2
    return row


def _editable(field: EditorField, kind: str) -> Json:
    """Return the flag in one of the forms that one recorded answer has."""
    if kind == MERGEFIELD:
        return 0
    if kind not in CREATABLE_WORDS:
        return None
    return "1" if field.id % 2 else 1


def _fixed(alias: str) -> dict[str, Json]:
    """Return a field of an object that has the same fields in every account."""
    return {
        "alias": alias,
        "type": "text",
        "required": "0",
        "unique": "0",
        "editable": "1",
        "deletable": "0",
    }


_TAG_FIELDS = (("tag_name", "Name"), ("object_type_id", "Object"), (KEY, "Id"))
_OTHER_OBJECTS: tuple[tuple[int, str, dict[str, Json]], ...] = (
    (1, "Task", {}),
    (TAG, "Tag", {name: _fixed(alias) for name, alias in _TAG_FIELDS}),
)
"""Objects that every account has and nobody can edit."""
