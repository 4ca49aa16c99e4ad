"""Remember the fields that any read of a run has shown, so that no update omits one of them.

If a field was seen before and is missing in both answers now, somebody may have deleted it, or
the answers are wrong. An update without it could delete it and its values, so none is sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import Place
from schemactl.values import NamedTuple


class Sighting(NamedTuple):
    """Section and name of a field when it was last seen."""

    section: str
    alias: str


class Sightings:
    """The fields of one account that were seen since its first read, by object."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, dict[str, Sighting]] = defaultdict(dict)
        self._leaving: set[tuple[str, str]] = set()
        self._last: dict[str, RestState] = {}

    def note(self, state: RestState) -> None:
        """Add what a read has shown; `state` may be of one object or of several."""
        for part in (state, *state.objects):
            label = part.ref.label
            self._seen[label].update(
                (name, Sighting(place.section.name, place.field.alias))
                for name, place in _new_places(part, self._last.get(label))
            )
            self._last[label] = part

    def expect_gone(self, label: str, field: str) -> None:
        """Stop missing a field: a call of the plan deletes it."""
        self._leaving.add((label, field))

    def missing(self, state: RestState, section: str) -> Iterator[str]:
        """Yield the names of fields that were in a section and are now in none."""
        label = state.ref.label
        for name, seen in self._seen[label].items():
            is_left = seen.section == section and (label, name) not in self._leaving
            if is_left and state.by_field(name) is None:
                yield seen.alias


def _new_places(now: RestState, last: RestState | None) -> Iterable[tuple[str, Place]]:
    """Return the fields that a read shows, without those of sections that the last one had."""
    if last is None or not (last.has_unique_names and now.has_unique_names):
        return now.fields.items()
    noted = set(map(id, last.sections))
    new = (section for section in now.sections if id(section) not in noted)
    return chain.from_iterable(section.places.items() for section in new)
