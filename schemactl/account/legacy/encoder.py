"""Legacy requests to the form that is posted; pure, and without app id and key.

`data` is XML, quoted once here. Posting it as a form quotes it again, because the
server decodes `data` twice: clients that encode once lose `+` and `%`, and one
cured that by encoding twice, as most of the vendor's examples do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, assert_never
from urllib.parse import quote

from lxml import etree

from schemactl.account.http.exchange import FormRequest
from schemactl.account.http.expressible import checked_text, names_nothing
from schemactl.account.legacy.requests import (
    AddContact,
    AddDropdown,
    AddNotes,
    AddSection,
    AddTag,
    DeleteContacts,
    EditSection,
    FetchContacts,
    FetchNotes,
    FetchSequences,
    FetchTag,
    PullTag,
    ReadKey,
    RemoveDropdown,
    RemoveField,
    RemoveSection,
    RemoveTag,
    Request,
    SchemaRequest,
    SearchContacts,
    UpdateContacts,
)
from schemactl.account.legacy.values import (
    SEQUENCE_FIELD,
    TAG_FIELD,
    TAG_SECTION,
    TAG_SEPARATOR,
    BulkMail,
    ContactValue,
    DateValue,
    NewField,
    SearchReturn,
    SequencesById,
    TagsById,
    TagsByName,
    TextValue,
)
from schemactl.errors import InexpressibleError
from schemactl.text import one_line

_TAKING_AWAY: Final = (RemoveField, RemoveSection, RemoveDropdown, DeleteContacts)
"""Requests that destroy what contacts hold, or contacts."""


def encode_request(request: Request) -> FormRequest:
    """Write a request as a form.

    Raises:
        InexpressibleError: A name or value that XML or the API's notation cannot
            carry, or a request that names nothing.
    """
    fields = [("reqType", str(request.word)), *_flags(request)]
    elements = _elements(request)
    if elements is not None:
        fields.append(("data", quote(_serialise(elements, word=request.word), safe="")))
    return FormRequest(
        word=request.word,
        is_read=request.is_read,
        needs_guard=isinstance(request, _TAKING_AWAY),
        fields=tuple(fields),
    )


def _flags(request: Request) -> Iterator[tuple[str, str]]:
    """Give the form fields beside `data`; the manual names them, clients send `count=true`."""
    match request:
        case AddContact() | UpdateContacts():
            if request.return_id is not None:
                yield "return_id", str(int(request.return_id))
            if request.force_new is not None:
                yield "f_add", str(int(request.force_new))
        case SearchContacts(returns=SearchReturn.COUNT):
            yield "count", "true"
        case SearchContacts(returns=SearchReturn.IDS):
            yield "getIds", "true"
        case FetchSequences(full=True):
            # A guess: the manual lists it as optional data and shows no request.
            yield "full", "true"
        case _:
            return


def _elements(request: Request) -> Iterable[etree._Element] | None:
    """Give the top-level elements of `data`; None for requests that have none."""
    match request:
        case ReadKey() | PullTag() | FetchTag() | FetchSequences():
            return None
        case FetchContacts(ids=ids) | DeleteContacts(ids=ids) | FetchNotes(contact_ids=ids):
            return [_text_element("contact_id", each) for each in ids]
        case AddContact() | UpdateContacts() | AddNotes() | AddTag() | RemoveTag():
            return _contact_elements(request)
        case SearchContacts():
            return (_search_element(request),)
        case _:
            return (_schema_element(request),)


def _contact_elements(
    request: AddContact | UpdateContacts | AddNotes | AddTag | RemoveTag,
) -> Iterable[etree._Element]:
    match request:
        case AddContact(contact=contact):
            return (_contact_element(None, contact.values, contact.bulk_mail),)
        case UpdateContacts(contacts=contacts):
            return [_contact_element(each.id, each.values, each.bulk_mail) for each in contacts]
        case AddNotes():
            return _note_elements(request)
        case AddTag() | RemoveTag():
            return _tag_elements(request)
        case _:
            assert_never(request)


def _serialise(elements: Iterable[etree._Element], *, word: str) -> str:
    """Write elements one after the other, as the vendor's own examples do, without a root."""
    text = "".join(etree.tostring(element, encoding="unicode") for element in elements)
    if not text:
        raise names_nothing(word)
    return text


def _schema_element(request: SchemaRequest) -> etree._Element:
    """Write a schema request; all but `remove_field` are seen inside `<data>`."""
    match request:
        case AddSection(section=section, fields=fields):
            return _in_data(_section_element(section, fields))
        case EditSection(section=section, fields=fields):
            if not fields:
                raise names_nothing(request.word)
            return _in_data(_section_element(section, fields))
        case RemoveSection(section=section):
            return _in_data(_section_element(section, ()))
        case RemoveField(section=section, field=name):
            element = _element("Group_Tag", name=section)
            element.append(_element("field", name=name))
            return element
        case (
            AddDropdown(field=name, options=options)
            | RemoveDropdown(field=name, options=options)
        ):
            if not options:
                raise names_nothing(request.word)
            element = _element("field", name=name)
            element.extend(_text_element("option", each) for each in options)
            return _in_data(element)
        case _:
            assert_never(request)


def _section_element(section: str, fields: Iterable[NewField]) -> etree._Element:
    element = _element("Group_Tag", name=section)
    element.extend(_element("field", name=each.name, type=each.type) for each in fields)
    return element


def _in_data(element: etree._Element) -> etree._Element:
    wrapper = etree.Element("data")
    wrapper.append(element)
    return wrapper


def _search_element(request: SearchContacts) -> etree._Element:
    page = {} if request.page is None else {"page": str(request.page)}
    search = _element("search", **page)
    for equation in request.equations:
        element = etree.SubElement(search, "equation")
        element.append(_text_element("field", equation.field))
        element.append(_text_element("op", equation.operator))
        element.append(_text_element("value", equation.value))
    if not request.equations:
        raise names_nothing(request.word)
    return search


def _contact_element(
    contact_id: str | None, values: Iterable[ContactValue], bulk_mail: BulkMail | None
) -> etree._Element:
    """Write a contact, values grouped under their sections in the order of first mention."""
    attributes = {} if contact_id is None else {"id": contact_id}
    if bulk_mail is not None:
        attributes["bulk_mail"] = str(int(bulk_mail))
    contact = _element("contact", **attributes)
    groups: dict[str, etree._Element] = {}
    for value in values:
        section = _section_of(value)
        if section not in groups:
            groups[section] = _element("Group_Tag", name=section)
            contact.append(groups[section])
        groups[section].append(_value_element(value))
    return contact


def _section_of(value: ContactValue) -> str:
    return value.section if isinstance(value, TextValue | DateValue) else TAG_SECTION


def _value_element(value: ContactValue) -> etree._Element:
    match value:
        case TextValue(field=name, text=text):
            return _text_element("field", text, name=name)
        case DateValue(field=name, moment=moment):
            return _text_element("field", _unix_seconds(moment), name=name)
        case TagsByName(names=names, remove=remove):
            return _list_element(TAG_FIELD, _checked_tags(names), remove=remove)
        case TagsById(ids=ids, remove=remove):
            return _list_element(TAG_FIELD, _checked_ids(ids), remove=remove, type="numeric")
        case SequencesById(ids=ids, remove=remove):
            return _list_element(SEQUENCE_FIELD, _checked_ids(ids), remove=remove)
        case _:
            assert_never(value)


def _list_element(
    name: str, items: Iterable[str], *, remove: bool, **attributes: str
) -> etree._Element:
    if remove:
        attributes["action"] = "remove"
    return _text_element("field", TAG_SEPARATOR.join(items), name=name, **attributes)


def _note_elements(request: AddNotes) -> Iterator[etree._Element]:
    for note in request.notes:
        contact = _element("contact", id=note.contact_id)
        time = {} if note.moment is None else {"time": _unix_seconds(note.moment)}
        contact.append(_text_element("note", note.text, **time))
        yield contact


def _tag_elements(request: AddTag | RemoveTag) -> Iterator[etree._Element]:
    if not request.tags:
        raise names_nothing(request.word)
    for contact_id in request.contact_ids:
        contact = _element("contact", id=contact_id)
        contact.extend(_text_element("tag", tag) for tag in _checked_tags(request.tags))
        yield contact


def _checked_tags(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not name or TAG_SEPARATOR in name:
            msg = f'no tag can be called "{one_line(name)}"'
            hint = f'a tag has at least one character, and no "{TAG_SEPARATOR}" in it'
            raise InexpressibleError(msg, hint=hint)
        yield name


def _checked_ids(ids: Iterable[str]) -> Iterator[str]:
    for each in ids:
        if not (each.isascii() and each.isdigit()):
            msg = f'"{one_line(each)}" is no id of a tag or sequence: those are whole numbers'
            raise InexpressibleError(msg)
        yield each


def _unix_seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))


def _text_element(tag: str, text: str, **attributes: str) -> etree._Element:
    element = _element(tag, **attributes)
    element.text = checked_text(text)
    return element


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(tag, {name: checked_text(value) for name, value in attributes.items()})
