"""The content of a new account, and how it is written.

A seed has sections, fields, options and tags. Every account also gets invented contacts and
sequences, so that a contact can carry a tag.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from schemactl.emulator.account import Account
from schemactl.emulator.contact_rules import SentContact, SentValue
from schemactl.emulator.layout import NewField
from schemactl.emulator.switches import Switches


class SeedSection(NamedTuple):
    """A section to create; `editable` is what `key` shows, `custom` if it can be removed."""

    name: str
    custom: bool
    editable: bool
    fields: tuple[NewField, ...]
    description: str = ""


class SeedTag(NamedTuple):
    """A tag to create; `id` is None if the account chooses it."""

    name: str
    id: int | None = None


class SeedObject(NamedTuple):
    """A custom object to create, with its sections."""

    label: str
    sections: tuple[SeedSection, ...]


class Seed(NamedTuple):
    """The first content of an account; names may be duplicate or empty, as in real ones.

    `contacts` says how many contacts to invent in addition, as `--contacts` does.
    """

    sections: tuple[SeedSection, ...]
    tags: tuple[SeedTag, ...] = ()
    objects: tuple[SeedObject, ...] = ()
    contacts: str = ""


PEOPLE = (
    ("Ada", "Fielding", "ada.fielding@example.com", "Fielding & Daughters", "Leeds"),
    ("Bruno", "Castell", "bruno.castell@example.com", "Castell Roofing", "Girona"),
    ("Chidi", "Okonjo", "chidi.okonjo@example.com", "Okonjo Dental", "Lagos"),
)
PERSON_FIELDS = ("First Name", "Last Name", "E-Mail", "Company", "City")
SEQUENCES = (
    ("Welcome", "Welcome aboard", "Five mails in the first two weeks."),
    (
        "Appointment reminder",
        "Your appointment",
        "A mail the day before, a text in the morning.",
    ),
)


def is_custom_section(*, editable: bool, fields: tuple[NewField, ...]) -> bool:
    """Whether a section that is shown as editable is the user's own.

    Recorded accounts show some system sections so; none of those has a custom field.
    """
    return editable and (not fields or any(field.custom for field in fields))


def fill_account(connection: sqlite3.Connection, seed: Seed, *, now: float) -> None:
    """Write the seed into an empty account, with a few contacts and sequences."""
    account = Account(connection, switches=Switches(), now=now)
    account.fired.is_on = False
    _fill_sections(account, seed.sections)
    for each in seed.objects:
        _fill_sections(account.of(account.objects.add(each.label)), each.sections)
    for tag in seed.tags:
        account.labels.add_tag(tag.name, tag_id=tag.id)
    for name, public_name, description in SEQUENCES:
        account.labels.add_sequence(name, public_name=public_name, description=description)
    for person in PEOPLE:
        values = tuple(
            SentValue(section=None, name=name, text=text)
            for name, text in zip(PERSON_FIELDS, person, strict=True)
        )
        account.people.add(SentContact(values=values), forced=True)


def _fill_sections(account: Account, sections: tuple[SeedSection, ...]) -> None:
    for section in sections:
        section_id = account.layout.add_section(
            section.name, custom=section.custom, editable=section.editable
        )
        account.layout.describe_section(section_id, section.description)
        account.layout.add_fields(section_id, section.fields)
