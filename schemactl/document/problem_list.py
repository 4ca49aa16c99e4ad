"""A list of distinct problems with a maximum length.

A file of some megabytes can break a rule in every line. Errors and warnings have separate
limits, so that warnings never hide an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.errors import Location, Problem, Severity

MAX_ERRORS: Final = 1_000
MAX_WARNINGS: Final = 10_000
"""Higher than for errors, because a valid account can have thousands of warnings."""


class ProblemList:
    """Problems in the order found; one more problem reports that others were omitted."""

    def __init__(
        self, *, max_errors: int = MAX_ERRORS, max_warnings: int = MAX_WARNINGS
    ) -> None:
        self._kept: dict[Problem, None] = {}
        self._left = {Severity.ERROR: max_errors, Severity.WARNING: max_warnings}

    def __iter__(self) -> Iterator[Problem]:
        """Yield the problems."""
        return iter(self._kept)

    def __len__(self) -> int:
        """Return the number of problems."""
        return len(self._kept)

    @property
    def is_full(self) -> bool:
        """Whether errors were omitted, so that a further search is useless."""
        return self._left[Severity.ERROR] < 0

    def append(self, problem: Problem) -> None:
        """Add a problem, if it is new and the limit allows it."""
        if problem in self._kept:
            return
        severity = problem.severity
        if self._left[severity] > 0:
            self._kept[problem] = None
        elif self._left[severity] == 0:
            self._kept[rest_problem(problem.location.file, severity, len(self._kept))] = None
        self._left[severity] -= 1

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems; stop reading the iterable once errors were omitted."""
        for problem in problems:
            if self.is_full:
                return
            self.append(problem)


def rest_problem(file: str, severity: Severity, kept: int) -> Problem:
    """Return the problem that reports omitted problems."""
    message = f"there are more {severity}s than the {kept:,} that are reported"
    hint = "correct these first, then run again"
    code = ProblemCode.TOO_MANY_PROBLEMS
    return Problem(Location(file, 1, 1), code, message, hint, severity)
