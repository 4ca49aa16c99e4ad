"""An index of an account's fields for a call that changes many: read once, then updated.

A call may hold hundreds of fields of an account with thousands; reading all of them for each
would take minutes.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from schemactl.emulator.layout import Layout
from schemactl.emulator.names import Names
from schemactl.emulator.section_content import EditorField, SectionContent


class FieldIndex:
    """Finds fields by number and by name.

    Those that the call has not changed come first, in account order.

    Args:
        layout: The object, as the call finds it.
        names: How the account compares names.
    """

    def __init__(self, layout: Layout, names: Names) -> None:
        self._names = names
        self._sections = {content.row.id: content for content in layout.contents()}
        self._section_of = layout.sections_by_number()
        self._put: dict[str, EditorField] = {}
        self._put_by_key: defaultdict[str, dict[str, EditorField]] = defaultdict(dict)

    def numbered(self, api_name: str) -> EditorField | None:
        """Return the field of that number or word."""
        if api_name in self._put:
            return self._put[api_name]
        section = self._sections.get(self._section_of.get(api_name, -1))
        return None if section is None else section.numbered.get(api_name)

    def named(self, name: str, *, section_id: int | None = None) -> EditorField | None:
        """Return the first field of that name, in one section or anywhere."""
        sections: list[SectionContent] = [*self._sections.values()]
        if section_id is not None:
            sections = [self._sections[section_id]] if section_id in self._sections else []
        found = chain.from_iterable(each.fields_named(name, self._names) for each in sections)
        kept = (field for field in found if field.api_name not in self._put)
        put = self._put_by_key[self._names.key(name)].values()
        here = (field for field in put if section_id is None or field.section_id == section_id)
        return self._names.find(chain(kept, here), name)

    def put(self, field: EditorField) -> None:
        """Add a field, or replace one that was changed."""
        before = self._put.get(field.api_name)
        if before is not None:
            del self._put_by_key[self._names.key(before.name)][before.api_name]
        self._put[field.api_name] = field
        self._put_by_key[self._names.key(field.name)][field.api_name] = field

    def in_section(self, section_id: int) -> tuple[EditorField, ...]:
        """Return the fields of one section."""
        section = self._sections.get(section_id)
        kept = () if section is None else section.editor_fields
        return (
            *(field for field in kept if field.api_name not in self._put),
            *(field for field in self._put.values() if field.section_id == section_id),
        )
