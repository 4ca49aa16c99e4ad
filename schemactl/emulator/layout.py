"""Sections, fields and options as they stand in the account's tables.

Plain reading and writing in account order; which of it is allowed, and what a
name means, is decided by `schema_rules`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class SectionRow(NamedTuple):
    """A section; `editable` is what `key` shows, `custom` whether it may be removed.

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
    """A field to be made, with its options in order."""

    name: str
    type: str
    custom: bool = True
    options: tuple[str, ...] = ()


class Layout:
    """The account's sections, fields and options, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def sections(self) -> tuple[SectionRow, ...]:
        """Give all sections in account order."""
        rows = self._connection.execute(
            "SELECT id, name, custom, editable FROM section ORDER BY position, id"
        )
        return tuple(
            SectionRow(id_, name, bool(custom), bool(editable))
            for id_, name, custom, editable in rows
        )

    def fields(self) -> tuple[FieldRow, ...]:
        """Give all fields in account order: by section, then by place in it."""
        rows = self._connection.execute(
            "SELECT field.id, section_id, field.name, type, field.custom FROM field"
            " JOIN section ON section.id = section_id"
            " ORDER BY section.position, section.id, field.position, field.id"
        )
        return tuple(_field_row(*row) for row in rows)

    def fields_of(self, section_id: int) -> tuple[FieldRow, ...]:
        """Give the fields of one section in order."""
        rows = self._connection.execute(
            "SELECT id, section_id, name, type, custom FROM field"
            " WHERE section_id = ? ORDER BY position, id",
            (section_id,),
        )
        return tuple(_field_row(*row) for row in rows)

    def options(self) -> dict[int, tuple[str, ...]]:
        """Give the options of every field that has any, by the field's id."""
        found: dict[int, list[str]] = {}
        for field_id, text in self._connection.execute(
            "SELECT field_id, text FROM option ORDER BY field_id, position, id"
        ):
            found.setdefault(field_id, []).append(text)
        return {field_id: tuple(texts) for field_id, texts in found.items()}

    def list_items(self) -> dict[int, tuple[tuple[int, str], ...]]:
        """Give id and text of the options of every `list` field, by the field's id."""
        found: dict[int, list[tuple[int, str]]] = {}
        for field_id, option_id, text in self._connection.execute(
            "SELECT field_id, option.id, text FROM option JOIN field ON field.id = field_id"
            " WHERE type = 'list' ORDER BY field_id, option.position, option.id"
        ):
            found.setdefault(field_id, []).append((option_id, text))
        return {field_id: tuple(items) for field_id, items in found.items()}

    def options_of(self, field_id: int) -> tuple[str, ...]:
        """Give the options of one field in order."""
        rows = self._connection.execute(
            "SELECT text FROM option WHERE field_id = ? ORDER BY position, id", (field_id,)
        )
        return tuple(text for (text,) in rows)

    def custom_types(self) -> tuple[str, ...]:
        """Give the type of every custom field, for the byte budget."""
        rows = self._connection.execute("SELECT type FROM field WHERE custom")
        return tuple(name for (name,) in rows)

    def add_section(self, name: str, *, custom: bool, editable: bool) -> int:
        """Put a section at the end, whether or not one of that name is there."""
        cursor = self._connection.execute(
            "INSERT INTO section (name, custom, editable, position)"
            " VALUES (?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM section))",
            (name, custom, editable),
        )
        return _new_id(cursor)

    def add_fields(self, section_id: int, fields: Iterable[NewField]) -> None:
        """Put fields at the section's end, whether or not their names are there."""
        last = self._last_position(section_id)
        for position, field in enumerate(fields, start=last + 1):
            cursor = self._connection.execute(
                "INSERT INTO field (section_id, name, type, custom, position)"
                " VALUES (?, ?, ?, ?, ?)",
                (section_id, field.name, field.type, field.custom, position),
            )
            if field.options:
                self.add_options(_new_id(cursor), field.options)

    def add_options(self, field_id: int, options: Iterable[str]) -> None:
        """Put options at the field's end."""
        (last,) = self._connection.execute(
            "SELECT coalesce(max(position), 0) FROM option WHERE field_id = ?", (field_id,)
        ).fetchone()
        self._connection.executemany(
            "INSERT INTO option (field_id, text, position) VALUES (?, ?, ?)",
            [(field_id, text, place) for place, text in enumerate(options, start=last + 1)],
        )

    def order_options(self, field_id: int, options: Iterable[str]) -> None:
        """Put the options named first, in this order; their ids stay."""
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
        """Remove an option; values that hold it are the caller's to clear."""
        self._connection.execute(
            "DELETE FROM option WHERE field_id = ? AND text = ?", (field_id, text)
        )

    def clear_options(self, field_id: int) -> None:
        """Remove all options of a field; its values stay."""
        self._connection.execute("DELETE FROM option WHERE field_id = ?", (field_id,))

    def rename_section(self, section_id: int, name: str) -> None:
        """Give a section another name; all in it stays."""
        self._connection.execute("UPDATE section SET name = ? WHERE id = ?", (name, section_id))

    def rename_field(self, field_id: int, name: str) -> None:
        """Give a field another name; its id and values stay."""
        self._connection.execute("UPDATE field SET name = ? WHERE id = ?", (name, field_id))

    def rename_option(self, field_id: int, text: str, new: str) -> None:
        """Give an option another text; its id stays."""
        self._connection.execute(
            "UPDATE option SET text = ? WHERE field_id = ? AND text = ?", (new, field_id, text)
        )

    def move_field(self, field_id: int, section_id: int) -> None:
        """Put a field at another section's end; its values stay."""
        self._connection.execute(
            "UPDATE field SET section_id = ?, position = ? WHERE id = ?",
            (section_id, self._last_position(section_id) + 1, field_id),
        )

    def change_type(self, field_id: int, type_name: str) -> None:
        """Give a field another type; its values stay as they are written."""
        self._connection.execute(
            "UPDATE field SET type = ? WHERE id = ?", (type_name, field_id)
        )

    def _last_position(self, section_id: int) -> int:
        (last,) = self._connection.execute(
            "SELECT coalesce(max(position), 0) FROM field WHERE section_id = ?", (section_id,)
        ).fetchone()
        return int(last)


def _field_row(id_: int, section_id: int, name: str, type_name: str, custom: int) -> FieldRow:
    return FieldRow(id_, section_id, name, type_name, bool(custom))


def _new_id(cursor: sqlite3.Cursor) -> int:
    if cursor.lastrowid is None:
        msg = "an INSERT gave no id"
        raise AssertionError(msg)
    return cursor.lastrowid
