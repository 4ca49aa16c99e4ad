"""Changes that belong together: of one object, and what copies a field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from schemactl.model.change import Change, FillField
from schemactl.model.schema import CONTACTS


def by_object(changes: Iterable[Change]) -> Mapping[str, tuple[Change, ...]]:
    """Group changes by object, contacts first; each group keeps the order of its changes.

    Names of different objects are independent, so changes of one never affect another.
    """
    parts: defaultdict[str, list[Change]] = defaultdict(list)
    parts[CONTACTS] = []
    for change in changes:
        parts[change.custom_object].append(change)
    return {label: tuple(each) for label, each in parts.items()}


def copies_of(changes: Iterable[Change]) -> Mapping[tuple[str, str, str], FillField]:
    """Return which field gets all values of each field that is renamed or moved by copying.

    Fields are named by the label of the custom object, the section and their name.
    """
    return {
        (one.custom_object, one.sources[0].section, one.sources[0].name): one
        for one in changes
        if isinstance(one, FillField) and one.renames
    }


def filled_from(changes: Iterable[Change]) -> Mapping[tuple[str, str, str], FillField]:
    """Return which field gets values from each source; one of several."""
    return {
        (one.custom_object, source.section, source.name): one
        for one in changes
        if isinstance(one, FillField)
        for source in one.sources
    }
