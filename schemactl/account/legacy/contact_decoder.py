"""Decode answers about contacts: records and searches; pure.

The errors are those of `decoder`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from schemactl.account.http.excerpt import Redact
from schemactl.account.legacy.answers import ContactRecord, HeldValue, SearchAnswer
from schemactl.account.legacy.decoder import name_of, text_of
from schemactl.account.legacy.requests import RequestWord
from schemactl.account.legacy.result import read_result
from schemactl.account.legacy.xml_body import AnswerBody
from schemactl.errors import AnswerError
from schemactl.model.held_values import FieldPlace, HeldRecord


def decode_contacts(
    body: bytes, *, word: str = RequestWord.FETCH, redact: Redact = str
) -> tuple[ContactRecord, ...]:
    """Read whole contacts, from `fetch` or from an `add` or `update` that returns them.

    With `return_id` 2 a record has only its id and the time of its change. A `status` beside
    the contacts that reports a failure is an error.
    """
    answer = AnswerBody(content=body, word=word, redact=redact)
    root = read_result(answer)
    contacts = root.findall("contact")
    if not contacts:
        answer.reject("there is no contact in it")
    return tuple(_contact(each, answer) for each in contacts)


def decode_search(body: bytes, *, redact: Redact = str) -> SearchAnswer:
    """Read a page of a search: contacts or their ids, a count, or the `0` of no match.

    No recorded answer shows where the `0` is; it is accepted alone and as the text of
    `result`.
    """
    if body.strip() == b"0":
        return SearchAnswer(count=0)
    answer = AnswerBody(content=body, word=RequestWord.SEARCH, redact=redact)
    root = read_result(answer)
    count = root.find("count")
    if count is not None:
        number = _whole_number(text_of(count, answer))
        if number is None:
            answer.reject("its count is not a whole number")
        return SearchAnswer(count=number)
    contacts = tuple(_contact(each, answer) for each in root.findall("contact"))
    contacts = contacts or tuple(_only_id(each, answer) for each in root.findall("contact_id"))
    if not contacts and (root.text or "").strip() != "0":
        answer.reject("it has neither contacts, nor a count, nor 0")
    return SearchAnswer(count=len(contacts), contacts=contacts)


def held_record(contact: ContactRecord, fields: Sequence[FieldPlace]) -> HeldRecord:
    """Return the values of some fields of a contact as they came.

    Raises:
        AnswerError: It came without one of the fields.
    """
    values = tuple(contact.text_of(one.section, one.name) for one in fields)
    if None in values:
        # A server may omit what it calls otherwise: that is no empty value.
        msg = f"contact {contact.id} came without a field that the account has"
        raise AnswerError(msg)
    return HeldRecord(id=contact.id, changed_s=contact.changed_s, values=values)


def _contact(element: etree._Element, answer: AnswerBody) -> ContactRecord:
    contact_id = element.get("id")
    if not contact_id:
        answer.reject("a contact in it has no id")
    return ContactRecord(
        id=contact_id,
        added_s=_whole_number(element.get("date", "")),
        changed_s=_whole_number(element.get("dlm", "")),
        values=tuple(_values(element, answer)),
    )


def _only_id(element: etree._Element, answer: AnswerBody) -> ContactRecord:
    """Read a contact of which a search returned only the id, as the manual says."""
    contact_id = text_of(element, answer).strip()
    if not contact_id:
        answer.reject("a contact in it has no id")
    return ContactRecord(id=contact_id)


def _values(contact: etree._Element, answer: AnswerBody) -> Iterator[HeldValue]:
    for group in contact.findall("Group_Tag"):
        section = name_of(group, answer)
        for field in group.findall("field"):
            yield HeldValue(
                section=section, field=name_of(field, answer), text=text_of(field, answer)
            )


def _whole_number(text: str) -> int | None:
    """Return a number of at most twelve digits, enough for any count and time; else None."""
    found = re.fullmatch(r"\s*([0-9]{1,12})\s*", text)
    return None if found is None else int(found[1])
