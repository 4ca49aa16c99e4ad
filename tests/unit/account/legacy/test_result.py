"""account/legacy/result.py: three shapes of success, five of failure; the rest is unclear."""

from __future__ import annotations

import time

import pytest

from schemactl.account.http.verdict import Accepted, Refused, Unclear
from schemactl.account.legacy.answers import TagsAccepted
from schemactl.account.legacy.result import decode_changed_tags, decode_success
from schemactl.model.credentials import Credentials
from schemactl.text import MAX_LINE_LENGTH


@pytest.mark.parametrize(
    "body",
    [
        b"<result>Success</result>",
        b"<result>\n  Success\n</result>\n",
        b"<result><status>Success</status></result>",
        b"<?xml version='1.0' encoding='utf-8'?><result><status>success</status></result>",
        (
            b"<result><contact id='7'><Group_Tag name='A'><field name='Mail'>failure@x.example"
            b"</field></Group_Tag></contact><status>Success</status></result>"
        ),
        b"<result><contact id='7'><Group_Tag name='failure'/></contact></result>",
    ],
)
def test_success_is_found_in_each_of_its_shapes(body: bytes) -> None:
    assert decode_success(body, word="add_section") == Accepted()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"<result><status>Failed</status></result>", "Failed"),
        (b"<result><status/></result>", "no reason given"),
        (b"<result>failure\n  <error>Invalid XML</error>\n</result>", "Invalid XML"),
        (b"<result>failure<error>Invalid Contact Ids</error></result>", "Invalid Contact Ids"),
        (b"<result>Success<error>but</error></result>", "but"),
        (b"<result><error> a </error><error>b</error></result>", "a; b"),
        (b"<result><error><b>deep</b></error></result>", "deep"),
        (b"<result>failure</result>", "failure"),
        (b"<error>Invalid AppId / Key Combination</error>", "Invalid AppId / Key Combination"),
        (b"<result>failure<error/></result>", "no reason given"),
        (b"<result><error>a\nb\x1b[31m</error></result>".replace(b"\x1b", b""), "a b[31m"),
    ],
)
def test_failure_is_found_with_its_reason(body: bytes, text: str) -> None:
    assert decode_success(body, word="add_section") == Refused(text=text)
    assert decode_changed_tags(body, word="add_tag") == Refused(text=text)


def test_oops_is_a_refusal() -> None:
    answer = decode_success(b"Oops! No such key.", word="add_section")

    assert isinstance(answer, Refused)
    assert "Oops! No such key." in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<result/>",
        b"<result>0</result>",
        b"<result>Successful?</result>",
        b"<html><body>Success</body></html>",
        b"<!DOCTYPE html><html>failure</html>",
        b"502 Bad Gateway",
        b"<result>Succ",
        b"<result>Success</result><result>Success</result>",
        b"\xff\xfe\x00",
        b"\x1f\x8b\x08",
    ],
)
def test_what_says_neither_is_unclear(body: bytes) -> None:
    assert isinstance(decode_success(body, word="add_section"), Unclear)


def test_an_empty_answer_to_a_change_hints_at_the_permission() -> None:
    answer = decode_success(b"", word="remove_field")

    assert isinstance(answer, Unclear)
    assert "the permission remove_field" in answer.text


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"<result><tag id='1'>a</tag><tag id='2'>b c</tag></result>", ("a", "b c")),
        (b"<result><contact id='1'><tag>a</tag></contact></result>", ("a",)),
        (b"<result><tag>a<status>Success</status></tag></result>", ("aSuccess",)),
        (b"<result>Success</result>", ()),
        (b"<result/>", ()),
    ],
)
def test_any_result_without_failure_accepts_a_change_of_tags(
    body: bytes, names: tuple[str, ...]
) -> None:
    assert decode_changed_tags(body, word="add_tag") == TagsAccepted(names=names)


@pytest.mark.parametrize("body", [b"", b"<html/>", b"gone"])
def test_a_change_of_tags_without_result_is_unclear(body: bytes) -> None:
    assert isinstance(decode_changed_tags(body, word="add_tag"), Unclear)


def test_what_a_refusal_shows_is_redacted() -> None:
    def redact(text: str) -> str:
        return text.replace("SECRET", "***")

    for body in (
        b"<error>SECRET</error>",
        b"<result>failure SECRET</result>",
        b"<result><status>SECRET</status></result>",
        b"<html>SECRET</html>",
        b"Oops SECRET",
    ):
        answer = decode_success(body, word="add_section", redact=redact)
        assert isinstance(answer, Refused | Unclear)
        assert "SECRET" not in answer.text
        assert "***" in answer.text


def test_a_reason_without_end_costs_no_time_and_shows_no_secret_at_its_cut() -> None:
    credentials = Credentials("2_4711_Zx", "k3Y-of-Rosa")
    body = b"<result><error>" + b"k3Y-of-Rosa" * 300_000 + b"</error></result>"
    started = time.perf_counter()

    answer = decode_success(body, word="add_section", redact=credentials.redact)

    assert time.perf_counter() - started < 2
    assert isinstance(answer, Refused)
    assert "Rosa" not in answer.text
    assert len(answer.text) <= MAX_LINE_LENGTH
