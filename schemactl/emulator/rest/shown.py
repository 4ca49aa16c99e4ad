"""Sections and fields as the editor of fields shows them: columns, flags as numbers.

The full name, which combines two other fields, is shown only by this API.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable

from schemactl.emulator.account import Account
from schemactl.emulator.choices import OnOff, RestEmpty, RestOptionText
from schemactl.emulator.field_types import CREATABLE_WORDS, MERGEFIELD, OPTION_WORDS
from schemactl.emulator.layout import EditorField, SectionRow
from schemactl.emulator.rest.json_values import Json
from schemactl.emulator.rest.words import shown_type
from schemactl.emulator.switches import Switches

FULL_NAME = "fn"
FULL_NAME_SECTION = "Contact Information"
FULL_NAME_ID = 900_000
FULL_NAME_TEMPLATE = (
    "<op:merge field='firstname'>X</op:merge> <op:merge field='lastname'>X</op:merge>"
)


class ShownFields:
    """Writes sections and fields; reads options and descriptions once for all of them."""

    def __init__(self, account: Account, switches: Switches) -> None:
        self._layout = account.layout
        self._switches = switches
        self._descriptions = account.layout.descriptions()
        self._options = (
            {} if switches.rest_options is RestOptionText.EMPTY else account.layout.option_ids()
        )

    def sections(
        self, rows: Iterable[SectionRow], fields: Iterable[EditorField]
    ) -> dict[str, Json]:
        """Return sections by their ids, as texts; `fields` may be of other sections too."""
        grouped: defaultdict[int, list[EditorField]] = defaultdict(list)
        for field in fields:
            grouped[field.section_id].append(field)
        return {
            str(row.id): {
                "id": row.id,
                "name": row.name,
                "description": self._descriptions.get(row.id) or None,
                "fields": self._columns(row, grouped[row.id]),
            }
            for row in rows
        }

    def field(self, field: EditorField) -> Json:
        """Return one field."""
        kind = shown_type(field.type, field.api_name)
        return {
            "id": field.id,
            "alias": field.name,
            "field": field.api_name,
            "type": kind,
            "required": int(field.required),
            "unique": int(field.unique),
            "editable": int(kind in CREATABLE_WORDS),
            "deletable": int(field.custom),
            "options": self._options_of(field, kind),
        }

    def _columns(self, row: SectionRow, fields: list[EditorField]) -> Json:
        name = full_name(row)
        columns: list[list[Json]] = []
        for field in fields if name is None else [name, *fields]:
            columns.extend([] for _ in range(field.column + 1 - len(columns)))
            columns[field.column].append(self.field(field))
        if self._switches.rest_null_fields is OnOff.ON:
            columns = [[None, *column] for column in columns]
        return list(columns)

    def _options_of(self, field: EditorField, kind: str) -> Json:
        if kind not in OPTION_WORDS:
            return FULL_NAME_TEMPLATE if kind == MERGEFIELD else ""
        items = self._options.get(field.id, ())
        labels: dict[str, Json] = {str(number): text for number, text in items}
        match self._switches.rest_options:
            case RestOptionText.EMPTY:
                return ""
            case RestOptionText.JSON:
                return json.dumps(labels)
            case RestOptionText.LIST:
                return [{"value": key, "label": text} for key, text in labels.items()]
            case RestOptionText.MAP:
                return labels or empty_map(self._switches)


def full_name(section: SectionRow) -> EditorField | None:
    """Return the field of the full name if it is in the section."""
    if section.custom or section.name != FULL_NAME_SECTION:
        return None
    return EditorField(
        id=FULL_NAME_ID,
        section_id=section.id,
        name="Name",
        type=MERGEFIELD,
        custom=False,
        api_name=FULL_NAME,
        column=0,
        required=False,
        unique=False,
    )


def empty_map(switches: Switches) -> Json:
    """Return an empty map in the form that a switch sets."""
    return [] if switches.rest_empty is RestEmpty.LIST else {}
