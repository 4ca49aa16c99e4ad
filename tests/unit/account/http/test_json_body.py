"""account/http/json_body.py: which bodies are parsed, and the errors about the others."""

from __future__ import annotations

import json

import pytest

from schemactl.account.http.json_body import MAX_BODY_BYTES, MAX_PARTS, Json, JsonBody
from schemactl.errors import AnswerError


def parse(content: bytes) -> Json:
    return JsonBody(
        content=content,
        word="tags_get",
        redact=lambda text: text.replace("SECRET", "***"),
    ).parse()


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": [1, "1", 1.5, null, true, {}]}', {"a": [1, "1", 1.5, None, True, {}]}),
        (b"\xef\xbb\xbf\r\n {} \n", {}),
        (b"[]", []),
        (b'{"a":"\\ud83c\\udf33"}', {"a": "\U0001f333"}),
        ('{"a":"\u00c4\U0001f333"}'.encode(), {"a": "\u00c4\U0001f333"}),
        (b'{"":1,"a":{"":1}}', {"": 1, "a": {"": 1}}),
        (b'{"a":"\\u0000"}', {"a": "\0"}),
    ],
)
def test_sound_json_is_read(content: bytes, value: Json) -> None:
    assert parse(content) == value


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b" \r\n", "it is empty"),
        (b"<!DOCTYPE html><html>", "it is not JSON"),
        (b"<br /><b>Warning</b>{}", "it is not JSON"),
        (b"Deleted", "it is not JSON"),
        (b'"Deleted"', "it is not JSON"),
        (b"null", "it is not JSON"),
        (b'{"code":0,"data":[', "it is not whole JSON"),
        (b'{"code":0', "it is not whole JSON"),
        (b'{"a":"b', "it is not whole JSON"),
        (b"{} {}", "it is not whole JSON"),
        (b"{}<b>Warning</b>", "it is not whole JSON"),
        (b"{'a':1}", "it is not whole JSON"),
        (b'{"a":1,}', "it is not whole JSON"),
        (b'{"a":"\n"}', "it is not whole JSON"),
        (b'{"a":"\\x41"}', "it is not whole JSON"),
        (b'{"a":1,"b":{"x":1,"x":1}}', '"x" appears twice in one object'),
        (b'{"SECRET":1,"SECRET":1}', r'"\*\*\*" appears twice in one object'),
        (b'{"a":NaN}', "it has NaN, which is not a number"),
        (b'{"a":-Infinity}', "it has -Infinity, which is not a number"),
        (b'{"a":' + b"9" * 5000 + b"}", "it has a number of thousands of digits"),
        (b"[" * 100_000, "it is too deep"),
        (b'{"a":' * 100_000, "it is too deep"),
        (b'{"a":"\xff"}', "it is not UTF-8 throughout"),
        ('{"a":"é"}'.encode("utf-16"), "it is not UTF-8 throughout"),
        (b'{"a":"\\ud83c"}', "it contains a lone surrogate"),
        (b'{"a":"\\udf33\\ud83c"}', "it contains a lone surrogate"),
        (b'{"\\ud800":1}', "it contains a lone surrogate"),
        (b"[" + b"[]," * MAX_PARTS + b"[]]", "it has more than 1000000 values"),
        (b"[" + b" " * MAX_BODY_BYTES + b"]", "it has more than 33554432 bytes"),
    ],
    ids=lambda each: each[:24] if isinstance(each, bytes) else None,
)
def test_anything_else_is_reported_and_never_read(content: bytes, why: str) -> None:
    with pytest.raises(
        AnswerError, match=f'^the response to the request "tags_get" is invalid: {why}'
    ):
        parse(content)


def test_the_start_of_what_came_is_shown_without_secrets() -> None:
    with pytest.raises(AnswerError) as caught:
        parse(b"Hello SECRET\n\x1b[31m")

    assert str(caught.value).endswith("It starts: Hello *** \\x1b[31m")
    assert caught.value.hint is None


def test_a_web_page_is_reported_with_what_to_check() -> None:
    with pytest.raises(AnswerError) as caught:
        parse(b"\n<html>")

    assert (
        caught.value.hint
        == "that is a web page: check the url of the account, or try again later"
    )


def test_a_body_does_not_show_what_it_holds() -> None:
    shown = repr(JsonBody(content=json.dumps("SECRET").encode(), word="x", redact=str))

    assert "SECRET" not in shown


def test_nothing_of_a_private_answer_is_shown_not_even_a_name_that_comes_twice() -> None:
    body = JsonBody(
        content=b'{"Ann":1,"Ann":2}', word="contacts_get", redact=str, is_private=True
    )
    with pytest.raises(AnswerError) as caught:
        body.parse()

    assert "Ann" not in f"{caught.value} {caught.value.hint}"
