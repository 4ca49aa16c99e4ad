"""Sections, fields and options in the account's tables.

It only reads and writes them in account order; `schema_rules` decides what is allowed and
what a name means.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain, count
from types import MappingProxyType
from typing import NamedTuple

from schemactl.emulator.kept_layout import KeptLayout
from schemactl.emulator.names import Names
from schemactl.emulator.section_content import (
    EditorField,
    FieldRow,
    SectionContent,
    SectionRow,
)

FIRST_NUMBER = 1000
"""The names of custom fields count from here: `f1001`, `f1002`."""
SYSTEM_NAMES = MappingProxyType(
    {
        "First Name": "firstname",
        "Last Name": "lastname",
        "E-Mail": "email",
        "Zip Code": "zip",
        "Address 2": "address2",
        "Contact Owner": "owner",
        "First Referrer": "freferrer",
        "Last Referrer": "lreferrer",
        "Sequences": "updateSequence",
        "Contact Tags": "contact_cat",
        "Contact ID": "id",
        "Date Added": "date",
        "Date Modified": "dlm",
        "Last Activity": "dla",
    }
)
"""The REST API's names of system fields, as far as clients show; others are derived."""


class NewField(NamedTuple):
    """A field to create, with its options in order; `column` counts from 0."""

    name: str
    type: str
    custom: bool = True
    options: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    column: int = 0


class Layout:
    """Sections, fields and options of one object of the account, within one transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        kept: KeptLayout,
        *,
        reuses_numbers: bool = False,
        object_id: int = 0,
    ) -> None:
        self._connection = connection
        self._kept = kept
        self._object = object_id
        self._reuses_numbers = reuses_numbers

    def contents(self) -> tuple[SectionContent, ...]:
        """Return all sections in account order, with their fields and options."""
        return self._kept.contents(self._connection, self._object)

    def content(self, section_id: int) -> SectionContent | None:
        """Return one section of the object with its fields and options."""
        return self._kept.content(self._connection, self._object, section_id)

    def sections(self) -> tuple[SectionRow, ...]:
        """Return all sections in account order."""
        return tuple(content.row for content in self.contents())

    def fields(self) -> tuple[FieldRow, ...]:
        """Return all fields in account order: by section, then by place in it."""
        return tuple(chain.from_iterable(content.fields for content in self.contents()))

    def fields_of(self, section_id: int) -> tuple[FieldRow, ...]:
        """Return the fields of one section in order."""
        content = self.content(section_id)
        return () if content is None else content.fields

    def editor_fields(self) -> tuple[EditorField, ...]:
        """Return all fields in account order, with what only the REST API shows."""
        return tuple(chain.from_iterable(content.editor_fields for content in self.contents()))

    def numbered(self, api_name: str) -> EditorField | None:
        """Return the field with this name in the REST API."""
        content = self._kept.content_of_number(self._connection, self._object, api_name)
        return None if content is None else content.numbered[api_name]

    def sections_by_number(self) -> dict[str, int]:
        """Return the id of the section of each field that was read, by the field's number."""
        self.contents()
        return self._kept.sections_by_number()

    def fields_named(self, name: str, names: Names) -> Iterator[FieldRow]:
        """Yield the fields of what is one name to the server, in account order."""
        for content in self.contents():
            yield from content.rows_named(name, names)

    def custom_bytes(self) -> int:
        """Return what the custom fields of this object take of a limit in bytes."""
        return sum(content.custom_bytes for content in self.contents())

    def descriptions(self) -> dict[int, str]:
        """Return the description of each section, by the section's id."""
        return {content.row.id: content.description for content in self.contents()}

    def describe_section(self, section_id: int, text: str) -> None:
        """Set the description of a section."""
        self._connection.execute(
            "UPDATE section SET description = ? WHERE id = ?", (text, section_id)
        )
        self._kept.forget_sections(self._object)

    def set_field(self, field_id: int, *, required: bool, unique: bool) -> None:
        """Set whether a field is required, and whether its values are unique."""
        self._connection.execute(
            "UPDATE field SET required = ?, uniq = ? WHERE id = ?", (required, unique, field_id)
        )
        self._kept.forget_field(field_id)

    def place_field(self, field_id: int, *, column: int, position: int) -> None:
        """Move a field to a place in a column of its section."""
        self._connection.execute(
            "UPDATE field SET place = ?, position = ? WHERE id = ?",
            (column, position, field_id),
        )
        self._kept.forget_field(field_id)

    def option_ids(self) -> dict[int, tuple[tuple[int, str], ...]]:
        """Return id and text of every option by the field's id, in the order of the ids."""
        found: dict[int, list[tuple[int, str]]] = {}
        for field_id, option_id, text in self._connection.execute(
            "SELECT field_id, id, text FROM option ORDER BY field_id, id"
        ):
            found.setdefault(field_id, []).append((option_id, text))
        return {field_id: tuple(items) for field_id, items in found.items()}

    def options(self) -> dict[int, tuple[str, ...]]:
        """Return the options of every field that has any, by the field's id."""
        found: dict[int, list[str]] = {}
        for field_id, text in self._connection.execute(
            "SELECT field_id, text FROM option ORDER BY field_id, position, id"
        ):
            found.setdefault(field_id, []).append(text)
        return {field_id: tuple(texts) for field_id, texts in found.items()}

    def options_of(self, field_id: int) -> tuple[str, ...]:
        """Return the options of one field in order."""
        rows = self._connection.execute(
            "SELECT text FROM option WHERE field_id = ? ORDER BY position, id", (field_id,)
        )
        return tuple(text for (text,) in rows)

    def custom_types(self) -> tuple[str, ...]:
        """Return the type of every custom field of all objects."""
        rows = self._connection.execute("SELECT type FROM field WHERE custom")
        return tuple(name for (name,) in rows)

    def add_section(self, name: str, *, custom: bool, editable: bool) -> int:
        """Add a section at the end, even if one of that name exists."""
        cursor = self._connection.execute(
            "INSERT INTO section (name, custom, editable, object_id, position)"
            " VALUES (?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM section))",
            (name, custom, editable, self._object),
        )
        section_id = _new_id(cursor)
        row = SectionRow(section_id, name, custom=custom, editable=editable)
        self._kept.add_section(self._object, row)
        return section_id

    def make_section(self, name: str) -> SectionRow:
        """Add a custom section at the end, and return it."""
        section_id = self.add_section(name, custom=True, editable=True)
        return SectionRow(section_id, name, custom=True, editable=True)

    def add_fields(self, section_id: int, fields: Iterable[NewField]) -> None:
        """Add fields at the section's end, even if their names exist."""
        last = self._last_position(section_id)
        for position, field in enumerate(fields, start=last + 1):
            self._add_field(section_id, field, position)

    def add_field(self, section_id: int, field: NewField) -> EditorField:
        """Add a field at the section's end, even if its name exists, and return it."""
        return self._add_field(section_id, field, self._last_position(section_id) + 1)

    def _add_field(self, section_id: int, field: NewField, position: int) -> EditorField:
        cursor = self._connection.execute(
            "INSERT INTO field (section_id, name, type, custom, position, place,"
            " required, uniq) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(section_id, field.name, field.type, field.custom, position),
                *(field.column, field.required, field.unique),
            ),
        )
        self._kept.forget_section(section_id)
        field_id = _new_id(cursor)
        api_name = self._new_api_name(field, field_id)
        self._connection.execute(
            "UPDATE field SET api_name = ? WHERE id = ?", (api_name, field_id)
        )
        if field.options:
            self.add_options(field_id, field.options)
        return EditorField(
            id=field_id,
            section_id=section_id,
            name=field.name,
            type=field.type,
            custom=field.custom,
            api_name=api_name,
            column=field.column,
            required=field.required,
            unique=field.unique,
        )

    def add_options(self, field_id: int, options: Iterable[str]) -> None:
        """Add options at the end of the field's list."""
        texts = tuple(options)
        if not texts:
            return
        (last,) = self._connection.execute(
            "SELECT coalesce(max(position), 0) FROM option WHERE field_id = ?", (field_id,)
        ).fetchone()
        self._connection.executemany(
            "INSERT INTO option (field_id, text, position) VALUES (?, ?, ?)",
            [(field_id, text, place) for place, text in enumerate(texts, start=last + 1)],
        )
        self._kept.forget_field(field_id)

    def order_options(self, field_id: int, options: Iterable[str]) -> None:
        """Move the named options to the front, in this order; their ids stay."""
        self._connection.execute(
            "UPDATE option SET position = position + 1000000 WHERE field_id = ?", (field_id,)
        )
        self._connection.executemany(
            "UPDATE option SET position = ? WHERE field_id = ? AND text = ?",
            [(place, field_id, text) for place, text in enumerate(options, start=1)],
        )
        self._kept.forget_field(field_id)

    def remove_section(self, section_id: int) -> None:
        """Remove a section, its fields and their values in every contact."""
        self._connection.execute("DELETE FROM section WHERE id = ?", (section_id,))
        self._kept.forget_sections(self._object)

    def remove_field(self, field_id: int) -> None:
        """Remove a field, its options and its values in every contact."""
        self._connection.execute("DELETE FROM field WHERE id = ?", (field_id,))
        self._kept.forget_field(field_id)

    def remove_option(self, field_id: int, text: str) -> None:
        """Remove an option; the caller clears the values that hold it."""
        self._connection.execute(
            "DELETE FROM option WHERE field_id = ? AND text = ?", (field_id, text)
        )
        self._kept.forget_field(field_id)

    def clear_options(self, field_id: int) -> None:
        """Remove all options of a field; its values stay."""
        self._connection.execute("DELETE FROM option WHERE field_id = ?", (field_id,))
        self._kept.forget_field(field_id)

    def rename_section(self, section_id: int, name: str) -> None:
        """Rename a section; its content stays."""
        self._connection.execute("UPDATE section SET name = ? WHERE id = ?", (name, section_id))
        self._kept.forget_sections(self._object)

    def rename_field(self, field_id: int, name: str) -> None:
        """Rename a field; its id and values stay."""
        self._connection.execute("UPDATE field SET name = ? WHERE id = ?", (name, field_id))
        self._kept.forget_field(field_id)

    def rename_option(self, field_id: int, text: str, new: str) -> None:
        """Rename an option; its id stays."""
        self._connection.execute(
            "UPDATE option SET text = ? WHERE field_id = ? AND text = ?", (new, field_id, text)
        )
        self._kept.forget_field(field_id)

    def move_field(self, field_id: int, section_id: int) -> None:
        """Move a field to the end of another section; its values stay."""
        self._connection.execute(
            "UPDATE field SET section_id = ?, position = ? WHERE id = ?",
            (section_id, self._last_position(section_id) + 1, field_id),
        )
        self._kept.forget_field(field_id)
        self._kept.forget_section(section_id)

    def change_type(self, field_id: int, type_name: str) -> None:
        """Change the type of a field; its stored values stay."""
        self._connection.execute(
            "UPDATE field SET type = ? WHERE id = ?", (type_name, field_id)
        )
        self._kept.forget_field(field_id)

    def _new_api_name(self, field: NewField, field_id: int) -> str:
        """Return a new field's name in the REST API: a number if custom, else a word."""
        if field.custom and not self._reuses_numbers:
            return f"f{FIRST_NUMBER + field_id}"
        rows = self._connection.execute("SELECT api_name FROM field")
        taken = {name for (name,) in rows}
        if field.custom:
            names = (f"f{FIRST_NUMBER + number}" for number in count(1))
        else:
            word = SYSTEM_NAMES.get(field.name) or _word_of(field.name)
            names = (word if number == 1 else f"{word}_{number}" for number in count(1))
        return next(name for name in names if name not in taken)

    def _last_position(self, section_id: int) -> int:
        (last,) = self._connection.execute(
            "SELECT coalesce(max(position), 0) FROM field WHERE section_id = ?", (section_id,)
        ).fetchone()
        return int(last)


def _word_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "field"


def _new_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        msg = "an INSERT gave no id"
        raise AssertionError(msg)
    return cursor.lastrowid
