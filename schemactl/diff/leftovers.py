"""What happens to the live objects that nothing declares: removed, or unmanaged.

Only three things cause a removal: an entry under `removed:`, a removed section (for its
fields), and a mirrored section. System objects are never removed, and neither is an
object whose name belonged to another one in the base (`doubts`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeAlias

from schemactl.diff.by_id import NOTHING_KNOWN
from schemactl.diff.doubts import Doubts, removal_unclear
from schemactl.diff.match import EXACT, FieldMatch, How, SectionMatch, live_names
from schemactl.errors import Location
from schemactl.model.change import Change, RemoveField, RemoveSection, ResolveDuplicate
from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredSection,
    Manage,
    RemovedSection,
)
from schemactl.model.difference import (
    Difference,
    Notice,
    NoticeCode,
    Unmanaged,
    UnmanagedKind,
)
from schemactl.model.identity import ObjectKnownIds
from schemactl.model.live_index import LiveIndex
from schemactl.model.omitted import omitted_places
from schemactl.model.schema import CONTACTS, Field, FieldKey, Section
from schemactl.values import replace

_Finding: TypeAlias = Change | Notice | Unmanaged

_NEVER_REMOVED = (
    "belongs to the system, or has system fields, so it is never removed; delete the entry "
    "under removed:"
)


def sort_leftovers(
    desired: Desired,
    matches: tuple[SectionMatch, ...],
    live: LiveIndex,
    known: ObjectKnownIds = NOTHING_KNOWN,
) -> Difference:
    """Sort each live object that nothing declares into the result, in the account's order."""
    sorter = _LeftoverSorter(desired, matches, live, known)
    findings = tuple(sorter.findings())
    changes = tuple(
        finding for finding in findings if not isinstance(finding, Notice | Unmanaged)
    )
    return Difference(
        changes=changes,
        notices=tuple(finding for finding in findings if isinstance(finding, Notice)),
        unmanaged=tuple(finding for finding in findings if isinstance(finding, Unmanaged)),
        managed_count=len(changes),
    )


class _LeftoverSorter:
    """The rules for what is left in one account; look-ups only, nothing changes."""

    def __init__(
        self,
        desired: Desired,
        matches: tuple[SectionMatch, ...],
        live: LiveIndex,
        known: ObjectKnownIds,
    ) -> None:
        self._live = live
        self._doubts = Doubts(known)
        self._declared = _declared_names(matches) if known.has_moved else {}
        self._matches = live_names(matches)
        self._matched_names = _find_matched_names(matches)
        self._left_over = dict(_left_over_names(matches))
        self._renamed_sections = {
            name: match.section
            for match in matches
            if match.how is How.MISSING
            for name in match.section.was
        }
        self._removed_sections: Mapping[str, RemovedSection] = {
            entry.name: entry for entry in desired.removed_sections
        }
        self._removed_fields = {entry.key: entry.location for entry in desired.removed_fields}
        self._omitted = frozenset(_omitted_fields(desired, matches, known))
        self._kept = {
            key: entry
            for section in desired.sections
            for entry in section.fields
            for key in entry.later.sources
        }

    def findings(self) -> Iterator[_Finding]:
        """Yield every finding, section by section."""
        yield from self._doubts.renamed_sections(self._removed_sections, self._live)
        yield from self._doubts.renamed_fields(
            self._removed_fields, self._live, self._matched_names
        )
        for name in dict.fromkeys(section.name for section in self._live.schema.sections):
            section = self._live.section(name)
            if section is None:
                continue
            yield from self._notices_of_system(section)
            removed = self._removed_sections.get(name)
            if section.is_system or name in self._matches:
                removed = None
            if removed is not None and (doubt := self._doubts.of_section(name)):
                yield removal_unclear(name, doubt, removed.location)
                removed = None
            if removed is not None and self._keeps_field_of(section):
                removed = None
            yield from self._sort_fields(section, removed)
            if removed is not None:
                yield RemoveSection(section=name, location=removed.location)
            elif name not in self._matches and not section.is_system:
                yield Unmanaged(kind=UnmanagedKind.SECTION, section=name, name=name)

    def _keeps_field_of(self, section: Section) -> bool:
        return any(FieldKey(section.name, field.name) in self._kept for field in section.fields)

    def _notices_of_system(self, section: Section) -> Iterator[Notice]:
        """Yield what the files ask for, but a section of the vendor's never does."""
        name = section.name
        removed = self._removed_sections.get(name) if section.is_system else None
        if removed is not None:
            yield _notice(NoticeCode.SYSTEM_OBJECT, name, _NEVER_REMOVED, removed.location)
        renamed = self._renamed_sections.get(name) if section.is_system else None
        if renamed is not None:
            yield _no_earlier_name(name, renamed.name, renamed.location)

    def _sort_fields(
        self, section: Section, removed: RemovedSection | None
    ) -> Iterator[_Finding]:
        meant = self._matched_names.get(section.name, frozenset())
        fields = self._live.fields(section.name)
        if len(fields) == len(section.fields) and fields.keys() <= meant:
            return
        for name, found in fields.items():
            if len(found) > 1:
                yield _duplicate_notice(FieldKey(section.name, name), len(found))
            key = FieldKey(section.name, name)
            if name not in meant and key in self._kept and all(one.custom for one in found):
                yield _kept_notice(key, self._kept[key])
            elif name not in meant:
                yield from self._sort_field(key, found, removed)

    def _sort_field(
        self, key: FieldKey, found: tuple[Field, ...], removed: RemovedSection | None
    ) -> Iterator[_Finding]:
        declared = self._matches.get(key.section)
        location = self._removed_fields.get(key, removed.location if removed else None)
        is_named = key in self._removed_fields
        if is_named and location is not None and (doubt := self._doubts.of_field(key)):
            yield removal_unclear(str(key), doubt, location)
            yield from _unmanaged(key, found)
        elif location is not None:
            yield from _remove_named(key, found, location)
        elif key.name in self._declared.get(key.section, ()):
            yield _name_taken(key, self._declared[key.section][key.name])
            yield from _unmanaged(key, found)
        elif key in self._left_over and all(field.custom for field in found):
            yield _left_over_notice(key, self._left_over[key])
        elif key in self._left_over and self._left_over[key].how is How.MISSING:
            match = self._left_over[key]
            yield _no_earlier_name(str(key), match.entry.field.name, match.entry.location)
        elif key in self._omitted:
            yield from _unmanaged(key, found)
        elif declared is not None and _is_removed_by_mirror(declared.section, found):
            yield _removal(key, found, explicit=False, location=declared.section.location)
        else:
            yield from _unmanaged(key, found)


def _omitted_fields(
    desired: Desired, matches: Iterable[SectionMatch], known: ObjectKnownIds
) -> Iterator[FieldKey]:
    """Yield where the account may have fields that a layer omits: nothing mirrors them away."""
    live_sections = {
        name: match.live_name
        for match in matches
        for name in (match.section.name, *match.section.was)
    }
    for _, _, section, name in omitted_places(desired.omitted, CONTACTS):
        key = FieldKey(section, name)
        yield key
        yield FieldKey(live_sections.get(key.section, key.section), key.name)
        if (now := known.field_now(key)) is not None:
            yield now


def _unmanaged(key: FieldKey, found: tuple[Field, ...]) -> Iterator[Unmanaged]:
    for field in found:
        if field.custom:
            yield Unmanaged(
                kind=UnmanagedKind.FIELD,
                section=key.section,
                name=key.name,
                type=field.type,
            )


def _declared_names(
    matches: tuple[SectionMatch, ...],
) -> Mapping[str, Mapping[str, FieldMatch]]:
    """Return the declared fields by the live name of their section, and their own name."""
    return {
        match.live_name: {field.entry.field.name: field for field in match.fields}
        for match in matches
        if match.how is not How.MISSING
    }


def _name_taken(key: FieldKey, match: FieldMatch) -> Notice:
    message = (
        f'has the name of a declared field, which by its id is called "{match.key}" in the '
        "account now: this is another field, and is kept"
    )
    return _notice(NoticeCode.NAME_TAKEN, str(key), message, match.entry.location)


def _find_matched_names(matches: Iterable[SectionMatch]) -> Mapping[str, AbstractSet[str]]:
    """Return the live field names that declared fields mean, by live section."""
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for match in matches:
        here = meant[match.live_name]
        here.update([field.name for field in match.fields if field.how is EXACT])
        for field in match.fields:
            if field.how is not EXACT and field.found:
                meant[field.section].add(field.name)
    return meant


def _left_over_names(
    matches: tuple[SectionMatch, ...],
) -> Iterator[tuple[FieldKey, FieldMatch]]:
    """Yield earlier names that may still exist beside the new one: they may hold values."""
    for match in matches:
        for field in match.fields:
            for name in field.entry.was:
                yield FieldKey(match.live_name, name), field


def _is_removed_by_mirror(section: DesiredSection, found: tuple[Field, ...]) -> bool:
    """Whether a mirrored section removes these fields: only what a file could declare."""
    return section.manage is Manage.MIRROR and all(
        field.custom and field.is_declarable for field in found
    )


def _remove_named(
    key: FieldKey, found: tuple[Field, ...], location: Location
) -> Iterator[Change | Notice]:
    if all(field.custom for field in found):
        yield _removal(key, found, explicit=True, location=location)
    else:
        yield _notice(NoticeCode.SYSTEM_OBJECT, str(key), _NEVER_REMOVED, location)


def _removal(
    key: FieldKey, found: tuple[Field, ...], *, explicit: bool, location: Location
) -> Change:
    if len(found) > 1:
        return ResolveDuplicate(section=key.section, after=None, found=found, location=location)
    return RemoveField(
        section=key.section, before=found[0], explicit=explicit, location=location
    )


def _duplicate_notice(key: FieldKey, count: int) -> Notice:
    message = f"{count} fields of the section have this name: no call can select one of them"
    return Notice(code=NoticeCode.DUPLICATE_NAME, about=str(key), message=message, field=key)


def _left_over_notice(key: FieldKey, match: FieldMatch) -> Notice:
    if match.entry.later.field and match.how is not How.MISSING:
        return _kept_notice(key, match.entry)
    message = (
        f'is an earlier name of "{match.entry.field.name}" and still exists beside it: '
        "--allow copies-values copies what only it holds, and removes it"
    )
    notice = _notice(NoticeCode.WAS_LEFT_OVER, str(key), message, match.entry.location)
    return replace(notice, field=key)


def _kept_notice(key: FieldKey, entry: DesiredField) -> Notice:
    message = (
        f'stays beside "{entry.field.name}" until contract: later is deleted; what only it '
        "holds then is copied before it is removed"
    )
    return replace(
        _notice(NoticeCode.CONTRACT_LATER, str(key), message, entry.location), field=key
    )


def _no_earlier_name(about: str, declared: str, location: Location) -> Notice:
    message = (
        f'belongs to the system and is never renamed: "{declared}" is created beside it; '
        "delete it from was:"
    )
    return _notice(NoticeCode.SYSTEM_OBJECT, about, message, location)


def _notice(code: NoticeCode, about: str, message: str, location: Location | None) -> Notice:
    return Notice(code=code, about=about, message=message, location=location)
