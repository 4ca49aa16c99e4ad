"""Findings: facts of any result, each with its place in the files.

SARIF, JUnit, GitHub and GitLab each write findings; none of them knows plans or drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum, unique

from schemactl.errors import Location, Problem, Severity
from schemactl.model.cleanup import PendingCleanup, PendingProbe
from schemactl.model.difference import EndedProtection, Notice
from schemactl.model.drift import Cause, Drift, DriftItem, DriftStatus
from schemactl.model.plan import Hazard, Plan
from schemactl.model.run import Run, RunStatus, VerdictStatus
from schemactl.report.changes import object_of, planned_action
from schemactl.report.cleanup import CODE, cleanup_about, cleanup_words
from schemactl.report.drift_groups import describe_suppression, groups_of
from schemactl.report.plan_index import PlanIndex
from schemactl.report.protection import CODE as PROTECTION
from schemactl.report.protection import ending_words
from schemactl.report.style import Style
from schemactl.text import named_title
from schemactl.values import dataclass


@unique
class Level(StrEnum):
    """Severity of a finding: an error fails a check, a note only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact about one thing.

    Attributes:
        code: Stable name of the kind of fact; many have a page (`schemactl explain`).
        level: Its severity.
        about: The object, as reports name it; empty if the place is enough.
        message: The fact, as a sentence.
        hint: What to do; None if the fact says it.
        location: Its place in the files; None if there is none.
    """

    code: str
    level: Level
    about: str
    message: str
    hint: str | None = None
    location: Location | None = None

    @property
    def text(self) -> str:
        """The fact, the hint, and the places of layers below, each on its own line."""
        below = () if self.location is None or not self.location.below else self.location.below
        lines = [self.message, *([] if self.hint is None else [self.hint])]
        if below:
            lines.append(f"layers below: {', '.join(map(str, below))}")
        return "\n".join(lines)


def findings_of_problems(problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """Return the problems of files, by file and place."""
    return tuple(
        Finding(
            code=problem.code,
            level=Level.ERROR if problem.severity is Severity.ERROR else Level.WARNING,
            about="",
            message=problem.message,
            hint=problem.hint,
            location=problem.location,
        )
        for problem in sorted(problems, key=lambda one: one.location)
    )


def findings_of_plan(plan: Plan) -> tuple[Finding, ...]:
    """Return hazards, then cleanups, manual steps, planned changes and notices."""
    index = PlanIndex(plan)
    return (
        *(_hazard(hazard, index) for hazard in plan.hazards),
        *map(_cleanup, plan.first),
        *(_ending(one, Level.WARNING) for one in plan.ends_protection),
        *(_later_hazard(hazard, index) for hazard in plan.later_hazards),
        *_manual_steps(index),
        *_changes(index),
        *map(_notice, plan.notices),
    )


def findings_of_drift(drift: Drift, *, strict: bool) -> tuple[Finding, ...]:
    """Return items in the order of the report, then notices."""
    items = (item for group in groups_of(drift, strict=strict) for item in group.items)
    return (
        *(_item(item, drift, strict=strict) for item in items),
        *map(_notice, drift.notices),
    )


def findings_of_run(plan: Plan, run: Run) -> tuple[Finding, ...]:
    """Return why a run stopped, then the verdict on each change."""
    index = PlanIndex(plan)
    return (
        *_stop(run),
        *_verdicts(run, index),
        *(_ending(one, Level.NOTE) for one in run.ended_protection),
    )


def _hazard(hazard: Hazard, index: PlanIndex) -> Finding:
    changes = [index.changes[name] for name in hazard.changes if name in index.changes]
    permitted = index.is_permitted(hazard)
    needed = f"needs --allow {hazard.permission}"
    return Finding(
        code=hazard.code,
        level=Level.WARNING if permitted else Level.ERROR,
        about=object_of(changes[0]) if changes else "",
        message=hazard.message,
        hint=None
        if permitted
        else needed
        if hazard.hint is None
        else f"{hazard.hint}, or {needed}",
        location=next((one.location for one in changes if one.location is not None), None),
    )


def _cleanup(cleanup: PendingCleanup | PendingProbe) -> Finding:
    return Finding(
        code=CODE,
        level=Level.WARNING,
        about=cleanup_about(cleanup),
        message=f"before anything else: {cleanup_words(cleanup)}",
    )


def _ending(ended: EndedProtection, level: Level) -> Finding:
    """Return a field whose protection a plan ends, or an apply has ended."""
    does = "applying this plan ends" if level is Level.WARNING else "the apply ended"
    return Finding(
        code=PROTECTION,
        level=level,
        about=ended.title,
        message=f"{does} the protection of this field: {ending_words(ended)}",
        location=ended.location,
    )


def _later_hazard(hazard: Hazard, index: PlanIndex) -> Finding:
    """Return what a blocked change will need: no error, as nothing is refused for it now."""
    changes = [index.changes[name] for name in hazard.changes if name in index.changes]
    return Finding(
        code=hazard.code,
        level=Level.WARNING,
        about=object_of(changes[0]) if changes else "",
        message=f"once it is no longer blocked: {hazard.message}",
        hint=f"will need --allow {hazard.permission} then, and needs nothing now",
        location=next((one.location for one in changes if one.location is not None), None),
    )


def _manual_steps(index: PlanIndex) -> Iterator[Finding]:
    for step in index.plan.manual_steps:
        change = index.changes.get(step.change)
        yield Finding(
            code=step.code,
            level=Level.WARNING,
            about=step.change if change is None else object_of(change),
            message=f"by hand: {step.instruction}",
            hint=None if step.alternative is None else f"or: {step.alternative}",
            location=None if change is None else change.location,
        )


def _changes(index: PlanIndex) -> Iterator[Finding]:
    for change in index.plan.changes:
        if index.step(change) is None:
            yield Finding(
                code=change.kind,
                level=Level.NOTE,
                about=object_of(change),
                message=f"will {planned_action(change)}",
                location=change.location,
            )


def _notice(notice: Notice) -> Finding:
    return Finding(
        code=notice.code,
        level=Level.NOTE,
        about=notice.about,
        message=f"{named_title(notice.about)}: {notice.message}",
        location=notice.location,
    )


def _item(item: DriftItem, drift: Drift, *, strict: bool) -> Finding:
    parts = [item.message if item.cause is Cause.UNKNOWN else f"{item.message} ({item.cause})"]
    if item.suppression is not None:
        parts.append(describe_suppression(item.suppression)[0])
    return Finding(
        code=_comparison_code(item.status) if drift.other else f"drift-{item.status}",
        level=_level_of(item, strict=strict),
        about=item.title,
        message="; ".join(parts),
        location=item.location,
    )


def _comparison_code(status: DriftStatus) -> str:
    """Return the code of a difference between two sides, neither of which is right or wrong."""
    match status:
        case DriftStatus.MISSING:
            return "compare-only-in-second"
        case DriftStatus.UNMANAGED | DriftStatus.UNWANTED | DriftStatus.ORPHAN:
            return "compare-only-in-first"
        case DriftStatus.ALTERED | DriftStatus.AMBIGUOUS:
            return "compare-different"


def _level_of(item: DriftItem, *, strict: bool) -> Level:
    if item.is_acknowledged or not (strict or item.is_difference):
        return Level.NOTE
    if (
        item.suppression is not None
        and describe_suppression(item.suppression)[1] is Style.ERROR
    ):
        return Level.ERROR
    is_mild = item.cause is Cause.PENDING or item.status is DriftStatus.ORPHAN
    return Level.WARNING if is_mild else Level.ERROR


def _stop(run: Run) -> Iterator[Finding]:
    if run.status not in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}:
        yield Finding(
            code=f"run-{run.status}",
            level=Level.ERROR,
            about="",
            message=f"{run.status}: {run.reason}",
            hint=f"schemactl journal {run.id} lists every call" if run.id else None,
        )


def _verdicts(run: Run, index: PlanIndex) -> Iterator[Finding]:
    for verdict in run.verdicts:
        change = index.changes.get(verdict.change)
        about = verdict.change if change is None else object_of(change)
        detail = f": {verdict.detail}" if verdict.detail else ""
        yield Finding(
            code=f"verdict-{verdict.status}",
            level=_level_of_verdict(verdict.status),
            about=about,
            message=f"{about}: {verdict.status}{detail}",
            location=None if change is None else change.location,
        )


def _level_of_verdict(status: VerdictStatus) -> Level:
    match status:
        case VerdictStatus.APPLIED:
            return Level.NOTE
        case VerdictStatus.BY_HAND:
            return Level.WARNING
        case (
            VerdictStatus.ALTERED
            | VerdictStatus.OVERTAKEN
            | VerdictStatus.IGNORED
            | VerdictStatus.UNKNOWN
            | VerdictStatus.REFUSED
            | VerdictStatus.NOT_DONE
        ):
            return Level.ERROR
