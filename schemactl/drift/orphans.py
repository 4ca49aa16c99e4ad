"""Orphans: what an apply of this project created and no file declares any longer. Pure.

They are reported on their own, and a plan that prunes removes them like anything under
`removed:`. A record of the base is no proof: it may come with a stranger's commit. So pruning
takes only what still is what was created, as far as the account can show that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, product
from typing import Final

from schemactl.diff.places import DeclaredPlaces, declared_places
from schemactl.drift.ownership import ids_by_place, place_now
from schemactl.drift.place_finder import PlaceFinder, tag_place
from schemactl.model.base import Base, CreatedObject, ObjectPlace
from schemactl.model.change import Change, RemoveField, RemoveSection, RemoveTag
from schemactl.model.desired import Desired
from schemactl.model.difference import (
    Difference,
    Kept,
    Notice,
    NoticeCode,
    Orphan,
    Unmanaged,
    UnmanagedKind,
)
from schemactl.model.field_types import is_finer
from schemactl.model.identity import FieldPlace, KnownIds
from schemactl.model.omitted import NamedPlace, omitted_places
from schemactl.model.schema import CONTACTS, Field, FieldKey, Schema, in_object
from schemactl.text import created_by_apply
from schemactl.values import dataclass, replace

_LIST: Final = "list it under removed: to remove it"
_BY_HAND: Final = "look at it in the web interface, and delete it there if nobody needs it"
_PROTECTED: Final = Kept(
    why="the files protected it until the last apply",
    advice="to remove it, first declare it without protect: true and apply that",
)
_NOT_EMPTY: Final = Kept(
    why="fields are left in it", advice="move or remove these first, if nobody needs it"
)


def separate_orphans(
    difference: Difference,
    desired: Desired,
    live: Schema,
    known: KnownIds,
    base: Base,
    *,
    protected: AbstractSet[FieldPlace],
) -> Difference:
    """Return the difference with its orphans separated from what the files leave alone.

    Args:
        difference: What comparing the files with the account found.
        desired: What the files say.
        live: The account.
        known: What the base knows by id, and where the account has it.
        base: What the last apply recorded as created.
        protected: Fields that stay protected, as the account has them.
    """
    finder = PlaceFinder(desired, live, known, base.schema)
    owned = _by_place(base.created, finder, _omitted_places(desired))
    if not owned:
        return difference
    left = dict.fromkeys((*difference.unmanaged, *_in_unnamed_objects(desired, live)))
    account = _Account(
        names=Counter(_names(live)),
        ids=ids_by_place(known.live),
        used=_places_in_use(desired, declared_places(desired, live, known)),
        protected=protected,
    )
    found = tuple(
        _orphan(thing, owned[place], account.why_kept(thing, owned[place]))
        for thing in left
        if (place := _place_of(thing)) in owned
    )
    unmanaged = tuple(one for one in difference.unmanaged if _place_of(one) not in owned)
    orphans = tuple(_settled(found, difference.changes, live))
    return replace(difference, unmanaged=unmanaged, orphans=orphans)


def with_orphans(difference: Difference, live: Schema, *, prunes: bool) -> Difference:
    """Return the difference with a notice of each orphan, and its removal if they are pruned.

    Args:
        difference: With its orphans separated.
        live: The account.
        prunes: Whether a removal is planned of each orphan that pruning can be sure of.
    """
    if not difference.orphans:
        return replace(difference, prunes=prunes)
    notices = tuple(_notice(orphan, prunes=prunes) for orphan in difference.orphans)
    fields = _fields_by_place(live)
    removals = tuple(
        _removal(orphan.thing, fields)
        for orphan in difference.orphans
        if prunes and orphan.kept is None
    )
    return replace(
        difference,
        changes=(*difference.changes, *removals),
        notices=(*difference.notices, *notices),
        managed_count=difference.managed_count + len(removals),
        prunes=prunes,
    )


def _notice(orphan: Orphan, *, prunes: bool) -> Notice:
    thing = orphan.thing
    is_field = thing.kind is UnmanagedKind.FIELD
    name = str(FieldKey(thing.section or "", thing.name)) if is_field else thing.name
    origin = created_by_apply(orphan.at, orphan.commit)
    return Notice(
        code=NoticeCode.ORPHAN,
        about=in_object(thing.custom_object, name),
        message=f"this {thing.kind} was {origin}, and no file declares it any longer"
        f"{_way_out(orphan, prunes=prunes)}",
    )


def _way_out(orphan: Orphan, *, prunes: bool) -> str:
    if orphan.kept is not None:
        return f"; --prune leaves it, because {orphan.kept.why}: {orphan.kept.advice}"
    if prunes:
        return ": it is pruned"
    return ": remove it with --prune, or declare it again"


def _omitted_places(desired: Desired) -> AbstractSet[NamedPlace]:
    """Return where the account may have what a layer omits: it is no orphan of this account."""
    return {
        *omitted_places(desired.omitted, CONTACTS),
        *chain.from_iterable(omitted_places(one.omitted, one.label) for one in desired.objects),
    }


def _by_place(
    created: Iterable[CreatedObject], finder: PlaceFinder, omitted: AbstractSet[NamedPlace]
) -> Mapping[ObjectPlace, CreatedObject]:
    """Return records by where the account has the object now, without what is omitted."""
    pairs = ((place_now(one, finder), one) for one in created if one.place not in omitted)
    return {place: one for place, one in pairs if place is not None and place not in omitted}


def _place_of(thing: Unmanaged) -> ObjectPlace:
    return ObjectPlace(thing.kind, thing.custom_object, thing.section or "", thing.name)


def _in_unnamed_objects(desired: Desired, live: Schema) -> Iterator[Unmanaged]:
    """Yield what is custom in custom objects that the files do not name."""
    named = {each.label for each in desired.objects}
    for each in live.objects:
        if each.label in named:
            continue
        for section in each.sections:
            for field in section.fields:
                if field.custom:
                    yield Unmanaged(
                        kind=UnmanagedKind.FIELD,
                        section=section.name,
                        name=field.name,
                        type=field.type,
                        custom_object=each.label,
                    )
            if not section.is_system:
                yield Unmanaged(
                    kind=UnmanagedKind.SECTION,
                    section=section.name,
                    name=section.name,
                    custom_object=each.label,
                )


def _places_in_use(desired: Desired, places: DeclaredPlaces) -> AbstractSet[ObjectPlace]:
    """Return every place that the files name, earlier names and removals included.

    An orphan in such a place has a name that the files use for something else.
    """
    return {
        *chain.from_iterable(
            _places_in_object(desired.of(label), label, places)
            for label in (CONTACTS, *(each.label for each in desired.objects))
        ),
        *(tag_place(name) for tag in desired.tags for name in (tag.name, *tag.was)),
        *(tag_place(tag.name) for tag in desired.removed_tags),
    }


def _places_in_object(
    part: Desired, label: str, places: DeclaredPlaces
) -> Iterator[ObjectPlace]:
    for section in part.sections:
        names = (section.name, *section.was)
        _, live_name = places.sections.get((label, section.name), (label, section.name))
        for name in names:
            yield ObjectPlace(UnmanagedKind.SECTION, label, name, name)
        for entry in section.fields:
            fields = (entry.field.name, *entry.was)
            for owner, name in product((live_name, *names), fields):
                yield ObjectPlace(UnmanagedKind.FIELD, label, owner, name)
    for removed in part.removed_sections:
        yield ObjectPlace(UnmanagedKind.SECTION, label, removed.name, removed.name)
    for field in part.removed_fields:
        yield ObjectPlace(UnmanagedKind.FIELD, label, field.key.section, field.key.name)


def _orphan(thing: Unmanaged, record: CreatedObject, kept: Kept | None) -> Orphan:
    return Orphan(thing=thing, at=record.at, commit=record.commit, kept=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Account:
    """What shows whether an object still is the one that was created.

    Attributes:
        names: How many objects of the account have each place.
        ids: The id of each place that only one object has; empty without ids.
        used: Places that the files name.
        protected: Fields that the files protected until the last apply.
    """

    names: Counter[ObjectPlace]
    ids: Mapping[ObjectPlace, str]
    used: AbstractSet[ObjectPlace]
    protected: AbstractSet[FieldPlace]

    def why_kept(self, thing: Unmanaged, record: CreatedObject) -> Kept | None:
        """Return why pruning must not remove an object; None where it may."""
        place = _place_of(thing)
        if thing.kind is UnmanagedKind.FIELD and place[1:] in self.protected:
            return _PROTECTED
        if place in self.used:
            return Kept(why="the files use its name for something else", advice=_BY_HAND)
        if self.names[place] > 1:
            return Kept(why=f"it shares its name with another {thing.kind}", advice=_BY_HAND)
        if self.ids and self.ids.get(place) != record.id:
            return Kept(why="its id is unknown", advice=_LIST)
        kind = thing.type or ""
        if kind != record.type and not is_finer(kind, than=record.type):
            why = f"its type was {record.type or 'unknown'}, and is {kind} now"
            return Kept(why=why, advice=_LIST)
        return None


def _names(live: Schema) -> Iterator[ObjectPlace]:
    for label in (CONTACTS, *(each.label for each in live.objects)):
        for section in live.of(label).sections:
            yield ObjectPlace(UnmanagedKind.SECTION, label, section.name, section.name)
            for field in section.fields:
                yield ObjectPlace(UnmanagedKind.FIELD, label, section.name, field.name)
    yield from map(tag_place, live.tags)


def _settled(
    orphans: tuple[Orphan, ...], changes: Iterable[Change], live: Schema
) -> Iterator[Orphan]:
    """Yield the orphans; a section stays as long as anything stays in it."""
    going = {
        (change.custom_object, change.section, change.name)
        for change in changes
        if isinstance(change, RemoveField)
    }
    going.update(
        (one.thing.custom_object, one.thing.section or "", one.thing.name)
        for one in orphans
        if one.thing.kind is UnmanagedKind.FIELD and one.kept is None
    )
    for orphan in orphans:
        thing = orphan.thing
        if thing.kind is not UnmanagedKind.SECTION or orphan.kept is not None:
            yield orphan
            continue
        label = thing.custom_object
        inside = (each for each in live.of(label).sections if each.name == thing.name)
        names = [field.name for section in inside for field in section.fields]
        is_empty = all((label, thing.name, name) in going for name in names)
        yield orphan if is_empty else replace(orphan, kept=_NOT_EMPTY)


def _removal(thing: Unmanaged, fields: Mapping[ObjectPlace, Sequence[Field]]) -> Change:
    label, section = thing.custom_object, thing.section or ""
    match thing.kind:
        case UnmanagedKind.TAG:
            return RemoveTag(tag=thing.name)
        case UnmanagedKind.SECTION:
            return RemoveSection(section=thing.name, custom_object=label)
        case UnmanagedKind.FIELD:
            (before,) = fields[_place_of(thing)]
            return RemoveField(
                section=section, before=before, explicit=False, custom_object=label
            )


def _fields_by_place(live: Schema) -> Mapping[ObjectPlace, Sequence[Field]]:
    fields: defaultdict[ObjectPlace, list[Field]] = defaultdict(list)
    for label in (CONTACTS, *(each.label for each in live.objects)):
        for section, field in live.of(label).all_fields():
            fields[ObjectPlace(UnmanagedKind.FIELD, label, section, field.name)].append(field)
    return fields
