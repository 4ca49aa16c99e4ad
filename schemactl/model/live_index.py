"""Index of a live schema by name, for comparisons.

Live names need not be unique, so lookups return tuples. Indexes that only differences need are
built on first use, because most accounts match their files. Two names have the same fold if a
server or a person may take them for the same (`fold_name`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from schemactl.model.schema import Field, FieldKey, Schema, Section, fold_name

_NO_FIELDS: Final[Mapping[str, tuple[Field, ...]]] = MappingProxyType({})


class LiveIndex:
    """Objects of a live schema by name; built once per comparison."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._sections = _sections_by_name(schema)

    def section(self, name: str) -> Section | None:
        """Return the section of exactly this name; several with one name are merged."""
        return self._sections.get(name)

    def sections_like(self, name: str) -> tuple[str, ...]:
        """Return section names that differ from this one but have the same fold."""
        alike = self._section_folds.get(fold_name(name), ())
        return tuple(other for other in alike if other != name)

    def fields(self, section: str) -> Mapping[str, tuple[Field, ...]]:
        """Return the fields of a section by name; empty for an unknown section."""
        found = self._sections.get(section)
        return _NO_FIELDS if found is None else found.by_name

    def named(self, key: FieldKey) -> tuple[Field, ...]:
        """Return the fields of exactly this section and name."""
        return self.fields(key.section).get(key.name, ())

    def fields_like(self, key: FieldKey) -> tuple[Field, ...]:
        """Return fields of the section whose names differ but have the same fold."""
        return tuple(field for field in self.all_fields_like(key) if field.name != key.name)

    def all_fields_like(self, key: FieldKey) -> tuple[Field, ...]:
        """Return fields of the section whose names have the same fold."""
        section = self._sections.get(key.section)
        return () if section is None else section.by_fold.get(fold_name(key.name), ())

    def all_sections_like(self, name: str) -> tuple[str, ...]:
        """Return the names of sections that have the same fold.

        Several sections with one name are listed several times.
        """
        return tuple(self._all_section_folds.get(fold_name(name), ()))

    def all_tags_like(self, name: str) -> tuple[str, ...]:
        """Return the tags that have the same fold."""
        return tuple(self._tag_folds.get(fold_name(name), ()))

    def places_like(self, name: str) -> tuple[FieldKey, ...]:
        """Return the places of fields whose names have the same fold."""
        fold = fold_name(name)
        return tuple(
            FieldKey(section.name, field.name)
            for section in self._sections_by_fold.get(fold, ())
            for field in section.by_fold[fold]
        )

    def places(self, name: str) -> tuple[tuple[str, Field], ...]:
        """Return every field of exactly this name in the account, with its section."""
        return tuple(
            (section.name, field)
            for section in self._sections_by_field.get(name, ())
            for field in section.by_name[name]
        )

    @cached_property
    def _sections_by_field(self) -> Mapping[str, list[Section]]:
        """The sections that have a field of that name."""
        found: defaultdict[str, list[Section]] = defaultdict(list)
        for section in self.schema.sections:
            for name in section.by_name:
                found[name].append(section)
        return found

    @cached_property
    def _sections_by_fold(self) -> Mapping[str, list[Section]]:
        """The sections that have a field whose name has that fold."""
        found: defaultdict[str, list[Section]] = defaultdict(list)
        for section in self.schema.sections:
            for fold in section.by_fold:
                found[fold].append(section)
        return found

    @cached_property
    def _all_section_folds(self) -> Mapping[str, list[str]]:
        folds: defaultdict[str, list[str]] = defaultdict(list)
        for section in self.schema.sections:
            folds[section.fold].append(section.name)
        return folds

    @cached_property
    def _tag_folds(self) -> Mapping[str, list[str]]:
        return _folded(self.schema.tags)

    @cached_property
    def _section_folds(self) -> Mapping[str, list[str]]:
        return _folded(self._sections)


def _folded(names: Iterable[str]) -> Mapping[str, list[str]]:
    folds: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        folds[fold_name(name)].append(name)
    return folds


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
        description=first.description,
    )
