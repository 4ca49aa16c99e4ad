"""Contacts as a fetch of the Contacts API shows them, any number at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from schemactl.emulator.contacts import ContactRow, Contacts
from schemactl.emulator.field_types import LIST
from schemactl.emulator.labels import Labels, TagRow
from schemactl.emulator.layout import Layout
from schemactl.emulator.schema_rules import is_tags_field
from schemactl.emulator.section_content import FieldRow
from schemactl.emulator.switches import Switches
from schemactl.emulator.value_choices import LegacyListValue
from schemactl.emulator.values import LIST_SEPARATOR, shown_value, split_names

SEQUENCE = "sequence"
RAW_TAGS = "Contact Tags (Raw)"
"""The tags' ids: a fetch shows them, `key` does not (seen by a client)."""
SYSTEM_VALUES: Mapping[str, Callable[[ContactRow], int]] = MappingProxyType(
    {
        "Contact ID": lambda row: row.id,
        "Date Added": lambda row: row.added,
        "Date Modified": lambda row: row.modified,
        "Last Activity": lambda row: row.modified,
    }
)
"""Fields of newer accounts that the server itself fills."""


class ShownContact(NamedTuple):
    """A contact as a fetch shows it: sections in order, each with its fields' texts."""

    row: ContactRow
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


class _Held(NamedTuple):
    """What one contact holds."""

    row: ContactRow
    values: Mapping[int, str]
    tags: tuple[TagRow, ...]
    sequences: tuple[int, ...]


class ShownContacts:
    """Shows the contacts of one account, within one transaction."""

    def __init__(
        self, *, layout: Layout, contacts: Contacts, labels: Labels, switches: Switches
    ) -> None:
        self._layout = layout
        self._contacts = contacts
        self._labels = labels
        self._switches = switches

    def show_all(self, contact_ids: Iterable[int]) -> Iterator[ShownContact]:
        """Yield the contacts with these ids, in this order; ids of none are skipped."""
        ids = tuple(contact_ids)
        values = self._contacts.values_of_all(ids)
        tags, sequences = self._labels.tags_of_all(ids), self._labels.sequences_of_all(ids)
        fields, sections = self._layout.fields(), self._layout.sections()
        for row in self._contacts.find_all(ids):
            held = _Held(row, values[row.id], tags.get(row.id, ()), sequences.get(row.id, ()))
            texts: dict[int, list[tuple[str, str]]] = {}
            for field in fields:
                shown = texts.setdefault(field.section_id, [])
                shown.append((field.name, self._text(field, held)))
                if is_tags_field(field):
                    shown.append((RAW_TAGS, _joined(str(tag.id) for tag in held.tags)))
            yield ShownContact(
                row=row,
                sections=tuple((one.name, tuple(texts.get(one.id, ()))) for one in sections),
            )

    def _text(self, field: FieldRow, held: _Held) -> str:
        if is_tags_field(field):
            return _joined(tag.name for tag in held.tags)
        if field.name in SYSTEM_VALUES and not field.custom:
            own = str(SYSTEM_VALUES[field.name](held.row))
            return shown_value(field.type, own, self._switches)
        if field.type == SEQUENCE:
            return _joined(map(str, held.sequences)) or LIST_SEPARATOR
        stored = held.values.get(field.id, "")
        if field.type == LIST and self._switches.legacy_list_value is LegacyListValue.IDS:
            numbers = {text: str(id_) for id_, text in self._option_ids.get(field.id, ())}
            return _joined(numbers.get(one, one) for one in split_names(stored))
        return shown_value(field.type, stored, self._switches)

    @cached_property
    def _option_ids(self) -> dict[int, tuple[tuple[int, str], ...]]:
        return self._layout.option_ids()


def _joined(parts: Iterable[str]) -> str:
    """Join as recorded answers do, with separators around it too; empty for no part."""
    joined = LIST_SEPARATOR.join(parts)
    return f"{LIST_SEPARATOR}{joined}{LIST_SEPARATOR}" if joined else ""
