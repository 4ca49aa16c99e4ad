"""The content of the user's files: a schema, and instructions about how to reach it.

The instructions (`was`, `protect`, `manage`, `removed`) have no meaning in an account, so they
are not part of the `Schema`.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final

from schemactl.errors import Location
from schemactl.model.filling import FillSource
from schemactl.model.omitted import Omitted
from schemactl.model.schema import CONTACTS, CustomObject, Field, FieldKey, Schema, Section
from schemactl.values import NamedTuple, dataclass, replace


@unique
class Manage(StrEnum):
    """Treatment of fields of a section that the files do not list."""

    MERGE = "merge"
    MIRROR = "mirror"


class HeldBack(NamedTuple):
    """What `contract: later` keeps in the account beside what replaces it.

    Attributes:
        field: Whether it keeps the field under its earlier name.
        options: Options whose earlier names it keeps.
        sources: Section and name of each field that values come from and that it keeps.
    """

    field: bool = False
    options: tuple[str, ...] = ()
    sources: tuple[FieldKey, ...] = ()


NOTHING_HELD_BACK: Final = HeldBack()


class DesiredField(NamedTuple):
    """One declared field; a named tuple, which takes a third of the time to make.

    Attributes:
        field: The field as it should be; `options` None leaves them to the account.
        location: Position of its name.
        was: Earlier names, for a rename instead of a removal and an addition.
        protect: Whether it must never be removed or replaced, even with a permission.
        options_location: Position of its options; None if it lists none.
        settings_location: Position of the first of `required` and `unique`; None if it has
            neither.
        note: Text for the data dictionary; it is not sent to the account.
        option_was: Earlier names of its options, by option.
        sources: Other fields that it gets its values from.
        later: What stays in the account for now, although it is replaced.
        is_live: Whether another account has it; no call is made for it then, so it may differ
            in what no call can change.
    """

    field: Field
    location: Location
    was: tuple[str, ...] = ()
    protect: bool = False
    options_location: Location | None = None
    settings_location: Location | None = None
    note: str = ""
    option_was: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sources: tuple[FillSource, ...] = ()
    later: HeldBack = NOTHING_HELD_BACK
    is_live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredSection:
    """One declared section.

    Attributes:
        name: As it should be.
        location: Position of the name.
        fields: In the order of the file.
        manage: Treatment of fields that are not listed.
        was: Earlier names.
        description: Text below the heading. None leaves it to the account; an empty text
            removes it.
        description_location: Position of the description; None if there is none.
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
    """One declared tag; `was` has its earlier names, `note` is for the data dictionary."""

    name: str
    location: Location
    was: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedSection:
    """A section that must not exist; its custom fields are removed with it."""

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
    """One custom object that files name.

    Attributes:
        label: Its name in the web interface.
        location: Position of its first mention.
        sections: Sections that it should have.
        removed_sections: Sections that it must not have.
        removed_fields: Fields that it must not have.
        omitted: What a layer takes out of its files, and nothing removes.
    """

    label: str
    location: Location
    sections: tuple[DesiredSection, ...] = ()
    removed_sections: tuple[RemovedSection, ...] = ()
    removed_fields: tuple[RemovedField, ...] = ()
    omitted: tuple[Omitted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """All files of one account, merged; nothing is declared twice.

    Sections and removals outside of `objects` are of contacts. `omitted` has what a layer takes
    out of the files, and nothing removes.
    """

    sections: tuple[DesiredSection, ...] = ()
    tags: tuple[DesiredTag, ...] = ()
    removed_sections: tuple[RemovedSection, ...] = ()
    removed_fields: tuple[RemovedField, ...] = ()
    removed_tags: tuple[RemovedTag, ...] = ()
    objects: tuple[DesiredObject, ...] = ()
    omitted: tuple[Omitted, ...] = ()

    @property
    def schema(self) -> Schema:
        """The desired state, without the instructions."""
        return Schema(
            sections=_wanted(self.sections),
            tags=tuple(tag.name for tag in self.tags),
            objects=tuple(
                CustomObject(label=each.label, sections=_wanted(each.sections))
                for each in self.objects
            ),
        )

    def of(self, label: str) -> Desired:
        """Return the part for one object; it is empty if no file names the object."""
        if label == CONTACTS:
            return replace(self, objects=()) if self.objects else self
        for each in self.objects:
            if each.label == label:
                return Desired(
                    sections=each.sections,
                    removed_sections=each.removed_sections,
                    removed_fields=each.removed_fields,
                    omitted=each.omitted,
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
