"""What a layer of schema files takes out of earlier ones: nothing removes it, in no account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import product

from schemactl.errors import Location
from schemactl.model.base import ObjectPlace
from schemactl.model.difference import UnmanagedKind
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Omitted:
    """One section, field or tag that an entry under `omit:` takes out.

    Attributes:
        kind: Whether it is a section, a field or a tag.
        sections: The names of its section in the files, earlier ones too; empty for the others.
        names: Its names in the files, earlier ones too.
        location: The entry.
    """

    kind: UnmanagedKind
    sections: tuple[str, ...] = ()
    names: tuple[str, ...]
    location: Location

    def places(self, label: str) -> Iterator[ObjectPlace]:
        """Yield each place in which the files may have meant it, in one object."""
        match self.kind:
            case UnmanagedKind.SECTION:
                yield from (ObjectPlace(self.kind, label, name, name) for name in self.names)
            case UnmanagedKind.FIELD:
                for section, name in product(self.sections, self.names):
                    yield ObjectPlace(self.kind, label, section, name)
            case UnmanagedKind.TAG:
                yield from (ObjectPlace(self.kind, label, "", name) for name in self.names)


def omitted_places(omitted: Iterable[Omitted], label: str) -> AbstractSet[ObjectPlace]:
    """Return every place of one object that `omit:` is about."""
    return {place for one in omitted for place in one.places(label)}
