"""What `omit:` takes out of earlier layers, and what it must not be used for.

Whatever is omitted stays known: no mirrored section and no `--prune` removes it. The protection
of an earlier layer outlives `omit:`, since nobody who reads the entry alone can see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.desired.entries import Entries, FieldEntry, SectionEntry, TagEntry
from schemactl.document.codes import ProblemCode
from schemactl.errors import Location, Problem
from schemactl.model.omitted import Omitted, OmittedKind
from schemactl.text import quoted_short
from schemactl.values import dataclass

_HINT: Final = (
    'end its protection first: write "override: true, protect: false" for it in a layer of its '
    "own (a pattern under schema: before this file), and apply that"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """An object of earlier layers that one entry under `omit:` takes out.

    Attributes:
        omitted: What stays known of it.
        protected_at: Where an earlier layer protects it; None where none does.
    """

    omitted: Omitted
    protected_at: Location | None = None


def omit_section(section: SectionEntry, location: Location) -> Iterator[Omission]:
    """Yield a section, and each of its fields."""
    yield Omission(
        omitted=Omitted(
            kind=OmittedKind.SECTION, names=(section.name, *section.was), location=location
        )
    )
    for field in section.fields:
        yield omit_field(section, field, location)


def omit_field(section: SectionEntry, field: FieldEntry, location: Location) -> Omission:
    """Return a field, and whether it is protected."""
    return Omission(
        omitted=Omitted(
            kind=OmittedKind.FIELD,
            sections=(section.name, *section.was),
            names=(field.name, *field.was),
            location=location,
        ),
        protected_at=(
            field.node.key_location("protect", file=field.file) if field.protect else None
        ),
    )


def omit_tag(tag: TagEntry, location: Location) -> Omission:
    """Return a tag."""
    return Omission(
        omitted=Omitted(kind=OmittedKind.TAG, names=(tag.name, *tag.was), location=location)
    )


def still_omitted(omissions: Sequence[Omission], entries: Entries) -> tuple[Omitted, ...]:
    """Return what no later layer declares again, without repeats."""
    sections = {section.name for section in entries.sections}
    fields = {(section.name, field.name) for section, field in entries.all_fields()}
    tags = {tag.name for tag in entries.tags}

    def is_declared(one: Omitted) -> bool:
        match one.kind:
            case OmittedKind.SECTION:
                return one.names[0] in sections
            case OmittedKind.FIELD:
                return (one.sections[0], one.names[0]) in fields
            case OmittedKind.TAG:
                return one.names[0] in tags

    found = (each.omitted for each in omissions)
    return tuple(dict.fromkeys(one for one in found if not is_declared(one)))


def find_ended_protection(omissions: Sequence[Omission], entries: Entries) -> Iterator[Problem]:
    """Yield a problem where files end the protection of what they omit.

    Args:
        omissions: All that the layers of one object omit.
        entries: What all layers declare and remove in that object.
    """
    for one in omissions:
        if one.protected_at is None:
            continue
        for location in _ends(one.omitted, entries):
            message = (
                f"{quoted_short(one.omitted.names[0])} is protected by an earlier layer, at "
                f"{one.protected_at}, and omit: does not end that"
            )
            yield Problem(location, ProblemCode.OMITS_PROTECTED, message, _HINT)


def _ends(omitted: Omitted, entries: Entries) -> Iterator[Location]:
    """Yield each place that removes the field, or declares it without its protection."""
    for section in entries.removed_sections:
        if section.name in omitted.sections:
            yield section.location
    for removed in entries.removed_fields:
        if removed.section in omitted.sections and removed.name in omitted.names:
            yield removed.location
    for owner, field in entries.all_fields():
        is_same_section = {owner.name, *owner.was} & {*omitted.sections}
        is_same = {field.name, *field.was} & {*omitted.names}
        if is_same_section and is_same and "protect" not in field.node:
            yield field.location
