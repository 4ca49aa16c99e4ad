"""One section of an account as it was read last, with what is worked out from it once.

Nothing here changes: after a write, the section is read again into another value. So answers
that hold thousands of fields are written again only where something has changed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable, Mapping
from functools import cached_property
from typing import NamedTuple

from schemactl.emulator.field_types import field_bytes
from schemactl.emulator.names import Names


class SectionRow(NamedTuple):
    """A section; `editable` is what `key` shows, `custom` whether it can be removed.

    The two differ: recorded accounts show system sections as editable.
    """

    id: int
    name: str
    custom: bool
    editable: bool


class FieldRow(NamedTuple):
    """A field; `custom` is what `key` shows as editable."""

    id: int
    section_id: int
    name: str
    type: str
    custom: bool


class EditorField(NamedTuple):
    """A field as the REST API's editor of fields shows it."""

    id: int
    section_id: int
    name: str
    type: str
    custom: bool
    api_name: str
    column: int
    required: bool
    unique: bool

    @property
    def row(self) -> FieldRow:
        """The part of it that both APIs show."""
        return FieldRow(*self[:5])


class SectionContent:
    """The fields and options of one section.

    Attributes:
        row: The section.
        description: Its description; empty if it has none.
        fields: In account order, by their place in the section.
        editor_fields: In the order of the editor of fields: by column first.
        options: Id and text of the options of each field that has any, in their order.
    """

    def __init__(
        self,
        row: SectionRow,
        description: str,
        fields: tuple[EditorField, ...],
        options: Mapping[int, tuple[tuple[int, str], ...]],
    ) -> None:
        self.row = row
        self.description = description
        self.fields = tuple(field.row for field in fields)
        self.editor_fields = tuple(sorted(fields, key=_column))
        self.options = options
        self._rows_by_key: dict[bool, dict[str, list[FieldRow]]] = {}
        self._fields_by_key: dict[bool, dict[str, list[EditorField]]] = {}
        self._texts: dict[Hashable, str] = {}
        self._members: dict[Hashable, Mapping[str, str]] = {}

    @cached_property
    def custom_bytes(self) -> int:
        """What the custom fields take of a limit in bytes."""
        return sum(field_bytes(field.type) for field in self.fields if field.custom)

    @cached_property
    def numbered(self) -> Mapping[str, EditorField]:
        """Every field by its name in the REST API."""
        return {field.api_name: field for field in self.editor_fields}

    def rows_named(self, name: str, names: Names) -> list[FieldRow]:
        """Return the fields of what is one name to the server, in account order."""
        if names.ignores_case not in self._rows_by_key:
            rows: dict[str, list[FieldRow]] = {}
            for row in self.fields:
                rows.setdefault(names.key(row.name), []).append(row)
            self._rows_by_key[names.ignores_case] = rows
        return self._rows_by_key[names.ignores_case].get(names.key(name), [])

    def fields_named(self, name: str, names: Names) -> list[EditorField]:
        """Return the same in the order of the editor of fields."""
        if names.ignores_case not in self._fields_by_key:
            fields: dict[str, list[EditorField]] = {}
            for field in self.editor_fields:
                fields.setdefault(names.key(field.name), []).append(field)
            self._fields_by_key[names.ignores_case] = fields
        return self._fields_by_key[names.ignores_case].get(names.key(name), [])

    def text(self, form: Hashable, write: Callable[[SectionContent], str]) -> str:
        """Return the section as an answer shows it, written once.

        Args:
            form: Everything that the text depends on beside the section.
            write: Writes it.
        """
        if form not in self._texts:
            self._texts[form] = write(self)
        return self._texts[form]

    def members(
        self, form: Hashable, write: Callable[[SectionContent], Mapping[str, str]]
    ) -> Mapping[str, str]:
        """Return the fields as an answer shows each, by a name; as `text`."""
        if form not in self._members:
            self._members[form] = write(self)
        return self._members[form]


def read_content(
    connection: sqlite3.Connection, row: SectionRow, description: str
) -> SectionContent:
    """Read the fields and options of a section."""
    fields = connection.execute(
        "SELECT id, section_id, name, type, custom, api_name, place, required, uniq FROM field"
        " WHERE section_id = ? ORDER BY position, id",
        (row.id,),
    )
    options: dict[int, list[tuple[int, str]]] = {}
    for field_id, option_id, text in connection.execute(
        "SELECT field_id, option.id, text FROM option JOIN field ON field.id = field_id"
        " WHERE section_id = ? ORDER BY field_id, option.position, option.id",
        (row.id,),
    ):
        options.setdefault(field_id, []).append((option_id, text))
    return SectionContent(
        row,
        description,
        tuple(map(_editor_field, fields)),
        {field_id: tuple(items) for field_id, items in options.items()},
    )


def _editor_field(row: tuple[int, int, str, str, int, str, int, int, int]) -> EditorField:
    id_, section_id, name, kind, custom, api_name, column, required, unique = row
    return EditorField(
        *(id_, section_id, name, kind, bool(custom), api_name, column),
        required=bool(required),
        unique=bool(unique),
    )


def _column(field: EditorField) -> int:
    return field.column
