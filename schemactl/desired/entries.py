"""What schema files declare, as far as it can be read, each with its place in the file.

Reads leniently: what breaks the JSON Schema was reported before and is skipped here, so that
the rules (`validate`) can check the rest in the same run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Final

from schemactl.desired.source_entries import read_held_back, read_sources
from schemactl.document.nodes import Mapping, Place, Sequence, Value, location_at
from schemactl.document.reader import Document
from schemactl.errors import Location
from schemactl.model.desired import NOTHING_HELD_BACK, HeldBack
from schemactl.model.filling import FillSource
from schemactl.model.omitted import Omitted
from schemactl.model.schema import fold_name
from schemactl.values import NamedTuple, dataclass

_PLAIN_KEYS: Final = frozenset({"name", "type", "options"})

# Named tuples, since ten thousand of them are made on every run: a frozen dataclass takes
# three times as long to make.


class TextEntry(NamedTuple):
    """The name of a section or tag that must not exist."""

    file: str
    name: str
    place: Place

    @property
    def location(self) -> Location:
        """Where the name is."""
        return location_at(self.place, file=self.file)


class TagEntry(NamedTuple):
    """A declared tag.

    Attributes:
        file: Name of the file that declares it.
        node: All that the file says about it; empty where that is only its name.
        name: As written.
        place: Where its name is.
        was: Earlier names.
    """

    file: str
    node: Mapping
    name: str
    place: Place
    was: tuple[str, ...]

    @property
    def location(self) -> Location:
        """Where its name is."""
        return location_at(self.place, file=self.file)


class FieldEntry(NamedTuple):
    """A declared field.

    Attributes:
        file: Name of the file that declares it.
        node: All that the file says about it.
        name: As written.
        folded: Its name as a server that ignores case and surrounding spaces would compare it.
        type: As written, right or wrong; empty where it is missing.
        options: None where the key is absent.
        was: Earlier names.
        protect: Whether it may never be removed.
        required: None where the key is absent, or its value is not a truth value.
        unique: The same.
        option_was: Earlier names of options, by option; only of options that have some.
        sources: Fields that it gets its values from.
        later: What stays in the account for now.
    """

    file: str
    node: Mapping
    name: str
    folded: str
    type: str
    options: tuple[str, ...] | None
    was: tuple[str, ...] = ()
    protect: bool = False
    required: bool | None = None
    unique: bool | None = None
    option_was: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sources: tuple[FillSource, ...] = ()
    later: HeldBack = NOTHING_HELD_BACK

    @property
    def location(self) -> Location:
        """Where its name is."""
        return location_at(self.node.places["name"][1], file=self.file)


class SectionEntry(NamedTuple):
    """A declared section; `description` is None where the key is absent."""

    file: str
    node: Mapping
    name: str
    manage: str
    was: tuple[str, ...]
    description: str | None
    fields: tuple[FieldEntry, ...]

    @property
    def location(self) -> Location:
        """Where its name is."""
        return self.node.value_location("name", file=self.file)


class RemovedFieldEntry(NamedTuple):
    """A field that must not exist."""

    file: str
    node: Mapping
    section: str
    name: str

    @property
    def location(self) -> Location:
        """Where its name is."""
        return self.node.value_location("name", file=self.file)


class ObjectEntry(NamedTuple):
    """A custom object, as one entry of one file describes it.

    Attributes:
        file: Name of the file.
        node: The whole entry.
        label: As written.
        entries: Its sections, and the removals within it; no tags and no objects.
    """

    file: str
    node: Mapping
    label: str
    entries: Entries

    @property
    def location(self) -> Location:
        """Where its label is."""
        return self.node.value_location("label", file=self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """All that one file declares, or all files together, in their order.

    Sections and removals are those of contacts, except in the entries of an object. `cut` has
    the places of texts that a comment may have cut short, with the comment's first word.
    `left_alone` has what all layers together omit.
    """

    sections: tuple[SectionEntry, ...] = ()
    tags: tuple[TagEntry, ...] = ()
    removed_sections: tuple[TextEntry, ...] = ()
    removed_fields: tuple[RemovedFieldEntry, ...] = ()
    removed_tags: tuple[TextEntry, ...] = ()
    objects: tuple[ObjectEntry, ...] = ()
    cut: tuple[tuple[Location, str], ...] = ()
    omitted_sections: tuple[TextEntry, ...] = ()
    omitted_fields: tuple[RemovedFieldEntry, ...] = ()
    omitted_tags: tuple[TextEntry, ...] = ()
    left_alone: tuple[Omitted, ...] = ()

    def all_fields(self) -> Iterator[tuple[SectionEntry, FieldEntry]]:
        """Yield every declared field with its section."""
        for section in self.sections:
            for field in section.fields:
                yield section, field

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is declared."""
        return not (
            self.sections
            or self.tags
            or self.removed_sections
            or self.removed_fields
            or self.removed_tags
            or self.objects
            or self.omits
        )

    @property
    def omits(self) -> tuple[TextEntry | RemovedFieldEntry, ...]:
        """All that is taken out of earlier layers."""
        return (*self.omitted_sections, *self.omitted_fields, *self.omitted_tags)

    def by_object(self) -> dict[str, Entries]:
        """Return what all entries together declare in each custom object, by its label."""
        parts: defaultdict[str, list[Entries]] = defaultdict(list)
        for entry in self.objects:
            parts[entry.label].append(entry.entries)
        return {label: merge_entries(tuple(each)) for label, each in parts.items()}


def merge_entries(files: tuple[Entries, ...]) -> Entries:
    """Join what several files declare, in the order of the files."""
    return Entries(
        sections=tuple(chain.from_iterable(entries.sections for entries in files)),
        tags=tuple(chain.from_iterable(entries.tags for entries in files)),
        removed_sections=tuple(chain.from_iterable(e.removed_sections for e in files)),
        removed_fields=tuple(chain.from_iterable(e.removed_fields for e in files)),
        removed_tags=tuple(chain.from_iterable(entries.removed_tags for entries in files)),
        objects=tuple(chain.from_iterable(entries.objects for entries in files)),
        cut=tuple(chain.from_iterable(entries.cut for entries in files)),
        omitted_sections=tuple(chain.from_iterable(e.omitted_sections for e in files)),
        omitted_fields=tuple(chain.from_iterable(e.omitted_fields for e in files)),
        omitted_tags=tuple(chain.from_iterable(e.omitted_tags for e in files)),
        left_alone=tuple(chain.from_iterable(e.left_alone for e in files)),
    )


def read_entries(document: Document) -> Entries:
    """Return all that a file declares; what cannot be read is skipped."""
    root, file = document.root, document.file
    if not isinstance(root, Mapping):
        return Entries()
    removed, omitted = root.get("removed"), root.get("omit")
    return Entries(
        sections=tuple(_sections(root, file=file)),
        tags=tuple(_tags(root, file=file)),
        removed_sections=tuple(_texts(removed, "sections", file=file)),
        removed_fields=tuple(_removed_fields(removed, file=file)),
        removed_tags=tuple(_texts(removed, "tags", file=file)),
        objects=tuple(_objects(root, document.cut, file=file)),
        cut=document.cut,
        omitted_sections=tuple(_texts(omitted, "sections", file=file)),
        omitted_fields=tuple(_removed_fields(omitted, file=file)),
        omitted_tags=tuple(_texts(omitted, "tags", file=file)),
    )


def item_location(node: Mapping, key: str, index: int, *, file: str) -> Location:
    """Return the place of an entry in the list under a key."""
    items = node.get(key)
    if isinstance(items, Sequence):
        return items.item_location(index, file=file)
    return node.value_location(key, file=file)


def _objects(
    root: Mapping, cut: tuple[tuple[Location, str], ...], *, file: str
) -> Iterator[ObjectEntry]:
    for node in _mappings(root, "objects"):
        if label := _text(node, "label"):
            removed, omitted = node.get("removed"), node.get("omit")
            entries = Entries(
                sections=tuple(_sections(node, file=file)),
                removed_sections=tuple(_texts(removed, "sections", file=file)),
                removed_fields=tuple(_removed_fields(removed, file=file)),
                cut=cut,
                omitted_sections=tuple(_texts(omitted, "sections", file=file)),
                omitted_fields=tuple(_removed_fields(omitted, file=file)),
            )
            yield ObjectEntry(file, node, label, entries)


def _sections(root: Mapping, *, file: str) -> Iterator[SectionEntry]:
    for node in _mappings(root, "sections"):
        yield section_entry(node, tuple(_fields(node, file=file)), file=file)


def section_entry(node: Mapping, fields: tuple[FieldEntry, ...], *, file: str) -> SectionEntry:
    """Return a section as its mapping says."""
    return SectionEntry(
        file=file,
        node=node,
        name=_text(node, "name"),
        manage=_text(node, "manage"),
        was=_words(node, "was") or (),
        description=_description(node),
        fields=fields,
    )


def _description(section: Mapping) -> str | None:
    """Return it without the line break that YAML puts at the end of a text of several lines."""
    text = section.get("description")
    return text.rstrip("\r\n") if isinstance(text, str) else None


def _fields(section: Mapping, *, file: str) -> Iterator[FieldEntry]:
    for node in _mappings(section, "fields"):
        name = node.get("name")
        if isinstance(name, str) and name:
            yield field_entry(node, name, file)


def field_entry(node: Mapping, name: str, file: str) -> FieldEntry:
    """Return a field as its mapping says; `name` is the text of its key `name`."""
    kind = node.get("type")
    kind = kind if isinstance(kind, str) else ""
    options = _option_names(node) if "options" in node else None
    entry = FieldEntry(file, node, name, fold_name(name), kind, options)
    return entry if _is_plain(node) else _with_instructions(entry)


def _is_plain(node: Mapping) -> bool:
    """Whether a field has a name, a type and options that are texts, as most have."""
    options = node.get("options")
    has_mapping = isinstance(options, Sequence) and Mapping in map(type, options)
    return node.keys() <= _PLAIN_KEYS and not has_mapping


def _with_instructions(entry: FieldEntry) -> FieldEntry:
    """Return a field with what its mapping says beside its name, type and options."""
    node = entry.node
    return entry._replace(
        was=_words(node, "was") or (),
        protect=node.get("protect") is True,
        required=_bool(node.get("required")),
        unique=_bool(node.get("unique")),
        option_was=tuple(_option_was(node)),
        sources=tuple(read_sources(node["from"])) if "from" in node else (),
        later=read_held_back(node),
    )


def _bool(value: Value | None) -> bool | None:
    return value if isinstance(value, bool) else None


def _tags(root: Mapping, *, file: str) -> Iterator[TagEntry]:
    items = root.get("tags")
    if isinstance(items, Sequence):
        for item, place in zip(items, items.places, strict=True):
            if isinstance(item, Mapping):
                if name := _text(item, "name"):
                    name_place = item.places["name"][1]
                    yield TagEntry(file, item, name, name_place, _words(item, "was") or ())
            elif isinstance(item, str) and item:
                yield TagEntry(file, Mapping(place), item, place, ())


def _removed_fields(removed: Value | None, *, file: str) -> Iterator[RemovedFieldEntry]:
    for node in _mappings(removed, "fields"):
        section, name = _text(node, "section"), _text(node, "name")
        if section and name:
            yield RemovedFieldEntry(file, node, section, name)


def _texts(node: Value | None, key: str, *, file: str) -> Iterator[TextEntry]:
    items = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(items, Sequence):
        for item, place in zip(items, items.places, strict=True):
            if isinstance(item, str) and item:
                yield TextEntry(file, item, place)


def _mappings(node: Value | None, key: str) -> Iterator[Mapping]:
    items = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(items, Sequence):
        for item in items:
            if isinstance(item, Mapping):
                yield item


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _option_names(node: Mapping) -> tuple[str, ...] | None:
    """Return the options of a field; None if one of them has no text as its name."""
    items = node.get("options")
    if not isinstance(items, Sequence):
        return None
    names = (item.get("name") if isinstance(item, Mapping) else item for item in items)
    words = tuple(name for name in names if isinstance(name, str))
    return words if len(words) == len(items) else None


def _option_was(node: Mapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in _mappings(node, "options"):
        name, was = _text(item, "name"), _words(item, "was")
        if was:
            yield name, was


def _words(node: Mapping, key: str) -> tuple[str, ...] | None:
    """Return the entries of a list of texts; None if it is no list, or an entry is no text."""
    items = node.get(key)
    if not isinstance(items, Sequence):
        return None
    words = tuple(item for item in items if isinstance(item, str))
    return words if len(words) == len(items) else None
