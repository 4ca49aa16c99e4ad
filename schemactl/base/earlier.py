"""Names that an account has changed since the last apply, told by its ids.

A field that somebody renamed in the web interface is missing under its declared name. The
id stays, so the base tells which one it is: it is renamed back, never made a second time.
Works by adding what the account calls it now to its `was`. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from schemactl.model.base import Base, Ids
from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredObject,
    DesiredSection,
    DesiredTag,
)
from schemactl.model.schema import CONTACTS

_Key = TypeVar("_Key")


def with_earlier_names(desired: Desired, base: Base | None, now: Ids) -> Desired:
    """Give the same wishes, where each thing that the account renamed is found by its id.

    Args:
        desired: What the files say.
        base: How the last apply left the account; None tells nothing.
        now: What the account calls its objects.
    """
    if base is None:
        return desired
    names = _Renamed(
        sections=_renamed(base.ids.sections, now.sections),
        fields=_renamed(base.ids.fields, now.fields),
        tags=_renamed(base.ids.tags, now.tags),
    )
    if not (names.sections or names.fields or names.tags):
        return desired
    return replace(
        desired,
        sections=names.in_sections(CONTACTS, desired.sections),
        tags=tuple(map(names.in_tag, desired.tags)),
        objects=tuple(map(names.in_object, desired.objects)),
    )


def _renamed(before: Mapping[_Key, str], now: Mapping[_Key, str]) -> dict[_Key, _Key]:
    """Give what each thing is called now, of those that are called otherwise."""
    names = {number: name for name, number in now.items()}
    found = ((name, names.get(number)) for name, number in before.items())
    return {old: new for old, new in found if new is not None and new != old}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renamed:
    """What things of the base are called now; a field may stand elsewhere too."""

    sections: Mapping[tuple[str, str], tuple[str, str]]
    fields: Mapping[tuple[str, str, str], tuple[str, str, str]]
    tags: Mapping[str, str]

    def in_object(self, entry: DesiredObject) -> DesiredObject:
        """Find what is in a custom object."""
        return replace(entry, sections=self.in_sections(entry.label, entry.sections))

    def in_sections(
        self, label: str, entries: tuple[DesiredSection, ...]
    ) -> tuple[DesiredSection, ...]:
        """Find sections, and the fields in each."""
        return tuple(self._in_section(label, entry) for entry in entries)

    def in_tag(self, entry: DesiredTag) -> DesiredTag:
        """Find a tag."""
        now = self.tags.get(entry.name)
        return entry if now is None else replace(entry, was=(now, *entry.was))

    def _in_section(self, label: str, entry: DesiredSection) -> DesiredSection:
        now = self.sections.get((label, entry.name))
        fields = tuple(self._in_field(label, entry.name, field) for field in entry.fields)
        was = entry.was if now is None else (now[1], *entry.was)
        return replace(entry, fields=fields, was=was)

    def _in_field(self, label: str, section: str, entry: DesiredField) -> DesiredField:
        now = self.fields.get((label, section, entry.field.name))
        if now is None or now[2] == entry.field.name:
            # One that only stands elsewhere is found by its name.
            return entry
        return replace(entry, was=(now[2], *entry.was))
