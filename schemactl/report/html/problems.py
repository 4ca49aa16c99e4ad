"""The page of problems of files, where a page of a result was asked for and there is none."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.errors import Problem, Severity
from schemactl.report.html.page import Group, Page, Row, State, Tone
from schemactl.report.html.render import page_html
from schemactl.report.locations import over
from schemactl.text import counted, named


def problems_page(problems: Sequence[Problem]) -> str:
    """Write the page of all problems, by file and place."""
    by_file: dict[str, list[Row]] = {}
    for problem in sorted(problems, key=lambda one: one.location):
        by_file.setdefault(problem.location.file, []).append(_row(problem))
    return page_html(
        Page(
            title="Problems of the files",
            about="",
            verdict=f"The files are not valid: {counted(len(problems), 'problem')}.",
            tone=Tone.DANGER,
            groups=tuple(
                Group(name=named(file), rows=tuple(rows)) for file, rows in by_file.items()
            ),
        )
    )


def _row(problem: Problem) -> Row:
    is_error = problem.severity is Severity.ERROR
    return Row(
        name=problem.code,
        state=State.FAILED if is_error else State.CHANGE,
        mark=str(problem.severity),
        words=(problem.message, *((problem.hint,) if problem.hint else ())),
        place=f"{problem.location}{over(problem.location)}",
    )
