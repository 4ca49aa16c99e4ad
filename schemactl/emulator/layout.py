"""Sections, fields and options in the account's tables.

It only reads and writes them in account order; `schema_rules` decides what is allowed and
what a name means.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from itertools import count
from types import MappingProxyType
from typing import NamedTuple

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


class NewField(NamedTuple):
    """A field to create, with its options in order; `column` counts from 0."""

    name: str
    type: str
    custom: bool = True
    options: tuple[str, ...] = ()
    required: bool = False
    unique: bool = False
    column: int = 0


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


class Layout:
    """Sections, fields and options of one object of the account, within one transaction."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        reuses_numbers: bool = False,
        object_id: int = 0,
    ) -> None:
        self._connection = connection
        self._object = object_id
        self._reuses_numbers = reuses_numbers

    def sections(self) -> tuple[SectionRow, ...]:
        """Return all sections in account order."""
        rows = self._connection.execute(
            "SELECT id, name, custom, editable FROM section"
            " WHERE object_id = ? ORDER BY position, id",
            (self._object,),
        )
        return tuple(
            SectionRow(id_, name, bool(custom), bool(editable))
            for id_, name, custom, editable in rows
        )

    def fields(self) -> tuple[FieldRow, ...]:
        """Return all fields in account order: by section, then by place in it."""
        rows = self._connection.execute(
            "SELECT field.id, section_id, field.name, type, field.custom FROM field"
            " JOIN section ON section.id = section_id WHERE object_id = ?"
            " ORDER BY section.position, section.id, field.position, field.id",
            (self._object,),
        )
        return tuple(_field_row(*row) for row in rows)

    def fields_of(self, section_id: int) -> tuple[FieldRow, ...]:
        """Return the fields of one section in order."""
        rows = self._connection.execute(
            "SELECT id, section_id, name, type, custom FROM field"
            " WHERE section_id = ? ORDER BY position, id",
            (section_id,),
        )
        return tuple(_field_row(*row) for row in rows)

    def editor_fields(self) -> tuple[EditorField, ...]:
        """Return all fields in account order, with what only the REST API shows."""
        rows = self._connection.execute(
            "SELECT field.id, section_id, field.name, type, field.custom, api_name, place,"
            " required, uniq FROM field JOIN section ON section.id = section_id"
            " WHERE object_id = ?"
            " ORDER BY section.position, section.id, place, field.position, field.id",
            (self._object,),
        )
        return tuple(
            EditorField(
                *(id_, section_id, name, kind, bool(custom), api_name, column),
                required=bool(required),
                unique=bool(unique),
            )
            for id_, section_id, name, kind, custom, api_name, column, required, unique in rows
        )

    def descriptions(self) -> dict[int, str]:
        """Return the description of each section, by the section's id."""
        return dict(self._connection.execute("SELECT id, description FROM section"))

    def describe_section(self, section_id: int, text: str) -> None:
        """Set the description of a section."""
        self._connection.execute(
            "UPDATE section SET description = ? WHERE id = ?", (text, section_id)
        )

    def set_field(self, field_id: int, *, required: bool, unique: bool) -> None:
        """Set whether a field is required, and whether its values are unique."""
        self._connection.execute(
            "UPDATE field SET required = ?, uniq = ? WHERE id = ?", (required, unique, field_id)
        )

    def place_field(self, field_id: int, *, column: int, position: int) -> None:
        """Move a field to a place in a column of its section."""
        self._connection.execute(
            "UPDATE field SET place = ?, position = ? WHERE id = ?",
            (column, position, field_id),
        )

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

    def list_items(self) -> dict[int, tuple[tuple[int, str], ...]]:
        """Return id and text of the options of every `list` field, by the field's id."""
        found: dict[int, list[tuple[int, str]]] = {}
        for field_id, option_id, text in self._connection.execute(
            "SELECT field_id, option.id, text FROM option JOIN field ON field.id = field_id"
            " WHERE type = 'list' ORDER BY field_id, option.position, option.id"
        ):
            found.setdefault(field_id, []).append((option_id, text))
        return {field_id: tuple(items) for field_id, items in found.items()}

    def options_of(self, field_id: int) -> tuple[str, ...]:
        """Return the options of one field in order."""
        rows = self._connection.execute(
            "SELECT text FROM option WHERE field_id = ? ORDER BY position, id", (field_id,)
        )
        return tuple(text for (text,) in rows)

    def custom_types(self, *, all_objects: bool = False) -> tuple[str, ...]:
        """Return the type of every custom field, of this object or of all."""
        rows = self._connection.execute(
            "SELECT type FROM field JOIN section ON section.id = section_id"
            " WHERE field.custom AND (? OR object_id = ?)",
            (all_objects, self._object),
        )
        return tuple(name for (name,) in rows)

    def add_section(self, name: str, *, custom: bool, editable: bool) -> int:
        """Add a section at the end, even if one of that name exists."""
        cursor = self._connection.execute(
            "INSERT INTO section (name, custom, editable, object_id, position)"
            " VALUES (?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM section))",
            (name, custom, editable, self._object),
        )
        return _new_id(cursor)

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
        (last,) = self._connection.execute(
            "SELECT coalesce(max(position), 0) FROM option WHERE field_id = ?", (field_id,)
        ).fetchone()
        self._connection.executemany(
            "INSERT INTO option (field_id, text, position) VALUES (?, ?, ?)",
            [(field_id, text, place) for place, text in enumerate(options, start=last + 1)],
        )

    def order_options(self, field_id: int, options: Iterable[str]) -> None:
        """Move the named options to the front, in this order; their ids stay."""
        self._connection.execute(
            "UPDATE option SET position = position + 1000000 WHERE field_id = ?", (field_id,)
        )
        self._connection.executemany(
            "UPDATE option SET position = ? WHERE field_id = ? AND text = ?",
            [(place, field_id, text) for place, text in enumerate(options, start=1)],
        )

    def remove_section(self, section_id: int) -> None:
        """Remove a section, its fields and their values in every contact."""
        self._connection.execute("DELETE FROM section WHERE id = ?", (section_id,))

    def remove_field(self, field_id: int) -> None:
        """Remove a field, its options and its values in every contact."""
        self._connection.execute("DELETE FROM field WHERE id = ?", (field_id,))

    def remove_option(self, field_id: int, text: str) -> None:
        """Remove an option; the caller clears the values that hold it."""
        self._connection.execute(
            "DELETE FROM option WHERE field_id = ? AND text = ?", (field_id, text)
        )

    def clear_options(self, field_id: int) -> None:
        """Remove all options of a field; its values stay."""
        self._connection.execute("DELETE FROM option WHERE field_id = ?", (field_id,))

    def rename_section(self, section_id: int, name: str) -> None:
        """Rename a section; its content stays."""
        self._connection.execute("UPDATE section SET name = ? WHERE id = ?", (name, section_id))

    def rename_field(self, field_id: int, name: str) -> None:
        """Rename a field; its id and values stay."""
        self._connection.execute("UPDATE field SET name = ? WHERE id = ?", (name, field_id))

    def rename_option(self, field_id: int, text: str, new: str) -> None:
        """Rename an option; its id stays."""
        self._connection.execute(
            "UPDATE option SET text = ? WHERE field_id = ? AND text = ?", (new, field_id, text)
        )

    def move_field(self, field_id: int, section_id: int) -> None:
        """Move a field to the end of another section; its values stay."""
        self._connection.execute(
            "UPDATE field SET section_id = ?, position = ? WHERE id = ?",
            (section_id, self._last_position(section_id) + 1, field_id),
        )

    def change_type(self, field_id: int, type_name: str) -> None:
        """Change the type of a field; its stored values stay."""
        self._connection.execute(
            "UPDATE field SET type = ? WHERE id = ?", (type_name, field_id)
        )

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


def _field_row(id_: int, section_id: int, name: str, type_name: str, custom: int) -> FieldRow:
    return FieldRow(id_, section_id, name, type_name, bool(custom))


def _new_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        msg = "an INSERT gave no id"
        raise AssertionError(msg)
    return cursor.lastrowid
