"""What a YAML file holds, as lists and dicts that also know where everything stands.

Texts are exactly as written: `Yes`, `1.10` and `2024-01-01` stay what they are. Being real
lists and dicts, the values go to a JSON Schema validator as they are, with no copy; and
places, which only problems and declared names ask for, cost next to nothing until asked.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

from schemactl.errors import Location


class Mark(Protocol):
    """A place as the parser gives it: line and column count from 0."""

    line: int
    column: int


Place: TypeAlias = Mark | None
"""None only where no parser told a place, as in a tree made by hand."""
Value: TypeAlias = "str | int | Sequence | Mapping"


class Sequence(list[Value]):
    """A list; `places` has where each entry stands, `place` where the list begins."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place = None) -> None:
        self.place = place
        self.places: list[Place] = []

    def item_location(self, index: int, *, file: str) -> Location:
        """Where an entry stands."""
        return location_at(self.places[index], file=file)


class Mapping(dict[str, Value]):
    """Keys with values; `places` has where each key stands, and where its value does."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place = None) -> None:
        self.place = place
        self.places: dict[str, tuple[Place, Place]] = {}

    def key_location(self, key: str, *, file: str) -> Location:
        """Where a key stands; where the mapping begins if it lacks the key."""
        return location_at(self.places.get(key, (self.place, None))[0], file=file)

    def value_location(self, key: str, *, file: str) -> Location:
        """Where the value of a key stands; where the mapping begins if it lacks the key."""
        return location_at(self.places.get(key, (None, self.place))[1], file=file)


def location_at(place: Place, *, file: str) -> Location:
    """Say a place as editors count, from 1."""
    if place is None:
        return Location(file, 1, 1)
    return Location(file, place.line + 1, place.column + 1)
