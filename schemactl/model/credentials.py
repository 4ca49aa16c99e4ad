"""App id and key of an account, and their redaction from all output.

Every request contains them, so the text of an error or an echo of the server can contain them
too. All output passes `Credentials.redact` first. `project.credentials` reads them.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NoReturn

from schemactl.errors import UsageError
from schemactl.values import dataclass

HIDDEN: Final = "***"
"""Replaces an app id or key in all output."""

MIN_ECHO: Final = 6
"""Shortest app id or key to search for; shorter ones occur in names by chance."""
_MIN_BASE64: Final = 4
"""Shortest Base64 to search for (three bytes); shorter text matches by chance."""
_MIN_HEX: Final = 4
"""Fewest bytes in hexadecimal digits to search for, for the same reason."""
_LAST_ASCII: Final = 0x7F
_LAST_LATIN_1: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Credentials:
    """App id and key of one account; `str` and `repr` never show them.

    Raises:
        UsageError: One of them is empty, has surrounding spaces, or contains a control
            character: it was copied incorrectly. The message does not show it.
    """

    app_id: str
    key: str

    def __post_init__(self) -> None:
        for name, value in (("app id", self.app_id), ("key", self.key)):
            if not value:
                msg = f"the {name} of the account is empty"
                raise UsageError(msg, hint=f"add the {name} to the account's credentials")
            if value != value.strip() or not value.isprintable():
                msg = f"the {name} of the account has surrounding spaces or a control character"
                raise UsageError(msg, hint=f"copy the {name} again, without anything around it")

    def __repr__(self) -> str:
        return f"Credentials({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> NoReturn:
        """Raise: credentials must never be written to a file."""
        msg = "credentials cannot be copied or serialised"
        raise TypeError(msg)

    def are_in(self, text: str) -> bool:
        """Whether `text` contains the app id or the key, in any case.

        A secret of fewer than six characters is ignored: it occurs in texts by chance.
        """
        folded = text.casefold()
        return any(
            len(secret) >= MIN_ECHO and secret.casefold() in folded
            for secret in (self.app_id, self.key)
        )

    def redact(self, text: str) -> str:
        """Replace app id and key in `text`, in each spelling that is known.

        These are: plain, in any case; percent-encoded up to three times (including plus signs
        of forms); escaped for XML, JSON or Python, once or twice; decoded with a wrong
        encoding; in hexadecimal digits; in Base64, alone or within other text.
        """
        return _pattern(self.app_id, self.key).sub(HIDDEN, text)


@lru_cache(maxsize=8)
def _pattern(*secrets: str) -> re.Pattern[str]:
    """Return a pattern that finds each secret, the longest first."""
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
    """Return a pattern that finds `secret` with each character in any of its encodings.

    The pattern matches a text in one way only: otherwise a hostile answer could make the
    search try all combinations. For this reason it matches backslashes, which escapes
    multiply, as a run. Zero bytes between characters are from UTF-16 in another decoding.
    """
    parts: list[str] = []
    for run in re.findall(r"\\+|[^\\]", secret):
        if run.startswith("\\"):
            encoded = "|".join(_escapes("\\", backslashes=r"\\{1,4}"))
            # Possessive, so that the next part does not have to match backslashes.
            parts.append(rf"(?:(?:{encoded}){{{len(run)}}}|\\{{{len(run)},{8 * len(run)}}}+)")
        else:
            before = "" if parts and parts[-1].endswith("+)") else r"\\{1,4}"
            spelled = dict.fromkeys((*_escapes(run, backslashes=before), *_plain(run, before)))
            parts.append(f"(?:{'|'.join(spelled)})")
    return "\0{0,3}".join(parts)


def _plain(character: str, backslashes: str) -> Iterator[str]:
    """Yield patterns for a plain character, or one after backslashes."""
    if character in " +":
        # Forms encode a space as plus; decoded once too often, a plus is a space.
        yield "[ +]"
    else:
        yield re.escape(character)
    if character in "\"'/" and backslashes:
        yield rf"\\{{1,7}}{character}"


def _escapes(character: str, *, backslashes: str) -> Iterator[str]:
    """Yield patterns for a character in each kind of escape, after such backslashes."""
    # Imported here, because most commands show no text of a server.
    from html.entities import codepoint2name

    code = ord(character)
    for octets in _octets(character):
        digits = [f"{octet:02x}" for octet in octets]
        yield from (lead + lead.join(digits) for lead in (r"%(?:25){0,2}", "="))
        # Only the first can be without its backslashes, if the part before matched them.
        yield f"{backslashes}x" + r"\\{1,4}x".join(digits)
        if not octets.isascii():
            # Bytes decoded one by one, as in header fields.
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
    """Yield the bytes of a character in the encodings that servers use."""
    yield character.encode("utf-8", "surrogatepass")
    if _LAST_ASCII < ord(character) <= _LAST_LATIN_1:
        yield character.encode("latin-1")


def _hex_patterns(secret: str) -> Iterator[str]:
    """Yield a pattern for `secret` in hexadecimal digits, with or without separators."""
    octets = secret.encode("utf-8", "surrogatepass")
    if len(octets) >= _MIN_HEX:
        yield "[ :]?".join(f"{octet:02x}" for octet in octets)


def _base64_patterns(secret: str) -> Iterator[str]:
    """Yield patterns for `secret` in Base64, for each offset within three bytes.

    The characters at both ends depend on the neighbours and are omitted. If the rest is too
    short, it would match any text, so there is no pattern for it.
    """
    octets = secret.encode("utf-8", "surrogatepass")
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + octets)
        first = (0, 2, 3)[shift]
        last = (shift + len(octets)) * 8 // 6
        core = encoded[first:last].decode("ascii")
        if len(core) >= _MIN_BASE64:
            # Mail and PEM put line breaks into Base64.
            yield r"\s{0,2}".join({"+": "[+-]", "/": "[/_]"}.get(each, each) for each in core)
