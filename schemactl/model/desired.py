"""What the user's files say: a schema, and wishes about how to reach it.

The wishes (`was`, `protect`, `manage`, `removed`) mean nothing to an account, so
they stand beside the `Schema` and not in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, unique

from schemactl.errors import Location
from schemactl.model.schema import CONTACTS, CustomObject, Field, FieldKey, Schema, Section


@unique
class Manage(StrEnum):
    """What becomes of a section's fields that the files do not list."""

    MERGE = "merge"
    MIRROR = "mirror"


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredField:
    """One declared field.

    Attributes:
        field: The field as it should be; `options` None leaves them to the account.
        location: Where its name stands.
        was: Earlier names: a rename, not a removal and an addition.
        protect: May never be removed or replaced, whatever is permitted.
        options_location: Where its options stand; None where it lists none.
        settings_location: Where the first of `required` and `unique` stands; None where
            neither does.
        note: What people should know of it; nothing of it goes to the account.
    """

    field: Field
    location: Location
    was: tuple[str, ...] = ()
    protect: bool = False
    options_location: Location | None = None
    settings_location: Location | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredSection:
    """One declared section.

    Attributes:
        name: As it should be.
        location: Where the name stands.
        fields: In the order of the file.
        manage: What becomes of fields that are not listed.
        was: Earlier names.
        description: None leaves it to the account; empty wants none.
        description_location: Where the description stands; None where there is none.
    """

    name: str
    location: Location
    fields: tuple[DesiredField, ...] = ()
    manage: Manage = Manage.MERGE
    was: tuple[str, ...] = ()
    description: str | None = None
    description_location: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredTag:
    """One declared tag; `was` has its earlier names, `note` what people should know of it."""

    name: str
    location: Location
    was: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedSection:
    """A section that must not exist; its custom fields go with it."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedField:
    """A field that must not exist."""

    key: FieldKey
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedTag:
    """A tag that must not exist."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredObject:
    """One custom object that files speak of.

    Attributes:
        label: What people call it.
        location: Where a file first names it.
        sections: Those that it should have.
        removed_sections: Those that it must not have.
        removed_fields: Fields that it must not have.
    """

    label: str
    location: Location
    sections: tuple[DesiredSection, ...] = ()
    removed_sections: tuple[RemovedSection, ...] = ()
    removed_fields: tuple[RemovedField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """All files of one account, merged; nothing in it is declared twice.

    Sections and all that is removed are those of contacts, unless they stand in an object.
    """

    sections: tuple[DesiredSection, ...] = ()
    tags: tuple[DesiredTag, ...] = ()
    removed_sections: tuple[RemovedSection, ...] = ()
    removed_fields: tuple[RemovedField, ...] = ()
    removed_tags: tuple[RemovedTag, ...] = ()
    objects: tuple[DesiredObject, ...] = ()

    @property
    def schema(self) -> Schema:
        """The wanted state alone, without the wishes."""
        return Schema(
            sections=_wanted(self.sections),
            tags=tuple(tag.name for tag in self.tags),
            objects=tuple(
                CustomObject(label=each.label, sections=_wanted(each.sections))
                for each in self.objects
            ),
        )

    def of(self, label: str) -> Desired:
        """Give what is wanted of one object; nothing where no file names it."""
        if label == CONTACTS:
            return replace(self, objects=()) if self.objects else self
        for each in self.objects:
            if each.label == label:
                return Desired(
                    sections=each.sections,
                    removed_sections=each.removed_sections,
                    removed_fields=each.removed_fields,
                )
        return Desired()


def _wanted(sections: tuple[DesiredSection, ...]) -> tuple[Section, ...]:
    return tuple(
        Section(
            name=section.name,
            fields=tuple(entry.field for entry in section.fields),
            description=section.description,
        )
        for section in sections
    )
