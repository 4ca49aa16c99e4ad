"""The content of a YAML file as lists and dicts that also have positions.

Texts are exactly as written: `Yes`, `1.10` and `2024-01-01` stay texts. The values are real
lists and dicts, so a JSON Schema validator reads them without a copy. Positions are computed
only for problems and declared names, so they cost almost nothing.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from schemactl.errors import Location
from schemactl.values import NamedTuple


class Mark(Protocol):
    """A position as the parser returns it: line and column count from 0."""

    @property
    def line(self) -> int:
        """The line."""
        ...

    @property
    def column(self) -> int:
        """The column."""
        ...


class PlaceInFile(NamedTuple):
    """A position in a file of its own, where a value was joined from several files.

    `below` has where earlier files say something else, the nearest first.
    """

    file: str
    line: int
    column: int
    below: tuple[Location, ...] = ()


Place: TypeAlias = Mark | None
"""None only without a parser, as in a tree that a test builds."""
Value: TypeAlias = "str | int | Sequence | Mapping"


class Sequence(list[Value]):
    """A list; `places` has the position of each entry, `place` that of the list."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place = None) -> None:
        self.place = place
        self.places: list[Place] = []

    def item_location(self, index: int, *, file: str) -> Location:
        """Return the position of an entry."""
        return location_at(self.places[index], file=file)


class Mapping(dict[str, Value]):
    """Keys with values; `places` has the positions of each key and of its value."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place = None) -> None:
        self.place = place
        self.places: dict[str, tuple[Place, Place]] = {}

    def key_location(self, key: str, *, file: str) -> Location:
        """Return the position of a key, or of the mapping if it has no such key."""
        places = self.places.get(key)
        return location_at(self.place if places is None else places[0], file=file)

    def value_location(self, key: str, *, file: str) -> Location:
        """Return the position of a key's value, or of the mapping if it has no such key."""
        places = self.places.get(key)
        return location_at(self.place if places is None else places[1], file=file)


def location_at(place: Place, *, file: str) -> Location:
    """Return a position with line and column from 1, as in editors.

    Args:
        place: The position; one that was joined from another file names it.
        file: The file of every other position.
    """
    if place is None:
        return Location(file, 1, 1)
    if isinstance(place, PlaceInFile):
        return Location(place.file, place.line + 1, place.column + 1, place.below)
    return Location(file, place.line + 1, place.column + 1)
