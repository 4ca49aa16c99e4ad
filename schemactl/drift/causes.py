"""Find out which side changed since the last apply: the files, the account, or both.

    base == account, files differ     the files changed: pending
    base == files, account differs    the account changed: drift
    all three differ                  both changed: conflict

Where the base says nothing, as about an object that no file named then, the cause is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from schemactl.drift.about import yes_or_no
from schemactl.model.base import Base
from schemactl.model.drift import (
    Alteration,
    Attribute,
    Cause,
    DriftItem,
    DriftStatus,
    ObjectKind,
    ObjectState,
)
from schemactl.model.identity import KnownIds, ObjectKnownIds
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import (
    CONTACTS,
    Field,
    FieldKey,
    Schema,
    Section,
    is_same_description,
)
from schemactl.values import replace

NOTHING_KNOWN: Final = KnownIds()


def with_causes(
    items: Sequence[DriftItem], base: Base | None, known: KnownIds = NOTHING_KNOWN
) -> tuple[DriftItem, ...]:
    """Return the same items, each with its cause; without a base all are unknown.

    Args:
        items: The differences between files and account.
        base: How the last apply left the account.
        known: What the base knows by id, and where the account has it.
    """
    if base is None:
        return tuple(replace(item, cause=Cause.UNKNOWN) for item in items)
    names = {
        (item.custom_object, item.name): item.found[0].name
        for item in items
        if item.object is ObjectKind.SECTION and item.found
    }
    labels = (CONTACTS, *(each.label for each in base.schema.objects))
    parts = {
        label: _Before(base.schema.of(label), known=known.of(label), names=names)
        for label in labels
    }
    return tuple(
        replace(item, cause=_cause(item, parts.get(item.custom_object))) for item in items
    )


def _cause(item: DriftItem, before: _Before | None) -> Cause:
    if item.object is ObjectKind.CUSTOM_OBJECT:
        return Cause.PENDING if before is None else Cause.DRIFT
    if before is None:
        return Cause.UNKNOWN
    match item.status:
        case DriftStatus.MISSING:
            return _of_missing(item, before)
        case DriftStatus.ALTERED:
            causes = (_of_alteration(one, item, before) for one in item.alterations)
            return _together(frozenset(causes))
        case DriftStatus.UNWANTED | DriftStatus.UNMANAGED:
            return _of_found(item, before)
        case DriftStatus.ORPHAN:
            # Neither side need have changed: the line may be gone since many applies.
            return Cause.UNKNOWN
        case DriftStatus.AMBIGUOUS:
            return _of_ambiguous(item, before)


def _of_ambiguous(item: DriftItem, before: _Before) -> Cause:
    # An item that is no difference has nothing that was found.
    if not item.found:
        return Cause.UNKNOWN
    return Cause.PENDING if before.count(item) == len(item.found) else Cause.DRIFT


class _Before:
    """One object of the account as the base has it, found by the names of either side."""

    def __init__(
        self, schema: Schema, *, known: ObjectKnownIds, names: Mapping[tuple[str, str], str]
    ) -> None:
        self._tags = frozenset(schema.tags)
        self._index = LiveIndex(schema)
        self._known = known
        self._names = names

    def has(self, item: DriftItem, state: ObjectState) -> bool:
        """Whether the base has an object in the place and with the name of `state`."""
        match item.object:
            case ObjectKind.TAG:
                return state.name in self._tags
            case ObjectKind.SECTION:
                return self._index.section(state.name) is not None
            case ObjectKind.FIELD | ObjectKind.CUSTOM_OBJECT:
                return bool(self.fields(state))

    def has_found(self, item: DriftItem) -> bool:
        """Whether the base has what was found, under exactly the name that it has now."""
        state = item.found[0]
        return self._is_unmoved(item.object, state) and self.has(item, state)

    def former(self, item: DriftItem) -> ObjectState | None:
        """Return what was found as the base has it by its id; None where it has no id."""
        if not item.found:
            return None
        state = item.found[0]
        if item.object is ObjectKind.FIELD:
            key = self._known.former_field(FieldKey(state.section or "", state.name))
            if key is None:
                return None
            return replace(state, section=key.section, name=key.name)
        is_tag = item.object is ObjectKind.TAG
        known = self._known.known.former_tag if is_tag else self._known.former_section
        name = known(state.name)
        return None if name is None else replace(state, name=name)

    def count(self, item: DriftItem) -> int:
        """How many fields had the name of the item."""
        return len(self.fields(ObjectState(name=item.name, section=item.section)))

    def fields(self, state: ObjectState) -> tuple[Field, ...]:
        """Return the fields in the place and with the name of `state`."""
        section = state.section or ""
        found = self._index.named(FieldKey(section, state.name))
        now = self._names.get((self._known.label, section))
        if not found and now is not None:
            found = self._index.named(FieldKey(now, state.name))
        return found

    def field(self, item: DriftItem) -> Field | None:
        """Return the field that an item is about, under either name; None where unclear."""
        former = self.former(item)
        wanted = (item.wanted,) if item.wanted else ()
        states = (former,) if former else (*item.found[:1], *wanted)
        for state in states:
            if found := self.fields(state):
                return found[0] if len(found) == 1 else None
        return None

    def section(self, item: DriftItem) -> Section | None:
        """Return the section that an item is about, under either name."""
        former = self.former(item)
        names = (former.name,) if former else (*(one.name for one in item.found[:1]), item.name)
        return next((one for name in names if (one := self._index.section(name))), None)

    def _is_unmoved(self, kind: ObjectKind, state: ObjectState) -> bool:
        """Whether, by the ids that are known, the base has this object under the same name."""
        match kind:
            case ObjectKind.TAG:
                return self._known.known.tag_now(state.name) in {None, state.name}
            case ObjectKind.SECTION:
                return self._known.section_now(state.name) in {None, state.name}
            case ObjectKind.FIELD | ObjectKind.CUSTOM_OBJECT:
                key = FieldKey(state.section or "", state.name)
                return self._known.field_now(key) in {None, key}


def _of_missing(item: DriftItem, before: _Before) -> Cause:
    """Return the cause of an object that the files declare and the account does not have."""
    if item.wanted is None or not before.has(item, item.wanted):
        return Cause.PENDING
    was = before.field(item) if item.object is ObjectKind.FIELD else None
    if was is not None and was.type != item.wanted.type:
        return Cause.CONFLICT
    return Cause.DRIFT


def _of_found(item: DriftItem, before: _Before) -> Cause:
    """Return the cause of an object that the account has and the files do not declare."""
    state = item.found[0]
    if not before.has_found(item):
        return Cause.DRIFT
    was = before.field(item) if item.object is ObjectKind.FIELD else None
    if item.status is DriftStatus.UNWANTED and was is not None and was.type != state.type:
        return Cause.CONFLICT
    return Cause.PENDING


def _of_alteration(one: Alteration, item: DriftItem, before: _Before) -> Cause:
    if one.attribute in {Attribute.NAME, Attribute.SECTION}:
        return _of_place(item, before)
    if one.attribute is Attribute.DESCRIPTION:
        section = before.section(item)
        return _of_description(one, None if section is None else section.description)
    field = before.field(item)
    if field is None:
        return Cause.UNKNOWN
    match one.attribute:
        case Attribute.TYPE:
            return _changed_value(one, field.type)
        case Attribute.REQUIRED:
            return _changed_value(one, yes_or_no(field.required))
        case Attribute.UNIQUE:
            return _changed_value(one, yes_or_no(field.unique))
        case Attribute.OPTIONS:
            return _of_options(one, field.options)


def _of_place(item: DriftItem, before: _Before) -> Cause:
    """Return which side gave an object another name or put it into another section."""
    if item.wanted is None:
        return Cause.UNKNOWN
    former = before.former(item)
    if former is not None:
        as_wanted = (former.section, former.name) == (item.wanted.section, item.wanted.name)
        return Cause.DRIFT if as_wanted else Cause.CONFLICT
    was_wanted = before.has(item, item.wanted)
    was_found = before.has_found(item)
    if was_wanted == was_found:
        return Cause.UNKNOWN if was_wanted else Cause.CONFLICT
    return Cause.DRIFT if was_wanted else Cause.PENDING


def _of_description(one: Alteration, was: str | None) -> Cause:
    if was is None:
        return Cause.UNKNOWN
    if is_same_description(was, one.found or ""):
        return Cause.PENDING
    return Cause.DRIFT if is_same_description(was, one.wanted or "") else Cause.CONFLICT


def _of_options(one: Alteration, was: tuple[str, ...] | None) -> Cause:
    """Return the cause of a list of options, each of which was there before or was not."""
    if was is None:
        return Cause.UNKNOWN
    before = {option.strip() for option in was}
    missing = (Cause.DRIFT if o.strip() in before else Cause.PENDING for o in one.missing)
    extra = (Cause.PENDING if o.strip() in before else Cause.DRIFT for o in one.extra)
    return _together(frozenset((*missing, *extra)))


def _changed_value(one: Alteration, was: str | None) -> Cause:
    """Return which side changed a value; `was` is the one in the base."""
    if was is None:
        return Cause.UNKNOWN
    if was == one.found:
        return Cause.PENDING
    return Cause.DRIFT if was == one.wanted else Cause.CONFLICT


def _together(causes: frozenset[Cause]) -> Cause:
    """Return the one cause of an object in which several parts differ."""
    if len(causes) == 1:
        return next(iter(causes))
    if Cause.CONFLICT in causes or {Cause.DRIFT, Cause.PENDING} <= causes:
        return Cause.CONFLICT
    return Cause.UNKNOWN
