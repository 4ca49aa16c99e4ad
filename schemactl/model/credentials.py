"""The secret that opens an account, and how it is kept out of everything that is shown.

An app id and a key travel in every request, so they can come back in an error's
text or in what a server echoes. Whatever is told passes `Credentials.redact` first.
Where they come from is not known here: see `accounts`.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn

from schemactl.errors import UsageError

HIDDEN: Final = "***"
"""What stands in place of an app id or key in anything shown."""

MIN_ECHO: Final = 6
"""Characters of an app id or key; fewer are in an answer or a name by chance."""
_MIN_BASE64: Final = 4
"""Characters of Base64, hence three bytes: fewer would be found in any text by chance."""
_MIN_HEX: Final = 4
"""Bytes in hexadecimal digits, for the same reason."""
_LAST_ASCII: Final = 0x7F
_LAST_LATIN_1: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Credentials:
    """App id and key of one account; neither is ever shown by `str` or `repr`.

    Raises:
        UsageError: One of them is empty, or has a blank or control character around it
            or in it: such a value was cut or pasted wrong. The message does not show it.
    """

    app_id: str
    key: str

    def __post_init__(self) -> None:
        for name, value in (("app id", self.app_id), ("key", self.key)):
            if not value:
                msg = f"the {name} of the account is empty"
                raise UsageError(msg, hint=f"give the {name} where its credentials are kept")
            if value != value.strip() or not value.isprintable():
                msg = f"the {name} of the account has a blank or a control character too many"
                raise UsageError(msg, hint=f"copy the {name} again, and nothing around it")

    def __repr__(self) -> str:
        return f"Credentials({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> NoReturn:
        """Refuse: what is written down gets found."""
        msg = "credentials are neither copied nor written down"
        raise TypeError(msg)

    def are_in(self, text: str) -> bool:
        """Whether `text` holds the app id or the key as it is, in capitals or not.

        A secret of fewer than six characters is in a text by chance, and is not looked for.
        """
        folded = text.casefold()
        return any(
            len(secret) >= MIN_ECHO and secret.casefold() in folded
            for secret in (self.app_id, self.key)
        )

    def redact(self, text: str) -> str:
        """Replace app id and key in `text`, however they may be written in it.

        Found as they are, in capitals or not, percent-encoded up to three times (form-plus
        included), escaped for XML, JSON or Python, once or twice, read in a wrong encoding,
        in hexadecimal digits, and in Base64, alone or amid other text.
        """
        return _pattern(self.app_id, self.key).sub(HIDDEN, text)


@lru_cache(maxsize=8)
def _pattern(*secrets: str) -> re.Pattern[str]:
    """Give a pattern that finds each secret, the longest first."""
    forms = {unicodedata.normalize(form, each) for form in ("NFC", "NFD") for each in secrets}
    ordered = sorted({*secrets, *forms}, key=lambda secret: (-len(secret), secret))
    encoded = [
        pattern
        for secret in ordered
        for pattern in (*_base64_patterns(secret), *_hex_patterns(secret))
    ]
    plain = map(_any_spelling, ordered)
    return re.compile("|".join((*encoded, *plain)), re.IGNORECASE)


def _any_spelling(secret: str) -> str:
    """Give a pattern that finds `secret` with each character in any of its encodings.

    No two ways to match the same text: a hostile answer could make the search try all
    combinations. Hence backslashes, which escapes multiply, are taken by the run.
    Zero bytes in between are what is left of UTF-16 where it was read as something else.
    """
    parts: list[str] = []
    for run in re.findall(r"\\+|[^\\]", secret):
        if run.startswith("\\"):
            encoded = "|".join(_escapes("\\", backslashes=r"\\{1,4}"))
            # Possessive, so that what follows need not look for its own backslashes.
            parts.append(rf"(?:(?:{encoded}){{{len(run)}}}|\\{{{len(run)},{8 * len(run)}}}+)")
        else:
            before = "" if parts and parts[-1].endswith("+)") else r"\\{1,4}"
            spelled = dict.fromkeys((*_escapes(run, backslashes=before), *_plain(run, before)))
            parts.append(f"(?:{'|'.join(spelled)})")
    return "\0{0,3}".join(parts)


def _plain(character: str, backslashes: str) -> Iterator[str]:
    """Give patterns for a character that stands as it is, or behind backslashes."""
    if character in " +":
        # A form writes a blank as plus; where it is read once too often, plus is a blank.
        yield "[ +]"
    else:
        yield re.escape(character)
    if character in "\"'/" and backslashes:
        yield rf"\\{{1,7}}{character}"


def _escapes(character: str, *, backslashes: str) -> Iterator[str]:
    """Give patterns for a character as escapes would write it, behind such backslashes."""
    # Imported only here: most commands show nothing that came from a server.
    from html.entities import codepoint2name

    code = ord(character)
    for octets in _octets(character):
        digits = [f"{octet:02x}" for octet in octets]
        yield from (lead + lead.join(digits) for lead in (r"%(?:25){0,2}", "="))
        # Only the first may have had its backslashes taken by those before it.
        yield f"{backslashes}x" + r"\\{1,4}x".join(digits)
        if not octets.isascii():
            # Bytes taken for characters, as header fields are.
            yield re.escape(octets.decode("latin-1"))
    if character in " +":
        yield r"%(?:25){0,2}2b"
    yield f"&(?:amp;)?#(?:0*{code}|x0*{code:x});"
    name = "apos" if character == "'" else codepoint2name.get(code)
    if name is not None:
        yield f"&(?:amp;)?{name};"
    units = character.encode("utf-16-be", "surrogatepass").hex()
    halves = (units[at : at + 4] for at in range(0, len(units), 4))
    yield f"{backslashes}u" + r"\\{1,4}u".join(halves)


def _octets(character: str) -> Iterator[bytes]:
    """Give the bytes of a character in the encodings that servers write."""
    yield character.encode("utf-8", "surrogatepass")
    if _LAST_ASCII < ord(character) <= _LAST_LATIN_1:
        yield character.encode("latin-1")


def _hex_patterns(secret: str) -> Iterator[str]:
    """Give a pattern for `secret` in hexadecimal digits, with or without signs between."""
    octets = secret.encode("utf-8", "surrogatepass")
    if len(octets) >= _MIN_HEX:
        yield "[ :]?".join(f"{octet:02x}" for octet in octets)


def _base64_patterns(secret: str) -> Iterator[str]:
    """Give patterns for `secret` in Base64, starting at each place in a triple.

    The characters at either end depend on the neighbours and are left out. What is
    then too short would be found in any text, and is not looked for.
    """
    octets = secret.encode("utf-8", "surrogatepass")
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + octets)
        first = (0, 2, 3)[shift]
        last = (shift + len(octets)) * 8 // 6
        core = encoded[first:last].decode("ascii")
        if len(core) >= _MIN_BASE64:
            # Mail and PEM break lines within.
            yield r"\s{0,2}".join({"+": "[+-]", "/": "[/_]"}.get(each, each) for each in core)
