"""model/credentials.py: app id and key never show, however they are written."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemactl.errors import UsageError
from schemactl.model.credentials import HIDDEN, Credentials

APP_ID = "2_4711_Zx&y"
KEY = "k<Y/+ '\"é%\\=~🔑9"
CREDENTIALS = Credentials(APP_ID, KEY)


def _double(text: str) -> str:
    return quote(quote(text, safe=""), safe="")


def _double_plus(text: str) -> str:
    return quote_plus(quote_plus(text))


def _lower_hex(text: str) -> str:
    return "".join(f"%{octet:02x}" for octet in text.encode())


def _references(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _hex_references(text: str) -> str:
    return "".join(f"&#x{ord(character):X};" for character in text)


def _python_bytes(text: str) -> str:
    return repr(text.encode())[2:-1]


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    quote,
    lambda text: quote(text, safe=""),
    quote_plus,
    lambda text: urlencode({"k": text}),
    _double,
    _double_plus,
    _lower_hex,
    escape,
    quoteattr,
    html.escape,
    _references,
    _hex_references,
    json.dumps,
    lambda text: json.dumps(text, ensure_ascii=False),
    _python_bytes,
    repr,
)


@pytest.mark.parametrize("secret", [APP_ID, KEY], ids=["app-id", "key"])
@pytest.mark.parametrize("number", range(len(SPELLINGS)))
def test_each_spelling_of_a_secret_is_hidden(number: int, secret: str) -> None:
    spelled = SPELLINGS[number](secret)

    reported = CREDENTIALS.redact(f"<before>{spelled}<after>")

    assert spelled not in reported
    assert HIDDEN in reported
    assert reported.startswith("<before>")
    assert reported.endswith("<after>")


@pytest.mark.parametrize("secret", [APP_ID, KEY], ids=["app-id", "key"])
@pytest.mark.parametrize("lead", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64_is_hidden_wherever_the_secret_starts(
    encode: Callable[[bytes], bytes], lead: str, secret: str
) -> None:
    encoded = encode(f"{lead}{secret}:tail".encode()).decode()

    reported = CREDENTIALS.redact(encoded)

    whole_characters = len(secret.encode()) * 8 // 6
    assert HIDDEN in reported
    assert len(reported) - len(HIDDEN) <= len(encoded) - whole_characters + 1


def test_a_form_body_as_it_is_sent_shows_neither() -> None:
    body = urlencode({"appid": APP_ID, "key": KEY, "data": quote_plus(f"<a>{KEY}</a>")})

    reported = CREDENTIALS.redact(body)

    assert reported == f"appid={HIDDEN}&key={HIDDEN}&data=%253Ca%253E{HIDDEN}%253C%252Fa%253E"


def test_a_key_within_the_app_id_leaves_no_rest() -> None:
    assert Credentials("abcdef", "abc").redact("abcdef abc") == f"{HIDDEN} {HIDDEN}"


def test_other_text_stays_as_it_is() -> None:
    text = "Sales Pipeline / Größe &amp; 100 % +1\n"

    assert CREDENTIALS.redact(text) == text


def test_neither_str_nor_repr_shows_them() -> None:
    for shown in (str(CREDENTIALS), repr(CREDENTIALS), f"{CREDENTIALS}", repr([CREDENTIALS])):
        assert HIDDEN in shown
        assert APP_ID not in shown
        assert KEY not in shown


@pytest.mark.parametrize("bad", ["", " k", "k\n", "a\x00b", "a\tb"])
@pytest.mark.parametrize("place", ["app id", "key"])
def test_a_value_cut_or_pasted_wrong_is_refused_without_showing_it(
    bad: str, place: str
) -> None:
    app_id, key = (bad, "SECRET") if place == "app id" else ("SECRET", bad)

    with pytest.raises(UsageError, match=place) as caught:
        Credentials(app_id, key)

    assert "SECRET" not in str(caught.value)
    assert caught.value.hint is not None


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Z", "Cf", "Zs", "Zl", "Zp", "Cn", "Co"]),
        min_size=8,
    ),
    st.integers(0, len(SPELLINGS) - 1),
)
def test_any_secret_is_hidden_in_any_spelling(secret: str, number: int) -> None:
    spelled = SPELLINGS[number](secret)

    assert spelled not in Credentials("app", secret).redact(f"({spelled})")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("key", [KEY, "k+/%&<é=Zz9\"w7'Q\\s", '\\"' * 20, "+" * 40, "a" * 80])
@pytest.mark.parametrize("piece", ["%25", "\\", "\0", "&amp;", "+", "\\\\\\u005c", "key"])
def test_no_answer_makes_the_search_long(piece: str, key: str) -> None:
    almost = f"{key[:-1]}!"
    text = (almost if piece == "key" else piece) * (16_384 // len(piece))

    assert len(Credentials("2_4711", key).redact(text[:65_536])) > 0


@pytest.mark.parametrize("key", ["00\\¡", "\\\\é1", "a\\😀"])
@pytest.mark.parametrize("number", range(len(SPELLINGS)))
def test_what_follows_backslashes_within_a_key_is_found(key: str, number: int) -> None:
    spelled = SPELLINGS[number](key)

    assert spelled not in Credentials("app", key).redact(f"({spelled})")


@pytest.mark.parametrize("key", ['a\\"b\\\\c', "\\u00e9\\x", "é\\é", "\\\\"])
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_backslashes_within_a_key_are_found_however_often_they_were_doubled(
    key: str, *, twice: bool
) -> None:
    spelled = json.dumps(json.dumps(key)[1:-1])[1:-1] if twice else json.dumps(key)[1:-1]

    assert Credentials("2_4711", key).redact(f"<{spelled}>") == f"<{HIDDEN}>"
