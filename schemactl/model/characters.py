"""Characters in names that people cannot see or distinguish, by properties of Unicode.

The ranges are from `DerivedCoreProperties.txt` and `PropList.txt`, because Python's
`unicodedata` has neither property. A test compares them with a library that has both. Letters
of different scripts that look alike, such as Latin and Cyrillic "a", are not recognised.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

from schemactl.values import dataclass

DEFAULT_IGNORABLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that fonts do not show (Default_Ignorable_Code_Point)."""
WHITE_SPACE: Final = "\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""All kinds of spaces (White_Space). Like the ranges above, for a character class of `re`."""
_EMPTY_BRAILLE: Final = "\u2800"
"""A Braille cell without dots: a symbol for Unicode, a space for people."""
_OTHER_UNSEEN: Final = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufff9-\ufffb\ud800-\udfff\ufffe\uffff"
)
"""Controls, annotation marks, surrogates and noncharacters."""
_BREAKS: Final = "\t-\r\u0085\u2028\u2029"
# Expressions that few names need: `re` compiles one when it is first used, and keeps it.
_IGNORED: Final = f"[{DEFAULT_IGNORABLE}]"
_INVISIBLE: Final = f"[{DEFAULT_IGNORABLE}{_OTHER_UNSEEN}{_BREAKS}{_EMPTY_BRAILLE}]"
_UNSEEN_IN_JSON: Final = (
    f"[{DEFAULT_IGNORABLE}\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ufffe\uffff{_EMPTY_BRAILLE}]"
)
"""Invisible characters that JSON allows unescaped; controls below U+0020 are escaped."""
_SPACES: Final = f"[{WHITE_SPACE}{_EMPTY_BRAILLE}]+"
_SPELLED_OUT: Final = f"[{DEFAULT_IGNORABLE}{_OTHER_UNSEEN}{WHITE_SPACE}{_EMPTY_BRAILLE}]"
_CONTROL_NAMES: Final = {
    "\t": "TAB",
    "\n": "LINE FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x00": "NULL",
    "\x7f": "DELETE",
}
"""Names of controls: Unicode has only aliases for them."""
_SHORT_ESCAPES: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_BYTE_MAX: Final = 0xFF
_PLANE_MAX: Final = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class InvisibleCharacter:
    """An invisible character in a name.

    Attributes:
        character: The character.
        position: Its position in the name, from 1.
    """

    character: str
    position: int

    def __str__(self) -> str:
        return f"{name_character(self.character)} at character {self.position}"


def name_character(character: str) -> str:
    """Return a character's number and name: `U+200B ZERO WIDTH SPACE`."""
    known = _CONTROL_NAMES.get(character, "control character")
    if "\ud800" <= character <= "\udfff":
        known = "half of a character"
    return f"U+{ord(character):04X} {unicodedata.name(character, known)}"


def find_invisible(text: str) -> InvisibleCharacter | None:
    """Return the first invisible character of a text, or None; tabs and line breaks count."""
    found = None if text.isascii() and text.isprintable() else re.search(_INVISIBLE, text)
    if found is None:
        return None
    return InvisibleCharacter(character=found[0], position=found.start() + 1)


def escape_invisible_in_json(text: str) -> str:
    """Return the same JSON with an escape for each invisible character."""
    return text if text.isascii() else re.sub(_UNSEEN_IN_JSON, _json_escape, text)


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def appearance(text: str) -> str:
    """Return the appearance of a text, which is equal for texts that people cannot distinguish.

    The text is normalised to NFC. Default-ignorable characters and surrounding spaces are
    removed, and each run of spaces of any kind becomes one plain space.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    # Removing a character can make two others adjacent, which NFC then composes.
    seen = unicodedata.normalize("NFC", re.sub(_IGNORED, "", text))
    return re.sub(_SPACES, " ", seen).strip(" ")


def spell_out(text: str) -> str:
    r"""Return a text with an escape such as `\u200b` for each character that is not plain.

    It escapes characters that are invisible or not printable, spaces other than the plain one,
    and characters that NFC would replace, so that two different texts never look the same.
    """
    if text.isprintable() and (text.isascii() or _is_plain(text)):
        return text
    shown: list[str] = []
    run = ""
    for character in text:
        if _hides(character) or not unicodedata.is_normalized("NFC", run + character):
            shown.append(run + _escape(character))
            run = ""
        else:
            run += character
            if unicodedata.combining(character) == 0 and len(run) > 1 and run[-1].isascii():
                # Later characters cannot compose with anything before this character.
                shown.append(run[:-1])
                run = run[-1]
    return "".join(shown) + run


def _is_plain(text: str) -> bool:
    without = text.replace(" ", "")
    return re.search(_SPELLED_OUT, without) is None and unicodedata.is_normalized("NFC", text)


def _hides(character: str) -> bool:
    if character == " ":
        return False
    return not character.isprintable() or re.match(_SPELLED_OUT, character) is not None


def _escape(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    number = ord(character)
    if number <= _BYTE_MAX:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= _PLANE_MAX else f"\\U{number:08x}"
