"""The data dictionary, for people who see neither files nor account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum, unique
from typing import Final

from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES
from schemactl.report.dictionary_content import DescribedField, DictionaryContent
from schemactl.text import counted, date_in_words
from schemactl.values import dataclass

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
        content: What is described.
        title: Title of the document.
        day: Day on which it is written.
        audience: A client sees no file names and no earlier names.
    """

    content: DictionaryContent
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
        """How much is described, its source if that is the account, and the day."""
        source = " · read from the account" if self.content.is_live else ""
        return f"{_size(self.content)}{source} · {date_in_words(self.day)}"

    def field_sentences(self, declared: DescribedField) -> Iterator[str]:
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
        if declared.holders:
            yield f"Values: {declared.holders}."
        if declared.was and self.audience is Audience.TEAM:
            yield f"Earlier: {', '.join(declared.was)}"


def anchor(names: Sequence[str], used: Counter[str]) -> str:
    """Return a link target made of names in small letters, unique within `used`."""
    words = "-".join(_NO_WORD.sub("-", name).strip("-").casefold() for name in names if name)
    used[words] += 1
    return f"{words}-{used[words]}" if used[words] > 1 else words


def _size(content: DictionaryContent) -> str:
    numbers = [
        counted(len(content.sections), "section"),
        counted(sum(len(section.fields) for section in content.sections), "field"),
        counted(len(content.tags), "tag"),
    ]
    if content.objects:
        numbers.append(counted(len(content.objects), "custom object"))
    return " · ".join(numbers)
