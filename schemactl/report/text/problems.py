"""Problems of the user's files as text: one per line, as compilers write them.

`file:line:column: severity: message [code]` stays on one line, however long, because
editors and people jump by it. Of a thousand problems, the first fifty are shown, and
the number of each code in the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from schemactl.errors import Location, Problem, Severity
from schemactl.report.locations import over
from schemactl.report.style import Style
from schemactl.report.text.layout import note
from schemactl.report.text.lines import Line, Span, line, paragraphs
from schemactl.text import and_list, counted, visible

MAX_PROBLEMS_SHOWN: Final = 50
_INDENT: Final = 4


def problems_text(
    problems: Iterable[Problem], *, width: int, verbose: bool = False
) -> tuple[Line, ...]:
    """Return problems by file and place; no problems, no lines.

    Args:
        problems: In any order.
        width: Cells of a line; only hints are wrapped.
        verbose: Whether to show every problem.
    """
    ordered = sorted(problems, key=lambda problem: problem.location)
    if not ordered:
        return ()
    shown = ordered if verbose else _most_urgent(ordered)
    shown_ids = set(map(id, shown))
    rest = [problem for problem in ordered if id(problem) not in shown_ids]
    by_file = groupby(shown, key=lambda problem: problem.location.file)
    return paragraphs(
        *[
            [text for problem in group for text in _problem(problem, width)]
            for _, group in by_file
        ],
        list(_rest(rest)),
        [line(Span(_total(ordered), Style.BOLD))],
    )


def _most_urgent(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems to show, in file order: warnings only if errors leave room."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    others = [problem for problem in problems if problem.severity is not Severity.ERROR]
    picked = [*errors, *others][:MAX_PROBLEMS_SHOWN]
    return sorted(picked, key=lambda problem: problem.location)


def _problem(problem: Problem, width: int) -> list[Line]:
    style = Style.ERROR if problem.severity is Severity.ERROR else Style.WARNING
    first = line(
        Span(f"{place_with_column(problem.location)}: ", Style.BOLD),
        Span(f"{problem.severity}:", style),
        f" {visible(problem.message)}{over(problem.location)} ",
        Span(f"[{problem.code}]", Style.DIM),
    )
    if problem.hint is None:
        return [first]
    hint = note("hint: ", problem.hint, indent=_INDENT, width=width, style=Style.PLAIN)
    return [first, *hint]


def place_with_column(location: Location) -> str:
    """Return a place as `file:line:column`."""
    return f"{visible(location.file)}:{location.line}:{location.column}"


def _rest(problems: Sequence[Problem]) -> Iterator[Line]:
    """Yield the problems that are not shown: each code with its number and first place."""
    if not problems:
        return
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    longest = max(map(len, by_code))
    digits = max(len(f"{len(group):,}") for group in by_code.values())
    yield line(Span(f"… and {counted(len(problems), 'more problem')}:", Style.BOLD))
    for code, group in sorted(by_code.items(), key=lambda item: -len(item[1])):
        first = place_with_column(group[0].location)
        number = f"{len(group):,}".rjust(digits)
        yield line(" " * _INDENT, f"{code:<{longest}}  {number}  first at {first}")
    yield line("`schemactl validate --format json` lists them all.")


def _total(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    kinds = [
        counted(number, noun)
        for number, noun in ((errors, "error"), (warnings, "warning"))
        if number
    ]
    files = len({problem.location.file for problem in problems})
    total = f"{and_list(kinds)} in {counted(files, 'file')}"
    codes = {problem.code for problem in problems}
    which = "it" if len(codes) == 1 else "the first"
    return f"{total}; `schemactl explain {problems[0].code}` explains {which}"
