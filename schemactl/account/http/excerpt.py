"""Text of a server or a user made fit to show: one line, short, nothing hidden in it.

A terminal obeys control characters, and right-to-left marks turn a name around;
both are shown as escapes instead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from schemactl.model.characters import spell_out

Redact: TypeAlias = Callable[[str], str]

EXCERPT_LENGTH: Final = 200
_WINDOW_LENGTH: Final = 65_536
_MARGIN_LENGTH: Final = 8_192


def visible(text: str, *, length: int = EXCERPT_LENGTH) -> str:
    """Give `text` in one line, at most `length` long, with escapes for what cannot be seen."""
    line = " ".join(text.split())
    shown = spell_out(line[: length + 1])
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def excerpt(body: bytes, *, redact: Redact) -> str:
    """Show the start of an answer that was not understood, without secrets."""
    text = body[:_WINDOW_LENGTH].decode("utf-8", "backslashreplace")
    return _told(text, redact=redact, is_cut=len(body) > _WINDOW_LENGTH)


def shown(text: str, *, redact: Redact) -> str:
    """Give the start of what a server said in one line, without secrets, however long it is.

    Looking for secrets in all of it took a second for each megabyte.
    """
    is_cut = len(text) > _WINDOW_LENGTH
    return _told(text[:_WINDOW_LENGTH], redact=redact, is_cut=is_cut)


def _told(text: str, *, redact: Redact, is_cut: bool) -> str:
    told = redact(text)
    # A secret cut by the end of the window would not be found.
    return visible(told[:-_MARGIN_LENGTH] if is_cut else told)
