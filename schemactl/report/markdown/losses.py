"""What a plan destroys, for the top of a comment: in sentences, or by name if they do not fit.

Long names are shortened before any is omitted. A comment has room for some three thousand
objects by their shortened names; the first line says how many of a larger plan are missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from schemactl.model.change import Change, ChangeOptions
from schemactl.model.plan import Hazard
from schemactl.report.changes import object_of
from schemactl.report.markdown.syntax import code, prose, sentence
from schemactl.report.plan_index import PlanIndex
from schemactl.report.plan_summary import losses_in_words
from schemactl.safety.count_words import count_in_words
from schemactl.text import MIN_SHORTENED, shortened

LONGEST: Final = (1_000, 500, 250, 120, 60, 40, 24, MIN_SHORTENED)
"""Characters of a name, tried in this order until everything fits."""
_JOINT: Final = ", "


def losses_block(index: PlanIndex, *, room: int) -> list[str]:
    """Return what is destroyed, in at most `room` characters; no losses, no lines."""
    losses = index.losses()
    if not losses:
        return []
    lines = [f"> - {hazard_words(hazard, index)}" for hazard in losses]
    missing = 0
    if _size(lines) > room:
        lines, missing = _by_name(losses, index, room)
    return [
        "> [!CAUTION]",
        *([f"> {_warning(missing, len(losses))}", ">"] if missing else []),
        f"> **{losses_in_words(index)}**",
        ">",
        *lines,
    ]


def hazard_words(hazard: Hazard, index: PlanIndex) -> str:
    """Return a hazard as a sentence with the permission that it needs."""
    permitted = index.is_permitted(hazard)
    hint = "" if hazard.hint is None or permitted else f" ({sentence(hazard.hint)})"
    return f"{code(hazard.code)}: {sentence(hazard.message)}{hint} · {_state(hazard, index)}"


def _state(hazard: Hazard, index: PlanIndex) -> str:
    if index.is_permitted(hazard):
        return "permitted"
    return f"needs {code(f'--allow {hazard.permission}')}"


def _warning(missing: int, number: int) -> str:
    return (
        f"**Incomplete: {missing:,} of {number:,} destroying changes are not listed here, "
        "because they do not fit. Review the whole plan as HTML before anybody permits it.**"
    )


def _by_name(losses: Sequence[Hazard], index: PlanIndex, room: int) -> tuple[list[str], int]:
    """Return a line for each kind of loss, and how many losses are missing from them."""
    ordered = sorted(losses, key=lambda hazard: hazard.code)
    entries: list[tuple[Hazard, str]] = []
    for longest in LONGEST:
        entries = [(hazard, loss_names(hazard, index, longest)) for hazard in ordered]
        lines = _grouped(entries, index)
        if _size(lines) <= room:
            return lines, 0
    fitting = list(_fitting(entries, index, room))
    return _grouped(fitting, index), len(losses) - len(fitting)


def _fitting(
    entries: Sequence[tuple[Hazard, str]], index: PlanIndex, room: int
) -> Iterator[tuple[Hazard, str]]:
    heads = {loss_head(hazard, index) for hazard, _ in entries}
    left = room - _size(sorted(heads))
    for hazard, names in entries:
        if len(names) + len(_JOINT) <= left:
            left -= len(names) + len(_JOINT)
            yield hazard, names


def _grouped(entries: Sequence[tuple[Hazard, str]], index: PlanIndex) -> list[str]:
    groups = groupby(entries, key=lambda entry: loss_head(entry[0], index))
    return [f"{head}{_JOINT.join(names for _, names in group)}" for head, group in groups]


def loss_head(hazard: Hazard, index: PlanIndex) -> str:
    """Return the start of the line for one kind of loss: its code, and its permission."""
    return f"> - {code(hazard.code)} · {_state(hazard, index)}: "


def loss_names(hazard: Hazard, index: PlanIndex, longest: int, *, counts: bool = True) -> str:
    """Return the names of what is destroyed, each with at most `longest` characters.

    Args:
        hazard: The loss.
        index: The plan.
        longest: Characters of a name.
        counts: Whether the number of contacts that hold values is beside each name.
    """
    return _JOINT.join(
        _name(index.changes[change], index, longest, counts=counts)
        if change in index.changes
        else code(change)
        for change in hazard.changes
    )


def _name(change: Change, index: PlanIndex, longest: int, *, counts: bool) -> str:
    show = partial(shortened, max_length=longest)
    about = code(object_of(change, show))
    if isinstance(change, ChangeOptions):
        about += f" loses {' and '.join(code(show(option)) for option in change.lost)}"
    # Options of a hostile file are as long as it likes, so their numbers come without names.
    each = (count_in_words(one.count, "") for one in index.counts_of(change.id))
    held = " / ".join(each) if counts else ""
    return f"{about} ({prose(held)})" if held else about


def _size(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)
