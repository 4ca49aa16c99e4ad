"""Answers about the account itself to values: schema, tags, sequences; pure.

Every decoder takes the body and `redact`, which keeps app id and key out of what an
error shows; each raises `NoPermissionError` for an empty body, `AccountError` where
the server says that it failed, and `AnswerError` for what is not understood.
Contacts and notes are read by `legacy_contact_decoder`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn

from lxml import etree

from schemactl.account.http.excerpt import Redact, shown
from schemactl.account.legacy.answers import KeyAnswer, SequenceEntry, TagEntry
from schemactl.account.legacy.requests import RequestWord
from schemactl.account.legacy.result import read_result
from schemactl.account.legacy.values import TAG_FIELD, TAG_SEPARATOR
from schemactl.account.legacy.xml_body import AnswerBody
from schemactl.model.schema import OPTION_TYPES, Field, Schema, Section
from schemactl.text import one_line

_CHOICES: Final = frozenset({"option", "list"})
"""Elements that hold one choice of a field: recorded for dropdowns, and for the tag list."""


def decode_schema(body: bytes, *, redact: Redact = str) -> KeyAnswer:
    """Read the answer to `key`: every section, field and option as it stands, and the tags.

    Names keep their blanks, may be empty, and may come twice; types may be words that
    nobody can declare. A field is custom where it says `editable="1"` itself. The
    system field `Contact Tags` has no options: its choices are the account's tags.
    """
    answer = AnswerBody(content=body, word=RequestWord.KEY, redact=redact)
    contacts = read_result(answer).findall("contact")
    if len(contacts) != 1:
        answer.reject(f"it has {len(contacts)} contact templates, not one")
    if not len(contacts[0]):
        # Every account has the vendor's own sections (recorded, and listed by clients).
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


def decode_tag_names(body: bytes, *, redact: Redact = str) -> tuple[str, ...]:
    """Read the answer to `fetch_tag`; the shape is what three clients parse, not recorded."""
    answer = AnswerBody(content=body, word=RequestWord.FETCH_TAG, redact=redact)
    root = read_result(answer)
    _refuse_text(root, answer)
    texts = [text_of(each, answer) for each in _only(root, "tags", answer)]
    return tuple(name for text in texts for name in text.split(TAG_SEPARATOR) if name)


def decode_sequences(body: bytes, *, redact: Redact = str) -> tuple[SequenceEntry, ...]:
    """Read the answer to `fetch_sequences`; what `full` adds is not known and guessed at."""
    answer = AnswerBody(content=body, word=RequestWord.FETCH_SEQUENCES, redact=redact)
    root = read_result(answer)
    _refuse_text(root, answer)
    return tuple(_sequence(each, answer) for each in _only(root, "sequence", answer))


def text_of(element: etree._Element, answer: AnswerBody) -> str:
    """Give the text of an element that holds nothing else, blanks included.

    Raises:
        AnswerError: There are elements in it.
    """
    if len(element):
        _reject_element(element[0], answer)
    return element.text or ""


def name_of(element: etree._Element, answer: AnswerBody) -> str:
    """Give the attribute `name`, which may be empty.

    Raises:
        AnswerError: There is none.
    """
    name = element.get("name")
    if name is None:
        answer.reject(f"a <{element.tag}> in line {element.sourceline} has no name")
    return name


def _section(group: etree._Element, *, tags: list[TagEntry], answer: AnswerBody) -> Section:
    """Read one section; the account's tags, where it holds them, are added to `tags`."""
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
        # Recorded templates always have one, if only an empty one. A contact's record has
        # none: it must not be read as the template.
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


def _sequence(element: etree._Element, answer: AnswerBody) -> SequenceEntry:
    parts = {str(part.tag): text_of(part, answer) for part in element}
    return SequenceEntry(
        id=element.get("id", ""),
        name=parts.get("name", element.text or ""),
        public_name=parts.get("public_name"),
        description=parts.get("description"),
    )


def _only(parent: etree._Element, tag: str, answer: AnswerBody) -> Iterator[etree._Element]:
    """Yield the children, all of which must be `tag`; a `status` may be beside them.

    A `status` alone is the answer to a request that writes, not an empty list.
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
    """Refuse text where only elements are known: it may be an error told in a new way.

    Looked for by one expression, because asking 10,000 fields one by one took 40 ms.
    """
    expression = "|".join(f"{path}/text()[normalize-space()]" for path in (".", *within))
    found = element.xpath(expression)
    if isinstance(found, list) and found:
        text = shown(str(found[0]), redact=answer.redact)
        answer.reject(f'it has the text "{text}" between elements')


def _reject_element(element: etree._Element, answer: AnswerBody) -> NoReturn:
    where = f"in line {element.sourceline}"
    answer.reject(f"<{one_line(str(element.tag))}> is not expected {where}")
