"""account/legacy/contact_decoder.py: contacts and searches as values."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.account.legacy.answers import ContactRecord, HeldValue, SearchAnswer
from schemactl.account.legacy.contact_decoder import (
    decode_contacts,
    decode_search,
)
from schemactl.errors import AccountError, AnswerError, NoPermissionError

DATA = Path(__file__).parents[3] / "data" / "wire" / "xml"


def test_a_contact_is_read_with_all_it_holds() -> None:
    rosa, emil = decode_contacts((DATA / "fetch.xml").read_bytes())

    assert rosa == ContactRecord(
        id="81",
        added_s=1331000000,
        changed_s=1332000000,
        values=(
            HeldValue(section="Contact Information", field="First Name", text="Rosa"),
            HeldValue(
                section="Contact Information",
                field="E-Mail",
                text="rosa.failure@example.com",
            ),
            HeldValue(section="Contact Information", field="Title", text=""),
            HeldValue(section="Contact Information", field="Birthday", text="04-17-1979"),
            HeldValue(section="Sequences and Tags", field="Sequences", text="*/*"),
            HeldValue(
                section="Sequences and Tags",
                field="Contact Tags",
                text="gardeners*/*Beekeepers",
            ),
        ),
    )
    assert (emil.added_s, emil.changed_s) == (None, None)


def test_an_added_contact_comes_back_whole_or_as_its_id() -> None:
    (whole,) = decode_contacts((DATA / "add-return-record.xml").read_bytes(), word="add")
    (bare,) = decode_contacts((DATA / "add-return-id.xml").read_bytes(), word="add")

    assert whole.values[0].text == "Ida"
    assert bare == ContactRecord(id="83", changed_s=1331000001)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"0", SearchAnswer(count=0)),
        (b"\n0 ", SearchAnswer(count=0)),
        (b"<result>0</result>", SearchAnswer(count=0)),
        (b"<result><count>1207</count></result>", SearchAnswer(count=1207)),
    ],
)
def test_a_search_answers_nothing_or_a_count(body: bytes, expected: SearchAnswer) -> None:
    assert decode_search(body) == expected


def test_a_search_answers_whole_contacts() -> None:
    answer = decode_search((DATA / "fetch.xml").read_bytes())

    assert answer.count == 2
    assert [contact.id for contact in answer.contacts] == ["81", "82"]


@pytest.mark.parametrize(
    "body",
    [
        b"<result/>",
        b"<result>none</result>",
        b"<result><contact_id/></result>",
        b"<result><count>many</count></result>",
        b"<result><count>-1</count></result>",
        b"<result><count>1<b/></count></result>",
        b"<result><contact/></result>",
        b"<result><contact id='1'><Group_Tag/></contact></result>",
        b"<result><contact id='1'><Group_Tag name='a'><field/></Group_Tag></contact></result>",
        b"<html/>",
    ],
)
def test_a_search_that_is_not_understood_is_not_no_hit(body: bytes) -> None:
    with pytest.raises(AnswerError):
        decode_search(body)


def test_a_fetch_without_contact_is_no_answer() -> None:
    with pytest.raises(AnswerError, match="no contact"):
        decode_contacts(b"<result/>")


def test_unknown_ids_are_refused_without_the_words_of_the_server() -> None:
    with pytest.raises(AccountError, match="refused fetch: its reason is not shown"):
        decode_contacts(b"<result>failure<error>Invalid Contact Ids</error></result>")


def test_a_record_beside_a_failed_status_is_an_error() -> None:
    with pytest.raises(AccountError, match="refused update: its reason is not shown"):
        decode_contacts(
            b"<result><contact id='1'/><status>Failed</status></result>", word="update"
        )


def test_an_empty_body_is_a_missing_permission() -> None:
    for decode in (decode_contacts, decode_search):
        with pytest.raises(NoPermissionError):
            decode(b"")
