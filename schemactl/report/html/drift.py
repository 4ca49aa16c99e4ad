"""The page of drift, or of a comparison: what to decide, then each difference in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from schemactl.drift.decisions import needs_decision
from schemactl.model.drift import (
    Attribute,
    Cause,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
)
from schemactl.model.field_types import type_label
from schemactl.model.schema import Schema
from schemactl.report.agreement import is_full_agreement
from schemactl.report.drift_details import drift_details, side_counts
from schemactl.report.drift_groups import (
    DriftGroup,
    Remedy,
    calm_words,
    describe_suppression,
    groups_of,
    origin_words,
    other_notices,
    remedies,
    shown_items,
    standing,
)
from schemactl.report.html.page import (
    Block,
    Entry,
    Group,
    GroupKey,
    Link,
    Notes,
    Page,
    Pair,
    Row,
    State,
    Tone,
    Whole,
    detail_words,
    draw,
    grouped,
    notice_entry,
)
from schemactl.report.html.render import page_html
from schemactl.report.locations import place
from schemactl.report.style import Style
from schemactl.text import counted, named, visible

DRIFT_LABELS: Final = MappingProxyType(
    {
        State.ADD: "unwanted",
        State.CHANGE: "altered",
        State.MISSING: "missing",
        State.BY_HAND: "ambiguous",
        State.ORPHAN: "orphan",
        State.ALONE: "unmanaged",
        State.SILENT: "acknowledged",
    }
)


def drift_page(drift: Drift, live: Schema | None, *, strict: bool = False) -> str:
    """Write the page of drift, or of two accounts compared.

    Args:
        drift: What was found.
        live: The account as it was read; None if it is unknown.
        strict: Whether unmanaged objects count.
    """
    verdict, tone = _verdict(drift, strict=strict)
    title = f"Drift of {named(drift.account)}"
    if drift.other:
        title = f"{named(drift.account)} compared with {named(drift.other)}"
    return page_html(
        Page(
            title=title,
            about=origin_words(drift),
            verdict=verdict,
            tone=tone,
            numbers=tuple(_numbers(drift, strict=strict)),
            sides=(drift.account, drift.other or "files"),
            labels=_labels(drift),
            is_comparison=bool(drift.other),
            quiet=frozenset({State.SAME} if strict else {State.SAME, State.ALONE}),
            before=() if drift.other else tuple(_before(drift, strict=strict)),
            account="All sections" if drift.other else "The account, section by section",
            groups=account_of_drift(drift, live, strict=strict),
            after=tuple(_after(drift, strict=strict)),
        )
    )


def _labels(drift: Drift) -> Mapping[State, str]:
    if not drift.other:
        return DRIFT_LABELS
    return compared_labels(named(drift.account), named(drift.other))


def compared_labels(one: str, other: str) -> Mapping[State, str]:
    """Return the words for each state of a comparison of two accounts."""
    return {
        State.FIRST: f"only in {one}",
        State.SECOND: f"only in {other}",
        State.CHANGE: "different",
        State.BY_HAND: "ambiguous",
    }


def _verdict(drift: Drift, *, strict: bool) -> tuple[str, Tone]:
    if not drift.differs(strict=strict):
        tone = Tone.CALM if is_full_agreement(drift.notices) else Tone.ATTENTION
        return calm_words(drift), tone
    items = [item for item in drift.items if item.counts or strict]
    if drift.other:
        number = counted(len(items), "difference")
        words = f"{number} between {named(drift.account)} and {named(drift.other)}."
        return words, Tone.ATTENTION
    if drift.applied is None:
        number = counted(len(items), "difference")
        return f"{number} between the account and the files.", Tone.ATTENTION
    changed = [item for item in items if item.cause in {Cause.DRIFT, Cause.CONFLICT}]
    if changed:
        number = counted(len(changed), "object was", "objects were")
        return f"{number} changed in the account since the last apply.", Tone.DANGER
    if any(item.cause is Cause.PENDING for item in items):
        return "The files have changes that are not applied yet.", Tone.ATTENTION
    number = counted(len(items), "object")
    return f"{number} in the account that no file declares.", Tone.ATTENTION


def _numbers(drift: Drift, *, strict: bool) -> Iterator[tuple[str, int]]:
    if drift.other:
        yield from side_counts(drift)
    elif drift.applied is None:
        counts = drift.shown_counts().items()
        yield from ((str(status), number) for status, number in counts)
    else:
        for group in groups_of(drift, strict=strict):
            yield group.brief, len(group.items)


def _before(drift: Drift, *, strict: bool) -> Iterator[Block]:
    """Yield what must be decided, then what can be done about it."""
    decide = [*_overdue(drift)]
    for group in groups_of(drift, strict=strict):
        if any(needs_decision(item, strict=strict) for item in group.items):
            heading = "" if group.heading == "" else group.heading
            entries = tuple(_entries(group, drift))
            decide.append(Notes(heading=heading, entries=entries, tone=Tone.ATTENTION))
    if decide:
        yield Block(heading="What you must decide", notes=tuple(decide))
    ways = tuple(_ways(drift, strict=strict))
    if ways:
        yield Block(heading="What you can do", notes=(Notes(heading="", entries=ways),))


def _overdue(drift: Drift) -> Iterator[Notes]:
    overdue = tuple(
        Entry(text=f"{item.title}: {describe_suppression(item.suppression)[0]}")
        for item in drift.items
        if item.suppression is not None and not item.suppression.holds
    )
    if overdue:
        yield Notes(
            heading="Acknowledged, but no longer valid", entries=overdue, tone=Tone.DANGER
        )


def _entries(group: DriftGroup, drift: Drift) -> Iterator[Entry]:
    """Yield one sentence for all objects of a section that differ in the same way."""
    anchors = _anchors(drift)
    alike: dict[str, list[DriftItem]] = {}
    for item in group.items:
        alike.setdefault(_sentence(item), []).append(item)
    for sentence, items in alike.items():
        links = tuple(Link(named(item.title), anchors[id(item)]) for item in items)
        yield Entry(text=sentence, links=links)


def _sentence(item: DriftItem) -> str:
    match item.status:
        case DriftStatus.MISSING:
            return "Missing from the account:"
        case DriftStatus.UNWANTED:
            return "In the account, but should not exist:"
        case DriftStatus.UNMANAGED:
            return "In the account, but not in the files:"
        case DriftStatus.ORPHAN:
            return f"{visible(item.origin)}:"
        case DriftStatus.ALTERED:
            return "Not as declared (the details are in its section):"
        case DriftStatus.AMBIGUOUS:
            return "Several fields have this name:"


def _ways(drift: Drift, *, strict: bool) -> Iterator[Entry]:
    by_purpose: dict[str, list[Remedy]] = {}
    for way in remedies(drift, strict=strict, verbose=True):
        by_purpose.setdefault(way.purpose, []).append(way)
    for purpose, ways in by_purpose.items():
        yield Entry(
            text=f"{purpose}:",
            lines=tuple(dict.fromkeys(way.action for way in ways if not way.is_code)),
            code=tuple(dict.fromkeys(way.action for way in ways if way.is_code)),
        )


def _after(drift: Drift, *, strict: bool) -> Iterator[Block]:
    """Yield what needs no decision."""
    rest = tuple(
        Notes(heading=group.heading, entries=tuple(_entries(group, drift)))
        for group in groups_of(drift, strict=strict)
        if not drift.other
        and not any(needs_decision(item, strict=strict) for item in group.items)
    )
    if rest:
        yield Block(heading="Nothing to decide", notes=rest)
    if notices := other_notices(drift, strict=strict):
        entries = tuple(map(notice_entry, notices))
        yield Block(heading="Worth knowing", notes=(Notes(heading="", entries=entries),))


def _anchors(drift: Drift) -> Mapping[int, str]:
    """Return the id of each item's row, by the item's identity: two items may be equal."""
    return {id(item): f"d{number}" for number, item in enumerate(drift.items, 1)}


def account_of_drift(drift: Drift, live: Schema | None, *, strict: bool) -> tuple[Group, ...]:
    """Return each difference in its place; without `live`, only the differences."""
    items = tuple(dict.fromkeys((*shown_items(drift, strict=strict), *drift.items)))
    anchors = _anchors(drift)
    marked = grouped(
        (_key(item), _row(item, drift, anchors[id(item)]), item.object is ObjectKind.SECTION)
        for item in items
    )
    names = {
        (item.custom_object, item.found[0].name): item.name
        for item in items
        if item.object is ObjectKind.SECTION and item.found
    }
    return draw(marked, live, names=names, touched=frozenset(_touched(items, names)))


def _key(item: DriftItem) -> GroupKey:
    match item.object:
        case ObjectKind.TAG:
            return Whole.TAGS
        case ObjectKind.CUSTOM_OBJECT:
            return Whole.OBJECTS
        case ObjectKind.SECTION | ObjectKind.FIELD:
            return item.custom_object, item.section or ""


def _touched(
    items: Sequence[DriftItem], names: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, str, str]]:
    live_names = {(label, new): old for (label, old), new in names.items()}
    for item in items:
        for state in item.found:
            section = state.section or ""
            old = live_names.get((item.custom_object, section), section)
            if item.object is ObjectKind.FIELD:
                yield item.custom_object, old, state.name
            elif item.object is ObjectKind.TAG:
                yield "", "", state.name


def _row(item: DriftItem, drift: Drift, anchor: str) -> Row:
    known = item.found[0] if item.found else item.wanted
    pairs = tuple(_pairs(item))
    details = [
        one
        for one in drift_details(item, drift)
        # A pair says both sides, and the row has a column for the type.
        if one.is_list or one.style is not Style.PLAIN or item.status in _DETAILED
    ]
    return Row(
        name=named(item.name),
        state=_state(item, drift),
        mark=standing(item, drift),
        type="" if known is None else type_label(known.type or ""),
        words=detail_words(details),
        pairs=pairs,
        place=place(item.location),
        anchor=anchor,
    )


_DETAILED: Final = frozenset({DriftStatus.AMBIGUOUS, DriftStatus.ORPHAN})


def _state(item: DriftItem, drift: Drift) -> State:
    if item.is_acknowledged:
        return State.SILENT
    match item.status:
        case DriftStatus.MISSING:
            return State.SECOND if drift.other else State.MISSING
        case DriftStatus.UNWANTED:
            return State.FIRST if drift.other else State.ADD
        case DriftStatus.UNMANAGED:
            return State.FIRST if drift.other else State.ALONE
        case DriftStatus.ORPHAN:
            return State.FIRST if drift.other else State.ORPHAN
        case DriftStatus.ALTERED:
            return State.CHANGE
        case DriftStatus.AMBIGUOUS:
            return State.BY_HAND


def _pairs(item: DriftItem) -> Iterator[Pair]:
    if item.status is not DriftStatus.ALTERED:
        return
    for one in item.alterations:
        if one.attribute is not Attribute.OPTIONS:
            before, after = one.found or "", one.wanted or ""
            if one.attribute is Attribute.TYPE:
                before, after = type_label(before), type_label(after)
            yield Pair(what=str(one.attribute), before=before, after=after)
