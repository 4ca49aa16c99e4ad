"""Sections and fields as the editor of fields shows them: columns, flags as numbers.

The full name, which combines two other fields, is shown only by this API.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable

from schemactl.emulator.account import Account
from schemactl.emulator.choices import OnOff, RestEmpty, RestOptionText
from schemactl.emulator.field_types import CREATABLE_WORDS, MERGEFIELD, OPTION_WORDS
from schemactl.emulator.layout import Layout
from schemactl.emulator.rest.json_values import Json, JsonText
from schemactl.emulator.rest.words import shown_type
from schemactl.emulator.section_content import EditorField, SectionContent, SectionRow
from schemactl.emulator.switches import Switches

FULL_NAME = "fn"
FULL_NAME_SECTION = "Contact Information"
FULL_NAME_ID = 900_000
FULL_NAME_TEMPLATE = (
    "<op:merge field='firstname'>X</op:merge> <op:merge field='lastname'>X</op:merge>"
)


class ShownFields:
    """Writes sections and fields, each section once until it changes."""

    def __init__(self, account: Account, switches: Switches) -> None:
        self._layout = account.layout
        self._switches = switches

    def all_sections(self) -> Json | JsonText:
        """Return all sections by their ids, as texts."""
        texts = [each.text(self._form, self._text) for each in self._layout.contents()]
        return JsonText(f"{{{', '.join(texts)}}}") if texts else empty_map(self._switches)

    @property
    def _form(self) -> Hashable:
        """Everything that a section is shown by, beside the section itself."""
        switches = self._switches
        return (
            "fieldeditor",
            switches.rest_options,
            switches.rest_null_fields,
            switches.rest_empty,
        )

    def _text(self, content: SectionContent) -> str:
        """Return a section as a member of the map of all sections."""
        return f'"{content.row.id}": {json.dumps(self.section(content))}'

    def section(self, content: SectionContent) -> Json:
        """Return one section."""
        return {
            "id": content.row.id,
            "name": content.row.name,
            "description": content.description or None,
            "fields": self._columns(content.row, content.editor_fields),
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

    def _columns(self, row: SectionRow, fields: Iterable[EditorField]) -> Json:
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
        if self._switches.rest_options is RestOptionText.EMPTY:
            return ""
        labels = shown_options(self._layout, field)
        match self._switches.rest_options:
            case RestOptionText.JSON:
                return json.dumps(labels)
            case RestOptionText.LIST:
                return [{"value": key, "label": text} for key, text in labels.items()]
            case RestOptionText.MAP:
                return labels or empty_map(self._switches)


def shown_options(layout: Layout, field: EditorField) -> dict[str, Json]:
    """Return the options of a field by their ids as texts, in the order of the ids."""
    content = layout.content(field.section_id)
    items = () if content is None else content.options.get(field.id, ())
    return {str(number): text for number, text in sorted(items)}


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
