"""What an account's schema is: sections, the fields in them, and tags.

Contacts have one set of sections, and each object that the account's owner made has one
of its own, with names of its own. All that is said of sections and fields is said within
one of these; only `Schema.objects` tells of the others.

Desired state (read from files) and live state (read from an account) are both a
`Schema`, so finding what differs is plain comparison of values. Ids that the
server gives are no part of it: they live in `backend.interface.LiveState`, so
that equal schemas stay equal. What the user wishes beyond the state itself
(`was`, `protect`, `manage`) stands in `model.desired`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from schemactl.model.characters import looks
from schemactl.model.field_types import DECLARABLE_TYPES

CONTACTS: Final = ""
"""What stands for contacts where a custom object is named by its label."""


def fold_name(name: str) -> str:
    """Return what two names share that a server, or a person, may take for one.

    Clients in production write `E-Mail` and `E-mail` for one field, so the server
    seems to ignore case when it looks a name up; it is not known for certain. People
    cannot tell apart what `looks` the same.
    """
    if name.isascii():
        return looks(name).casefold()
    return unicodedata.normalize("NFC", looks(name).casefold())


def trimmed_options(options: Iterable[str]) -> frozenset[str]:
    """Return options without outer blanks: whether the server keeps those is unknown."""
    return frozenset(option.strip() for option in options)


def in_object(custom_object: str, name: str) -> str:
    """Give a name as people tell it apart from the same name in another object."""
    return name if custom_object == CONTACTS else f"{custom_object}: {name}"


def every_record(custom_object: str) -> str:
    """Say who holds the values of an object's fields: `every contact`."""
    is_contacts = custom_object == CONTACTS
    return "every contact" if is_contacts else f'every record of "{custom_object}"'


def is_same_description(one: str, other: str) -> bool:
    """Whether two descriptions show the same beneath a heading.

    Browsers send line breaks of a form as CR LF (the HTML standard), and blanks at the end
    of a line or around the whole text show nowhere; whether the server keeps either is not
    known, and what it normalises is no difference.
    """
    return one == other or _as_shown(one) == _as_shown(other)


def _as_shown(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return [line.rstrip() for line in lines]


@dataclass(frozen=True, slots=True, order=True)
class FieldKey:
    """Identity of a field: compared exactly, outer blanks and case included."""

    section: str
    name: str

    def __str__(self) -> str:
        return f"{self.section} / {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field as the account's owner sees it.

    Attributes:
        name: As written, outer blanks included; live accounts hold empty names too.
        type: A `FieldType` word, or for a live field any word that the server says
            (`""`, `sequence`, `Payment Center Link` … have been seen).
        options: Choices in display order. None where the type has none, or where
            the file leaves them to the account.
        custom: Whether the account's owner made it. Over the Contacts API only
            `editable="1"` on the field itself tells, over the REST API a name such as
            `f1557` (recorded answers); a declared field is presumed custom.
        required: Whether a contact must have a value. None where the API does not tell, or
            where the file leaves it to the account.
        unique: Whether no two contacts may have the same value; None as above.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One heading of the contact record, with its fields in the account's order.

    Attributes:
        name: As written.
        fields: May hold the same name twice when live: real accounts do.
        custom: What the server says of the section; it says so of some system
            sections too, hence `is_system`.
        description: What stands beneath the heading. None where the API does not tell, or
            where the file leaves it to the account.
    """

    name: str
    fields: tuple[Field, ...] = ()
    custom: bool = True
    description: str | None = None

    @property
    def is_system(self) -> bool:
        """Whether the vendor made it: not marked custom, or a field in it is not."""
        return not self.custom or any(not field.custom for field in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomObject:
    """An object that the account's owner made, such as `Pets`, beside contacts.

    Attributes:
        label: What people call it. The number that the server gave it differs from account
            to account, so it is no part of this.
        sections: In the account's order.
    """

    label: str
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """All of an account's schema that schemactl knows of; order is the account's own.

    Attributes:
        sections: Those of contacts.
        tags: Those of contacts.
        objects: Custom objects, with sections of their own.
    """

    sections: tuple[Section, ...] = ()
    tags: tuple[str, ...] = ()
    objects: tuple[CustomObject, ...] = ()

    def of(self, label: str) -> Schema:
        """Give one object's part of it; an object that is not there has nothing."""
        if label == CONTACTS:
            return replace(self, objects=()) if self.objects else self
        for each in self.objects:
            if each.label == label:
                return Schema(sections=each.sections)
        return Schema()

    def all_fields(self) -> Iterator[tuple[str, Field]]:
        """Give every field of contacts with the name of its section, in account order."""
        for section in self.sections:
            for field in section.fields:
                yield section.name, field

    @property
    def field_count(self) -> int:
        """How many fields contacts have in all sections."""
        return sum(len(section.fields) for section in self.sections)
