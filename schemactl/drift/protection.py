"""Fields that stay protected although their line is gone from the files. Pure.

The base remembers each field that the files protected. Files that declare it without
`protect: true` lift this, in one apply; to remove or replace it takes a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final, NamedTuple

from schemactl.diff.places import declared_places
from schemactl.errors import RefusedError
from schemactl.model.base import ProtectedField
from schemactl.model.change import Change, ChangeType, RemoveField
from schemactl.model.desired import Desired
from schemactl.model.difference import Difference, EndedProtection, Notice, NoticeCode
from schemactl.model.identity import FieldPlace, Known, LiveIds
from schemactl.model.schema import CONTACTS, FieldKey, Schema, in_object

MAX_REPORTED: Final = 10
"""At most this many fields are named in one refusal."""


def protected_to_keep(
    desired: Desired,
    live: Schema,
    known: Known,
    before: Iterable[ProtectedField],
    ended: Iterable[EndedProtection],
) -> tuple[ProtectedField, ...]:
    """Return the fields that stay protected after an apply, sorted.

    Only the protection ends that the reviewed plan shows, whatever moved in the meantime.

    Args:
        desired: What the files say.
        live: The account after the apply.
        known: What the base knew by id, and where the account has it.
        before: Those of the last base.
        ended: Those whose protection the plan ends.
    """
    reviewed = frozenset(ended)
    declared = _declared(desired, live, known)
    there = _live_places(live)
    kept = {place for place, one in declared.items() if one.protects}
    kept.update(
        place
        for place in places_now(before, known.live)
        if place in there
        and (place not in declared or declared[place].unprotected not in reviewed)
    )
    # A custom object that the files no longer name is not read: nothing is known of it.
    labels = _labels(live)
    unread = tuple(one for one in before if one.custom_object not in labels)
    ids = {place: number for (_, number), place in known.live.fields.items()}
    fields = (
        ProtectedField(
            custom_object=place[0], section=place[1], name=place[2], id=ids.get(place, "")
        )
        for place in kept
    )
    return tuple(sorted({*fields, *unread}))


def keep_protected(
    difference: Difference,
    desired: Desired,
    live: Schema,
    known: Known,
    protected: Iterable[ProtectedField],
) -> Difference:
    """Return the difference with its replacements barred, and with the protection that ends.

    A change of type stays with a person as long as the base protects the field.
    """
    now = places_now(protected, known.live)
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


def refuse_protected_losses(
    changes: Iterable[Change], protected: Iterable[ProtectedField], live: LiveIds
) -> None:
    """Stop before a field is removed that the last apply protected; no permission lifts it.

    Raises:
        RefusedError: There is one; each is named with its place in the files.
    """
    now = places_now(protected, live)
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


def places_now(protected: Iterable[ProtectedField], live: LiveIds) -> frozenset[FieldPlace]:
    """Return where the account has the protected fields: by id, or else by name."""
    return frozenset(_places_now(protected, live))


def _places_now(protected: Iterable[ProtectedField], live: LiveIds) -> Iterator[FieldPlace]:
    for one in protected:
        by_id = live.fields.get((one.custom_object, one.id)) if one.id else None
        if by_id is not None:
            yield by_id
        elif not one.id or not live.fields:
            # Where the id is gone from an account that has ids, so is the field.
            yield one.custom_object, one.section, one.name


class _Declared(NamedTuple):
    """A declared field: whether the files protect it, and itself as one they do not."""

    protects: bool
    unprotected: EndedProtection


def _declared(desired: Desired, live: Schema, known: Known) -> dict[FieldPlace, _Declared]:
    """Return what the files say of each live field that they declare."""
    places = declared_places(desired, live, known).fields
    found: dict[FieldPlace, _Declared] = {}
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        for section in desired.of(label).sections:
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


def _labels(live: Schema) -> AbstractSet[str]:
    return {CONTACTS, *(each.label for each in live.objects)}


def _live_places(live: Schema) -> AbstractSet[FieldPlace]:
    return {
        (label, section, field.name)
        for label in _labels(live)
        for section, field in live.of(label).all_fields()
    }


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
