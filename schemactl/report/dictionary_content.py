"""What a data dictionary describes: what the files declare, or what the account has."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.errors import Location
from schemactl.model.desired import Desired, DesiredField, DesiredSection
from schemactl.model.schema import CONTACTS, Field, Schema, in_object
from schemactl.model.usage import KnownUsage, UsageKey, UsageKind
from schemactl.safety.count_words import dated_usage
from schemactl.text import named
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedField:
    """A field with its note and earlier names; `location` is None if no file declares it.

    Attributes:
        holders: Who holds a value, by an earlier count; empty if that is unknown.
    """

    field: Field
    holders: str = ""
    note: str = ""
    was: tuple[str, ...] = ()
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedSection:
    """A section of an object, or of contacts."""

    custom_object: str
    name: str
    description: str
    fields: tuple[DescribedField, ...]

    @property
    def title(self) -> str:
        """The heading of the section."""
        return named(in_object(self.custom_object, self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedTag:
    """A tag with its note; `location` is None if no file declares it."""

    name: str
    note: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryContent:
    """All that a data dictionary describes.

    Attributes:
        sections: Sections of contacts, then those of each custom object.
        tags: Tags of contacts.
        objects: Labels of the custom objects.
        is_live: Whether this is what the account has.
    """

    sections: tuple[DescribedSection, ...]
    tags: tuple[DescribedTag, ...]
    objects: tuple[str, ...] = ()
    is_live: bool = False


def describe_files(desired: Desired) -> DictionaryContent:
    """Describe what the files declare."""
    return DictionaryContent(
        sections=tuple(
            DescribedSection(
                custom_object=label,
                name=section.name,
                description=section.description or "",
                fields=tuple(_described(each.field, each) for each in section.fields),
            )
            for label, section in _sections_of(desired)
        ),
        tags=tuple(
            DescribedTag(name=tag.name, note=tag.note, location=tag.location)
            for tag in desired.tags
        ),
        objects=tuple(each.label for each in desired.objects),
    )


def describe_live(live: Schema, desired: Desired) -> DictionaryContent:
    """Describe what the account has, with the notes of the files.

    Args:
        live: The account, including what no file declares.
        desired: What the files declare.
    """
    declared = {
        (label, section.name, each.field.name): each
        for label, section in _sections_of(desired)
        for each in section.fields
    }
    tags = {tag.name: tag for tag in desired.tags}
    labels = tuple(each.label for each in live.objects)
    return DictionaryContent(
        sections=tuple(
            DescribedSection(
                custom_object=label,
                name=section.name,
                description=section.description or "",
                fields=tuple(
                    _described(each, declared.get((label, section.name, each.name)))
                    for each in section.fields
                ),
            )
            for label in (CONTACTS, *labels)
            for section in live.of(label).sections
        ),
        tags=tuple(
            DescribedTag(name=name, note=known.note, location=known.location)
            if (known := tags.get(name))
            else DescribedTag(name=name)
            for name in live.tags
        ),
        objects=labels,
        is_live=True,
    )


def with_holders(content: DictionaryContent, usage: KnownUsage) -> DictionaryContent:
    """Return the same with who holds a value in each field, as far as that was counted."""

    def holders(section: DescribedSection, field: Field) -> str:
        place = section.custom_object, section.name, field.name
        item = usage.get(UsageKey(UsageKind.FIELD, *place, ""))
        return "" if item is None else dated_usage(item)

    sections = tuple(
        replace(
            section,
            fields=tuple(
                replace(each, holders=holders(section, each.field)) for each in section.fields
            ),
        )
        for section in content.sections
    )
    return replace(content, sections=sections)


def _sections_of(desired: Desired) -> Iterator[tuple[str, DesiredSection]]:
    """Yield each section with the label of its object."""
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        for section in desired.of(label).sections:
            yield label, section


def _described(field: Field, declared: DesiredField | None) -> DescribedField:
    """Describe a field with the note of its declaration, if there is one."""
    if declared is None:
        return DescribedField(field=field)
    return DescribedField(
        field=field, note=declared.note, was=declared.was, location=declared.location
    )
