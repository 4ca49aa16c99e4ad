"""The pages of a plan and of an apply: what to decide, then each change in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from schemactl.model.change import ChangeOptions, ChangeType
from schemactl.model.plan import Hazard, ManualCode, ManualStep, Permission, Plan
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.model.schema import Schema
from schemactl.report.budget import budget_notes
from schemactl.report.call_words import arguments_in_words
from schemactl.report.changes import object_of
from schemactl.report.cleanup import CODE, HEADING, cleanup_words
from schemactl.report.html.page import (
    Block,
    Entry,
    Link,
    Notes,
    Page,
    State,
    Tone,
    notice_entry,
)
from schemactl.report.html.plan_account import account_groups, row_anchors
from schemactl.report.html.render import page_html
from schemactl.report.orphans import (
    heading_of_orphans,
    is_settled,
    name_of,
    nothing_words,
    orphan_sentences,
    other_notices,
)
from schemactl.report.permit_command import APPLY_HERE, PermitCommand
from schemactl.report.plan_index import LOSSES, PlanIndex
from schemactl.report.plan_summary import (
    counts_in_words,
    header,
    losses_in_words,
    price_part,
    unmanaged_in_words,
)
from schemactl.report.protection import CODE as PROTECTION
from schemactl.report.protection import (
    ending_words,
    heading_of_ended,
    heading_of_ending,
)
from schemactl.report.run_summary import count_waiting, run_totals, without_calls_words
from schemactl.text import counted, date_and_time, named, named_each


def plan_page(plan: Plan, live: Schema | None, *, permit: PermitCommand = APPLY_HERE) -> str:
    """Write the page of a plan.

    Args:
        plan: What would happen.
        live: The account as it was read; None if it is unknown.
        permit: The command that applies the plan with permissions.
    """
    index = PlanIndex(plan)
    verdict, tone = _verdict(index)
    summary = plan.summary
    return page_html(
        Page(
            title=f"Plan for {named(plan.account)}",
            about=f"{header(plan.account, plan.backend, plan.size)}. {_made(plan)}",
            verdict=verdict,
            tone=tone,
            numbers=(
                ("to add", summary.add),
                ("to change", summary.change),
                ("to remove", summary.remove),
                ("by hand", summary.by_hand - plan.waiting),
                *([("waiting", plan.waiting)] if plan.waiting else []),
            ),
            before=tuple(_before(index, permit)),
            groups=account_groups(index, live, verdicts={}),
            after=tuple(_after(plan)),
        )
    )


def run_page(plan: Plan, run: Run, live: Schema | None) -> str:
    """Write the page of an apply; `live` is the account before it."""
    index = PlanIndex(plan)
    waiting = count_waiting(plan, run)
    failed = run.status not in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}
    verdicts = {verdict.change: verdict for verdict in run.verdicts}
    return page_html(
        Page(
            title=f"Apply to {named(plan.account)}",
            about=f"{header(plan.account, plan.backend, plan.size)}. {_made(plan)}",
            verdict=_result(plan, run),
            tone=Tone.DANGER if failed else Tone.CALM,
            numbers=(
                ("done", _number(run, VerdictStatus.APPLIED)),
                ("by hand", _number(run, VerdictStatus.BY_HAND) - waiting),
                *([("waiting", waiting)] if waiting else []),
                ("not done", len(run.verdicts) - _number(run, *_SETTLED)),
            ),
            labels={State.FAILED: "not done"},
            before=tuple(_outcome(run, index)),
            groups=account_groups(index, live, verdicts=verdicts),
            after=(*_run_facts(plan, run, failed=failed), *_after(plan)),
        )
    )


def _result(plan: Plan, run: Run) -> str:
    match run.status:
        case RunStatus.COMPLETED:
            return run_totals(plan, run)
        case RunStatus.NOTHING_TO_DO:
            return without_calls_words(plan)
        case RunStatus.INCOMPLETE | RunStatus.STOPPED | RunStatus.INTERRUPTED:
            return f"{run.status}: {run.reason}"


def _made(plan: Plan) -> str:
    return f"Plan made on {date_and_time(plan.made.at)}."


_SETTLED: Final = (VerdictStatus.APPLIED, VerdictStatus.BY_HAND)


def _number(run: Run, *statuses: VerdictStatus) -> int:
    return sum(verdict.status in statuses for verdict in run.verdicts)


def _outcome(run: Run, index: PlanIndex) -> Iterator[Block]:
    """Yield what is not done and what is left to a person, each reason once."""
    open_ = [one for one in run.verdicts if one.status not in _SETTLED]
    by_hand = [one for one in run.verdicts if one.status is VerdictStatus.BY_HAND]
    anchors = row_anchors(index)
    for heading, verdicts in (("Not done", open_), ("Left to do by hand", by_hand)):
        if verdicts:
            entries = tuple(_verdict_entries(verdicts, index, anchors))
            tone = Tone.DANGER if verdicts is open_ else Tone.ATTENTION
            yield Block(heading=heading, notes=(Notes(heading="", entries=entries, tone=tone),))


def _verdict_entries(
    verdicts: Iterable[Verdict], index: PlanIndex, anchors: Mapping[str, str]
) -> Iterator[Entry]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(_reason(verdict), []).append(verdict)
    for text, group in groups.items():
        changes = [verdict.change for verdict in group]
        yield Entry(text=text, links=_links(changes, index, anchors))


def _reason(verdict: Verdict) -> str:
    status = verdict.status.replace("-", " ")
    if not verdict.detail:
        return status
    is_by_hand = verdict.status is VerdictStatus.BY_HAND
    return verdict.detail if is_by_hand else f"{status}: {verdict.detail}"


def _run_facts(plan: Plan, run: Run, *, failed: bool) -> Iterator[Block]:
    if run.ended_protection:
        entries = tuple(Entry(text=f"{ending_words(one)}.") for one in run.ended_protection)
        yield _block(heading_of_ended(run.ended_protection), entries)
    lines = ((run_totals(plan, run),) if failed else ()) + (
        (f"schemactl journal {run.id} lists every call",) if run.id else ()
    )
    if lines:
        yield _block("This apply", tuple(Entry(text=text) for text in lines))


def _block(heading: str, entries: tuple[Entry, ...], tone: Tone = Tone.CALM) -> Block:
    return Block(heading=heading, notes=(Notes(heading="", entries=entries, tone=tone),))


def _verdict(index: PlanIndex) -> tuple[str, Tone]:
    plan = index.plan
    losses = losses_in_words(index)
    if plan.leaves_nothing:
        tone = Tone.CALM if is_settled(plan.notices, plan.orphans) else Tone.ATTENTION
        return nothing_words(plan.notices, plan.orphans), tone
    if losses:
        return losses, Tone.DANGER if index.destroying else Tone.ATTENTION
    if plan.hazards:
        return "There are risks to review. Nothing is destroyed.", Tone.ATTENTION
    tone = Tone.ATTENTION if plan.ends_protection else Tone.CALM
    return "Nothing is destroyed by this plan.", tone


def _before(index: PlanIndex, permit: PermitCommand) -> Iterator[Block]:
    plan = index.plan
    losses = [hazard for hazard in plan.hazards if hazard.code in LOSSES]
    others = [hazard for hazard in plan.hazards if hazard.code not in LOSSES]
    decide = tuple(
        Notes(heading=heading, entries=tuple(_hazard_entries(hazards, index)), tone=tone)
        for heading, hazards, tone in (
            ("Destroyed permanently", losses, Tone.DANGER),
            ("Risks", others, Tone.ATTENTION),
        )
        if hazards
    )
    if decide:
        yield Block(heading="What you must decide", notes=decide)
    if plan.refusals:
        yield _block("To permit all of it", (_permitting(plan, permit),))
    steps = [step for step in plan.manual_steps if step.code is not ManualCode.BLOCKED]
    if steps:
        entries = tuple(_step_entries(steps, index))
        yield _block("What you must do by hand", entries, Tone.ATTENTION)
    also = tuple(_also(plan))
    if also:
        yield Block(heading="What else this plan does", notes=also)


def _permitting(plan: Plan, permit: PermitCommand) -> Entry:
    command = permit.with_permissions(plan.needed_permissions, prune=plan.prune)
    text = "`apply` refuses this plan until you permit it. To permit all of it:"
    return Entry(text=text, code=(command,))


def _step_entries(steps: Iterable[ManualStep], index: PlanIndex) -> Iterator[Entry]:
    """Yield an entry per instruction, with all changes that it is for."""
    anchors = row_anchors(index)
    by_instruction: dict[str, list[str]] = {}
    for step in steps:
        by_instruction.setdefault(_instruction(step), []).append(step.change)
    for instruction, changes in by_instruction.items():
        if len(changes) == 1:
            yield Entry(text=f"{_about(changes[0], index)}: {instruction}")
        else:
            yield Entry(text=instruction, links=_links(changes, index, anchors))


def _hazard_entries(hazards: Iterable[Hazard], index: PlanIndex) -> Iterator[Entry]:
    """Yield an entry per hazard; those of one code that destroy values share a sentence."""
    anchors = row_anchors(index)
    by_code: dict[Permission, list[Hazard]] = {}
    for hazard in hazards:
        by_code.setdefault(hazard.code, []).append(hazard)
    for code, group in by_code.items():
        shared = _shared_sentence(code)
        if shared and len(group) > 1 and not any(hazard.hint for hazard in group):
            changes = [change for hazard in group for change in hazard.changes]
            links = tuple(
                Link(_affected_part(one, index), anchors.get(one, "")) for one in changes
            )
            text = f"{shared} {_permission_words(group[0], index)}"
            yield Entry(text=text, links=links, anchor=f"hazard-{code}")
            continue
        for number, hazard in enumerate(group):
            hint = f" Or: {hazard.hint}." if hazard.hint else ""
            text = f"{hazard.message}. {_permission_words(hazard, index)}{hint}"
            yield Entry(text=text, anchor="" if number else f"hazard-{code}")


def _shared_sentence(code: Permission) -> str:
    """Return one sentence for several hazards of a code; empty where each needs its own."""
    match code:
        case Permission.REMOVES_FIELD:
            return "The values of these fields in every record are destroyed permanently."
        case Permission.REPLACES_FIELD:
            return (
                "These fields are removed and created again: their values in every record are "
                "destroyed permanently."
            )
        case Permission.REMOVES_SECTION:
            return "These sections disappear from every record."
        case Permission.REMOVES_OPTION:
            return "Records that hold these options lose them."
        case Permission.REMOVES_TAG:
            return "Every contact loses these tags."
        case Permission.ONE_WAY_TYPE:
            return (
                "These fields keep their values, but can never become what they were again: "
                "their type changes in place."
            )
        case (
            Permission.TIGHTENS
            | Permission.WRITES_CONTACTS
            | Permission.COPIES_VALUES
            | Permission.MANY_REMOVALS
            | Permission.UNEXPLAINED_PAIR
            | Permission.MAYBE_RENAMED
            | Permission.EXCEEDS_FIELD_BUDGET
        ):
            return ""


def _affected_part(change_id: str, index: PlanIndex) -> str:
    """Return the object of a change, with what of it a shared sentence leaves out."""
    change, about = index.changes.get(change_id), _about(change_id, index)
    if change is None:
        return about
    held = counts_in_words(index, change)
    if isinstance(change, ChangeOptions) and change.lost:
        # The options are named with their numbers, if there are several.
        names = ", ".join(named_each(change.lost))
        about = f"{about}: {names}" if len(change.lost) == 1 or not held else about
    if isinstance(change, ChangeType):
        about = f"{about}: {change.before.type or 'no type'} → {change.after.type}"
    return f"{about} · {held}" if held else about


def _permission_words(hazard: Hazard, index: PlanIndex) -> str:
    if index.is_permitted(hazard):
        return "Permitted."
    return f"Needs `--allow {hazard.permission}`."


def _also(plan: Plan) -> Iterator[Notes]:
    if plan.first:
        cleanups = tuple(Entry(text=f"{cleanup_words(one)}. [{CODE}]") for one in plan.first)
        yield Notes(heading=HEADING, entries=cleanups, tone=Tone.ATTENTION)
    if plan.ends_protection:
        ended = tuple(
            Entry(text=f"{ending_words(one)}. [{PROTECTION}]") for one in plan.ends_protection
        )
        heading = heading_of_ending(plan.ends_protection)
        yield Notes(heading=heading, entries=ended, tone=Tone.ATTENTION)
    if plan.later_hazards:
        later = tuple(
            Entry(text=f"{hazard.message}. Will need `--allow {hazard.permission}`.")
            for hazard in plan.later_hazards
        )
        yield Notes(heading="Later, once blocked changes can be made", entries=later)


def _links(
    changes: Iterable[str], index: PlanIndex, anchors: Mapping[str, str]
) -> tuple[Link, ...]:
    return tuple(Link(_about(one, index), anchors.get(one, "")) for one in changes)


def _about(change_id: str, index: PlanIndex) -> str:
    change = index.changes.get(change_id)
    return change_id if change is None else object_of(change)


def _instruction(step: ManualStep) -> str:
    return step.instruction + ("" if step.alternative is None else f" (or: {step.alternative})")


def _after(plan: Plan) -> Iterator[Block]:
    if others := other_notices(plan):
        yield _block("Worth knowing", tuple(map(notice_entry, others)))
    if plan.orphans:
        sentences = orphan_sentences(plan.orphans)
        heading = heading_of_orphans(plan.orphans)
        yield _block(heading, tuple(Entry(text=text) for text in sentences))
    if plan.unmanaged:
        names = tuple(Link(name_of(thing)) for thing in plan.unmanaged)
        text = f"{unmanaged_in_words(plan.unmanaged)}:"
        yield _block("Left alone", (Entry(text=text, links=names),))
    notes = tuple(Entry(text=text) for text in budget_notes(plan.budget, full=True))
    yield _block("Requests, time and field budget", (_price(plan), *notes))


def _price(plan: Plan) -> Entry:
    steps = tuple(
        f"{call.request}: {arguments_in_words(call.arguments)}" for call in plan.calls
    )
    heading = f"{counted(len(steps), 'call')}, in this order"
    return Entry(text=price_part(plan), steps=steps, steps_heading=heading)
