"""Make text of a server or user safe to show: one short line, nothing hidden in it.

A terminal obeys control characters, and right-to-left marks reverse a name; both become
escapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from schemactl.text import one_line

Redact: TypeAlias = Callable[[str], str]

_WINDOW_LENGTH: Final = 65_536
_MARGIN_LENGTH: Final = 8_192


def excerpt(body: bytes, *, redact: Redact) -> str:
    """Return the start of an answer that was not understood, without secrets."""
    text = body[:_WINDOW_LENGTH].decode("utf-8", "backslashreplace")
    return _redacted_line(text, redact=redact, is_cut=len(body) > _WINDOW_LENGTH)


def shown(text: str, *, redact: Redact) -> str:
    """Return the start of a server's text in one line, without secrets, however long it is.

    A search for secrets in the whole text took a second for each megabyte.
    """
    is_cut = len(text) > _WINDOW_LENGTH
    return _redacted_line(text[:_WINDOW_LENGTH], redact=redact, is_cut=is_cut)


def _redacted_line(text: str, *, redact: Redact, is_cut: bool) -> str:
    shown_text = redact(text)
    # A secret cut by the end of the window would not be found.
    return one_line(shown_text[:-_MARGIN_LENGTH] if is_cut else shown_text)
