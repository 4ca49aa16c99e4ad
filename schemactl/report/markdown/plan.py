"""A plan as Markdown for a comment on a pull request: what it destroys comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemactl.model.change import Change
from schemactl.model.difference import EndedProtection
from schemactl.model.plan import ManualCode, ManualStep, Plan
from schemactl.report.budget import budget_notes
from schemactl.report.call_words import arguments_in_words
from schemactl.report.changes import describe_action, describe_change, object_of
from schemactl.report.cleanup import CODE, HEADING, cleanup_words
from schemactl.report.locations import place
from schemactl.report.markdown.losses import hazard_words, losses_block
from schemactl.report.markdown.syntax import (
    COMMENT_MAX,
    capped,
    code,
    detail,
    document,
    folded,
    notices_block,
    prose,
    row,
    sentence,
)
from schemactl.report.orphans import (
    WAY_OUT,
    group_orphans,
    heading_of_orphans,
    name_of,
    nothing_words,
    other_notices,
    removed_lines,
)
from schemactl.report.plan_index import LOSSES, PlanIndex
from schemactl.report.plan_summary import header, summary_parts, unmanaged_in_words
from schemactl.report.protection import CODE as PROTECTION
from schemactl.report.protection import ending_words, heading_of_ending
from schemactl.text import counted

_HEADING: Final = 200
"""Characters of a table's first lines and its last, which counts the rest."""
_LOSSES_MAX: Final = COMMENT_MAX * 5 // 6
_BLOCK_MAX: Final = COMMENT_MAX // 10
_BLOCKS: Final = 10
"""Blocks that share what losses leave: nine and the changes."""
_FRAME: Final = 2_000
"""Characters of headings and sums."""


def plan_markdown(plan: Plan) -> str:
    """Write a plan as Markdown that fits into a comment; what does not fit is counted."""
    index = PlanIndex(plan)
    losses = losses_block(index, room=_LOSSES_MAX)
    # What is destroyed takes the room that it needs; everything else shares the rest.
    rest = COMMENT_MAX - len(document(losses)) - _FRAME
    room = min(_BLOCK_MAX, rest // _BLOCKS)
    above = (
        [f"### schemactl plan for {code(plan.account)}"],
        losses,
        _other_hazards(index, room),
        _cleanups(plan, room),
        ending_block(heading_of_ending(plan.ends_protection), plan.ends_protection, room=room),
        _later_hazards(index, room),
        [prose(header(plan.account, plan.backend, plan.size))],
    )
    below = (
        _manual_steps(index, room),
        notices_block(other_notices(plan), room=room),
        _orphans(plan, room),
        _unmanaged(plan, room),
        _calls(plan, room),
        _ending(plan),
    )
    left = COMMENT_MAX - len(document(*above, *below)) - _HEADING
    return document(*above, _changes(index, room=left), *below)


def _cleanups(plan: Plan, room: int) -> list[str]:
    if not plan.first:
        return []
    items = [f"> - {code(CODE)}: {prose(cleanup_words(one))}" for one in plan.first]
    more = "> - … and {} more"
    return ["> [!WARNING]", f"> {HEADING}:", ">", *capped(items, room=room, more=more)]


def ending_block(heading: str, ended: Sequence[EndedProtection], *, room: int) -> list[str]:
    """List fields whose protection ends; the heading counts them all."""
    if not ended:
        return []
    items = [f"> - {code(PROTECTION)}: {prose(ending_words(one))}" for one in ended]
    more = "> - … and {} more"
    return ["> [!WARNING]", f"> {heading}:", ">", *capped(items, room=room, more=more)]


def _other_hazards(index: PlanIndex, room: int) -> list[str]:
    hazards = [hazard for hazard in index.plan.hazards if hazard.code not in LOSSES]
    if not hazards:
        return []
    items = [f"> - {hazard_words(hazard, index)}" for hazard in hazards]
    return ["> [!WARNING]", *capped(items, room=room, more="> - … and {} more")]


def _later_hazards(index: PlanIndex, room: int) -> list[str]:
    """List what blocked changes will need: a reviewer should not learn of it afterwards."""
    hazards = index.plan.later_hazards
    if not hazards:
        return []
    items = [
        f"> - {code(hazard.code)}: {sentence(hazard.message)} · will need "
        f"{code(f'--allow {hazard.permission}')}"
        for hazard in hazards
    ]
    return [
        "> [!NOTE]",
        "> **Not now, but once what is blocked can be done:**",
        ">",
        *capped(items, room=room, more="> - … and {} more"),
    ]


def _changes(index: PlanIndex, *, room: int) -> list[str]:
    changes = index.plan.changes
    if not changes:
        return []
    rows = [change_row(change, index) for change in changes]
    heading = [row("", "item", "change", "details", "file"), row(*["---"] * 5)]
    more = row("", "… and {} more", "", "", "")
    return [*heading, *capped(rows, room=room, more=more)]


def change_row(change: Change, index: PlanIndex) -> str:
    """Return the row of a change: sign, name, what, details and place."""
    words = describe_change(change, index)
    details = "; ".join(map(detail, words.details))
    where = place(change.location)
    return row(
        code(words.sign),
        code(object_of(change)),
        prose(words.what),
        details,
        code(where) if where else "",
    )


def _manual_steps(index: PlanIndex, room: int) -> list[str]:
    steps = index.plan.manual_steps
    if not steps:
        return []
    items = [f"- {_manual_step(step, index)}" for step in steps]
    return ["**By hand**", "", *capped(items, room=room, more="- … and {} more")]


def _manual_step(step: ManualStep, index: PlanIndex) -> str:
    change = index.changes.get(step.change)
    about = step.change if change is None else object_of(change)
    if step.code is ManualCode.BLOCKED and step.waits_for:
        awaited = ", ".join(_awaited(change_id, index) for change_id in step.waits_for)
        return f"{code(about)}: only after {awaited}"
    other = "" if step.alternative is None else f" (or: {sentence(step.alternative)})"
    return f"{code(about)}: {sentence(step.instruction)}{other}"


def _awaited(change_id: str, index: PlanIndex) -> str:
    change = index.changes.get(change_id)
    return code(change_id if change is None else describe_action(change))


def _orphans(plan: Plan, room: int) -> list[str]:
    if not plan.orphans:
        return []
    items = [
        text
        for group in group_orphans(plan.orphans)
        for text in (
            *(f"- {code(name)}: {group.origin}" for name in group.names),
            *(f"- {prose(text)}" for text in group.kept),
        )
    ]
    lines = () if plan.prune else removed_lines(plan.orphans)
    paste = [f"{WAY_OUT}:", "", "```yaml", *lines, "```"]
    fits = lines and sum(map(len, lines)) + len(lines) < room // 2
    return [
        f"**{heading_of_orphans(plan.orphans)}**",
        "",
        *capped(items, room=room // 2 if fits else room, more="- … and {} more"),
        *(["", *paste] if fits else []),
    ]


def _unmanaged(plan: Plan, room: int) -> list[str]:
    if not plan.unmanaged:
        return []
    items = [f"- {code(name_of(thing))}" for thing in plan.unmanaged]
    return folded(f"{unmanaged_in_words(plan.unmanaged)}.", items, room=room)


def _calls(plan: Plan, room: int) -> list[str]:
    if not plan.calls:
        return []
    items = [
        f"{call.number}. {code(call.request)} {prose(arguments_in_words(call.arguments))}"
        for call in plan.calls
    ]
    return folded(f"{counted(len(plan.calls), 'call')}, in this order", items, room=room)


def _ending(plan: Plan) -> list[str]:
    if plan.leaves_nothing:
        return [nothing_words(plan.notices, plan.orphans)]
    notes = [prose(text) for text in budget_notes(plan.budget, full=False)]
    return [f"**{' · '.join(summary_parts(plan))}**", *(["", " ".join(notes)] if notes else [])]
