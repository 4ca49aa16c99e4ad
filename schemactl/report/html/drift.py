"""The page of drift: who moved first, then the account with each difference in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from schemactl.drift.decisions import is_acknowledged
from schemactl.model.drift import (
    Attribute,
    Cause,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
    ObjectState,
)
from schemactl.model.schema import Schema
from schemactl.report.agreement import is_full_agreement
from schemactl.report.drift_details import drift_details, drift_totals
from schemactl.report.drift_groups import (
    acknowledgement,
    calm_words,
    groups_of,
    origin_words,
    shown_items,
    silence_words,
    standing,
    ways_out,
)
from schemactl.report.html.page import (
    Group,
    GroupKey,
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
)
from schemactl.report.html.render import page_html
from schemactl.report.locations import place
from schemactl.report.style import Style
from schemactl.text import counted, named

_STATES: Final[Mapping[DriftStatus, State]] = MappingProxyType(
    {
        DriftStatus.MISSING: State.REMOVE,
        DriftStatus.ALTERED: State.CHANGE,
        DriftStatus.UNWANTED: State.ADD,
        DriftStatus.AMBIGUOUS: State.BY_HAND,
        DriftStatus.UNMANAGED: State.ALONE,
        DriftStatus.ORPHAN: State.BY_HAND,
    }
)


def drift_page(drift: Drift, live: Schema | None, *, strict: bool = False) -> str:
    """Write the page of drift, or of two accounts compared.

    Args:
        drift: What was found.
        live: The account as it was read; None where nobody has it.
        strict: Whether what is unmanaged counts.
    """
    title = f"Drift of {named(drift.account)}"
    if drift.other:
        title = f"{named(drift.account)} compared with {named(drift.other)}"
    verdict, tone = _verdict(drift, strict=strict)
    return page_html(
        Page(
            title=title,
            about=origin_words(drift),
            verdict=verdict,
            tone=tone,
            numbers=tuple(_numbers(drift, strict=strict)),
            sides=(drift.account, drift.other or "files"),
            notes=tuple(_notes(drift, strict=strict)),
            groups=_account(drift, live, strict=strict),
            after=tuple(_after(drift)),
        )
    )


def _verdict(drift: Drift, *, strict: bool) -> tuple[str, Tone]:
    if not drift.differs(strict=strict):
        tone = Tone.CALM if is_full_agreement(drift.notices) else Tone.ATTENTION
        return calm_words(drift), tone
    items = [item for item in drift.items if item.counts or strict]
    moved = [item for item in items if item.cause in {Cause.DRIFT, Cause.CONFLICT}]
    if drift.other or drift.applied is None:
        these = counted(len(items), "thing")
        sides = "account and files"
        if drift.other:
            sides = f"{named(drift.account)} and {named(drift.other)}"
        return f"{these} in which {sides} differ.", Tone.ATTENTION
    if moved:
        changed = counted(len(moved), "thing was", "things were")
        return f"{changed} changed in the account since the last apply.", Tone.DANGER
    return "The files have moved on, and wait to be applied.", Tone.ATTENTION


def _numbers(drift: Drift, *, strict: bool) -> Iterator[tuple[str, int]]:
    if drift.other or drift.applied is None:
        counts = drift.shown_counts().items()
        yield from ((str(status), number) for status, number in counts)
        return
    for group in groups_of(drift, strict=strict):
        yield group.brief, len(group.items)


def _notes(drift: Drift, *, strict: bool) -> Iterator[Notes]:
    overdue = [
        f"{item.title}: {silence_words(item.silence)[0]}"
        for item in drift.items
        if item.silence is not None and silence_words(item.silence)[1] is Style.ERROR
    ]
    if overdue:
        yield Notes(heading="Acknowledged, and due", lines=tuple(overdue), tone=Tone.DANGER)
    for group in groups_of(drift, strict=strict):
        if group.heading:
            lines = tuple(item.message for item in group.items)
            tone = Tone.ATTENTION if group.items[0].cause is not Cause.PENDING else Tone.CALM
            yield Notes(heading=group.heading, lines=lines, tone=tone)
    ways = ways_out(drift, strict=strict)
    if ways:
        lines = tuple(dict.fromkeys(f"{way.what}: {way.how}" for way in ways))
        yield Notes(heading="Ways out of what the account has otherwise", lines=lines)


def _after(drift: Drift) -> Iterator[Notes]:
    if drift.notices:
        lines = tuple(f"{one.about}: {one.message} [{one.code}]" for one in drift.notices)
        yield Notes(heading="Worth knowing", lines=lines)
    yield Notes(heading="In numbers", lines=(drift_totals(drift),))


def _account(drift: Drift, live: Schema | None, *, strict: bool) -> tuple[Group, ...]:
    items = tuple(dict.fromkeys((*shown_items(drift, strict=strict), *drift.items)))
    told = grouped(
        (_key(item), _row(item, drift), item.object is ObjectKind.SECTION) for item in items
    )
    names = {
        (item.custom_object, item.found[0].name): item.name
        for item in items
        if item.object is ObjectKind.SECTION and item.found
    }
    return draw(told, live, names=names, touched=frozenset(_touched(items, names)))


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


def _row(item: DriftItem, drift: Drift) -> Row:
    cause = () if item.cause is Cause.UNKNOWN else (_CAUSES[item.cause],)
    known = item.found[0] if item.found else item.wanted
    hints = (f"to acknowledge: {acknowledgement(item)}",) if item.counts else ()
    pairs = tuple(_pairs(item))
    # What stands before and after in a pair of its own needs no sentence.
    beside = [
        one for one in drift_details(item, drift) if one.is_list or one.style is not Style.PLAIN
    ]
    told = detail_words(beside if pairs else drift_details(item, drift))
    return Row(
        name=named(item.name),
        state=State.SILENT if is_acknowledged(item) else _STATES[item.status],
        mark=standing(item, drift),
        type="" if known is None else known.type or "",
        words=(*told, *cause, *(() if drift.other else hints)),
        pairs=pairs,
        place=place(item.location),
    )


_CAUSES: Final[Mapping[Cause, str]] = MappingProxyType(
    {
        Cause.DRIFT: "the account changed since the last apply",
        Cause.PENDING: "the files changed since the last apply",
        Cause.CONFLICT: "both changed since the last apply, differently",
    }
)


def _pairs(item: DriftItem) -> Iterator[Pair]:
    if item.status is not DriftStatus.ALTERED:
        return
    for one in item.alterations:
        if one.attribute is Attribute.OPTIONS:
            found = item.found[0] if item.found else None
            yield Pair(what="options", before=_options(found), after=_options(item.wanted))
        else:
            yield Pair(what=str(one.attribute), before=one.found or "", after=one.wanted or "")


def _options(state: ObjectState | None) -> str:
    return ", ".join((state.options if state is not None else None) or ())
