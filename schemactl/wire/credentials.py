"""The secret that opens an account, and how it is kept out of everything that is shown.

An app id and a key travel in every request, so they can come back in an error's
text or in what a server echoes. Whatever is told passes `Credentials.redact` first.
Where they come from is not known here: see `accounts`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from schemactl.errors import UsageError

HIDDEN: Final = "***"
"""What stands in place of an app id or key in anything shown."""

_LEAST_BASE64: Final = 4
"""Characters of Base64, hence three bytes: fewer would be found in any text by chance."""
_XML_NAMES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}


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
                raise UsageError(
                    msg, hint=f"set the environment variable that holds the {name}"
                )
            if value != value.strip() or not value.isprintable():
                msg = f"the {name} of the account has a blank or a control character too many"
                raise UsageError(msg, hint=f"copy the {name} again, and nothing around it")

    def __repr__(self) -> str:
        return f"Credentials({HIDDEN})"

    def __str__(self) -> str:
        return HIDDEN

    def redact(self, text: str) -> str:
        """Replace app id and key in `text`, however they may be written in it.

        Found as they are, percent-encoded once or twice (form-plus included), escaped
        for XML, JSON or Python, and in Base64, alone or amid other text.
        """
        secrets = sorted((self.app_id, self.key), key=len, reverse=True)
        encoded = (pattern for secret in secrets for pattern in _base64_patterns(secret))
        plain = (_any_spelling(secret) for secret in secrets)
        return re.sub("|".join((*encoded, *plain)), HIDDEN, text)


def _any_spelling(secret: str) -> str:
    """Give a pattern that finds `secret` with each character in any of its encodings."""
    return "".join(f"(?:{'|'.join(_spellings(character))})" for character in secret)


def _spellings(character: str) -> Iterator[str]:
    """Give patterns for one character: as it is, and as each escaping would write it."""
    code = ord(character)
    octets = character.encode("utf-8", "surrogatepass")
    yield re.escape(character)
    if character == " ":
        yield r"\+|%2[bB]"
    for percent in ("%", "%25", "%2525"):
        yield "".join(f"{percent}(?i:{octet:02x})" for octet in octets)
    yield f"&#0*{code};|&#(?i:x0*{code:x});"
    if character in _XML_NAMES:
        yield re.escape(_XML_NAMES[character])
    units = character.encode("utf-16-be", "surrogatepass").hex()
    yield "".join(rf"\\u(?i:{units[start : start + 4]})" for start in range(0, len(units), 4))
    yield "".join(rf"\\x(?i:{octet:02x})" for octet in octets)
    if character in "\"'/\\":
        yield re.escape("\\" + character)


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
        if len(core) >= _LEAST_BASE64:
            yield "".join({"+": "[+-]", "/": "[/_]"}.get(each, each) for each in core)
