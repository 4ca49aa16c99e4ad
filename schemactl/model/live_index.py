"""A live schema, looked up by name: every question that comparing asks of an account.

Live names need not be unique, so every answer is a tuple. Decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from schemactl.model.schema import Field, FieldKey, Schema, Section, fold_name


class LiveIndex:
    """Names of a live schema to what bears them; made once per comparison."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._sections = _sections_by_name(schema)
        self._fields: dict[str, Mapping[str, tuple[Field, ...]]] = {}
        self._places: defaultdict[str, list[tuple[str, Field]]] = defaultdict(list)
        self._folded: defaultdict[str, list[tuple[str, Field]]] = defaultdict(list)
        for place in schema.all_fields():
            self._places[place[1].name].append(place)
            self._folded[fold_name(place[1].name)].append(place)
        self._section_folds: defaultdict[str, list[str]] = defaultdict(list)
        for name in self._sections:
            self._section_folds[fold_name(name)].append(name)

    def section(self, name: str) -> Section | None:
        """Give the section of exactly this name; several of one name count as one."""
        return self._sections.get(name)

    def sections_like(self, name: str) -> tuple[str, ...]:
        """Give section names that differ from this one by case or outer blanks only."""
        return tuple(other for other in self._section_folds[fold_name(name)] if other != name)

    def fields(self, section: str) -> Mapping[str, tuple[Field, ...]]:
        """Give the fields of a section by name; none where there is no such section."""
        if section not in self._fields:
            found = self._sections.get(section)
            by_name: defaultdict[str, list[Field]] = defaultdict(list)
            for field in found.fields if found else ():
                by_name[field.name].append(field)
            self._fields[section] = MappingProxyType(
                {name: tuple(fields) for name, fields in by_name.items()}
            )
        return self._fields[section]

    def named(self, key: FieldKey) -> tuple[Field, ...]:
        """Give the fields of exactly this section and name."""
        return self.fields(key.section).get(key.name, ())

    def fields_like(self, key: FieldKey) -> tuple[Field, ...]:
        """Give fields of the section whose names differ by case or outer blanks only."""
        return tuple(
            field
            for section, field in self._folded[fold_name(key.name)]
            if section == key.section and field.name != key.name
        )

    def places(self, name: str) -> tuple[tuple[str, Field], ...]:
        """Give every field of exactly this name in the account, with its section."""
        return tuple(self._places.get(name, ()))

    def count_lookalikes(self, name: str, *, section: str | None = None) -> int:
        """Count fields that a server ignoring case and blanks would take this name for.

        Args:
            name: The name that a call would say.
            section: The section that the call would say; None where calls say none.
        """
        return sum(
            1
            for place, _ in self._folded.get(fold_name(name), ())
            if section is None or fold_name(place) == fold_name(section)
        )


def _sections_by_name(schema: Schema) -> dict[str, Section]:
    sections: dict[str, Section] = {}
    for section in schema.sections:
        twin = sections.get(section.name)
        sections[section.name] = section if twin is None else _as_one(twin, section)
    return sections


def _as_one(first: Section, second: Section) -> Section:
    return Section(
        name=first.name,
        fields=first.fields + second.fields,
        custom=first.custom and second.custom,
    )
