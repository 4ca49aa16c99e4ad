"""The page of a plan: what it destroys, then the account with each change in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    SectionChange,
)
from schemactl.model.plan import ManualCode, ManualStep, Plan
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.model.schema import Schema
from schemactl.report.budget import budget_notes
from schemactl.report.changes import (
    Sign,
    describe_action,
    describe_change,
    object_of,
    sign_of,
)
from schemactl.report.cleanup import CODE, HEADING, cleanup_words
from schemactl.report.html.page import (
    Group,
    GroupKey,
    Notes,
    Page,
    Pair,
    Row,
    State,
    Tone,
    Whole,
    detail_words,
    draw,
    grouped,
)
from schemactl.report.html.render import page_html
from schemactl.report.locations import place
from schemactl.report.orphans import (
    heading_of_orphans,
    is_settled,
    nothing_words,
    orphan_sentences,
    other_notices,
)
from schemactl.report.plan_index import LOSSES, PlanIndex
from schemactl.report.plan_summary import header, summary_parts, unmanaged_in_words
from schemactl.report.protection import CODE as PROTECTION
from schemactl.report.protection import (
    ending_words,
    heading_of_ended,
    heading_of_ending,
)
from schemactl.report.run_summary import run_totals
from schemactl.text import named

_STATES: Final[Mapping[Sign, State]] = MappingProxyType(
    {
        Sign.ADD: State.ADD,
        Sign.CHANGE: State.CHANGE,
        Sign.REMOVE: State.REMOVE,
        Sign.REPLACE: State.REMOVE,
        Sign.BY_HAND: State.BY_HAND,
    }
)
_MARKS: Final[Mapping[Sign, str]] = MappingProxyType(
    {
        Sign.ADD: "new",
        Sign.CHANGE: "changes",
        Sign.REMOVE: "goes",
        Sign.REPLACE: "replaced",
        Sign.BY_HAND: "by hand",
    }
)


def plan_page(plan: Plan, live: Schema | None) -> str:
    """Write the page of a plan.

    Args:
        plan: What would happen.
        live: The account as it was read; None where nobody has it.
    """
    index = PlanIndex(plan)
    verdict, tone = _verdict(index)
    summary = plan.summary
    return page_html(
        Page(
            title=f"Plan for {named(plan.account)}",
            about=header(plan.account, plan.backend, plan.size),
            verdict=verdict,
            tone=tone,
            numbers=(
                ("to add", summary.add),
                ("to change", summary.change),
                ("to remove", summary.remove),
                ("by hand", summary.by_hand),
            ),
            notes=tuple(_notes(index)),
            groups=_account(index, live, verdicts={}),
            after=tuple(_after(plan)),
        )
    )


def run_page(plan: Plan, run: Run, live: Schema | None) -> str:
    """Write the page of what came of a plan; `live` is the account before it."""
    index = PlanIndex(plan)
    failed = run.status not in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}
    verdicts = {verdict.change: verdict for verdict in run.verdicts}
    journal = (f"schemactl journal {run.id} tells it call by call",) if run.id else ()
    return page_html(
        Page(
            title=f"Apply to {named(plan.account)}",
            about=header(plan.account, plan.backend, plan.size),
            verdict=f"{run.status}: {run.reason}" if failed else run_totals(run),
            tone=Tone.DANGER if failed else Tone.CALM,
            numbers=(
                ("done", _number(run, VerdictStatus.APPLIED)),
                ("by hand", _number(run, VerdictStatus.BY_HAND)),
                ("open", len(run.verdicts) - _number(run, *_SETTLED)),
            ),
            notes=(
                *((Notes(heading="In numbers", lines=(run_totals(run),)),) if failed else ()),
                *((Notes(heading="Journal", lines=journal),) if journal else ()),
                *_ended(run),
            ),
            groups=_account(index, live, verdicts=verdicts),
            after=tuple(_after(plan)),
        )
    )


def _ended(run: Run) -> Iterator[Notes]:
    if run.ended_protection:
        lines = tuple(f"{ending_words(one)}." for one in run.ended_protection)
        yield Notes(heading=heading_of_ended(run.ended_protection), lines=lines)


_SETTLED: Final = (VerdictStatus.APPLIED, VerdictStatus.BY_HAND)


def _number(run: Run, *statuses: VerdictStatus) -> int:
    return sum(verdict.status in statuses for verdict in run.verdicts)


def _verdict(index: PlanIndex) -> tuple[str, Tone]:
    plan = index.plan
    losses = len(index.losses())
    if plan.leaves_nothing:
        tone = Tone.CALM if is_settled(plan.notices, plan.orphans) else Tone.ATTENTION
        return nothing_words(plan.notices, plan.orphans), tone
    if losses:
        these = "1 change destroys" if losses == 1 else f"{losses:,} changes destroy"
        words = f"{these} what {index.holders} hold, for ever. Nothing brings it back."
        return words, Tone.DANGER
    if plan.hazards:
        return "There are risks to look at first. Nothing is destroyed.", Tone.ATTENTION
    tone = Tone.ATTENTION if plan.ends_protection else Tone.CALM
    return "Nothing is destroyed by this plan.", tone


def _notes(index: PlanIndex) -> Iterator[Notes]:
    plan = index.plan
    losses = [hazard for hazard in plan.hazards if hazard.code in LOSSES]
    others = [hazard for hazard in plan.hazards if hazard.code not in LOSSES]
    for heading, hazards, tone in (
        ("Destroyed for ever", losses, Tone.DANGER),
        ("Risks", others, Tone.ATTENTION),
    ):
        if hazards:
            lines = tuple(
                f"{hazard.message}. "
                + (
                    "Permitted."
                    if index.is_permitted(hazard)
                    else f"Needs --allow {hazard.code}."
                )
                + (f" Or: {hazard.hint}." if hazard.hint else "")
                for hazard in hazards
            )
            yield Notes(heading=heading, lines=lines, tone=tone)
    if plan.pending_cleanups:
        lines = tuple(f"{cleanup_words(one)}. [{CODE}]" for one in plan.pending_cleanups)
        yield Notes(heading=HEADING, lines=lines, tone=Tone.ATTENTION)
    if plan.ends_protection:
        lines = tuple(f"{ending_words(one)}. [{PROTECTION}]" for one in plan.ends_protection)
        heading = heading_of_ending(plan.ends_protection)
        yield Notes(heading=heading, lines=lines, tone=Tone.ATTENTION)
    if plan.later_hazards:
        lines = tuple(
            f"{hazard.message}. Will need --allow {hazard.code}."
            for hazard in plan.later_hazards
        )
        yield Notes(heading="Later, once what is blocked can be done", lines=lines)
    steps = [step for step in plan.manual_steps if step.code is not ManualCode.BLOCKED]
    if steps:
        lines = tuple(f"{_about(step, index)}: {_instruction(step)}" for step in steps)
        yield Notes(heading="For a person to do", lines=lines, tone=Tone.ATTENTION)


def _about(step: ManualStep, index: PlanIndex) -> str:
    change = index.changes.get(step.change)
    return step.change if change is None else object_of(change)


def _instruction(step: ManualStep) -> str:
    return step.instruction + ("" if step.alternative is None else f" (or: {step.alternative})")


def _after(plan: Plan) -> Iterator[Notes]:
    if others := other_notices(plan.notices):
        lines = tuple(f"{one.about}: {one.message} [{one.code}]" for one in others)
        yield Notes(heading="Worth knowing", lines=lines)
    if plan.orphans:
        heading = heading_of_orphans(plan.orphans)
        yield Notes(heading=heading, lines=orphan_sentences(plan.orphans))
    if plan.unmanaged:
        yield Notes(heading="Left alone", lines=(f"{unmanaged_in_words(plan.unmanaged)}.",))
    yield Notes(
        heading="The price", lines=(*summary_parts(plan), *budget_notes(plan.budget, full=True))
    )


def _account(
    index: PlanIndex, live: Schema | None, *, verdicts: Mapping[str, Verdict]
) -> tuple[Group, ...]:
    changes = index.plan.changes
    told = grouped(
        (
            _key(change),
            _row(change, index, verdicts.get(change.id)),
            isinstance(change, SectionChange),
        )
        for change in changes
    )
    names = {
        (change.custom_object, change.was): change.section
        for change in changes
        if isinstance(change, RenameSection)
    }
    return draw(told, live, names=names, touched=frozenset(_touched(changes, names)))


def _key(change: Change) -> GroupKey:
    match change:
        case AddTag() | RenameTag() | RemoveTag():
            return Whole.TAGS
        case AddObject():
            return Whole.OBJECTS
        case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
            return change.custom_object, change.section
        case AddField() | RenameField() | MoveField() | RemoveField() | ResolveDuplicate():
            return change.custom_object, change.section
        case ChangeType() | ChangeOptions() | ChangeSettings():
            return change.custom_object, change.section


def _touched(
    changes: tuple[Change, ...], names: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, str, str]]:
    """Give what of the account the changes are about, by the names that it has there."""
    was = {(label, new): old for (label, old), new in names.items()}
    for change in changes:
        match change:
            case AddObject() | AddField():
                pass
            case AddSection() | RenameSection() | ChangeDescription() | RemoveSection():
                pass
            case AddTag() | RemoveTag():
                yield "", "", change.tag
            case RenameTag():
                yield "", "", change.was
            case RemoveField() | RenameField() | MoveField() | ResolveDuplicate():
                yield _live_key(change, was)
            case ChangeType() | ChangeOptions() | ChangeSettings():
                yield _live_key(change, was)


_TouchingChange: TypeAlias = (
    RemoveField
    | RenameField
    | MoveField
    | ChangeType
    | ChangeOptions
    | ChangeSettings
    | ResolveDuplicate
)


def _live_key(
    change: _TouchingChange, was: Mapping[tuple[str, str], str]
) -> tuple[str, str, str]:
    label, section = change.custom_object, _source(change)
    return label, was.get((label, section), section), _name_before(change)


def _source(change: _TouchingChange) -> str:
    return change.source if isinstance(change, MoveField) else change.section


def _name_before(change: _TouchingChange) -> str:
    return change.name if isinstance(change, ResolveDuplicate) else change.before.name


def _row(change: Change, index: PlanIndex, verdict: Verdict | None) -> Row:
    words = describe_change(change, index)
    sign = sign_of(change, index)
    step = index.step(change)
    waits = (
        tuple(
            f"waits for {describe_action(index.changes[name])}"
            for name in step.waits_for
            if name in index.changes
        )
        if step is not None
        else ()
    )
    pairs = tuple(_pairs(change))
    is_list = any(detail.is_list for detail in words.details)
    told = detail_words(words.details) if is_list or not pairs else ()
    is_new = isinstance(change, AddField)
    state, mark = _STATES[sign], _MARKS[sign]
    if verdict is not None:
        done = verdict.status is VerdictStatus.APPLIED
        by_hand = verdict.status is VerdictStatus.BY_HAND
        state = State.DONE if done else State.BY_HAND if by_hand else State.FAILED
        mark = verdict.status.replace("-", " ")
        told = (*told, verdict.detail) if verdict.detail else told
    return Row(
        name=words.name,
        state=state,
        mark=mark,
        type=_type(change),
        words=(*(() if is_new else (words.what,)), *told, *waits),
        pairs=pairs,
        risks=(
            *(hazard.message for hazard in index.hazards_of(change)),
            *(f"later: {hazard.message}" for hazard in index.later_hazards_of(change)),
        ),
        place=place(change.location),
    )


def _type(change: Change) -> str:
    match change:
        case RemoveField():
            return change.before.type
        case (
            AddField()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeOptions()
            | ChangeSettings()
        ):
            return change.after.type
        case ResolveDuplicate():
            return "" if change.after is None else change.after.type
        case AddObject() | AddSection() | RenameSection() | ChangeDescription():
            return ""
        case RemoveSection() | AddTag() | RenameTag() | RemoveTag():
            return ""


def _pairs(change: Change) -> Iterator[Pair]:
    match change:
        case RenameSection() | RenameField() | RenameTag():
            yield _names(change)
        case MoveField():
            yield Pair(what="section", before=change.source, after=change.section)
        case ChangeType():
            yield Pair(what="type", before=change.before.type, after=change.after.type)
        case ChangeDescription():
            yield Pair(what="description", before=change.before, after=change.after)
        case ChangeOptions():
            yield Pair(
                what="options",
                before=", ".join(change.before.options or ()),
                after=", ".join(_options_after(change)),
            )
        case AddObject() | AddSection() | AddField() | AddTag() | ChangeSettings():
            return
        case RemoveSection() | RemoveField() | RemoveTag() | ResolveDuplicate():
            return


def _names(change: RenameSection | RenameField | RenameTag) -> Pair:
    match change:
        case RenameSection():
            return Pair(what="name", before=change.was, after=change.section)
        case RenameField():
            return Pair(what="name", before=change.before.name, after=change.after.name)
        case RenameTag():
            return Pair(what="name", before=change.was, after=change.tag)


def _options_after(change: ChangeOptions) -> Iterator[str]:
    """Give what the account would have: what it keeps, then what is new."""
    yield from (one for one in change.before.options or () if one not in change.removed)
    yield from change.added
