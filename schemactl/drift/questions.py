"""Items of which only a person can know what they are: no command may decide it for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from schemactl.model.difference import Lookalike, Notice, UnmanagedKind
from schemactl.model.drift import DriftItem, ObjectKind


def with_questions(
    items: Iterable[DriftItem], notices: Iterable[Notice]
) -> tuple[DriftItem, ...]:
    """Return the items with what to decide first: of two that may be one, both have it.

    So have the fields that would be moved from one such section to the other.
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
    match pair.kind, item.object:
        case UnmanagedKind.FIELD, ObjectKind.FIELD:
            return item.section == pair.section and item.name in names
        case UnmanagedKind.SECTION, ObjectKind.SECTION:
            return item.name in names
        case UnmanagedKind.SECTION, ObjectKind.FIELD:
            sections = {item.section, *(state.section for state in item.found)}
            return names <= sections
        case _:
            return False
