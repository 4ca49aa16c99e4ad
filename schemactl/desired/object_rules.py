"""Rules for custom objects: each label means one object, and none of them is contacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemactl.desired.entries import Entries, ObjectEntry
from schemactl.desired.name_rules import how_alike
from schemactl.document.codes import ProblemCode
from schemactl.errors import Problem
from schemactl.model.characters import appearance, find_invisible
from schemactl.model.schema import fold_name
from schemactl.text import quoted_short

_CONTACTS: Final = frozenset({"contact", "contacts"})


def labels_are_distinct(entries: Entries) -> Iterator[Problem]:
    """Several entries may describe one object, but only under exactly the same label."""
    seen: dict[str, ObjectEntry] = {}
    for entry in entries.objects:
        first = seen.setdefault(fold_name(entry.label), entry)
        if first.label != entry.label:
            how = how_alike(entry.label, first.label)
            message = f"the custom object {quoted_short(entry.label)} {how}"
            hint = f"the other is at {first.location}; the server may treat both as one"
            yield Problem(entry.location, ProblemCode.NEAR_DUPLICATE, message, hint)


def labels_are_valid(entries: Entries) -> Iterator[Problem]:
    """A label is visible, and is not that of contacts."""
    for entry in entries.objects:
        invisible = find_invisible(entry.label)
        if invisible is not None:
            label, code = quoted_short(entry.label), ProblemCode.BAD_CHARACTER
            message = f"the custom object {label} holds an invisible character: {invisible}"
            yield Problem(entry.location, code, message, "write it without")
        elif not appearance(entry.label):
            message = "the label of a custom object has nothing but spaces"
            yield Problem(entry.location, ProblemCode.EMPTY_NAME, message)
        elif fold_name(entry.label) in _CONTACTS:
            message = f"{quoted_short(entry.label)} is not a custom object"
            hint = 'write the sections of contacts under "sections" at the top of the file'
            yield Problem(entry.location, ProblemCode.WRONG_VALUE, message, hint)
