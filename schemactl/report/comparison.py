"""How two compared sides differ, by the names that the user gave them."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.model.drift import Alteration, Attribute, Drift, DriftItem
from schemactl.report.changes import Detail, list_detail
from schemactl.text import named, quoted


def side_details(alteration: Alteration, drift: Drift) -> Iterator[Detail]:
    """Yield the value of an attribute on each side.

    Args:
        alteration: `found` is of the first side, `wanted` of the second.
        drift: Both sides' names.
    """
    one, other = named(drift.account), named(drift.other)
    found, wanted = alteration.found or "", alteration.wanted or ""
    match alteration.attribute:
        case Attribute.NAME | Attribute.SECTION | Attribute.TYPE:
            sides = f"{named(found)} in {one}, {named(wanted)} in {other}"
            yield Detail(words=(f"{alteration.attribute} {sides}",))
        case Attribute.REQUIRED | Attribute.UNIQUE:
            side = one if found == "yes" else other
            yield Detail(words=(f"{alteration.attribute} only in {side}",))
        case Attribute.DESCRIPTION:
            words = f"{_described(found)} in {one}, {_described(wanted)} in {other}"
            yield Detail(words=(words,))
        case Attribute.OPTIONS:
            for side, options in ((one, alteration.extra), (other, alteration.missing)):
                if options:
                    yield list_detail(options, sign=f"only in {side}:")


def side_with_several(item: DriftItem, drift: Drift) -> str:
    """Return the side that has several fields of one name."""
    is_other = item.wanted is not None and not item.found
    return named(drift.other if is_other else drift.account)


def _described(text: str) -> str:
    return f"description {quoted(text)}" if text else "no description"
