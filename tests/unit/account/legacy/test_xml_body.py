"""account/legacy/xml_body.py: bodies are untrusted, and errors show them in one safe line."""

from __future__ import annotations

import codecs
import time

import pytest

from schemactl.account.legacy.xml_body import MAX_BODY_BYTES, MAX_PARTS, AnswerBody
from schemactl.errors import AnswerError, NoPermissionError


def a_body(content: bytes) -> AnswerBody:
    return AnswerBody(content=content, word="key", redact=str)


def name_in(content: bytes) -> str | None:
    return a_body(content).parse().get("n")


@pytest.mark.parametrize(
    "content",
    [
        "<a n='Größe'/>".encode(),
        "\n \t<a n='Größe'/>\n".encode(),
        codecs.BOM_UTF8 + "<a n='Größe'/>".encode(),
        codecs.BOM_UTF16_LE + "<a n='Größe'/>".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "<a n='Größe'/>".encode("utf-16-be"),
        codecs.BOM_UTF16_LE
        + "<?xml version='1.0' encoding='utf-16'?><a n='Größe'/>".encode("utf-16-le"),
        "<?xml version='1.0' encoding='UTF-8'?><a n='Größe'/>".encode(),
        "<?xml version='1.0'?><!-- so --><a n='Größe'/>".encode(),
        " <?xml version='1.0' encoding='utf-8'?><a n='Größe'/>".encode(),
        "<?xml version='1.0' encoding='ISO-8859-1'?><a n='Größe'/>".encode("iso-8859-1"),
        '<?xml version="1.0" encoding="windows-1252" ?><a n="Größe"/>'.encode("cp1252"),
        b"<a n='Gr&#246;&#xdf;e'/>",
    ],
)
def test_known_encodings_are_read(content: bytes) -> None:
    assert name_in(content) == "Größe"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<a n='Größe'/>".encode("iso-8859-1"), "not UTF-8"),
        (b"<?xml version='1.0' encoding='ascii'?><a n='\xc3\xa9'/>", "not ASCII"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "unknown encoding, utf-7"),
        (b"<?xml version='1.0' encoding='cp037'?><a/>", "unknown encoding, cp037"),
        ("<a/>".encode("utf-16-le"), "not XML|not well-formed"),
        ("<a/>".encode("utf-32"), "not UTF-16|not XML|not well-formed"),
        (b"PHP Warning: x in y.php\n<result/>", "not XML"),
        (b'{"code": 0}', "not XML"),
        (b"<a><b></a>", "not well-formed"),
        (b"<a/><b/>", "not well-formed"),
        (b"<a n='\x0b'/>", "not well-formed"),
        (b"<a n='&#11;'/>", "not well-formed"),
        (b"<a>\x00</a>", "not well-formed"),
        (b"<a>&nbsp;</a>", "not well-formed"),
        (b"<a>" * 300 + b"</a>" * 300, "not well-formed"),
        (b"<", "not well-formed"),
    ],
)
def test_what_is_no_sound_xml_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(AnswerError, match=why):
        a_body(content).parse()


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE result><result/>",
        b"<?xml version='1.0'?>\n<!-- a --><?pi x?>\n<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>",
        b"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>",
        b"<!DOCTYPE r [<!ENTITY e SYSTEM 'http://127.0.0.1:9/'>]><r>&e;</r>",
        b"<!doctype html><html></html>",
        codecs.BOM_UTF16_LE + "<!DOCTYPE r><r/>".encode("utf-16-le"),
        b"<!ENTITY e 'x'><r/>",
    ],
)
def test_a_document_type_is_refused_before_it_is_read(content: bytes) -> None:
    with pytest.raises(AnswerError, match="document type"):
        a_body(content).parse()


def test_the_words_of_a_document_type_may_be_in_data() -> None:
    root = a_body(b"<a><![CDATA[<!DOCTYPE x> <!ENTITY y>]]></a>").parse()

    assert root.text == "<!DOCTYPE x> <!ENTITY y>"


def test_a_bomb_of_entities_costs_no_time() -> None:
    levels = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12))
    bomb = f"<!DOCTYPE r [<!ENTITY e0 'x'>{levels}]><r a='&e11;'>&e11;</r>"
    started = time.perf_counter()

    with pytest.raises(AnswerError):
        a_body(bomb.encode()).parse()

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "content",
    [
        b"<!--" * 100_000,
        b"<?" + b"<!-- -->" * 100_000,
        b" " * 1_000_000 + b"<!-",
        b"<!-- -->" * 99_999,
    ],
)
def test_a_long_prolog_costs_no_time(content: bytes) -> None:
    started = time.perf_counter()

    with pytest.raises(AnswerError):
        a_body(content).parse()

    assert time.perf_counter() - started < 2


def test_comments_and_instructions_are_as_if_not_there() -> None:
    root = a_body(b"<a>one<!-- two --><?three four?> five<b/></a>").parse()

    assert root.text == "one five"
    assert [child.tag for child in root] == ["b"]


@pytest.mark.parametrize("content", [b"", b"   \n", codecs.BOM_UTF8, codecs.BOM_UTF16_BE])
def test_nothing_is_a_missing_permission(content: bytes) -> None:
    with pytest.raises(NoPermissionError):
        a_body(content).parse()


def test_a_body_over_the_limit_is_refused() -> None:
    with pytest.raises(AnswerError, match="more than"):
        a_body(b"<a>" + b" " * MAX_BODY_BYTES + b"</a>").parse()


@pytest.mark.parametrize("part", [b"<a/>", b"<a></a>", b"<a/>x", b"x='1' "])
def test_more_parts_than_fit_into_memory_are_refused(part: bytes) -> None:
    parts = part * (MAX_PARTS + 1)
    body = b"<r " + parts + b"/>" if b"=" in part else b"<r>" + parts + b"</r>"

    with pytest.raises(AnswerError, match="more than 1000000 elements and attributes"):
        a_body(body).parse()


def test_what_is_shown_is_one_short_line_without_control_characters() -> None:
    content = b"<html>\r\n\t<b>\x1b[2Jred\x00\xe2\x80\xae\xff" + b"x" * 500

    with pytest.raises(AnswerError) as caught:
        a_body(content).parse()

    reported = str(caught.value)
    assert reported.isprintable()
    assert len(reported) < 300
    assert r"<html> <b>\x1b[2Jred\x00\u202e\xffxxx" in reported


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>Hi</p>", b"\n<HTML><br></HTML>"])
def test_a_web_page_hints_at_a_wrong_url(page: bytes) -> None:
    body = AnswerBody(content=page, word="key", redact=str)
    with pytest.raises(AnswerError) as error:
        body.parse()
    assert (
        error.value.hint
        == "that is a web page: check the url of the account, or try again later"
    )
