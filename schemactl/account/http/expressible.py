"""Check that a request can carry a text: one rule for both APIs, so that files fit either.

Characters that XML 1.0 forbids are refused over REST too. JSON could write them, but the
account would then have a name that its other API cannot return.
"""

from __future__ import annotations

import re
from typing import Final

from schemactl.errors import InexpressibleError
from schemactl.text import one_line

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def checked_text(text: str) -> str:
    """Return `text` if XML 1.0 can carry it.

    Raises:
        InexpressibleError: It has a control character, or half of a surrogate pair.
    """
    found = _FORBIDDEN.search(text)
    if found is None:
        return text
    character = f"U+{ord(found[0]):04X}"
    msg = f'"{one_line(text)}" has the character {character}, which no request can carry'
    raise InexpressibleError(msg, hint="write it without that character")


def names_nothing(word: str) -> InexpressibleError:
    """Return the error of a request that would name nothing to act on."""
    return InexpressibleError(f"the request {word} names nothing to act on")
