"""account/legacy/decoder.py: answers about the account are read exactly, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.account.legacy.answers import TagEntry
from schemactl.account.legacy.decoder import (
    decode_schema,
    decode_tags,
)
from schemactl.errors import AccountError, AnswerError, NoPermissionError
from schemactl.model.schema import Field, Section

DATA = Path(__file__).parents[3] / "data" / "wire" / "xml"
DECODERS = (decode_schema, decode_tags)


def section(inside: str) -> bytes:
    group = f'<Group_Tag name="S" editable="1">{inside}</Group_Tag>'
    return f'<result><contact id="" bulk_mail="">{group}</contact></result>'.encode()


def only_field(inside: str) -> Field:
    return decode_schema(section(inside)).schema.sections[0].fields[0]


def test_an_account_is_read_in_its_own_order_and_words() -> None:
    answer = decode_schema((DATA / "key.xml").read_bytes())

    assert answer.schema.sections == (
        Section(
            name="Contact Information",
            custom=False,
            fields=(
                Field(name="First Name", type="text", custom=False),
                Field(name="Website ", type="text", custom=False),
                Field(name="", type="text", custom=False),
                Field(name="Shoe Size", type="numeric"),
            ),
        ),
        Section(
            name="Lead Information",
            custom=False,
            fields=(
                Field(name="Contact Owner", type="", custom=False),
                Field(
                    name="Lead Source",
                    type="tdrop",
                    custom=False,
                    options=("Radio", "Farmer's Market", " 50% Off & more "),
                ),
            ),
        ),
        Section(
            name="Sequences and Tags",
            custom=False,
            fields=(
                Field(name="Sequences", type="sequence", custom=False),
                Field(name="Contact Tags", type="list", custom=False),
            ),
        ),
        Section(
            name="Orchard",
            fields=(
                Field(name="Harvest", type="tdrop", options=("Early", "Late")),
                Field(name="Varieties", type="list", options=("Boskoop", "Gravensteiner")),
                Field(name="Empty Choice", type="tdrop", options=()),
                Field(name="Trees", type="numeric"),
                Field(name="Trees", type="text"),
            ),
        ),
        Section(
            name="Card",
            fields=(
                Field(name="Card Kind", type="ndrop", custom=False),
                Field(name="Pay Here", type="Payment Center Link", custom=False),
            ),
        ),
        Section(name="Bare"),
    )
    assert answer.schema.tags == ("gardeners", "Beekeepers")
    assert answer.tags == (
        TagEntry(id="11", name="gardeners"),
        TagEntry(id="12", name="Beekeepers"),
    )


def test_an_account_without_tags_has_none() -> None:
    answer = decode_schema((DATA / "key-no-tags.xml").read_bytes())

    assert answer.tags == ()
    assert answer.schema.tags == ()


def test_custom_is_what_the_field_says_not_its_section() -> None:
    assert not only_field('<field name="a" type="text"/>').custom
    assert not only_field('<field name="a" type="text" editable="0"/>').custom
    assert only_field('<field name="a" type="text" editable="1"/>').custom


def test_options_are_read_from_both_elements_and_may_be_empty() -> None:
    field = only_field('<field name="a" type="list"><option>x</option><list id="1"/></field>')

    assert field.options == ("x", "")


def test_options_of_an_unknown_type_are_kept() -> None:
    field = only_field('<field name="a" type="ndrop"><option>x</option></field>')

    assert field.options == ("x",)


def test_a_custom_field_called_contact_tags_is_no_list_of_tags() -> None:
    inside = '<field name="Contact Tags" type="list" editable="1"><list id="1">x</list></field>'

    answer = decode_schema(section(inside))

    assert answer.tags == ()
    assert answer.schema.sections[0].fields[0].options == ("x",)


def test_a_type_may_be_empty_but_a_record_without_types_is_no_template() -> None:
    assert only_field('<field name="a" type=""/>').type == ""

    with pytest.raises(AnswerError, match="a <field> in line 1 has no type"):
        only_field('<field name="a"/>')


def test_a_template_without_sections_is_no_empty_account() -> None:
    with pytest.raises(AnswerError, match="its contact template has no sections"):
        decode_schema(b"<result><contact/></result>")


def test_a_status_alone_is_no_empty_list_of_tags() -> None:
    with pytest.raises(AnswerError, match="it has a <status>, and no <tag>"):
        decode_tags(b"<result><status>Success</status></result>")


@pytest.mark.parametrize(
    "body",
    [
        b"<result/>",
        b"<result><contact/><contact/></result>",
        b"<result><contact>Down for maintenance</contact></result>",
        b"<result><contact><Section name='a'/></contact></result>",
        b"<result><contact><Group_Tag/></contact></result>",
        section('<field type="text"/>'),
        section('<Field name="a" type="text"/>'),
        section('<field name="a" type="text">oh</field>'),
        section('<field name="a" type="text"><value>1</value></field>'),
        section('<field name="a" type="tdrop"><option>x<b/></option></field>'),
        section('<field name="a" type="text"/>Warning: something'),
        section("Notice"),
    ],
)
def test_a_key_that_is_not_understood_is_no_empty_account(body: bytes) -> None:
    with pytest.raises(AnswerError, match='"key" is invalid'):
        decode_schema(body)


def test_tags_are_read_with_their_ids() -> None:
    assert decode_tags((DATA / "pull_tag.xml").read_bytes()) == (
        TagEntry(id="11", name="gardeners"),
        TagEntry(id="12", name="Beekeepers"),
        TagEntry(id="13", name="Moss > Stone"),
    )


def test_an_empty_result_is_no_tags() -> None:
    assert decode_tags(b"<result/>") == ()
    assert decode_tags(b"<result> </result>") == ()


@pytest.mark.parametrize("body", [b"<result>nothing here</result>", b"<result><b/></result>"])
@pytest.mark.parametrize("number", range(len(DECODERS)))
def test_a_list_that_is_not_understood_is_not_an_empty_one(number: int, body: bytes) -> None:
    with pytest.raises(AnswerError, match="is invalid"):
        DECODERS[number](body)


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("number", range(len(DECODERS)))
def test_an_empty_body_is_a_missing_permission(number: int, body: bytes) -> None:
    with pytest.raises(NoPermissionError, match="is empty") as caught:
        DECODERS[number](body)

    assert "permission" in str(caught.value.hint)


@pytest.mark.parametrize(
    "body",
    [
        b"<result><status>Failed</status></result>",
        b"<result>failure<error>Invalid XML</error></result>",
        b"<result>failure\n  <error>Invalid XML</error>\n</result>",
        b"<error>Invalid AppId / Key Combination</error>",
        b"<result>failure</result>",
    ],
)
@pytest.mark.parametrize("number", range(len(DECODERS)))
def test_what_the_server_refuses_is_reported_in_its_words(number: int, body: bytes) -> None:
    with pytest.raises(AccountError, match=r"refused .*(Failed|Invalid|failure)") as caught:
        DECODERS[number](body)

    assert type(caught.value) is AccountError


def test_a_wrong_key_is_reported_with_what_to_check() -> None:
    with pytest.raises(AccountError) as caught:
        decode_schema(b"<error>Invalid AppId / Key Combination</error>")
    assert "app id and the key" in str(caught.value.hint)

    with pytest.raises(AnswerError) as oops:
        decode_schema(b"Oops! Something is wrong.")
    assert "app id or key" in str(oops.value.hint)


def test_what_is_shown_of_an_answer_is_redacted() -> None:
    def redact(text: str) -> str:
        return text.replace("SECRET", "***")

    for body in (
        b"no XML with SECRET",
        b"<result>failure<error>SECRET</error></result>",
        section("oh SECRET"),
    ):
        with pytest.raises(AccountError) as caught:
            decode_schema(body, redact=redact)
        assert "SECRET" not in str(caught.value)
        assert "***" in str(caught.value)
