"""Read a seed from a schemactl snapshot, or from a recorded `key` body.

Everything in such a file is kept: duplicate and empty names, unknown types, the order. `seed`
invents what it does not have (contacts).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from schemactl.emulator.default_account import newer_seed
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.field_types import MERGEFIELD, stored_word
from schemactl.emulator.layout import NewField
from schemactl.emulator.seed import Seed, SeedObject, SeedSection, SeedTag, is_custom_section
from schemactl.emulator.values import parse_id

FORMAT_VERSION = 1
REST = "rest"
NEWER = "newer"
HINT = (
    "Seed with the JSON that `schemactl snapshot` writes, or with the body of a `key` answer."
)


def read_seed(source: Path | str) -> Seed:
    """Read a seed from a file, or from text that begins with `<` or `{`.

    The word `newer` is the seed of a newer account than the default.

    Raises:
        EmulatorError: The file cannot be read, or is neither a snapshot nor a `key` body.
    """
    if isinstance(source, str) and source.lstrip()[:1] in {"<", "{"}:
        return _seed_from_text(source, "the seed")
    if source == NEWER or source == Path(NEWER):
        return newer_seed()
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        msg = f"cannot read the seed {path}: {error}"
        raise EmulatorError(msg, hint=HINT) from error
    return _seed_from_text(text, str(path))


def _seed_from_text(text: str, where: str) -> Seed:
    try:
        if text.lstrip().startswith("{"):
            return _seed_from_snapshot(json.loads(text))
        return _seed_from_key(fromstring(text.strip(), forbid_dtd=True))
    except (ParseError, DefusedXmlException, ValueError, RecursionError) as error:
        msg = f"{where} is not a seed: {error}"
        raise EmulatorError(msg, hint=HINT) from error


def _seed_from_key(root: Element) -> Seed:
    contact = root.find("contact")
    if contact is None:
        msg = "it has no result with a contact in it"
        raise ValueError(msg)
    tags: list[SeedTag] = []
    sections = tuple(_section_from_key(one, tags) for one in contact.findall("Group_Tag"))
    return Seed(sections=sections, tags=tuple(tags))


def _section_from_key(section: Element, tags: list[SeedTag]) -> SeedSection:
    editable = section.get("editable") == "1"
    fields = tuple(_field_from_key(one, tags) for one in section.findall("field"))
    return SeedSection(
        name=section.get("name", ""),
        custom=is_custom_section(editable=editable, fields=fields),
        editable=editable,
        fields=fields,
    )


def _field_from_key(field: Element, tags: list[SeedTag]) -> NewField:
    """Return a field; the items of the system's list of tags are added to `tags` instead."""
    name, type_name = field.get("name", ""), field.get("type", "")
    custom = field.get("editable") == "1"
    if _shows_tags(name, type_name, custom=custom):
        tags.extend(
            SeedTag(name=item.text or "", id=parse_id(item.get("id", "")))
            for item in field.findall("list")
        )
        return NewField(name=name, type=type_name, custom=custom)
    options = tuple(item.text or "" for item in field if item.tag in {"option", "list"})
    return NewField(name=name, type=type_name, custom=custom, options=options)


def _seed_from_snapshot(content: object) -> Seed:
    snapshot = _mapping(content, "the snapshot")
    if snapshot.get("kind") != "snapshot":
        msg = 'its "kind" is not "snapshot"'
        raise ValueError(msg)
    if snapshot.get("format_version") != FORMAT_VERSION:
        msg = f'its "format_version" is not {FORMAT_VERSION}'
        raise ValueError(msg)
    over_rest = snapshot.get("backend") == REST
    sections = tuple(
        _section_from_snapshot(one, over_rest=over_rest) for one in _items(snapshot, "sections")
    )
    tags = tuple(SeedTag(name=_text(tag, "a tag")) for tag in _items(snapshot, "tags"))
    objects = tuple(
        _object_from_snapshot(one, over_rest=over_rest) for one in _items(snapshot, "objects")
    )
    contacts = snapshot.get("contacts", "")
    if isinstance(contacts, int) and not isinstance(contacts, bool):
        contacts = str(contacts)
    return Seed(
        sections=sections,
        tags=tags,
        objects=objects,
        contacts=_text(contacts, 'its "contacts"'),
    )


def _object_from_snapshot(content: object, *, over_rest: bool) -> SeedObject:
    found = _mapping(content, "a custom object")
    sections = _items(found, "sections")
    return SeedObject(
        label=_text(found.get("label"), "the label of a custom object"),
        sections=tuple(_section_from_snapshot(one, over_rest=over_rest) for one in sections),
    )


def _section_from_snapshot(content: object, *, over_rest: bool) -> SeedSection:
    section = _mapping(content, "a section")
    editable = section.get("custom") is True
    read = (_field_from_snapshot(one, over_rest=over_rest) for one in _items(section, "fields"))
    # The emulator creates the full name itself, for the API that shows it.
    fields = tuple(field for field in read if field.custom or field.type != MERGEFIELD)
    return SeedSection(
        name=_text(section.get("name"), "a section's name"),
        custom=is_custom_section(editable=editable, fields=fields),
        editable=editable,
        fields=fields,
        description=_text(section.get("description", ""), "a section's description"),
    )


def _field_from_snapshot(content: object, *, over_rest: bool) -> NewField:
    field = _mapping(content, "a field")
    name = _text(field.get("name"), "a field's name")
    type_name = _text(field.get("type"), f"the type of field '{name}'")
    custom = field.get("custom") is True
    if over_rest:
        type_name = _older_type(name, type_name, custom=custom)
    has_options = field.get("options") is not None
    shows_options = has_options and not _shows_tags(name, type_name, custom=custom)
    items = _items(field, "options") if shows_options else ()
    return NewField(
        name=name,
        type=type_name,
        custom=custom,
        options=tuple(_text(one, f"an option of '{name}'") for one in items),
        required=field.get("required") is True,
        unique=field.get("unique") is True,
    )


def _older_type(name: str, word: str, *, custom: bool) -> str:
    """Return the type as the account keeps it; two system fields have others over REST."""
    kept = {"E-Mail": "text", "Contact Tags": "list"}
    return stored_word(word) if custom else kept.get(name, stored_word(word))


def _shows_tags(name: str, type_name: str, *, custom: bool) -> bool:
    return not custom and type_name == "list" and name.casefold() == "contact tags"


def _mapping(content: object, what: str) -> dict[str, object]:
    if not isinstance(content, dict):
        msg = f"{what} is not an object"
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for whatever is wrong in it
    return content


def _items(mapping: dict[str, object], name: str) -> Iterable[object]:
    items = mapping.get(name, [])
    if not isinstance(items, list):
        msg = f'"{name}" is not a list'
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for whatever is wrong in it
    return items


def _text(content: object, what: str) -> str:
    if not isinstance(content, str):
        msg = f"{what} is not text"
        raise ValueError(msg)  # noqa: TRY004 - one kind of error for whatever is wrong in it
    return content
