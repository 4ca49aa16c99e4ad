"""Markdown that no name can break out of, within the size of a comment.

Names become code spans; sentences, which may quote names, are escaped. So neither
can start a heading, a link, a table cell, a piece of HTML or a mention of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from schemactl.model.difference import Notice
from schemactl.report.changes import Detail
from schemactl.report.sentences import sentence_parts
from schemactl.report.style import Style
from schemactl.text import named_title, visible

COMMENT_MAX: Final = 60_000
"""Characters of a report: GitHub takes comments of up to 65,536."""
_LISTED_MAX: Final = 10
_LISTED_LOSSES_MAX: Final = 50
_ACTIVE: Final = re.compile(r"[\\`*_{}\[\]<>#~&$]")
_BACKTICKS: Final = re.compile("`+")
_NO_BREAK: Final = "\u200b"


def code(text: str) -> str:
    """Return text as a code span."""
    shown = visible(text) or " "
    longest = max(map(len, _BACKTICKS.findall(shown)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """Return a sentence with all markup escaped; mentions notify nobody."""
    escaped = _ACTIVE.sub(r"\\\g<0>", visible(text))
    return escaped.replace("@", f"@{_NO_BREAK}").replace("://", f":{_NO_BREAK}//")


def sentence(text: str) -> str:
    """Return one of our sentences: what it has between backticks is code, the rest escaped."""
    return "".join(
        code(one) if is_code else prose(one) for one, is_code in sentence_parts(text)
    )


def row(*cells: str) -> str:
    """Return one row of a table; the cells are Markdown, except that pipes are escaped here."""
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def detail(part: Detail) -> str:
    """Return a detail; a long list ends with the number of missing names."""
    if not part.is_list:
        return prose(part.words[0])
    limit = _LISTED_LOSSES_MAX if part.style is Style.REMOVE else _LISTED_MAX
    names = ", ".join(map(code, part.words[:limit]))
    missing = len(part.words) - limit
    more = f" … and {missing:,} more" if missing > 0 else ""
    return f"{prose(part.sign)} {names}{more}".strip()


def capped(lines: Sequence[str], *, room: int, more: str) -> list[str]:
    """Return the lines that fit into `room` characters; a long line hides none after it.

    Args:
        lines: Without their line breaks.
        room: Characters that they may take together.
        more: A last line, in which `{}` becomes the number of missing lines.
    """
    shown = []
    for text in lines:
        if len(text) < room:
            shown.append(text)
            room -= len(text) + 1
    missing = len(lines) - len(shown)
    return [*shown, more.format(f"{missing:,}")] if missing else shown


def folded(summary: str, items: Sequence[str], *, room: int) -> list[str]:
    """Return items that are shown when the reader asks for them, below a line of plain text."""
    more = "- … and {} more"
    return [
        f"<details><summary>{escape(visible(summary))}</summary>",
        "",
        *capped(items, room=room, more=more),
        "",
        "</details>",
    ]


def notices_block(notices: Iterable[Notice], *, room: int) -> list[str]:
    """Return notices under a heading, in at most `room` characters; no notices, no lines."""
    items = [
        f"- {code(named_title(notice.about))}: {sentence(notice.message)} ({code(notice.code)})"
        for notice in notices
    ]
    if not items:
        return []
    return ["**Worth knowing**", "", *capped(items, room=room, more="- … and {} more")]


def document(*blocks: Iterable[str]) -> str:
    """Join blocks of lines with one blank line between them; skip empty blocks."""
    texts = ["\n".join(block) for block in blocks]
    return "\n\n".join(text for text in texts if text) + "\n"
