"""Reports what the base no longer records that it recorded at another commit. Pure.

A base comes with commits, so a pull request can edit it: without its line a protected field can
be removed, and what an apply created is no orphan any more. Only an apply drops such a record
for a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from schemactl.model.base import Base, CreatedObject, ProtectedField
from schemactl.model.difference import Notice, NoticeCode, UnmanagedKind
from schemactl.model.schema import FieldKey, in_object
from schemactl.text import and_list, named_each, short_hash

MAX_NAMED: Final = 20
"""At most this many objects are named in one notice."""
_UNPROTECTED: Final = "an apply may remove or replace them"
_UNOWNED: Final = "they are not orphans if no file declares them"


def notice_dropped(
    account: str, base: Base | None, earlier: Base | None, commit: str
) -> tuple[Notice, ...]:
    """Return a notice of lost protection, and one of lost records of what applies created.

    Args:
        account: Its name in the project file.
        base: The one in the working copy; None where there is none.
        earlier: The one at the other commit; None where there is none.
        commit: The other commit, as the user named it.
    """
    if earlier is None:
        return ()
    lost = (
        ("protects", tuple(_lost_protection(earlier, base)), _UNPROTECTED),
        ("records as created by an apply", tuple(_lost_ownership(earlier, base)), _UNOWNED),
    )
    return tuple(
        Notice(
            code=NoticeCode.DROPPED_FROM_BASE,
            about=account,
            message=f"at commit {short_hash(commit)} the base {does} {_listed(names)}; here it "
            f"does not any more, so {effect}. Unless an apply wrote this base, restore "
            f".schemactl/base/{earlier.account}.json from that commit",
        )
        for does, names, effect in lost
        if names
    )


def _lost_protection(earlier: Base, base: Base | None) -> Iterator[str]:
    kept = () if base is None else (*base.protected, *base.protected_elsewhere)
    places = {_place(one) for one in kept}
    ids = {(one.custom_object, one.id) for one in kept if one.id}
    for place, one in {_place(one): one for one in _protected(earlier)}.items():
        if place not in places and (one.custom_object, one.id) not in ids:
            yield in_object(one.custom_object, str(FieldKey(one.section, one.name)))


def _protected(base: Base) -> Iterable[ProtectedField]:
    return (*base.protected_elsewhere, *base.protected)


def _place(one: ProtectedField) -> tuple[str, str, str]:
    return one.custom_object, one.section, one.name


def _lost_ownership(earlier: Base, base: Base | None) -> Iterator[str]:
    kept = () if base is None else base.created
    places = {one.place for one in kept}
    ids = {_id(one) for one in kept if one.id}
    for one in earlier.created:
        if one.place not in places and _id(one) not in ids:
            yield _title(one)


def _id(one: CreatedObject) -> tuple[UnmanagedKind, str, str]:
    return one.place.kind, one.place.custom_object, one.id


def _title(one: CreatedObject) -> str:
    place = one.place
    match place.kind:
        case UnmanagedKind.SECTION:
            return f"section {in_object(place.custom_object, place.name)}"
        case UnmanagedKind.FIELD:
            return in_object(place.custom_object, str(FieldKey(place.section, place.name)))
        case UnmanagedKind.TAG:
            return f"tag {place.name}"


def _listed(names: Sequence[str]) -> str:
    shown = tuple(named_each(names[:MAX_NAMED]))
    more = len(names) - len(shown)
    return and_list((*shown, f"{more:,} more") if more else shown)
