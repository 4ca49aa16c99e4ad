"""The sections of an account that were read, until something changes them.

Most calls of a client read the whole account and change one section of it. `Layout` reports
every write here; what another process has written, or a transaction has undone, makes
everything be read again.
"""

from __future__ import annotations

import sqlite3

from schemactl.emulator.section_content import SectionContent, SectionRow, read_content


class KeptLayout:
    """What was read of the sections of one account, through one connection.

    Attributes:
        reads: How often a section's fields were read from the file.
    """

    def __init__(self) -> None:
        self.reads = 0
        self._version = -1
        self._sections: dict[int, dict[int, tuple[SectionRow, str]]] = {}
        self._contents: dict[int, SectionContent] = {}
        self._all: dict[int, tuple[SectionContent, ...]] = {}
        self._section_of: dict[int, int] = {}
        self._section_of_number: dict[str, int] = {}

    def check(self, connection: sqlite3.Connection) -> None:
        """Forget everything if another connection has written; within a transaction."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self.forget_all()
            self._version = version

    def forget_all(self) -> None:
        """Read everything again when it is asked for."""
        self._sections.clear()
        self._contents.clear()
        self._all.clear()
        self._section_of.clear()
        self._section_of_number.clear()

    def forget_sections(self, object_id: int) -> None:
        """Read again which sections an object has, with their names and descriptions."""
        for section_id in self._sections.pop(object_id, ()):
            self.forget_section(section_id)
        self._all.pop(object_id, None)

    def forget_section(self, section_id: int) -> None:
        """Read the fields and options of a section again."""
        self._all.clear()
        content = self._contents.pop(section_id, None)
        if content is not None:
            for field in content.editor_fields:
                self._section_of.pop(field.id, None)
                self._section_of_number.pop(field.api_name, None)

    def forget_field(self, field_id: int) -> None:
        """Read the section of a field again."""
        # A field of a section that was not read has nothing to forget.
        if field_id in self._section_of:
            self.forget_section(self._section_of[field_id])

    def contents(
        self, connection: sqlite3.Connection, object_id: int
    ) -> tuple[SectionContent, ...]:
        """Return the sections of an object in account order, with their fields."""
        if object_id not in self._all:
            self._all[object_id] = tuple(
                self._content(connection, row, text)
                for row, text in self._rows(connection, object_id).values()
            )
        return self._all[object_id]

    def content(
        self, connection: sqlite3.Connection, object_id: int, section_id: int
    ) -> SectionContent | None:
        """Return one section of an object; None if the object does not have it."""
        found = self._rows(connection, object_id).get(section_id)
        return None if found is None else self._content(connection, *found)

    def content_of_number(
        self, connection: sqlite3.Connection, object_id: int, api_name: str
    ) -> SectionContent | None:
        """Return the section of the field with this name in the REST API."""
        self.contents(connection, object_id)
        section_id = self._section_of_number.get(api_name)
        return None if section_id is None else self.content(connection, object_id, section_id)

    def sections_by_number(self) -> dict[str, int]:
        """Return the id of the section of each field that was read, by the field's number."""
        return self._section_of_number.copy()

    def _content(
        self, connection: sqlite3.Connection, row: SectionRow, description: str
    ) -> SectionContent:
        found = self._contents.get(row.id)
        if found is None:
            self.reads += 1
            found = read_content(connection, row, description)
            self._contents[row.id] = found
            for field in found.editor_fields:
                self._section_of[field.id] = row.id
                self._section_of_number[field.api_name] = row.id
        return found

    def _rows(
        self, connection: sqlite3.Connection, object_id: int
    ) -> dict[int, tuple[SectionRow, str]]:
        if object_id not in self._sections:
            rows = connection.execute(
                "SELECT id, name, custom, editable, description FROM section"
                " WHERE object_id = ? ORDER BY position, id",
                (object_id,),
            )
            self._sections[object_id] = {
                id_: (SectionRow(id_, name, bool(custom), bool(editable)), description)
                for id_, name, custom, editable, description in rows
            }
        return self._sections[object_id]

    def add_section(self, object_id: int, row: SectionRow) -> None:
        """Add a section that was written at the end, without a description."""
        if object_id in self._sections:
            self._sections[object_id][row.id] = row, ""
            self._all.pop(object_id, None)
