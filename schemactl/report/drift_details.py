"""How an item of drift differs, and drift in numbers: the same in every format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemactl.model.drift import (
    Alteration,
    Attribute,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectState,
)
from schemactl.report.changes import Detail, list_detail
from schemactl.report.comparison import side_details, side_with_several
from schemactl.report.drift_groups import describe_suppression
from schemactl.text import named, quoted, visible


def drift_totals(drift: Drift) -> str:
    """Return how many objects have each status that occurs: `1 missing, 2 altered`."""
    if drift.other:
        return ", ".join(f"{number:,} {words}" for words, number in side_counts(drift))
    counts = drift.shown_counts().items()
    return ", ".join(f"{number:,} {status}" for status, number in counts if number)


def side_counts(drift: Drift) -> tuple[tuple[str, int], ...]:
    """Return how many objects only one compared side has, and how many differ."""
    counts = drift.counts()
    unique = counts[DriftStatus.UNMANAGED] + counts[DriftStatus.UNWANTED]
    both = counts[DriftStatus.ALTERED] + counts[DriftStatus.AMBIGUOUS]
    return (
        (f"only in {named(drift.account)}", unique + counts[DriftStatus.ORPHAN]),
        (f"only in {named(drift.other)}", counts[DriftStatus.MISSING]),
        ("different", both),
    )


def drift_details(item: DriftItem, drift: Drift) -> Iterator[Detail]:
    """Yield what is other than declared, or how two sides differ, fit for a terminal."""
    match item.status:
        case DriftStatus.ALTERED:
            for alteration in item.alterations:
                yield from (
                    side_details(alteration, drift) if drift.other else _alteration(alteration)
                )
        case DriftStatus.AMBIGUOUS:
            number = f"{len(item.found)} fields" if item.found else "several fields"
            where = f" in {side_with_several(item, drift)}" if drift.other else ""
            yield Detail(words=(f"{number} have this name{where}",))
        case DriftStatus.ORPHAN:
            yield Detail(words=(visible(item.origin),))
        case DriftStatus.MISSING | DriftStatus.UNWANTED | DriftStatus.UNMANAGED:
            for state in (*_wanted(item), *item.found)[:1]:
                yield from _kind(state)
    if item.suppression is not None:
        words, style = describe_suppression(item.suppression)
        yield Detail(words=(words,), style=style)


def _wanted(item: DriftItem) -> Sequence[ObjectState]:
    return () if item.wanted is None else (item.wanted,)


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
    if alteration.missing:
        yield list_detail(alteration.missing, sign="missing:")
    if alteration.extra:
        yield list_detail(alteration.extra, sign="extra:")
