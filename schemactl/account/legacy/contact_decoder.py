"""Answers about contacts to values: records, searches and notes; pure.

Errors are those of `legacy_decoder`. The shapes of a search for ids, and of notes,
are nowhere recorded: what is accepted for them is a guess, and said to be one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from schemactl.account.http.excerpt import Redact
from schemactl.account.legacy.answers import ContactRecord, HeldValue, NoteEntry, SearchAnswer
from schemactl.account.legacy.decoder import name_of, text_of
from schemactl.account.legacy.requests import RequestWord
from schemactl.account.legacy.result import read_result
from schemactl.account.legacy.values import BulkMail
from schemactl.account.legacy.xml_body import AnswerBody


def decode_contacts(
    body: bytes, *, word: str = RequestWord.FETCH, redact: Redact = str
) -> tuple[ContactRecord, ...]:
    """Read whole contacts, from `fetch` or from an `add` or `update` that returns them.

    With `return_id` 2 a record has its id and time of change only. A `status` beside
    the contacts is looked at: one that tells a failure is an error.
    """
    answer = AnswerBody(content=body, word=word, redact=redact)
    root = read_result(answer)
    contacts = root.findall("contact")
    if not contacts:
        answer.reject("there is no contact in it")
    return tuple(_contact(each, answer) for each in contacts)


def decode_search(body: bytes, *, redact: Redact = str) -> SearchAnswer:
    """Read a page of a search: contacts, ids, a count, or the `0` of no hit.

    Where `0` stands is not recorded; it is taken alone and as the text of `result`.
    For ids both `<contact_id>5</contact_id>` and `<contact id="5"/>` are taken.
    """
    if body.strip() == b"0":
        return SearchAnswer(count=0)
    answer = AnswerBody(content=body, word=RequestWord.SEARCH, redact=redact)
    root = read_result(answer)
    count = root.find("count")
    if count is not None:
        number = _whole_number(text_of(count, answer))
        if number is None:
            answer.reject("its count is no whole number")
        return SearchAnswer(count=number)
    contacts = tuple(_contact(each, answer) for each in root.findall("contact"))
    ids = tuple(contact.id for contact in contacts) or tuple(
        text_of(each, answer).strip() for each in root.findall("contact_id")
    )
    if not ids and (root.text or "").strip() != "0":
        answer.reject("it has neither contacts, nor ids, nor a count, nor 0")
    records = tuple(contact for contact in contacts if contact.values)
    return SearchAnswer(count=len(ids), ids=ids, contacts=records)


def decode_notes(body: bytes, *, redact: Redact = str) -> tuple[NoteEntry, ...]:
    """Read notes, oldest first or however the server orders them.

    No answer is recorded. A guess: notes stand in their contact, as `add_notes` sends
    them, or say their contact in `contact_id`.
    """
    answer = AnswerBody(content=body, word=RequestWord.FETCH_NOTES, redact=redact)
    root = read_result(answer)
    notes = tuple(_notes(root, contact_id="", answer=answer))
    if not notes and (root.text or "").strip():
        answer.reject("there is no note in it")
    return notes


def _notes(
    parent: etree._Element, *, contact_id: str, answer: AnswerBody
) -> Iterator[NoteEntry]:
    for child in parent:
        if child.tag == "contact" and parent.tag == "result":
            yield from _notes(child, contact_id=child.get("id", ""), answer=answer)
        elif child.tag == "note":
            yield NoteEntry(
                contact_id=child.get("contact_id", contact_id),
                text=text_of(child, answer),
                moment_s=_seconds(child, "time"),
            )
        elif child.tag != "status":
            answer.reject("there is something else than notes in it")


def _contact(element: etree._Element, answer: AnswerBody) -> ContactRecord:
    contact_id = element.get("id")
    if not contact_id:
        answer.reject("a contact in it has no id")
    return ContactRecord(
        id=contact_id,
        added_s=_seconds(element, "date"),
        changed_s=_seconds(element, "dlm"),
        score=element.get("score", ""),
        personal_url=element.get("purl", ""),
        bulk_mail=_bulk_mail(element.get("bulk_mail", "")),
        values=tuple(_values(element, answer)),
    )


def _values(contact: etree._Element, answer: AnswerBody) -> Iterator[HeldValue]:
    for group in contact.findall("Group_Tag"):
        section = name_of(group, answer)
        for field in group.findall("field"):
            yield HeldValue(
                section=section, field=name_of(field, answer), text=text_of(field, answer)
            )


def _bulk_mail(text: str) -> BulkMail | None:
    return next((value for value in BulkMail if str(int(value)) == text.strip()), None)


def _seconds(element: etree._Element, attribute: str) -> int | None:
    """Give a Unix time; None where there is none, or something else."""
    return _whole_number(element.get(attribute, ""))


def _whole_number(text: str) -> int | None:
    """Give a number of at most twelve digits, which holds any count and time; else None."""
    found = re.fullmatch(r"\s*([0-9]{1,12})\s*", text)
    return None if found is None else int(found[1])
