"""Problems of files as Markdown, for the comment that would hold a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemactl.errors import Problem
from schemactl.report.locations import over
from schemactl.report.markdown.syntax import COMMENT_MAX, capped, code, document, row, sentence
from schemactl.text import counted

_ROOM: Final = COMMENT_MAX * 3 // 4


def problems_markdown(problems: Sequence[Problem]) -> str:
    """Write all problems that fit into a comment, by file and place; the rest is counted."""
    rows = [_row(problem) for problem in sorted(problems, key=lambda one: one.location)]
    table = capped(rows, room=_ROOM, more=row("", "", "… and {} more"))
    heading = [row("where", "what", ""), row(*["---"] * 3)]
    return document(
        ["### schemactl: the files are not valid"],
        [f"{counted(len(problems), 'problem')}; nothing was planned."],
        [*heading, *table] if rows else [],
    )


def _row(problem: Problem) -> str:
    hint = f" ({sentence(problem.hint)})" if problem.hint else ""
    return row(
        code(str(problem.location)),
        f"{problem.severity}: {sentence(problem.message)}{hint}"
        f"{sentence(over(problem.location))}",
        code(problem.code),
    )
