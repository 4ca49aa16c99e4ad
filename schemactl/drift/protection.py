"""Fields that stay protected although their line is gone from the files. Pure.

The base remembers each field that the files protected, from before the first call of the apply
that first saw it. Files that declare it without `protect: true` lift this, in one apply; to
remove or replace it takes a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from schemactl.account.interface import LiveState
from schemactl.diff.places import declared_places
from schemactl.drift.ids import known_of
from schemactl.drift.place_finder import PlaceFinder, declared_sections, labels_of
from schemactl.errors import RefusedError
from schemactl.model.base import Base, ObjectPlace, ProtectedField
from schemactl.model.change import Change, ChangeType, RemoveField
from schemactl.model.change_groups import copies_of
from schemactl.model.desired import Desired
from schemactl.model.difference import (
    Difference,
    EndedProtection,
    Notice,
    NoticeCode,
    UnmanagedKind,
)
from schemactl.model.identity import FieldPlace, KnownIds
from schemactl.model.schema import FieldKey, Schema, in_object
from schemactl.values import NamedTuple, replace

MAX_REPORTED: Final = 10
"""At most this many fields are named in one refusal."""


def protected_now(
    desired: Desired,
    live: LiveState,
    base: Base | None,
    elsewhere: Iterable[ProtectedField] = (),
) -> frozenset[FieldPlace]:
    """Return where the account has the fields that the base protects; all that it may be.

    Args:
        desired: What the files say.
        live: The account.
        base: The last base of this very account.
        elsewhere: Fields that a base of another account protects, by section and name.
    """
    foreign = frozenset(_field(_place(one)) for one in elsewhere)
    if base is None or not base.protected:
        return foreign
    finder = PlaceFinder(desired, live.schema, known_of(base, live.ids), base.schema)
    return foreign | {
        _field(place)
        for one in base.protected
        for place in finder.find_all(_place(one), one.id)
    }


def protected_to_remember(
    desired: Desired, live: LiveState, base: Base | None
) -> tuple[ProtectedField, ...]:
    """Return what a base must protect before the first call of an apply, sorted.

    Args:
        desired: What the files say; also what they protect and the account does not have yet.
        live: The account before the first call.
        base: The last one, all of whose protection stays; None where there is none.
    """
    known = known_of(base, live.ids)
    declared = _declared(desired, live.schema, known)
    found = protected_now(desired, live, base) | {
        place for place, one in declared.items() if one.protects
    }
    return tuple(
        sorted(
            {
                *(() if base is None else base.protected),
                *_with_ids(found, known),
                *_as_declared(desired, live.schema, known),
            }
        )
    )


def protected_to_keep(
    desired: Desired,
    live: Schema,
    known: KnownIds,
    *,
    before: Schema | None,
    remembered: Iterable[ProtectedField],
    ended: Iterable[EndedProtection],
) -> tuple[ProtectedField, ...]:
    """Return the fields that stay protected after an apply, sorted.

    Only the protection ends that the reviewed plan shows, whatever changed in the meantime.

    Args:
        desired: What the files say.
        live: The account after the apply.
        known: What the base knew by id, and where the account has it.
        before: The account as the last base remembers it; None where there was none.
        remembered: What was protected before the first call.
        ended: Those whose protection the plan ends.
    """
    reviewed = frozenset(ended)
    declared = _declared(desired, live, known)
    finder = PlaceFinder(desired, live, known, before)
    fields = tuple(remembered)
    found = {_field(place) for one in fields for place in finder.find(_place(one), one.id)}
    kept = {
        place
        for place in found | declared.keys()
        if place not in declared
        or declared[place].protects
        or (place in found and declared[place].unprotected not in reviewed)
    }
    # A custom object that the files no longer name is not read: nothing is known of it.
    labels = labels_of(live)
    unread = (one for one in fields if one.custom_object not in labels)
    missing = _as_declared(desired, live, known)
    return tuple(sorted({*_with_ids(kept, known), *unread, *missing}))


def _as_declared(desired: Desired, live: Schema, known: KnownIds) -> Iterator[ProtectedField]:
    """Yield the fields that the files protect and the account has elsewhere, or not yet."""
    places = declared_places(desired, live, known)
    for label, section in declared_sections(desired):
        for entry in section.fields:
            declared = label, section.name, entry.field.name
            if not entry.protect or places.fields.get(declared) == declared:
                continue
            _, now = places.sections.get((label, section.name), (label, section.name))
            for owner in {section.name, now}:
                yield ProtectedField(custom_object=label, section=owner, name=declared[2])


def _with_ids(fields: Iterable[FieldPlace], known: KnownIds) -> Iterator[ProtectedField]:
    ids = {place: number for (_, number), place in known.live.fields.items()}
    for label, section, name in fields:
        number = ids.get((label, section, name), "")
        yield ProtectedField(custom_object=label, section=section, name=name, id=number)


def _place(one: ProtectedField) -> ObjectPlace:
    return ObjectPlace(UnmanagedKind.FIELD, one.custom_object, one.section, one.name)


def _field(place: ObjectPlace) -> FieldPlace:
    return place.custom_object, place.section, place.name


def keep_protected(
    difference: Difference,
    desired: Desired,
    live: Schema,
    known: KnownIds,
    now: AbstractSet[FieldPlace],
) -> Difference:
    """Return the difference with its replacements barred, and with the protection that ends.

    A change of type stays with a person as long as the base protects the field.

    Args:
        difference: What comparing the files with the account found.
        desired: What the files say.
        live: The account.
        known: What the base knows by id, and where the account has it.
        now: Fields that stay protected, as the account has them.
    """
    declared = _declared(desired, live, known)
    places = declared_places(desired, live, known).fields
    return replace(
        difference,
        changes=tuple(_barred(change, now, places) for change in difference.changes),
        ends_protection=tuple(
            one.unprotected
            for place, one in declared.items()
            if place in now and not one.protects
        ),
    )


def notices_of_ending(ended: Iterable[EndedProtection]) -> tuple[Notice, ...]:
    """Return a notice for each field whose protection an apply of the files ends."""
    return tuple(
        Notice(
            code=NoticeCode.LIFTS_PROTECTION,
            about=one.title,
            message="the files no longer protect this field: an apply ends its protection, "
            "and a later apply can remove or replace it",
            location=one.location,
        )
        for one in ended
    )


def without_carried(
    now: AbstractSet[FieldPlace], changes: Iterable[Change], desired: Desired
) -> frozenset[FieldPlace]:
    """Return the protected fields without those that are copied to one that stays protected.

    Args:
        now: Fields that stay protected, as the account has them.
        changes: What is planned.
        desired: What the files say.
    """
    protects = {
        (label, section.name, entry.field.name)
        for label, section in declared_sections(desired)
        for entry in section.fields
        if entry.protect
    }
    copies = copies_of(changes)
    return frozenset(
        place
        for place in now
        if (copy := copies.get(place)) is None or copy.place not in protects
    )


def refuse_protected_losses(changes: Iterable[Change], now: AbstractSet[FieldPlace]) -> None:
    """Stop before a field is removed that the last apply protected; no permission lifts it.

    Args:
        changes: What is planned.
        now: Fields that stay protected, as the account has them.

    Raises:
        RefusedError: There is one; each is named with its place in the files.
    """
    lost = [
        change
        for change in changes
        if isinstance(change, RemoveField)
        and (change.custom_object, change.section, change.name) in now
    ]
    if not lost:
        return
    lines = [_loss(change) for change in lost[:MAX_REPORTED]]
    if len(lost) > MAX_REPORTED:
        lines.append(f"and {len(lost) - MAX_REPORTED} more")
    raise RefusedError(
        "still-protected: the files would remove what they protected until the last apply, "
        "and nothing was changed\n  " + "\n  ".join(lines),
        hint="declare it without protect: true and apply that first; no --allow lifts this",
    )


class _Declared(NamedTuple):
    """A declared field: whether the files protect it, and itself as one they do not."""

    protects: bool
    unprotected: EndedProtection


def _declared(desired: Desired, live: Schema, known: KnownIds) -> dict[FieldPlace, _Declared]:
    """Return what the files say of each live field that they declare."""
    places = declared_places(desired, live, known).fields
    found: dict[FieldPlace, _Declared] = {}
    for label, section in declared_sections(desired):
        for entry in section.fields:
            place = places.get((label, section.name, entry.field.name))
            if place is not None:
                found[place] = _Declared(
                    entry.protect,
                    EndedProtection(
                        section=section.name,
                        name=entry.field.name,
                        location=entry.location,
                        custom_object=label,
                    ),
                )
    return found


def _barred(
    change: Change, now: AbstractSet[FieldPlace], places: Mapping[FieldPlace, FieldPlace]
) -> Change:
    if not isinstance(change, ChangeType):
        return change
    place = places.get((change.custom_object, change.section, change.name))
    return replace(change, protected=True) if place in now else change


def _loss(change: RemoveField) -> str:
    about = in_object(change.custom_object, str(FieldKey(change.section, change.name)))
    return about if change.location is None else f"{about} ({change.location})"
