"""What a layer of schema files takes out of earlier ones: nothing removes it, in no account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum, unique
from itertools import product
from typing import TypeAlias

from schemactl.errors import Location
from schemactl.values import dataclass

NamedPlace: TypeAlias = tuple[str, str, str, str]
"""As `model.base.ObjectPlace`, which it equals; that module takes long to import."""


@unique
class OmittedKind(StrEnum):
    """Kind of an omitted object, by the words of `UnmanagedKind`."""

    SECTION = "section"
    FIELD = "field"
    TAG = "tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Omitted:
    """One section, field or tag that an entry under `omit:` takes out.

    Attributes:
        kind: Whether it is a section, a field or a tag.
        sections: The names of its section in the files, earlier ones too; empty for the others.
        names: Its names in the files, earlier ones too.
        location: The entry.
    """

    kind: OmittedKind
    sections: tuple[str, ...] = ()
    names: tuple[str, ...]
    location: Location

    def places(self, label: str) -> Iterator[NamedPlace]:
        """Yield each place in which the files may have meant it, in one object."""
        match self.kind:
            case OmittedKind.SECTION:
                yield from ((self.kind, label, name, name) for name in self.names)
            case OmittedKind.FIELD:
                for section, name in product(self.sections, self.names):
                    yield self.kind, label, section, name
            case OmittedKind.TAG:
                yield from ((self.kind, label, "", name) for name in self.names)


def omitted_places(omitted: Iterable[Omitted], label: str) -> AbstractSet[NamedPlace]:
    """Return every place of one object that `omit:` is about."""
    return {place for one in omitted for place in one.places(label)}
