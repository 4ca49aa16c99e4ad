"""An index of an account's fields for a call that changes many: read once, then updated.

A call may hold hundreds of fields of an account with thousands; reading all of them for each
would take minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from schemactl.emulator.layout import EditorField
from schemactl.emulator.names import Names


class FieldIndex:
    """Finds fields by number and by name, in account order."""

    def __init__(self, fields: Iterable[EditorField], names: Names) -> None:
        self._names = names
        self._by_api_name: dict[str, EditorField] = {}
        self._by_key: defaultdict[str, dict[str, EditorField]] = defaultdict(dict)
        for field in fields:
            self.put(field)

    def numbered(self, api_name: str) -> EditorField | None:
        """Return the field of that number or word."""
        return self._by_api_name.get(api_name)

    def named(self, name: str, *, section_id: int | None = None) -> EditorField | None:
        """Return the first field of that name, in one section or anywhere."""
        rows = self._by_key[self._names.key(name)].values()
        here = (row for row in rows if section_id is None or row.section_id == section_id)
        return self._names.find(here, name)

    def put(self, field: EditorField) -> None:
        """Add a field, or replace one that was changed."""
        before = self._by_api_name.get(field.api_name)
        if before is not None:
            del self._by_key[self._names.key(before.name)][before.api_name]
        self._by_api_name[field.api_name] = field
        self._by_key[self._names.key(field.name)][field.api_name] = field

    def in_section(self, section_id: int) -> tuple[EditorField, ...]:
        """Return the fields of one section."""
        return tuple(row for row in self._by_api_name.values() if row.section_id == section_id)
