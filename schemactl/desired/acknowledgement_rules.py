"""Check what a project acknowledges of an account's drift, without the account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from schemactl.document.codes import ProblemCode
from schemactl.errors import Problem, Severity
from schemactl.model.schema import CONTACTS, in_object
from schemactl.text import nearest, quoted_short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemactl.model.acknowledged import Acknowledgement
    from schemactl.model.desired import Desired


def acknowledgement_problems(
    entries: Sequence[Acknowledgement], desired: Desired, today: date
) -> Iterator[Problem]:
    """Yield a warning for each entry whose day has passed, or whose name looks misspelled."""
    titles = frozenset(_titles(desired))
    for entry in entries:
        if today > entry.until:
            yield Problem(
                entry.location,
                ProblemCode.ACKNOWLEDGEMENT_OVERDUE,
                f"{quoted_short(entry.item)} is acknowledged until {entry.until}, and that day "
                "has passed: drift reports it again",
                "decide on it and delete the entry, or write a later day",
                severity=Severity.WARNING,
            )
        if entry.item in titles:
            continue
        meant = nearest(entry.item, titles)
        if meant is not None:
            yield Problem(
                entry.location,
                ProblemCode.ACKNOWLEDGED_NAME,
                f"no file declares {quoted_short(entry.item)}",
                f"did you mean {quoted_short(meant)}? Keep the entry if it is about an object "
                "that is only in the account",
                severity=Severity.WARNING,
            )


def _titles(desired: Desired) -> Iterator[str]:
    """Yield how drift names everything that files declare, rename or remove."""
    yield from (f"tag: {tag.name}" for tag in desired.tags)
    yield from (f"tag: {tag.name}" for tag in desired.removed_tags)
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        part = desired.of(label)
        for section in part.sections:
            yield in_object(label, section.name)
            for entry in section.fields:
                for name in (entry.field.name, *entry.was):
                    yield in_object(label, f"{section.name} / {name}")
        yield from (in_object(label, one.name) for one in part.removed_sections)
        for removed in part.removed_fields:
            yield in_object(label, f"{removed.key.section} / {removed.key.name}")
    yield from (f"object: {each.label}" for each in desired.objects)
