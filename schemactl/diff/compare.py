"""Compare each declared object with the live one that it means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from schemactl.diff.match import EXACT, FieldMatch, How, SectionMatch
from schemactl.diff.options import as_live, compare_options, renamed_options
from schemactl.model.change import (
    AddField,
    AddSection,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RenameField,
    RenameSection,
    ResolveDuplicate,
)
from schemactl.model.desired import DesiredField
from schemactl.model.difference import Difference, Notice, NoticeCode
from schemactl.model.field_types import is_finer
from schemactl.model.schema import Field, FieldKey, is_same_description


def compare_matches(matches: tuple[SectionMatch, ...]) -> Difference:
    """Turn matches into changes, in the order of the files."""
    found = tuple(_without_repeats(chain.from_iterable(map(_compare_section, matches))))
    return Difference(
        changes=tuple(item for item in found if not isinstance(item, Notice)),
        notices=tuple(item for item in found if isinstance(item, Notice)),
        managed_count=sum(_count_found(match) for match in matches),
    )


def _without_repeats(found: Iterable[Change | Notice]) -> Iterator[Change | Notice]:
    """Yield one manual step for fields that share a name, also if several entries mean them."""
    seen: set[FieldKey] = set()
    for item in found:
        if isinstance(item, ResolveDuplicate):
            place = FieldKey(item.section, item.name)
            if place in seen:
                continue
            seen.add(place)
        yield item


def _count_found(match: SectionMatch) -> int:
    hows = [match.how, *[field.how for field in match.fields]]
    return len(hows) - hows.count(How.MISSING)


def _compare_section(match: SectionMatch) -> Iterator[Change | Notice]:
    section = match.section
    match match.how:
        case How.MISSING:
            yield AddSection(
                section=section.name,
                description=section.description,
                location=section.location,
            )
        case How.RENAMED | How.LOOKALIKE:
            yield RenameSection(
                section=section.name,
                was=match.live_name,
                explained=match.how is How.RENAMED,
                location=section.location,
            )
        case How.EXACT | How.MOVED:
            pass
    if match.how is not How.MISSING:
        yield from _compare_description(match)
    for field_match in match.fields:
        if not _is_as_declared(field_match):
            yield from _compare_possible(section.name, field_match)


def _compare_possible(section: str, match: FieldMatch) -> Iterator[Change | Notice]:
    possible = _without_empty_options(match)
    if possible is not match:
        yield _empty_option(section, match.entry)
    if not _is_as_declared(possible):
        yield from _compare_field(section, possible)


def _without_empty_options(match: FieldMatch) -> FieldMatch:
    """Skip empty options that the account does not have: no known request creates one.

    As a difference, they would be planned again after every apply.
    """
    field = match.entry.field
    there = {option for each in match.found for option in each.options or ()}
    kept = tuple(one for one in field.options or () if one.strip() or one in there)
    if match.entry.is_live or field.options is None or kept == field.options:
        return match
    entry = match.entry._replace(field=field._replace(options=kept))
    return match._replace(entry=entry)


def _empty_option(section: str, entry: DesiredField) -> Notice:
    return Notice(
        code=NoticeCode.EMPTY_OPTION,
        about=str(FieldKey(section, entry.field.name)),
        message="its empty option is missing in the account, and no call can create one: add "
        "it in the field editor of the web interface, or delete it from the file",
        location=entry.options_location or entry.location,
    )


def _compare_description(match: SectionMatch) -> Iterator[Change]:
    """Compare descriptions if both sides have them: one API has no descriptions."""
    wanted, found = match.section.description, match.live_description
    if wanted is None or found is None:
        return
    if not is_same_description(wanted, found):
        yield ChangeDescription(
            section=match.section.name,
            before=found,
            after=wanted,
            location=match.section.description_location or match.section.location,
        )


def _is_as_declared(match: FieldMatch) -> bool:
    """Whether a field is as declared, which is quick to check and true of most fields."""
    wanted, found = match.entry.field, match.found
    return match.how is EXACT and (
        found == (wanted,)
        or (
            len(found) == 1
            and wanted.type == found[0].type
            and (wanted.options is None or wanted.options == found[0].options)
            and not _settings_differ(wanted, found[0])
        )
    )


def _settings_differ(wanted: Field, live: Field) -> bool:
    """Whether a setting that both sides have differs: one API has no settings."""
    return (
        wanted.required is not None
        and live.required is not None
        and wanted.required != live.required
    ) or (
        wanted.unique is not None and live.unique is not None and wanted.unique != live.unique
    )


def _compare_field(section: str, match: FieldMatch) -> Iterator[Change | Notice]:
    entry = match.entry
    if match.how is How.MISSING:
        yield AddField(section=section, after=entry.field, location=entry.location)
    elif len(match.found) > 1:
        if match.how is not How.EXACT or any(_differs(entry.field, one) for one in match.found):
            yield ResolveDuplicate(
                section=match.section,
                after=entry.field,
                found=match.found,
                location=entry.location,
            )
    else:
        yield from _compare_place(section, match)
        # A vendor's field in another section is hardly the one that is meant: the move is one
        # manual step, and a different type is not reported too.
        if match.how is not How.MOVED or match.found[0].custom:
            yield from _compare_content(section, match)


def _compare_place(section: str, match: FieldMatch) -> Iterator[Change]:
    entry, before = match.entry, match.found[0]
    if match.how is How.MOVED:
        yield MoveField(
            section=section,
            source=match.section,
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
    if wanted.type != before.type and not is_finer(before.type, than=wanted.type):
        # Settings are set with the type, because the field may be created again.
        yield ChangeType(
            section=section,
            before=before,
            after=wanted,
            protected=entry.protect or not before.custom,
            location=entry.location,
        )
        return
    if wanted.type != before.type:
        yield _finer_type(section, entry, before)
    if _settings_differ(wanted, before):
        location = entry.settings_location or entry.location
        yield ChangeSettings(section=section, before=before, after=wanted, location=location)
    yield from _compare_options(section, entry, before)


def _finer_type(section: str, entry: DesiredField, before: Field) -> Notice:
    return Notice(
        code=NoticeCode.FINER_TYPE,
        about=str(FieldKey(section, entry.field.name)),
        message=f"the account says {before.type} where the file says {entry.field.type}: "
        f"the Contacts API does not have {before.type}, so this is not a difference",
        location=entry.location,
    )


def _compare_options(
    section: str, entry: DesiredField, before: Field
) -> Iterator[Change | Notice]:
    wanted, live = entry.field, before.options or ()
    if wanted.options is None or wanted.options == live:
        return
    location = entry.options_location or entry.location
    about = str(FieldKey(section, wanted.name))
    added, removed = compare_options(wanted=wanted.options, live=live)
    found = renamed_options(entry.option_was, live=live, removed=removed)
    kept = {one.was: one.name for one in found if one.name in _held_back(entry, live)}
    removed = tuple(one for one in removed if one not in kept)
    if added or removed:
        yield ChangeOptions(
            section=section,
            before=before,
            after=wanted._replace(options=(*wanted.options, *kept)),
            added=added,
            removed=removed,
            renamed=tuple(one for one in found if one.was not in kept or one.name in added),
            location=location,
        )
    elif not kept:
        yield Notice(
            code=NoticeCode.OPTION_ORDER,
            about=about,
            message="the account has the same options in another order or spacing",
            location=location,
        )
    for was, name in kept.items():
        yield Notice(
            code=NoticeCode.CONTRACT_LATER,
            about=about,
            message=f'the option "{was}" stays beside "{name}" until contract: later is '
            f'deleted; whoever holds it then gets "{name}" first',
            location=location,
        )


def _held_back(entry: DesiredField, live: tuple[str, ...]) -> frozenset[str]:
    """Return the options whose earlier names stay for now, as the account writes them."""
    return frozenset(as_live(live, option) for option in entry.later.options)


def _differs(wanted: Field, live: Field) -> bool:
    if wanted.type != live.type and not is_finer(live.type, than=wanted.type):
        return True
    if _settings_differ(wanted, live):
        return True
    if wanted.options is None:
        return False
    return any(compare_options(wanted=wanted.options, live=live.options or ()))
