"""Apply the severities and waivers of a project to what the rules found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from schemactl.desired.lint.rules import DEFAULTS, NEEDLESS_WAIVER
from schemactl.errors import Problem, Severity
from schemactl.model.lint import RuleSeverity, Waiver
from schemactl.values import replace


def apply_severities(
    problems: Iterable[Problem],
    *,
    rules: Mapping[str, RuleSeverity],
    waivers: Sequence[Waiver],
    checked: frozenset[str],
) -> tuple[Problem, ...]:
    """Return what is left to report, in the order of files and places.

    Args:
        problems: What was found; a project cannot change errors.
        rules: Severities that differ from `DEFAULTS`.
        waivers: All of the files.
        checked: Rules that were checked: a waiver of another one may be needed elsewhere.
    """
    used: set[int] = set()
    found = [
        settled
        for problem in problems
        if not _is_waived(problem, waivers, used)
        and (settled := _settled(problem, rules)) is not None
    ]
    unused = (_settled(problem, rules) for problem in _unused_waivers(waivers, used, checked))
    found.extend(problem for problem in unused if problem is not None)
    return tuple(sorted(found, key=lambda one: (one.location, one.code, one.message)))


def _is_waived(problem: Problem, waivers: Sequence[Waiver], used: set[int]) -> bool:
    if problem.severity is Severity.ERROR:
        return False
    place = (problem.location.line, problem.location.column)
    found = [
        number
        for number, waiver in enumerate(waivers)
        if waiver.rule == problem.code
        and waiver.location.file == problem.location.file
        and place in waiver.covers
    ]
    used.update(found)
    return bool(found)


def _settled(problem: Problem, rules: Mapping[str, RuleSeverity]) -> Problem | None:
    if problem.severity is Severity.ERROR:
        return problem
    match rules.get(problem.code, DEFAULTS.get(problem.code, RuleSeverity.WARNING)):
        case RuleSeverity.OFF:
            return None
        case RuleSeverity.ERROR:
            return replace(problem, severity=Severity.ERROR)
        case RuleSeverity.WARNING:
            return problem


def _unused_waivers(
    waivers: Sequence[Waiver], used: set[int], checked: frozenset[str]
) -> Iterator[Problem]:
    for number, waiver in enumerate(waivers):
        if number not in used and waiver.rule in checked:
            yield Problem(
                waiver.location,
                NEEDLESS_WAIVER,
                f"{waiver.rule} is waived here, and nothing here breaks it",
                "delete the waiver",
                Severity.WARNING,
            )
