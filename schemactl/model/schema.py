"""The schema of an account: sections, the fields in them, and tags.

Contacts have one set of sections. Each custom object has its own set with its own names.
Statements about sections and fields apply to one object; `Schema.objects` has the others.

The desired state (read from files) and the live state (read from an account) are both a
`Schema`, so finding differences is a plain comparison of values. Ids of the server are not
part of it: they are in `account.interface.LiveState`, so that equal schemas compare as equal.
What files declare beyond the state (`was`, `protect`, `manage`) is in `model.desired`.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final

from schemactl.model.characters import appearance
from schemactl.model.field_types import DECLARABLE_TYPES
from schemactl.values import NamedTuple, dataclass, replace

CONTACTS: Final = ""
"""Stands for contacts in place of the label of a custom object."""
_MAX_FOLDS: Final = 16_384
"""Folds that are kept: every read of an apply shows the same names again."""


@lru_cache(maxsize=_MAX_FOLDS)
def fold_name(name: str) -> str:
    """Return a key that is equal for names that a server or a person may take for the same.

    Clients in production write `E-Mail` and `E-mail` for one field, so the server seems to
    ignore case when it searches for a name. This is not certain. People cannot distinguish
    names that have the same appearance.
    """
    if name.isascii() and name.isprintable() and "  " not in name:
        return name.strip().casefold()  # The same as below, in less time for nearly all names.
    return unicodedata.normalize("NFC", appearance(name).casefold())


def trimmed_options(options: Iterable[str]) -> frozenset[str]:
    """Return options without surrounding spaces: whether the server keeps those is unknown."""
    return frozenset(option.strip() for option in options)


def in_object(custom_object: str, name: str) -> str:
    """Return a name with the label of its custom object; names of contacts have none."""
    return name if custom_object == CONTACTS else f"{custom_object}: {name}"


def every_record(custom_object: str) -> str:
    """Return who holds the values of an object's fields: `every contact`."""
    is_contacts = custom_object == CONTACTS
    return "every contact" if is_contacts else f'every record of "{custom_object}"'


def is_same_description(one: str, other: str) -> bool:
    """Whether two descriptions appear the same below a heading.

    Browsers send line breaks of a form as CR LF (the HTML standard). Spaces at the end of a
    line or around the whole text are not visible. Whether the server keeps either is unknown,
    and what it normalises is not a difference.
    """
    return one == other or _as_shown(one) == _as_shown(other)


def _as_shown(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return [line.rstrip() for line in lines]


class FieldKey(NamedTuple):
    """Identity of a field. Names are compared exactly, including case and surrounding spaces.

    A named tuple, because it is the key of every index: its hash is computed in C.
    """

    section: str
    name: str

    def __str__(self) -> str:
        return f"{self.section} / {self.name}"


class Field(NamedTuple):
    """One field as the account's owner sees it; a named tuple is made and compared quickly.

    Attributes:
        name: As written, including surrounding spaces. Live accounts have empty names too.
        type: A `FieldType` word. A live field can have any word that the server returns
            (observed: `""`, `sequence`, `Payment Center Link` and others).
        options: Choices in display order. None if the type has none, or if the file leaves
            them to the account.
        custom: Whether the account's owner made it. The Contacts API marks such fields with
            `editable="1"`; the REST API gives them names such as `f1557` (recorded answers).
            A declared field is presumed custom.
        required: Whether a contact must have a value. None if the API does not report it, or
            if the file leaves it to the account.
        unique: Whether no two contacts may have the same value. None as for `required`.
    """

    name: str
    type: str
    options: tuple[str, ...] | None = None
    custom: bool = True
    required: bool | None = None
    unique: bool | None = None

    @property
    def is_declarable(self) -> bool:
        """Whether a file can declare this field: it has a name and a known type."""
        return bool(self.name) and self.type in DECLARABLE_TYPES


# No slots: lookups are kept, since the reads of an apply share most sections.
@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of a record, with its fields in the account's order.

    Attributes:
        name: As written.
        fields: In a live section, several fields can have the same name.
        custom: Whether the server marks the section as custom. It also marks some system
            sections so; use `is_system`.
        description: The text below the heading. None if the API does not report it, or if
            the file leaves it to the account.
    """

    name: str
    fields: tuple[Field, ...] = ()
    custom: bool = True
    description: str | None = None

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Field, ...]]:
        """Its fields by name."""
        by_name = {field.name: (field,) for field in self.fields}
        if len(by_name) == len(self.fields):
            return by_name
        several: dict[str, tuple[Field, ...]] = {}
        for field in self.fields:
            several[field.name] = (*several.get(field.name, ()), field)
        return several

    @cached_property
    def by_fold(self) -> Mapping[str, tuple[Field, ...]]:
        """Its fields by the fold of their names."""
        by_name = self.by_name
        by_fold = dict(zip(map(fold_name, by_name), by_name.values(), strict=True))
        if len(by_fold) == len(by_name):
            return by_fold
        several: defaultdict[str, tuple[Field, ...]] = defaultdict(tuple)
        for name, fields in by_name.items():
            several[fold_name(name)] += fields
        return dict(several)

    @cached_property
    def fold(self) -> str:
        """The fold of its name."""
        return fold_name(self.name)

    @cached_property
    def is_system(self) -> bool:
        """Whether the vendor made it: the section or one of its fields is not custom."""
        return not (self.custom and all(field.custom for field in self.fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomObject:
    """An object that the account's owner made, such as `Pets`.

    Attributes:
        label: Its name in the web interface. Its number differs from account to account, so
            it is not part of this value.
        sections: In the account's order.
    """

    label: str
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The part of an account's schema that schemactl knows, in the account's order.

    Attributes:
        sections: Those of contacts.
        tags: Those of contacts.
        objects: Custom objects, with sections of their own.
    """

    sections: tuple[Section, ...] = ()
    tags: tuple[str, ...] = ()
    objects: tuple[CustomObject, ...] = ()

    def of(self, label: str) -> Schema:
        """Return the schema of one object; it is empty for an unknown object."""
        if label == CONTACTS:
            return replace(self, objects=()) if self.objects else self
        for each in self.objects:
            if each.label == label:
                return Schema(sections=each.sections)
        return Schema()

    def all_fields(self) -> Iterator[tuple[str, Field]]:
        """Yield every field of contacts with the name of its section, in account order."""
        for section in self.sections:
            for field in section.fields:
                yield section.name, field

    @property
    def field_count(self) -> int:
        """The number of fields of contacts in all sections."""
        return sum(len(section.fields) for section in self.sections)
