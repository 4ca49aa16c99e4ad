"""Write requests of the Contacts API as forms; pure, and without app id and key.

`data` is XML, quoted once here. Posting the form quotes it again, because the server decodes
`data` twice: clients that encode once lose `+` and `%`, and one client fixed that by encoding
twice, as most of the vendor's examples do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias
from urllib.parse import quote

from lxml import etree

from schemactl.account.http.exchange import FormRequest
from schemactl.account.http.expressible import checked_text, names_nothing
from schemactl.account.legacy.requests import (
    PRIVATE_WORDS,
    AddContact,
    AddDropdown,
    AddSection,
    AddTag,
    EditSection,
    FetchContacts,
    PullTag,
    ReadKey,
    ReadRequest,
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
    TAG_SEPARATOR,
    ContactValue,
    DateValue,
    NewField,
    TextValue,
)
from schemactl.errors import InexpressibleError
from schemactl.model.call_word import DESTROYING_CALLS
from schemactl.text import one_line

_Flags: TypeAlias = tuple[tuple[str, str], ...]


def encode_request(request: Request) -> FormRequest:
    """Write a request as a form.

    Raises:
        InexpressibleError: XML or the API's notation cannot express a name or value, or the
            request names nothing to act on.
    """
    flags, elements = _parts(request)
    fields = [("reqType", str(request.word)), *flags]
    if elements is not None:
        fields.append(("data", quote(_serialise(elements, word=request.word), safe="")))
    return FormRequest(
        word=request.word,
        is_read=isinstance(request, ReadRequest),
        needs_guard=request.word in DESTROYING_CALLS,
        is_private=request.word in PRIVATE_WORDS,
        fields=tuple(fields),
    )


def _parts(request: Request) -> tuple[_Flags, Iterable[etree._Element] | None]:
    """Return the form fields beside `data`, and the top-level elements of `data` if any.

    The manual names the flags; clients send `count=true`.
    """
    match request:
        case ReadKey() | PullTag():
            return (), None
        case FetchContacts(ids=ids):
            return (), [_text_element("contact_id", each) for each in ids]
        case SearchContacts(count_only=count_only):
            return (("count", "true"),) if count_only else (), [_search_element(request)]
        case AddContact(values=values):
            return _writing_flags(request), [_contact_element(values)]
        case UpdateContacts(contacts=contacts):
            elements = [_contact_element(each.values, id=each.id) for each in contacts]
            return _writing_flags(request), elements
        case AddTag() | RemoveTag():
            return (), _tag_elements(request)
        case (
            AddSection()
            | EditSection()
            | RemoveSection()
            | RemoveField()
            | AddDropdown()
            | RemoveDropdown()
        ):
            return (), [_schema_element(request)]


def _writing_flags(request: AddContact | UpdateContacts) -> _Flags:
    flags = (("return_id", request.return_id), ("f_add", request.force_new))
    return tuple((name, str(int(value))) for name, value in flags if value is not None)


def _serialise(elements: Iterable[etree._Element], *, word: str) -> str:
    """Write elements one after the other without a root, as the vendor's examples do."""
    text = "".join(etree.tostring(element, encoding="unicode") for element in elements)
    if not text:
        raise names_nothing(word)
    return text


def _schema_element(request: SchemaRequest) -> etree._Element:
    """Write a schema request; examples show all but `remove_field` inside `<data>`."""
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


def _section_element(section: str, fields: Iterable[NewField]) -> etree._Element:
    element = _element("Group_Tag", name=section)
    for each in fields:
        field = etree.SubElement(element, "field", _checked(name=each.name, type=each.type))
        field.extend(_text_element("option", option) for option in each.options)
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


def _contact_element(values: Iterable[ContactValue], **attributes: str) -> etree._Element:
    """Write a contact, values grouped under their sections in the order of first mention."""
    contact = _element("contact", **attributes)
    groups: dict[str, etree._Element] = {}
    for value in values:
        if value.section not in groups:
            groups[value.section] = _element("Group_Tag", name=value.section)
            contact.append(groups[value.section])
        element = _text_element("field", _written(value), name=value.field)
        groups[value.section].append(element)
    return contact


def _written(value: ContactValue) -> str:
    match value:
        case TextValue(text=text):
            return text
        case DateValue(moment=moment):
            return str(int(moment.timestamp()))


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


def _text_element(tag: str, text: str, **attributes: str) -> etree._Element:
    element = _element(tag, **attributes)
    element.text = checked_text(text)
    return element


def _element(tag: str, **attributes: str) -> etree._Element:
    return etree.Element(tag, _checked(**attributes))


def _checked(**attributes: str) -> dict[str, str]:
    return {name: checked_text(value) for name, value in attributes.items()}
