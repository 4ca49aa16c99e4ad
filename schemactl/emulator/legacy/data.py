"""Read the `data` of a request, XML or JSON, into values for the account.

The parser is the standard library's behind defusedxml, and so not the client's. It adds a root
element, because clients send several elements without one, and ignores text before the first
tag.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from schemactl.emulator.contact_rules import SentContact, SentValue
from schemactl.emulator.errors import Refusal, RefusalError
from schemactl.emulator.legacy.json_data import looks_like_json, xml_from_json
from schemactl.emulator.schema_rules import WantedField, WantedSection
from schemactl.emulator.search import Equation
from schemactl.emulator.values import parse_id, parse_time, split_ids, split_names

MAX_PAGE = 1_000_000

Item = TypeVar("Item")


class SentTags(NamedTuple):
    """Tags for one contact: names, or ids if the call marks them as numeric."""

    contact_id: int | None
    names: tuple[str, ...]
    ids: tuple[int, ...]


class SentNote(NamedTuple):
    """A note for one contact; `time` is Unix time, None if the call has none."""

    contact_id: int | None
    text: str
    time: int | None


class SentSearch(NamedTuple):
    """A search and the requested page; None where none is named."""

    equations: tuple[Equation, ...]
    page: int | None


def read_data(text: str) -> Element:
    """Parse `data`; return a root that holds the elements that were sent.

    Raises:
        RefusalError: It is neither XML nor JSON, or holds a DTD or entities.
    """
    if looks_like_json(text):
        text = xml_from_json(text)
    start = text.find("<")
    if start < 0:
        raise RefusalError(Refusal.XML)
    bare = text[start:]
    if bare.startswith("<?xml"):
        bare = bare.partition("?>")[2]
    try:
        root = fromstring(f"<wrap>{bare}</wrap>", forbid_dtd=True)
        # Walk it once here, so that too deep nesting is refused in one place.
        for found in root.iter():
            found.tag = found.tag.lower()
    except (ParseError, DefusedXmlException, RecursionError, ValueError) as error:
        raise RefusalError(Refusal.XML) from error
    return root


def read_sections(root: Element) -> tuple[WantedSection, ...]:
    """Read the sections of a schema call, with or without a `data` element around.

    Raises:
        RefusalError: There is none.
    """
    sections = tuple(
        WantedSection(name=one.get("name", ""), fields=_fields(one))
        for one in root.iter("group_tag")
    )
    return _some(sections)


def read_dropdowns(root: Element) -> tuple[WantedField, ...]:
    """Read the fields of a dropdown call, with the options they list.

    Raises:
        RefusalError: There is none.
    """
    return _some(_fields(root))


def read_contacts(root: Element) -> tuple[SentContact, ...]:
    """Read the contacts of `add` or `update`.

    Raises:
        RefusalError: There is none.
    """
    contacts = tuple(
        SentContact(
            id=parse_id(one.get("id", "")),
            stops_bulk_mail=one.get("bulk_mail", "").strip() == "0",
            values=tuple(_values(one)),
        )
        for one in root.iter("contact")
    )
    return _some(contacts)


def read_contact_ids(root: Element) -> tuple[int | None, ...]:
    """Read the ids of `fetch`, `delete` or `fetch_notes`; None for an invalid id.

    Raises:
        RefusalError: There is none.
    """
    ids = tuple(parse_id(_text(one)) for one in root.iter("contact_id"))
    if not ids:
        raise RefusalError(Refusal.CONTACT_IDS)
    return ids


def read_tags(root: Element) -> tuple[SentTags, ...]:
    """Read the tags of `add_tag` or `remove_tag`, contact by contact.

    Raises:
        RefusalError: There is no contact.
    """
    contacts = tuple(
        SentTags(
            contact_id=parse_id(one.get("id", "")),
            names=tuple(
                name
                for tag in one.iter("tag")
                if not _is_numeric(tag)
                for name in split_names(_text(tag))
            ),
            ids=tuple(
                id_
                for tag in one.iter("tag")
                if _is_numeric(tag)
                for id_ in split_ids(_text(tag))
            ),
        )
        for one in root.iter("contact")
    )
    return _some(contacts)


def read_notes(root: Element) -> tuple[SentNote, ...]:
    """Read the notes of `add_notes`.

    Raises:
        RefusalError: There is none.
    """
    notes = tuple(
        SentNote(
            contact_id=parse_id(one.get("id", "")),
            text=_text(note),
            time=parse_time(note.get("time", "")),
        )
        for one in root.iter("contact")
        for note in one.iter("note")
    )
    return _some(notes)


def read_search(root: Element) -> SentSearch:
    """Read a search.

    Raises:
        RefusalError: There is no equation.
    """
    found = root.find(".//search")
    page = None if found is None else parse_id(found.get("page", ""))
    equations = tuple(
        Equation(
            field=_child(one, "field"),
            operator=_child(one, "op").strip(),
            value=_child(one, "value"),
        )
        for one in root.iter("equation")
    )
    return SentSearch(
        equations=_some(equations), page=None if page is None else min(page, MAX_PAGE)
    )


def read_full(root: Element) -> bool:
    """Whether the data of `fetch_sequences` asks for more than names."""
    return any(_text(one).strip().lower() in {"1", "true", "yes"} for one in root.iter("full"))


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    if not items:
        raise RefusalError(Refusal.XML)
    return items


def _fields(parent: Element) -> tuple[WantedField, ...]:
    return tuple(
        WantedField(
            name=one.get("name", ""),
            type=one.get("type", ""),
            options=tuple(_text(option) for option in one if option.tag in {"option", "list"}),
        )
        for one in parent.iter("field")
    )


def _values(contact: Element) -> Iterator[SentValue]:
    for section in (contact, *contact.iter("group_tag")):
        name = section.get("name") if section.tag == "group_tag" else None
        for field in section:
            if field.tag == "field":
                yield SentValue(
                    section=name,
                    name=field.get("name", ""),
                    text=_text(field),
                    numeric=_is_numeric(field),
                    removes=field.get("action", "").strip().lower() == "remove",
                )


def _is_numeric(element: Element) -> bool:
    return element.get("type", "").strip().lower() == "numeric"


def _child(parent: Element, tag: str) -> str:
    found = parent.find(tag)
    return "" if found is None else _text(found)


def _text(element: Element) -> str:
    return element.text or ""
