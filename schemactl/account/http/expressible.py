"""Which text a request can carry: the same on both wires, so that files fit either.

What XML 1.0 forbids is refused over REST too. JSON could write it, but the account
would then hold a name that its other API cannot tell.
"""

from __future__ import annotations

import re
from typing import Final

from schemactl.errors import InexpressibleError
from schemactl.text import one_line

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def checked_text(text: str) -> str:
    """Give `text` back where XML 1.0 can carry it.

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
    """Make the error of a request that would name nothing, so that none of it is sent."""
    return InexpressibleError(f"the request {word} names nothing to act on")
