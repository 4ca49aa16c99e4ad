"""Drift for people at a terminal: each object with how it stands to the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from schemactl.model.difference import Unmanaged, UnmanagedKind
from schemactl.model.drift import (
    Alteration,
    Attribute,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
    ObjectState,
)
from schemactl.report.change_words import Detail, list_detail
from schemactl.report.layout import Row, fit_columns, lay_out
from schemactl.report.lines import Line, Span, Style, line, paragraphs
from schemactl.report.notices_text import notice_lines, place, unmanaged_lines
from schemactl.report.wording import named, quoted

_INDENT: Final = 4
_STYLES: Final = MappingProxyType(
    {
        DriftStatus.MISSING: Style.REMOVE,
        DriftStatus.ALTERED: Style.CHANGE,
        DriftStatus.UNWANTED: Style.ADD,
        DriftStatus.AMBIGUOUS: Style.MANUAL,
        DriftStatus.UNMANAGED: Style.DIM,
    }
)


def drift_text(
    drift: Drift, *, width: int, verbose: bool = False, strict: bool = False
) -> tuple[Line, ...]:
    """Tell drift by section, then in numbers.

    Args:
        drift: What was found.
        width: Cells of a line.
        verbose: Whether to list everything, however long.
        strict: Whether what is unmanaged counts, and so is told like any difference.
    """
    told = [item for item in drift.items if strict or item.status is not DriftStatus.UNMANAGED]
    unmanaged = [] if strict else list(map(_as_unmanaged, _left_alone(drift)))
    return paragraphs(
        [line(f"Account {named(drift.account)} · {drift.backend} · compared with the files")],
        *_groups(told, width=width, verbose=verbose),
        notice_lines(drift.notices, width=width, verbose=verbose),
        unmanaged_lines(unmanaged, width=width, verbose=verbose),
        _ending(drift, strict=strict),
    )


def drift_totals(counts: Mapping[DriftStatus, int]) -> str:
    """Say how many objects have each status: `1 missing, 0 altered …`."""
    return ", ".join(f"{number:,} {status}" for status, number in counts.items())


def _groups(items: list[DriftItem], *, width: int, verbose: bool) -> Iterator[list[Line]]:
    by_section: dict[str | None, list[DriftItem]] = {}
    for item in items:
        by_section.setdefault(item.section, []).append(item)
    tags = by_section.pop(None, None)
    groups = [list(_rows(named(name or ""), group)) for name, group in by_section.items()]
    if tags is not None:
        groups.append(list(_rows("Tags of the account", tags)))
    columns = fit_columns([row for rows in groups for row in rows], width=width, full=verbose)
    for rows in groups:
        yield [text for row in rows for text in lay_out(row, columns)]


def _rows(heading: str, items: list[DriftItem]) -> Iterator[Row]:
    own = [item for item in items if item.object is ObjectKind.SECTION]
    inner = [item for item in items if item.object is not ObjectKind.SECTION]
    if not own:
        yield Row(indent=0, sign="", style=Style.BOLD, name=heading, headline=True)
    for item in (*own, *inner):
        headline = item.object is ObjectKind.SECTION
        yield Row(
            indent=0 if headline else _INDENT,
            sign="",
            style=_STYLES[item.status],
            name=named(item.name),
            what=item.status,
            details=tuple(drift_details(item)),
            place=place(item.location),
            headline=headline,
        )


def drift_details(item: DriftItem) -> Iterator[Detail]:
    """Word what is other than declared; every word is fit for a terminal."""
    match item.status:
        case DriftStatus.ALTERED:
            for alteration in item.alterations:
                yield from _alteration(alteration)
        case DriftStatus.AMBIGUOUS:
            number = f"{len(item.found)} fields" if item.found else "several fields"
            yield Detail(words=(f"{number} have this name",))
        case DriftStatus.MISSING if item.wanted is not None:
            yield from _kind(item.wanted)
        case _:
            for state in item.found[:1]:
                yield from _kind(state)


def _kind(state: ObjectState) -> Iterator[Detail]:
    if state.type is not None:
        yield Detail(words=(f"{named(state.type)} field",))


def _alteration(alteration: Alteration) -> Iterator[Detail]:
    found, wanted = alteration.found or "", alteration.wanted or ""
    match alteration.attribute:
        case Attribute.NAME:
            yield Detail(words=(f"is named {quoted(found)}",))
        case Attribute.SECTION:
            yield Detail(words=(f"is in section {quoted(found)}",))
        case Attribute.TYPE:
            yield Detail(words=(f"is of type {named(found)}, not {named(wanted)}",))
        case Attribute.REQUIRED | Attribute.UNIQUE:
            negation = "" if found == "yes" else "not "
            yield Detail(words=(f"is {negation}{alteration.attribute}",))
        case Attribute.DESCRIPTION:
            words = f"has the description {quoted(found)}" if found else "has no description"
            yield Detail(words=(words,))
        case Attribute.OPTIONS:
            yield from _options(alteration)


def _options(alteration: Alteration) -> Iterator[Detail]:
    if alteration.lacking:
        yield list_detail(alteration.lacking, sign="lacks")
    if alteration.surplus:
        yield list_detail(alteration.surplus, sign="also has")


def _left_alone(drift: Drift) -> Iterator[DriftItem]:
    return (item for item in drift.items if item.status is DriftStatus.UNMANAGED)


def _as_unmanaged(item: DriftItem) -> Unmanaged:
    return Unmanaged(
        kind=UnmanagedKind(item.object),
        section=item.section,
        name=item.name,
        type=item.found[0].type if item.found else None,
    )


def _ending(drift: Drift, *, strict: bool) -> list[Line]:
    totals = line(Span(drift_totals(drift.counts()), Style.BOLD))
    if drift.differs(strict=strict):
        return [totals]
    calm = line(Span("No drift: the account is as the files say.", Style.GOOD))
    return [calm, totals] if drift.items else [calm]
