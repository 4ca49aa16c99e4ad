"""What `contract: later` keeps in an account, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from schemactl.errors import Problem, Severity
from schemactl.model.desired import Desired, DesiredField
from schemactl.model.schema import Schema, in_object
from schemactl.model.value_call import CopiedSince, HeldBackKey
from schemactl.text import day_in_words, quoted_short

_CODE: Final = "contract-later"


def still_held_back(
    desired: Desired, live: Schema, label: str, copied: CopiedSince
) -> Iterator[Problem]:
    """Yield what the account still has beside what replaces it.

    Args:
        desired: The files, of one object.
        live: The account, of the same object.
        label: Label of the object.
        copied: Since when each was copied.
    """
    fields = {(section, field.name): field for section, field in live.all_fields()}
    for section in desired.sections:
        for entry in section.fields:
            for key in _held_back(section.name, entry, label):
                field = fields.get((key.section, key.name))
                is_there = field is not None and (
                    not key.option or key.option in (field.options or ())
                )
                if is_there and (section.name, entry.field.name) in fields:
                    yield _problem(key, entry, copied.get(key, ""))


def _held_back(section: str, entry: DesiredField, label: str) -> Iterator[HeldBackKey]:
    if entry.later.field:
        for name in entry.was:
            yield HeldBackKey(label, section, name)
    for source in entry.later.sources:
        yield HeldBackKey(label, source.section, source.name)
    for name, earlier in entry.option_was:
        if name in entry.later.options:
            for was in earlier:
                yield HeldBackKey(label, section, entry.field.name, was)


def _problem(key: HeldBackKey, entry: DesiredField, since: str) -> Problem:
    title = quoted_short(in_object(key.custom_object, f"{key.section} / {key.name}"))
    about = f"the option {quoted_short(key.option)} of {title}" if key.option else title
    when = f" since {day_in_words(since)}" if since else ""
    place = (entry.options_location or entry.location) if key.option else entry.location
    return Problem(
        place,
        _CODE,
        f"contract: later keeps {about} in the account{when}",
        "delete contract: once nobody needs it; the next plan copies the rest and removes it",
        Severity.WARNING,
    )
