"""model/characters.py: the appearance of names, compared with a library for Unicode."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from schemactl.model.characters import (
    DEFAULT_IGNORABLE,
    WHITE_SPACE,
    appearance,
    escape_invisible_in_json,
    find_invisible,
    spell_out,
)

_EVERY_CHARACTER = "".join(map(chr, range(sys.maxunicode + 1)))
_HOSTILE = st.text(
    st.sampled_from(
        "aeE \u00a0\u200b\u0301\u0323\u00e9\u3164\u2800\u212b\u1100\u1161\u11a8\ufe0f"
    )
    | st.characters()
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (DEFAULT_IGNORABLE, r"\p{Default_Ignorable_Code_Point}"),
        (WHITE_SPACE, r"\p{White_Space}"),
    ],
    ids=["ignorable", "space"],
)
def test_the_ranges_are_those_of_unicode(ours: str, theirs: str) -> None:
    found = set(re.findall(f"[{ours}]", _EVERY_CHARACTER))

    assert found == set(regex.findall(theirs, _EVERY_CHARACTER))


@pytest.mark.parametrize(
    "other",
    [
        *("Lead\u00a0Status", "Lead\u200b Status", "Lead \u2009Status", "Lead Status\u3164"),
        *("Lead Status\uffa0", "\u115fLead Status", "Lead\u1160 Status", "Lead\u2800Status"),
        *(
            "L\u034fead Status",
            "Lead Status\ufe0f",
            "Lead\u17b4 Status",
            "Lead Status\U000e0101",
        ),
        *("Le\u00adad Status", "Le\u2060ad Status"),
    ],
    ids=ascii,
)
def test_hidden_characters_do_not_change_the_appearance_of_a_name(other: str) -> None:
    assert appearance(other) == appearance("Lead Status")


def test_two_encodings_of_an_accent_have_the_same_appearance() -> None:
    assert appearance("Cafe\u0301") == appearance("Caf\u00e9") == appearance("Cafe\u200b\u0301")
    assert appearance("Cafe") != appearance("Caf\u00e9")


def test_letters_of_two_scripts_are_not_recognised_as_alike() -> None:
    assert appearance("a") != appearance("\u0430")


@given(_HOSTILE, _HOSTILE)
def test_different_texts_never_look_the_same_once_spelled_out(one: str, other: str) -> None:
    # A backslash is escaped where a name is quoted.
    one, other = (text.replace("\\", "") for text in (one, other))
    assert (spell_out(one) == spell_out(other)) == (one == other)


@given(_HOSTILE)
def test_spelled_out_text_has_no_hidden_characters(text: str) -> None:
    shown = spell_out(text)

    assert shown.isprintable()
    assert find_invisible(shown) is None
    assert unicodedata.is_normalized("NFC", shown)
    assert not set(regex.findall(r"\p{White_Space}", shown)) - {" "}


@given(_HOSTILE)
def test_the_appearance_of_an_appearance_is_the_same(text: str) -> None:
    assert appearance(appearance(text)) == appearance(text)


def test_an_invisible_character_is_named_with_its_position() -> None:
    assert str(find_invisible("Lead\u200b Status")) == "U+200B ZERO WIDTH SPACE at character 5"
    assert str(find_invisible("\tLead")) == "U+0009 TAB at character 1"
    assert str(find_invisible("\ud800")) == "U+D800 half of a character at character 1"
    assert find_invisible("Caf\u00e9 \u00a0\U0001faf6") is None


def test_json_keeps_its_values_and_shows_invisible_characters() -> None:
    text = json.dumps({"name": "a\u202eb\u00ad\U000e0041\x85 é"}, ensure_ascii=False)
    shown = escape_invisible_in_json(text)
    assert json.loads(shown) == json.loads(text)
    assert shown == '{"name": "a\\u202eb\\u00ad\\udb40\\udc41\\u0085 é"}'
