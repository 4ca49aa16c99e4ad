"""`objects/meta`: types and options of the fields, without sections.

Flags come in the mixed forms that were recorded: texts, a number here and there, null.
"""

from __future__ import annotations

from schemactl.emulator.account import Account
from schemactl.emulator.choices import RestEmpty
from schemactl.emulator.layout import EditorField
from schemactl.emulator.rest_request import CONTACT, Json, RestError, RestRequest
from schemactl.emulator.rest_words import OPTION_TYPES, RestText, shown_type
from schemactl.emulator.switches import Switches

OTHER_OBJECTS = ((1, "Task"), (14, "Tag"))
"""Objects that every account has and nobody can edit here."""


def read_meta(account: Account, request: RestRequest, switches: Switches) -> dict[str, Json]:
    """Give the fields of one object, or of all, by their names in the API."""
    by_name = request.text("format") == "byName"
    wanted = request.number("objectID")
    if request.path.lower().startswith("contacts"):
        wanted = CONTACT
    data: dict[str, Json] = {}
    if wanted in {None, CONTACT}:
        name = "Contact" if by_name else str(CONTACT)
        data[name] = {"name": "Contact", "fields": _fields(account, switches)}
    for number, name in OTHER_OBJECTS:
        if wanted in {None, number}:
            data[name if by_name else str(number)] = {"name": name, "fields": {}}
    if not data:
        raise RestError(404, RestText.NOT_FOUND)
    return {"data": data}


def _fields(account: Account, switches: Switches) -> Json:
    options = account.layout.option_ids()
    found: dict[str, Json] = {
        field.api_name: _field(field, options.get(field.id, ()), switches)
        for field in account.layout.editor_fields()
    }
    return found or empty_map(switches)


def _field(
    field: EditorField, options: tuple[tuple[int, str], ...], switches: Switches
) -> dict[str, Json]:
    kind = shown_type(field.type, field.api_name)
    is_open = kind not in {"parent", "subscription", "mergefield"}
    told: dict[str, Json] = {
        "alias": field.name,
        "type": kind,
        "required": str(int(field.required)),
        "unique": str(int(field.unique)),
        "editable": ("1" if field.id % 2 else 1) if is_open else None,
        "deletable": str(int(field.custom)),
    }
    if kind in OPTION_TYPES:
        labels: dict[str, Json] = {str(number): text for number, text in options}
        told["options"] = labels or empty_map(switches)
    if kind == "parent":
        told["parent_object"] = 2
    return told


def empty_map(switches: Switches) -> Json:
    """Give a map with nothing in it."""
    return [] if switches.rest_empty is RestEmpty.LIST else {}
