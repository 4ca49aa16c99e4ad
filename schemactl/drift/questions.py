"""Adds to a drift item what a person must decide first; no command decides it for them."""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.model.difference import Lookalike, Notice, UnmanagedKind
from schemactl.model.drift import DriftItem, ObjectKind
from schemactl.values import replace


def with_questions(
    items: Iterable[DriftItem], notices: Iterable[Notice]
) -> tuple[DriftItem, ...]:
    """Return the items, each with the question that it is part of.

    Of two objects that may be one, both have the question. So have the fields that would move
    from one such section to the other.
    """
    open_ones = [(notice, notice.lookalike) for notice in notices]
    asked = [(notice, pair) for notice, pair in open_ones if pair is not None]
    return tuple(_with_question(item, asked) for item in items)


def _with_question(item: DriftItem, asked: Iterable[tuple[Notice, Lookalike]]) -> DriftItem:
    for notice, pair in asked:
        if item.custom_object == notice.custom_object and _is_in_question(item, pair):
            two = f'If they are two, declare "{pair.other}" too'
            return replace(item, question=f"{notice.about} {notice.message}. {two}")
    return item


def _is_in_question(item: DriftItem, pair: Lookalike) -> bool:
    names = {pair.name, pair.other}
    match pair.kind:
        case UnmanagedKind.FIELD:
            is_field = item.object is ObjectKind.FIELD
            return is_field and item.section == pair.section and item.name in names
        case UnmanagedKind.SECTION:
            return _is_in_section(item, names)
        case UnmanagedKind.TAG:
            # No notice asks about two tags.
            return False


def _is_in_section(item: DriftItem, names: set[str]) -> bool:
    """Whether an item is one of two sections, or a field that would move between them."""
    match item.object:
        case ObjectKind.SECTION:
            return item.name in names
        case ObjectKind.FIELD:
            return names <= {item.section, *(state.section for state in item.found)}
        case ObjectKind.TAG | ObjectKind.CUSTOM_OBJECT:
            return False
