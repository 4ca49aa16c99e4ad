"""Edits of several items of drift in one text: those that cannot depend on each other.

Each is worked out on the same text. They are joined only if a line break is between any two of
them, so that each replaces what it would replace alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import yaml

from schemactl.desired.rewrite.accepting import DriftAcceptance
from schemactl.desired.rewrite.edits import CannotEditError
from schemactl.model.desired import Desired
from schemactl.model.drift import Attribute, Drift, DriftItem, DriftStatus, ObjectKind
from schemactl.text import same_end, same_start
from schemactl.values import NamedTuple

_IN_PLACE: Final = frozenset({Attribute.OPTIONS, Attribute.REQUIRED, Attribute.UNIQUE})
"""What can differ of a field without a new name, place or type, which others depend on."""


_Place: TypeAlias = tuple[str, str | None]
"""A section by its object and name."""


class Replacement(NamedTuple):
    """Other text for a part of a file."""

    file: str
    start: int
    end: int
    text: str


class JoinedEdits(NamedTuple):
    """Items, and the new texts of the files with all of them accepted."""

    items: tuple[DriftItem, ...]
    texts: dict[str, str]


def independent_items(
    items: Sequence[DriftItem], desired: Desired, drift: Drift
) -> tuple[DriftItem, ...]:
    """Return the items that can be accepted in any order, and before any other.

    They are fields of declared sections that were added or removed, or whose options or
    settings changed, and that still differ as they did. What concerns a section waits for all
    that concerns it and comes before: new fields are declared in turn.
    """
    declared = {
        (label, section.name)
        for label in {item.custom_object for item in items}
        for section in desired.of(label).sections
    }
    now = {item.title: item for item in drift.items}

    def is_independent(item: DriftItem) -> bool:
        changed = {each.attribute for each in item.alterations}
        return (
            item.object is ObjectKind.FIELD
            and item.status is not DriftStatus.AMBIGUOUS
            and not item.question
            and changed <= _IN_PLACE
            and (item.custom_object, item.section) in declared
            and now.get(item.title) == item
        )

    found: list[DriftItem] = []
    waiting: set[_Place] = set()
    for item in items:
        if is_independent(item) and waiting.isdisjoint(_places(item)):
            found.append(item)
        else:
            waiting |= _places(item)
    return tuple(found)


def join_edits(items: Sequence[DriftItem], acceptance: DriftAcceptance) -> JoinedEdits:
    """Return as many of some independent items as one text can have accepted.

    In one section, only one field is added or removed, after others were changed: the next one
    may be the last of its list, or come after the first.
    """
    chosen: dict[DriftItem, Replacement] = {}
    closed: set[_Place] = set()
    for item in items:
        if not closed.isdisjoint(_places(item)):
            continue
        found = _replacement(item, acceptance)
        if found is not None and _fits(found, chosen.values(), acceptance):
            chosen[item] = found
        if item not in chosen or item.status is not DriftStatus.ALTERED:
            closed |= _places(item)
    return JoinedEdits(tuple(chosen), dict(_texts(tuple(chosen.values()), acceptance)))


def _places(item: DriftItem) -> set[_Place]:
    """Return the sections that an item is about, or is found in."""
    sections = {item.section, *(state.section for state in item.found)}
    return {(item.custom_object, section) for section in sections}


def _replacement(item: DriftItem, acceptance: DriftAcceptance) -> Replacement | None:
    """Return the part of a file that accepting one item replaces; None if not just one."""
    try:
        (changed,) = acceptance.accept(item)
    except (CannotEditError, yaml.YAMLError, ValueError):
        return None
    before = acceptance.source(changed.file)
    # What an anchor shares is changed, or kept, in all places at once.
    if before.has_aliases:
        return None
    start = same_start(before.text, changed.text)
    end = same_end(before.text, changed.text, len(before.text) - start)
    end = min(end, len(changed.text) - start)
    return Replacement(
        changed.file,
        start,
        len(before.text) - end,
        changed.text[start : len(changed.text) - end],
    )


def _fits(
    found: Replacement, others: Iterable[Replacement], acceptance: DriftAcceptance
) -> bool:
    """Whether a replacement is on other lines than some others."""
    text = acceptance.source(found.file).text
    for other in others:
        if other.file == found.file:
            first, second = sorted((found, other))
            between = text[first.end : second.start]
            if first.end > second.start or not any(each in between for each in "\r\n"):
                return False
    return True


def _texts(
    replacements: Sequence[Replacement], acceptance: DriftAcceptance
) -> Iterator[tuple[str, str]]:
    """Yield the files with their new texts."""
    for file in dict.fromkeys(each.file for each in replacements):
        text = acceptance.source(file).text
        for each in sorted(replacements, reverse=True):
            if each.file == file:
                text = text[: each.start] + each.text + text[each.end :]
        yield file, text
