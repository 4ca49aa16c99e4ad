"""From what rules have found to what is told: severities of the project, and waivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from schemactl.desired.lint.rules import DEFAULTS, NEEDLESS_WAIVER
from schemactl.errors import Problem, Severity
from schemactl.model.lint import RuleSeverity, Waiver


def apply_severities(
    problems: Iterable[Problem],
    *,
    rules: Mapping[str, RuleSeverity],
    waivers: Sequence[Waiver],
    looked: frozenset[str],
) -> tuple[Problem, ...]:
    """Give what is left to tell, in the order of files and places.

    Args:
        problems: What was found; errors are no affair of a project's.
        rules: Severities where they are other than `DEFAULTS`.
        waivers: All of the files.
        looked: Rules that were looked at: a waiver of another one may be needed elsewhere.
    """
    used: set[int] = set()
    told = [
        settled
        for problem in problems
        if not _is_waived(problem, waivers, used)
        and (settled := _settled(problem, rules)) is not None
    ]
    unused = (_settled(problem, rules) for problem in _needless(waivers, used, looked))
    told.extend(problem for problem in unused if problem is not None)
    return tuple(sorted(told, key=lambda one: (one.location, one.code, one.message)))


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


def _needless(
    waivers: Sequence[Waiver], used: set[int], looked: frozenset[str]
) -> Iterator[Problem]:
    for number, waiver in enumerate(waivers):
        if number not in used and waiver.rule in looked:
            yield Problem(
                waiver.location,
                NEEDLESS_WAIVER,
                f"{waiver.rule} is waived here, and nothing here breaks it",
                "delete the waiver",
                Severity.WARNING,
            )
