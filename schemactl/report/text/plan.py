"""A plan as text: what would change, what it destroys, what it costs.

Changes are listed by section, in the order of the files. Below each change is what it
needs and what to know about it: the permission of a hazard, a manual step, the changes that
come before it, and notices. Notices on other things come after all changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from schemactl.model.change import AddObject, AddSection, Change, SectionChange
from schemactl.model.difference import EndedProtection
from schemactl.model.plan import Hazard, ManualStep, Plan
from schemactl.model.schema import in_object
from schemactl.report.budget import budget_notes
from schemactl.report.changes import (
    Sign,
    describe_action,
    describe_change,
    group_of,
    sign_of,
    style_of,
)
from schemactl.report.cleanup import CODE, HEADING, cleanup_words
from schemactl.report.locations import place
from schemactl.report.orphans import is_settled, nothing_words, other_notices
from schemactl.report.permit_command import APPLY_HERE, PermitCommand
from schemactl.report.plan_index import PLAN_WIDE, PlanIndex
from schemactl.report.plan_summary import header, losses_in_words, summary_parts
from schemactl.report.protection import CODE as PROTECTION
from schemactl.report.protection import ending_words, heading_of_ending
from schemactl.report.style import Style
from schemactl.report.text.calls import calls_lines
from schemactl.report.text.layout import MIN_WIDTH, Columns, Row, fit_columns, lay_out, note
from schemactl.report.text.lines import Line, Span, line, paragraphs
from schemactl.report.text.notices import notice_lines, unmanaged_lines
from schemactl.report.text.orphans import orphan_lines
from schemactl.report.text.wrapping import wrap_parts
from schemactl.text import and_list, counted, named, visible

_INDENT = 4
_TAGS = "Tags of the account"


def plan_text(
    plan: Plan, *, width: int, verbose: bool = False, permit: PermitCommand = APPLY_HERE
) -> tuple[Line, ...]:
    """Return a plan as text.

    Args:
        plan: With its hazards.
        width: Cells of a line; names are never cut, so a line may be longer.
        verbose: Whether to list everything: calls, what is left alone, whole lists.
        permit: The command that applies the plan with permissions.
    """
    index = PlanIndex(plan)
    return paragraphs(
        [line(header(plan.account, plan.backend, plan.size))],
        changes_text(plan, width=width, verbose=verbose),
        unmanaged_lines(plan.unmanaged, width=width, verbose=verbose),
        calls_lines(plan.calls, width=width) if verbose else (),
        _explanation(plan, width),
        _warnings(index, width, permit),
        _ending(plan, width, verbose=verbose),
    )


def changes_text(plan: Plan, *, width: int, verbose: bool) -> tuple[Line, ...]:
    """Return what a plan does and destroys, without its account and its price."""
    index = PlanIndex(plan)
    return paragraphs(
        _cleanups(plan, width),
        ending_lines(heading_of_ending(plan.ends_protection), plan.ends_protection, width),
        *_groups(index, width=width, verbose=verbose),
        _plan_wide(index, width),
        notice_lines(index.other_notices, width=width, verbose=verbose),
        orphan_lines(plan.orphans, prunes=plan.prune, width=width, verbose=verbose),
    )


def _cleanups(plan: Plan, width: int) -> list[Line]:
    """Return what apply does before its first call."""
    if not plan.first:
        return []
    lines = [line(Span(HEADING, Style.BOLD))]
    for cleanup in plan.first:
        text = f"{cleanup_words(cleanup)} [{CODE}]"
        lines.extend(note("! ", text, indent=_INDENT, width=width, style=Style.WARNING))
    return lines


def ending_lines(heading: str, ended: Sequence[EndedProtection], width: int) -> list[Line]:
    """Return every field whose protection ends."""
    if not ended:
        return []
    lines = [line(Span(heading, Style.BOLD))]
    for one in ended:
        lines.extend(
            note(
                "! ",
                f"{ending_words(one)} [{PROTECTION}]",
                indent=_INDENT,
                width=width,
                style=Style.WARNING,
                aside=place(one.location),
            )
        )
    return lines


def _groups(index: PlanIndex, *, width: int, verbose: bool) -> Iterator[list[Line]]:
    groups: dict[tuple[str, str] | None, list[Change]] = {}
    for change in index.plan.changes:
        groups.setdefault(group_of(change), []).append(change)
    tags = groups.pop(None, None)
    if tags is not None:
        groups[None] = tags
    rows = [
        list(_rows(_heading(group), changes, index, verbose=verbose))
        for group, changes in groups.items()
    ]
    columns = fit_columns(
        [row for pairs in rows for row, _ in pairs], width=width, full=verbose
    )
    for pairs in rows:
        yield [
            text
            for row, change in pairs
            for text in _lay_out_change(row, change, index, columns)
        ]


def _lay_out_change(
    row: Row, change: Change | None, index: PlanIndex, columns: Columns
) -> Iterator[Line]:
    yield from lay_out(row, columns)
    if change is not None:
        yield from _beneath(change, index, columns.width, indent=row.indent + 2)


def _heading(group: tuple[str, str] | None) -> str:
    return _TAGS if group is None else named(in_object(*group))


def _rows(
    heading: str, changes: Sequence[Change], index: PlanIndex, *, verbose: bool
) -> Iterator[tuple[Row, Change | None]]:
    own = [change for change in changes if _is_about_section(change)]
    inner = [change for change in changes if not _is_about_section(change)]
    for change in own:
        yield _row(change, index, headline=True), change
    if not own:
        yield _bare_headline(heading, inner, index), None
    new = next((change for change in own if isinstance(change, AddSection)), None)
    for change in inner:
        # The place of a new section is enough for its fields in the same file.
        is_beside = new is not None and _file_of(change) == _file_of(new)
        yield _row(change, index, hide_place=is_beside and not verbose), change


def _file_of(change: Change) -> str:
    return "" if change.location is None else change.location.file


def _is_about_section(change: Change) -> bool:
    return isinstance(change, AddObject | SectionChange)


def _row(
    change: Change, index: PlanIndex, *, headline: bool = False, hide_place: bool = False
) -> Row:
    words = describe_change(change, index)
    return Row(
        indent=0 if headline else _INDENT,
        sign=words.sign,
        style=style_of(words.sign),
        name=words.name,
        what=words.what,
        details=words.details,
        place="" if hide_place else place(change.location),
        headline=headline,
    )


def _bare_headline(name: str, changes: Iterable[Change], index: PlanIndex) -> Row:
    """Return the heading of a group whose section itself does not change."""
    signs = {sign_of(change, index) for change in changes}
    sign = Sign.BY_HAND if signs == {Sign.BY_HAND} else Sign.CHANGE
    return Row(indent=0, sign=sign, style=style_of(sign), name=name, headline=True)


def _beneath(change: Change, index: PlanIndex, width: int, *, indent: int) -> Iterator[Line]:
    for hazard in index.hazards_of(change):
        yield from _hazard(hazard, index, width, indent=indent)
    step = index.step(change)
    if step is not None:
        yield from _step(step, change, index, width, indent=indent)
    for notice in index.notices_of(change):
        text = f"{notice.message} [{notice.code}]"
        yield from note("note: ", text, indent=indent, width=width, style=Style.PLAIN)


def _step(
    step: ManualStep, change: Change, index: PlanIndex, width: int, *, indent: int
) -> Iterator[Line]:
    """Yield what a person does, or after which changes this one is possible."""
    if step.waits_for:
        awaited = [_awaited(change_id, index) for change_id in step.waits_for]
        text, mark = and_list(awaited), "only after "
    else:
        text, mark = step.instruction, "by hand: "
    yield from note(mark, text, indent=indent, width=width, style=Style.MANUAL)
    for hazard in index.later_hazards_of(change):
        yield from _later_hazard(hazard, width, indent=indent)
    if step.alternative is not None:
        yield from note("or: ", step.alternative, indent=indent, width=width, style=Style.DIM)


def _awaited(change_id: str, index: PlanIndex) -> str:
    change = index.changes.get(change_id)
    return visible(change_id) if change is None else describe_action(change)


def _hazard(hazard: Hazard, index: PlanIndex, width: int, *, indent: int) -> list[Line]:
    permitted = index.is_permitted(hazard)
    lines = note(
        f"! {hazard.code}: ",
        hazard.message,
        indent=indent,
        width=width,
        style=Style.WARNING,
        aside="permitted" if permitted else f"--allow {hazard.permission}",
    )
    if hazard.hint is not None and not permitted:
        hint = note("hint: ", hazard.hint, indent=indent + 2, width=width, style=Style.DIM)
        lines.extend(hint)
    return lines


def _later_hazard(hazard: Hazard, width: int, *, indent: int) -> list[Line]:
    """Return what a blocked change will need: nothing is refused for it now."""
    return note(
        f"! then {hazard.code}: ",
        hazard.message,
        indent=indent,
        width=width,
        style=Style.WARNING,
        aside=f"will need --allow {hazard.permission}",
    )


def _plan_wide(index: PlanIndex, width: int) -> list[Line]:
    hazards = index.plan_wide_hazards()
    later = [hazard for hazard in index.plan.later_hazards if hazard.code in PLAN_WIDE]
    return [
        *(text for hazard in hazards for text in _hazard(hazard, index, width, indent=0)),
        *(text for hazard in later for text in _later_hazard(hazard, width, indent=0)),
    ]


def _explanation(plan: Plan, width: int) -> list[Line]:
    """Return which command explains the codes that the report shows."""
    codes = [
        *(str(hazard.code) for hazard in (*plan.refusals, *plan.hazards, *plan.later_hazards)),
        *([CODE] if plan.first else []),
        *([PROTECTION] if plan.ends_protection else []),
        *(str(notice.code) for notice in other_notices(plan)),
    ]
    if not codes:
        return []
    text = f"`schemactl explain {codes[0]}` explains this code."
    if len(set(codes)) > 1:
        text = f"`schemactl explain CODE` explains each code, such as {codes[0]}."
    return note("", text, indent=0, width=width, style=Style.DIM)


def _warnings(index: PlanIndex, width: int, permit: PermitCommand) -> list[Line]:
    """Return the warnings, right above the summary."""
    lines: list[Line] = []
    if text := losses_in_words(index):
        lines.extend(note("! ", text, indent=0, width=width, style=Style.REMOVE))
    if index.plan.refusals:
        text = "apply refuses this plan until you permit it. To permit all of it:"
        lines.extend(note("! ", text, indent=0, width=width, style=Style.WARNING))
        # On one line, however long, so that it can be pasted.
        plan = index.plan
        command = permit.with_permissions(plan.needed_permissions, prune=plan.prune)
        lines.append(line(" " * _INDENT, visible(command)))
    waiting = sum(index.waits(change) for change in index.plan.changes)
    if waiting:
        text = (
            f"{counted(waiting, 'change is', 'changes are')} possible only after what is "
            "done by hand: plan again then."
        )
        if later := index.later_permissions():
            needed = ", ".join(f"--allow {permission}" for permission in later)
            text = f"{text} That plan will need {needed}."
        lines.extend(note("? ", text, indent=0, width=width, style=Style.MANUAL))
    return lines


def _ending(plan: Plan, width: int, *, verbose: bool) -> list[Line]:
    if plan.leaves_nothing:
        style = Style.GOOD if is_settled(plan.notices, plan.orphans) else Style.MANUAL
        words = nothing_words(plan.notices, plan.orphans)
        return note("", words, indent=0, width=width, style=style)
    texts = wrap_parts(summary_parts(plan), max(width, MIN_WIDTH))
    lines = [line(Span(text, Style.BOLD)) for text in texts]
    notes = [
        each
        for text in budget_notes(plan.budget, full=verbose)
        for each in note("", text, indent=0, width=width, style=Style.DIM)
    ]
    return [*notes, *lines]
