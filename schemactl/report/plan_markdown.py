"""A plan as Markdown for the comment of a pull request: what it destroys stands on top."""

from __future__ import annotations

from typing import Final

from schemactl.model.change import Change
from schemactl.model.plan import Hazard, ManualCode, ManualStep, Plan
from schemactl.report.change_words import deed_of, describe_change, object_of
from schemactl.report.cleanup_words import CODE, HEADING, cleanup_words
from schemactl.report.markdown import (
    COMMENT_MAX,
    capped,
    code,
    detail,
    document,
    notices_block,
    prose,
    row,
)
from schemactl.report.notices_text import place, unmanaged_in_words
from schemactl.report.plan_index import LOSSES, PlanIndex
from schemactl.report.plan_text import header, summary_parts
from schemactl.report.wording import count

_HEADING: Final = 200
"""Characters of a table's first lines and its last, which counts the rest."""
_LOSSES_MAX: Final = COMMENT_MAX // 2
_BLOCK_MAX: Final = COMMENT_MAX // 10


def plan_markdown(plan: Plan) -> str:
    """Write a plan as Markdown that fits into a comment; what it leaves out is counted."""
    index = PlanIndex(plan)
    above = (
        [f"### schemactl plan for {code(plan.account)}"],
        _losses(index),
        _other_hazards(index),
        _cleanups(plan),
        _later_hazards(index),
        [prose(header(plan.account, plan.backend, plan.size))],
    )
    below = (
        _manual_steps(index),
        notices_block(plan.notices, room=_BLOCK_MAX),
        _unmanaged(plan),
        _ending(plan),
    )
    # Changes take what is left: losses are told one by one before any of them.
    room = COMMENT_MAX - len(document(*above, *below)) - _HEADING
    return document(*above, _changes(index, room=room), *below)


def _losses(index: PlanIndex) -> list[str]:
    losses = index.losses()
    if not losses:
        return []
    number = count(len(losses), "change destroys", "changes destroy")
    told = [f"> - {_hazard(hazard, index)}" for hazard in losses]
    return [
        "> [!CAUTION]",
        f"> **{number} what {index.holders} hold, for ever: nothing brings it back.**",
        ">",
        *capped(told, room=_LOSSES_MAX, more="> - … and {} more"),
    ]


def _cleanups(plan: Plan) -> list[str]:
    if not plan.pending_cleanups:
        return []
    told = [f"> - {code(CODE)}: {prose(cleanup_words(one))}" for one in plan.pending_cleanups]
    more = "> - … and {} more"
    return ["> [!WARNING]", f"> {HEADING}:", ">", *capped(told, room=_BLOCK_MAX, more=more)]


def _other_hazards(index: PlanIndex) -> list[str]:
    hazards = [hazard for hazard in index.plan.hazards if hazard.code not in LOSSES]
    if not hazards:
        return []
    told = [f"> - {_hazard(hazard, index)}" for hazard in hazards]
    return ["> [!WARNING]", *capped(told, room=_BLOCK_MAX, more="> - … and {} more")]


def _later_hazards(index: PlanIndex) -> list[str]:
    """List what blocked changes will need: a reviewer should not learn of it afterwards."""
    hazards = index.plan.later_hazards
    if not hazards:
        return []
    told = [
        f"> - {code(hazard.code)}: {prose(hazard.message)} · will need "
        f"{code(f'--allow {hazard.permission}')}"
        for hazard in hazards
    ]
    return [
        "> [!NOTE]",
        "> **Not now, but once what is blocked can be done:**",
        ">",
        *capped(told, room=_BLOCK_MAX, more="> - … and {} more"),
    ]


def _hazard(hazard: Hazard, index: PlanIndex) -> str:
    permitted = index.is_permitted(hazard)
    state = "permitted" if permitted else f"needs {code(f'--allow {hazard.permission}')}"
    hint = "" if hazard.hint is None or permitted else f" ({prose(hazard.hint)})"
    return f"{code(hazard.code)}: {prose(hazard.message)}{hint} · {state}"


def _changes(index: PlanIndex, *, room: int) -> list[str]:
    changes = index.plan.changes
    if not changes:
        return []
    rows = [_change(change, index) for change in changes]
    heading = [row("", "what", "does", "details", "asked for in"), row(*["---"] * 5)]
    more = row("", "… and {} more", "", "", "")
    return [*heading, *capped(rows, room=room, more=more)]


def _change(change: Change, index: PlanIndex) -> str:
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


def _manual_steps(index: PlanIndex) -> list[str]:
    steps = index.plan.manual_steps
    if not steps:
        return []
    told = [f"- {_manual_step(step, index)}" for step in steps]
    return ["**By hand**", "", *capped(told, room=_BLOCK_MAX, more="- … and {} more")]


def _manual_step(step: ManualStep, index: PlanIndex) -> str:
    change = index.changes.get(step.change)
    about = step.change if change is None else object_of(change)
    if step.code is ManualCode.BLOCKED and step.waits_for:
        awaited = ", ".join(_awaited(change_id, index) for change_id in step.waits_for)
        return f"{code(about)}: waits for {awaited}"
    other = "" if step.alternative is None else f" (or: {prose(step.alternative)})"
    return f"{code(about)}: {prose(step.instruction)}{other}"


def _awaited(change_id: str, index: PlanIndex) -> str:
    change = index.changes.get(change_id)
    return code(change_id if change is None else deed_of(change))


def _unmanaged(plan: Plan) -> list[str]:
    return [f"{unmanaged_in_words(plan.unmanaged)}."] if plan.unmanaged else []


def _ending(plan: Plan) -> list[str]:
    if plan.leaves_nothing:
        return ["Nothing to do: the account is as the files say."]
    return [f"**{' · '.join(summary_parts(plan))}**"]
