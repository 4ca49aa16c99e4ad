"""Drift as text: each object with its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Final

from schemactl.model.difference import Unmanaged, UnmanagedKind
from schemactl.model.drift import (
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
)
from schemactl.model.schema import CONTACTS, in_object
from schemactl.report.agreement import is_full_agreement
from schemactl.report.changes import Detail
from schemactl.report.drift_details import drift_details, drift_totals
from schemactl.report.drift_groups import (
    DriftGroup,
    calm_words,
    groups_of,
    left_alone,
    origin_words,
    orphans_in,
    other_notices,
    remedies,
    standing,
)
from schemactl.report.locations import place
from schemactl.report.style import Style
from schemactl.report.text.layout import Row, fit_columns, lay_out, note
from schemactl.report.text.lines import Line, Span, line, paragraphs
from schemactl.report.text.notices import notice_lines, unmanaged_lines
from schemactl.text import named

_INDENT: Final = 4
_TAGS: Final = "Tags of the account"
_OBJECTS: Final = "Custom objects"
_STYLES: Final = MappingProxyType(
    {
        DriftStatus.MISSING: Style.REMOVE,
        DriftStatus.ALTERED: Style.CHANGE,
        DriftStatus.UNWANTED: Style.ADD,
        DriftStatus.AMBIGUOUS: Style.MANUAL,
        DriftStatus.UNMANAGED: Style.DIM,
        DriftStatus.ORPHAN: Style.MANUAL,
    }
)


def drift_text(
    drift: Drift, *, width: int, verbose: bool = False, strict: bool = False
) -> tuple[Line, ...]:
    """Return drift by section, then in numbers.

    Args:
        drift: What was found.
        width: Cells of a line.
        verbose: Whether to list everything, however long.
        strict: Whether unmanaged objects count, and are listed like any difference.
    """
    groups = groups_of(drift, strict=strict)
    listed = {item for group in groups for item in group.items}
    unmanaged = (
        []
        if strict
        else [_as_unmanaged(item) for item in left_alone(drift) if item not in listed]
    )
    return paragraphs(
        _beginning(drift, width=width),
        *_groups(drift, groups, width=width, verbose=verbose),
        notice_lines(other_notices(drift, strict=strict), width=width, verbose=verbose),
        unmanaged_lines(unmanaged, width=width, verbose=verbose),
        _ways_out(drift, width=width, strict=strict, verbose=verbose),
        _ending(drift, width, strict=strict),
    )


def _beginning(drift: Drift, *, width: int) -> list[Line]:
    if drift.other:
        return [line(f"{named(drift.account)} · compared with {named(drift.other)}")]
    about = f"Account {named(drift.account)} · {drift.backend} · compared with the files"
    if drift.applied is None and not drift.items:
        return [line(about)]
    origin = note("", origin_words(drift), indent=0, width=width, style=Style.DIM)
    return [line(about), *origin]


def _groups(
    drift: Drift, groups: Sequence[DriftGroup], *, width: int, verbose: bool
) -> Iterator[list[Line]]:
    parts = [list(_sections(drift, group.items)) for group in groups]
    rows = [row for sections in parts for section in sections for row in section]
    columns = fit_columns(rows, width=width, full=verbose)
    for group, sections in zip(groups, parts, strict=True):
        if group.heading:
            yield [line(Span(f"{group.heading} ({len(group.items):,})", Style.BOLD))]
        for section in sections:
            yield [text for row in section for text in lay_out(row, columns)]


def _sections(drift: Drift, items: Sequence[DriftItem]) -> Iterator[list[Row]]:
    by_section: dict[str, list[DriftItem]] = {}
    for item in items:
        by_section.setdefault(_section_heading(item), []).append(item)
    # Tags belong to no section, and come last as in the files.
    for heading in sorted(by_section, key=_TAGS.__eq__):
        yield list(_rows(drift, heading, by_section[heading]))


def _section_heading(item: DriftItem) -> str:
    match item.object:
        case ObjectKind.TAG:
            return _TAGS
        case ObjectKind.CUSTOM_OBJECT:
            return _OBJECTS
        case ObjectKind.SECTION | ObjectKind.FIELD:
            return named(in_object(item.custom_object, item.section or ""))


def _ways_out(drift: Drift, *, width: int, strict: bool, verbose: bool) -> list[Line]:
    lines: list[Line] = []
    purpose = ""
    for way in remedies(drift, strict=strict, verbose=verbose):
        if way.purpose != purpose:
            lines.append(line(" " * _INDENT, f"{way.purpose}:"))
        purpose = way.purpose
        if way.is_code:
            # On one line, however long, so that it can be pasted.
            lines.append(line(" " * (2 * _INDENT), way.action))
        else:
            style = Style.PLAIN
            lines += note("", way.action, indent=2 * _INDENT, width=width, style=style)
    return [line(Span("What you can do", Style.BOLD)), *lines] if lines else []


def _rows(drift: Drift, heading: str, items: list[DriftItem]) -> Iterator[Row]:
    """Yield a section and the items in it; the section has a status if it is an item itself."""
    own = [item for item in items if item.object is ObjectKind.SECTION]
    inner = [item for item in items if item.object is not ObjectKind.SECTION]
    if not own:
        yield Row(indent=0, sign="", style=Style.BOLD, name=heading, headline=True)
    for item in (*own, *inner):
        headline = item.object is ObjectKind.SECTION
        inside = item.custom_object if headline else CONTACTS
        yield Row(
            indent=0 if headline else _INDENT,
            sign="",
            style=_STYLES[item.status],
            name=named(in_object(inside, item.name)),
            what=standing(item, drift),
            details=tuple(_joined(drift_details(item, drift))),
            place=place(item.location),
            headline=headline,
        )


def _joined(details: Iterable[Detail]) -> Iterator[Detail]:
    """Yield sentences in a row as one, so that they can be told apart on a line."""
    for (is_list, style), group in groupby(details, key=lambda one: (one.is_list, one.style)):
        if is_list:
            yield from group
        else:
            words = "; ".join(one.words[0] for one in group)
            yield Detail(words=(words,), style=style)


def _as_unmanaged(item: DriftItem) -> Unmanaged:
    return Unmanaged(
        kind=UnmanagedKind(item.object),
        section=item.section,
        name=item.name,
        type=item.found[0].type if item.found else None,
        custom_object=item.custom_object,
    )


def _ending(drift: Drift, width: int, *, strict: bool) -> list[Line]:
    totals = line(Span(drift_totals(drift), Style.BOLD))
    if drift.differs(strict=strict):
        return [totals]
    has_orphans = bool(orphans_in(drift)) and not drift.other
    is_calm = is_full_agreement(drift.notices) and not has_orphans
    style = Style.GOOD if is_calm else Style.MANUAL
    calm = note("", calm_words(drift), indent=0, width=width, style=style)
    return [*calm, totals] if drift.items else calm
