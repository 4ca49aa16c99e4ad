"""How each declared object differs from the live one that it means."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.diff.match import FieldMatch, How, SectionMatch
from schemactl.diff.options import compare_options
from schemactl.model.change import (
    AddField,
    AddSection,
    Change,
    ChangeOptions,
    ChangeType,
    MoveField,
    RenameField,
    RenameSection,
    ResolveDuplicate,
)
from schemactl.model.difference import Difference, Notice, NoticeCode
from schemactl.model.schema import Field, FieldKey


def compare_matches(matches: tuple[SectionMatch, ...]) -> Difference:
    """Turn matches into changes, in the order of the files."""
    found = [item for match in matches for item in _compare_section(match)]
    return Difference(
        changes=tuple(item for item in found if not isinstance(item, Notice)),
        notices=tuple(item for item in found if isinstance(item, Notice)),
        managed_count=sum(_count_found(match) for match in matches),
    )


def _count_found(match: SectionMatch) -> int:
    hows = (match.how, *(field.how for field in match.fields))
    return sum(how is not How.MISSING for how in hows)


def _compare_section(match: SectionMatch) -> Iterator[Change | Notice]:
    section = match.section
    match match.how:
        case How.MISSING:
            yield AddSection(section=section.name, location=section.location)
        case How.RENAMED | How.LOOKALIKE:
            yield RenameSection(
                section=section.name,
                was=match.live_name,
                explained=match.how is How.RENAMED,
                location=section.location,
            )
        case How.EXACT | How.MOVED:
            pass
    for field_match in match.fields:
        if not _is_as_declared(field_match):
            yield from _compare_field(section.name, field_match)


def _is_as_declared(match: FieldMatch) -> bool:
    """Whether there is nothing to tell: so it is with most fields, hence the short way."""
    wanted, found = match.entry.field, match.found
    return (
        match.how is How.EXACT
        and len(found) == 1
        and wanted.type == found[0].type
        and (wanted.options is None or wanted.options == found[0].options)
    )


def _compare_field(section: str, match: FieldMatch) -> Iterator[Change | Notice]:
    entry = match.entry
    if match.how is How.MISSING:
        yield AddField(section=section, after=entry.field, location=entry.location)
    elif len(match.found) > 1:
        if match.how is not How.EXACT or any(_differs(entry.field, one) for one in match.found):
            yield ResolveDuplicate(
                section=match.key.section,
                after=entry.field,
                found=match.found,
                location=entry.location,
            )
    else:
        yield from _compare_place(section, match)
        yield from _compare_content(section, match)


def _compare_place(section: str, match: FieldMatch) -> Iterator[Change]:
    entry, before = match.entry, match.found[0]
    if match.how is How.MOVED:
        yield MoveField(
            section=section,
            source=match.key.section,
            before=before,
            after=entry.field,
            location=entry.location,
        )
    elif match.how is not How.EXACT:
        yield RenameField(
            section=section,
            before=before,
            after=entry.field,
            explained=match.how is How.RENAMED,
            location=entry.location,
        )


def _compare_content(section: str, match: FieldMatch) -> Iterator[Change | Notice]:
    entry, before = match.entry, match.found[0]
    wanted = entry.field
    if wanted.type != before.type:
        yield ChangeType(
            section=section,
            before=before,
            after=wanted,
            protected=entry.protect or not before.custom,
            location=entry.location,
        )
    elif wanted.options is not None and wanted.options != (before.options or ()):
        location = entry.options_location or entry.location
        added, removed = compare_options(wanted=wanted.options, live=before.options or ())
        if added or removed:
            yield ChangeOptions(
                section=section,
                before=before,
                after=wanted,
                added=added,
                removed=removed,
                location=location,
            )
        else:
            yield Notice(
                code=NoticeCode.OPTION_ORDER,
                about=str(FieldKey(section, wanted.name)),
                message="the account has the same options in another order or spacing",
                location=location,
            )


def _differs(wanted: Field, live: Field) -> bool:
    if wanted.type != live.type:
        return True
    if wanted.options is None:
        return False
    return any(compare_options(wanted=wanted.options, live=live.options or ()))
