"""Write text into XML: escaped, and without characters that XML cannot hold.

Written by hand, so that answers look like the recorded ones, quotes included.
"""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REPLACEMENT = "\ufffd"
# Most texts hold none of these: this check halves the time for a large `key`.
_SPECIAL = re.compile("[\x00-\x1f&<>\"'\ud800-\udfff\ufffe\uffff]")


def legal_text(text: str) -> str:
    """Replace each character that no XML document may hold."""
    return _ILLEGAL.sub(_REPLACEMENT, text)


def escape_text(text: str) -> str:
    """Escape text between tags; quotes stay as they are, as recorded."""
    if _SPECIAL.search(text) is None:
        return text
    escaped = legal_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")


def attribute(value: str, quote: str = '"') -> str:
    """Return an attribute's value with the quotes around it."""
    if _SPECIAL.search(value) is None:
        return f"{quote}{value}{quote}"
    escaped = escape_text(value).replace("\n", "&#10;").replace("\t", "&#9;")
    escaped = escaped.replace(quote, "&quot;" if quote == '"' else "&apos;")
    return f"{quote}{escaped}{quote}"
