"""The data dictionary: what the files declare, for people who never see the files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import Final

from schemactl.model.desired import Desired, DesiredField, DesiredSection
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES
from schemactl.model.schema import CONTACTS, in_object
from schemactl.text import counted, date_in_words, named

_NO_WORD: Final = re.compile(r"[^\w]+")


@unique
class Audience(StrEnum):
    """Who reads a data dictionary."""

    TEAM = "team"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """What to describe, and for whom.

    Attributes:
        desired: What the files declare.
        title: Title of the document.
        day: Day on which it is written.
        audience: A client sees no file names and no earlier names.
    """

    desired: Desired
    title: str
    day: date
    audience: Audience = Audience.TEAM

    @property
    def shows_places(self) -> bool:
        """Whether readers see where the files declare a thing."""
        match self.audience:
            case Audience.TEAM:
                return True
            case Audience.CLIENT:
                return False

    @property
    def about(self) -> str:
        """How much is declared, and the day."""
        return f"{_size(self.desired)} · {date_in_words(self.day)}"

    def sections(self) -> Iterator[tuple[str, DesiredSection]]:
        """Yield each section with the custom object that it belongs to."""
        for label in (CONTACTS, *(each.label for each in self.desired.objects)):
            for section in self.desired.of(label).sections:
                yield label, section

    def field_sentences(self, declared: DesiredField) -> Iterator[str]:
        """Yield what people should know about a field, one sentence each."""
        field = declared.field
        if declared.note:
            yield declared.note
        if field.options:
            choice = "Any of" if field.type in MULTIPLE_CHOICE_TYPES else "One of"
            yield f"{choice}: {', '.join(field.options)}"
        if field.required:
            yield "A record must have a value."
        if field.unique:
            yield "No two records have the same value."
        if declared.was and self.audience is Audience.TEAM:
            yield f"Earlier: {', '.join(declared.was)}"


def section_title(label: str, section: DesiredSection) -> str:
    """Return the heading of a section."""
    return named(in_object(label, section.name))


def anchor(names: Sequence[str], used: Counter[str]) -> str:
    """Return a link target made of names in small letters, unique within `used`."""
    words = "-".join(_NO_WORD.sub("-", name).strip("-").casefold() for name in names if name)
    used[words] += 1
    return f"{words}-{used[words]}" if used[words] > 1 else words


def _size(desired: Desired) -> str:
    parts = [desired.of(label) for label in ("", *(each.label for each in desired.objects))]
    sections = sum(len(part.sections) for part in parts)
    fields = sum(len(section.fields) for part in parts for section in part.sections)
    numbers = [
        counted(sections, "section"),
        counted(fields, "field"),
        counted(len(desired.tags), "tag"),
    ]
    if desired.objects:
        numbers.append(counted(len(desired.objects), "custom object"))
    return " · ".join(numbers)
