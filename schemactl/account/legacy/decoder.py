"""Decode answers about the account itself: schema and tags; pure.

Every decoder takes the body and `redact`, which removes app id and key from error messages.
Each raises `NoPermissionError` for an empty body, `AccountError` where the server reports a
failure, and `AnswerError` for an answer that it does not understand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn

from lxml import etree

from schemactl.account.http.excerpt import Redact, shown
from schemactl.account.legacy.answers import KeyAnswer, TagEntry
from schemactl.account.legacy.requests import RequestWord
from schemactl.account.legacy.result import read_result
from schemactl.account.legacy.values import TAG_FIELD
from schemactl.account.legacy.xml_body import AnswerBody
from schemactl.model.field_types import OPTION_TYPES
from schemactl.model.schema import Field, Schema, Section
from schemactl.text import one_line

_CHOICES: Final = frozenset({"option", "list"})
"""Elements with one choice of a field: recorded for dropdowns, and for the tag list."""


def decode_schema(body: bytes, *, redact: Redact = str) -> KeyAnswer:
    """Read the answer to `key`: every section, field and option as it is, and the tags.

    Names keep their spaces, may be empty, and may occur twice; types may be words that
    nobody can declare. A field is custom if it has `editable="1"` itself. The
    system field `Contact Tags` has no options: its choices are the account's tags.
    """
    answer = AnswerBody(content=body, word=RequestWord.KEY, redact=redact)
    contacts = read_result(answer).findall("contact")
    if len(contacts) != 1:
        answer.reject(f"it has {len(contacts)} contact templates, not one")
    if not len(contacts[0]):
        # Every account has system sections (recorded, and listed by clients).
        answer.reject("its contact template has no sections")
    _refuse_text(contacts[0], answer, within=("Group_Tag", "Group_Tag/field"))
    sections: list[Section] = []
    tags: list[TagEntry] = []
    for group in contacts[0]:
        if group.tag != "Group_Tag":
            _reject_element(group, answer)
        sections.append(_section(group, tags=tags, answer=answer))
    schema = Schema(sections=tuple(sections), tags=tuple(tag.name for tag in tags))
    return KeyAnswer(schema=schema, tags=tuple(tags))


def decode_tags(body: bytes, *, redact: Redact = str) -> tuple[TagEntry, ...]:
    """Read the answer to `pull_tag`; none is an empty `<result/>`, which is a guess."""
    answer = AnswerBody(content=body, word=RequestWord.PULL_TAG, redact=redact)
    root = read_result(answer)
    _refuse_text(root, answer)
    return tuple(_tag_entry(tag, answer) for tag in _only(root, "tag", answer))


def text_of(element: etree._Element, answer: AnswerBody) -> str:
    """Return the text of an element that has no children, spaces included.

    Raises:
        AnswerError: It has child elements.
    """
    if len(element):
        _reject_element(element[0], answer)
    return element.text or ""


def name_of(element: etree._Element, answer: AnswerBody) -> str:
    """Return the attribute `name`, which may be empty.

    Raises:
        AnswerError: The element has no such attribute.
    """
    name = element.get("name")
    if name is None:
        answer.reject(f"a <{element.tag}> in line {element.sourceline} has no name")
    return name


def _section(group: etree._Element, *, tags: list[TagEntry], answer: AnswerBody) -> Section:
    """Read one section; where it lists the account's tags, add them to `tags`."""
    fields: list[Field] = []
    for element in _only(group, "field", answer):
        field = _field(element, answer)
        if field.name == TAG_FIELD and not field.custom:
            tags.extend(_tag_entry(each, answer) for each in element)
            field = Field(name=field.name, type=field.type, custom=False)
        fields.append(field)
    return Section(
        name=name_of(group, answer), fields=tuple(fields), custom=group.get("editable") == "1"
    )


def _field(element: etree._Element, answer: AnswerBody) -> Field:
    kind = element.get("type")
    if kind is None:
        # Recorded templates always have a type, possibly an empty one. A contact's record has
        # none, and must not be read as the template.
        answer.reject(f"a <field> in line {element.sourceline} has no type")
    options = tuple(_choice(child, answer) for child in element)
    return Field(
        name=name_of(element, answer),
        type=kind,
        options=options if options or kind in OPTION_TYPES else None,
        custom=element.get("editable") == "1",
    )


def _choice(element: etree._Element, answer: AnswerBody) -> str:
    if element.tag not in _CHOICES:
        _reject_element(element, answer)
    return text_of(element, answer)


def _tag_entry(element: etree._Element, answer: AnswerBody) -> TagEntry:
    return TagEntry(id=element.get("id", ""), name=text_of(element, answer))


def _only(parent: etree._Element, tag: str, answer: AnswerBody) -> Iterator[etree._Element]:
    """Yield the children, all of which must be `tag`; a `status` may be among them.

    A `status` alone answers a writing request, and is not an empty list.
    """
    found = 0
    for child in parent:
        if child.tag == tag:
            found += 1
            yield child
        elif child.tag != "status":
            _reject_element(child, answer)
    if not found and len(parent):
        answer.reject(f"it has a <status>, and no <{tag}>")


def _refuse_text(
    element: etree._Element, answer: AnswerBody, *, within: tuple[str, ...] = ()
) -> None:
    """Refuse text where only elements are known: it may be an error in a new form.

    One expression looks for it, because checking 10,000 fields one by one took 40 ms.
    """
    expression = "|".join(f"{path}/text()[normalize-space()]" for path in (".", *within))
    found = element.xpath(expression)
    if isinstance(found, list) and found:
        text = shown(str(found[0]), redact=answer.redact)
        answer.reject(f'it has the text "{text}" between elements')


def _reject_element(element: etree._Element, answer: AnswerBody) -> NoReturn:
    where = f"in line {element.sourceline}"
    answer.reject(f"<{one_line(str(element.tag))}> is not expected {where}")
