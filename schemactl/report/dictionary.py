"""The data dictionary: what files declare, described for people who never see the files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.model.desired import Desired, DesiredField
from schemactl.text import counted

_NO_WORD: Final = re.compile(r"[^\w]+")


def about(desired: Desired) -> str:
    """Say how much is declared."""
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


def field_words(field: DesiredField) -> Iterator[str]:
    """Say what people should know of a field, a sentence each."""
    if field.note:
        yield field.note
    if field.field.options:
        yield (
            f"One of: {', '.join(field.field.options)}"
            if field.field.type != "list"
            else (f"Any of: {', '.join(field.field.options)}")
        )
    if field.field.required:
        yield "A record must have a value."
    if field.field.unique:
        yield "No two records have the same value."
    if field.was:
        yield f"Earlier: {', '.join(field.was)}"


def anchor(names: Sequence[str], met: Counter[str]) -> str:
    """Give what a link to a thing ends with: its names in small letters, each one once."""
    words = "-".join(_NO_WORD.sub("-", name).strip("-").casefold() for name in names if name)
    met[words] += 1
    return f"{words}-{met[words]}" if met[words] > 1 else words
