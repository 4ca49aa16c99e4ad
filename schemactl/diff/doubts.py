"""Names under `removed:` that mean something else by now: nothing is removed in doubt.

An entry names what its author saw. If ids show that another object in the account has that
name now, removing by name would destroy the wrong one, so a person must check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from schemactl.errors import Location
from schemactl.model.desired import RemovedSection
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.identity import KnownIds, ObjectKnownIds
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import FieldKey

_RECREATED: Final = "it was deleted and created again after the last apply"


class Doubts:
    """Compares names under `removed:` with what the base recorded by id for one object."""

    def __init__(self, known: ObjectKnownIds) -> None:
        self._known = known
        self._is_empty = not known.has_moved

    def of_section(self, name: str) -> str:
        """Return why the live section of a name may not be the one meant; empty if it is."""
        if self._is_empty:
            return ""
        former = self._known.former_section(name)
        return _reason(_quoted(former), _quoted(self._elsewhere(name)))

    def of_field(self, key: FieldKey) -> str:
        """Return why the live field of a name may not be the one meant; empty if it is."""
        former = self._known.former_field(key)
        if former is None and self._known.is_replaced_field(key):
            return _RECREATED
        if self._is_empty:
            return ""
        if former is not None and self._as_live(former) == key:
            return ""
        now = self._known.field_now(key)
        elsewhere = None if now is None or now == key else now
        return _reason(_quoted(former), _quoted(elsewhere))

    def renamed_sections(
        self, removed: Mapping[str, RemovedSection], live: LiveIndex
    ) -> Iterator[Notice]:
        """Yield a notice for each section to remove that was renamed in the account."""
        for name, entry in removed.items() if not self._is_empty else ():
            now = self._elsewhere(name)
            if now is not None and live.section(name) is None:
                yield _renamed(name, now, entry.location)

    def renamed_fields(
        self,
        removed: Mapping[FieldKey, Location],
        live: LiveIndex,
        meant: Mapping[str, AbstractSet[str]],
    ) -> Iterator[Notice]:
        """Yield a notice for each field to remove that is elsewhere, and not declared there."""
        for key, location in removed.items() if not self._is_empty else ():
            now = self._known.field_now(key)
            if now is None or now == key or live.named(key):
                continue
            if now.name not in meant.get(now.section, frozenset()):
                yield _renamed(str(key), str(now), location)

    def _elsewhere(self, name: str) -> str | None:
        now = self._known.section_now(name)
        return None if now == name else now

    def _as_live(self, key: FieldKey) -> FieldKey:
        """Return a known place with its section as the account calls it now."""
        return FieldKey(self._known.section_now(key.section) or key.section, key.name)


def tag_doubt(name: str, known: KnownIds) -> str:
    """Return why the live tag of a name may not be the one meant; empty if it is."""
    former, now = known.former_tag(name), known.tag_now(name)
    if former is None and known.is_replaced_tag(name):
        return _RECREATED
    return _reason(_quoted(former), _quoted(None if now == name else now))


def removal_unclear(about: str, doubt: str, location: Location) -> Notice:
    """Return the notice that something is not removed, with the reason and what to do."""
    return Notice(
        code=NoticeCode.REMOVAL_UNCLEAR,
        about=about,
        message=f"is listed under removed: and is not removed: {doubt}; check which one is "
        "meant, and remove it in the web interface",
        location=location,
    )


def removed_but_renamed(name: str, known: KnownIds, location: Location) -> Notice | None:
    """Return the notice for a tag to remove that was renamed in the account; None otherwise."""
    now = known.tag_now(name)
    return None if now is None or now == name else _renamed(name, now, location)


def _renamed(about: str, now: str, location: Location) -> Notice:
    return Notice(
        code=NoticeCode.REMOVAL_UNCLEAR,
        about=about,
        message=f'is listed under removed: and is called "{now}" in the account now: to '
        "remove it, list it under this name",
        location=location,
    )


def _reason(former: str, elsewhere: str) -> str:
    reasons = []
    if former:
        reasons.append(f"the object of this name was {former} after the last apply")
    if elsewhere:
        reasons.append(f"the object that had this name is {elsewhere} now")
    return ", and ".join(reasons)


def _quoted(name: FieldKey | str | None) -> str:
    return "" if name is None else f'"{name}"'
