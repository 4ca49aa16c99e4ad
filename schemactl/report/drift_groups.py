"""Drift in groups by who moved: what to decide first stands first."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from schemactl.drift.decisions import (
    MAX_DETAILED,
    differs,
    is_acknowledged,
    is_reported,
    needs_decision,
)
from schemactl.model.drift import Cause, Drift, DriftItem, DriftStatus, Suppression
from schemactl.report.agreement import agreement_words
from schemactl.report.style import Style
from schemactl.text import named, quoted, short_hash, visible

_HEADINGS: Final = {
    Cause.CONFLICT: "Changed on both sides, differently",
    Cause.DRIFT: "Changed in the account since the last apply",
    Cause.PENDING: "Changed in the files, not applied yet",
    Cause.UNKNOWN: "Different, and nothing tells which side moved",
}
_BRIEF: Final = {
    Cause.CONFLICT: "changed on both sides",
    Cause.DRIFT: "changed in the account since the last apply",
    Cause.PENDING: "changed in the files",
    Cause.UNKNOWN: "different",
}
_ACKNOWLEDGE: Final = "leave it for now (acknowledged: in schemactl.yaml)"
_DECIDE: Final = "decide first, by hand in the files, and look again before you apply"
_NEW: Final = "new in the account since the last apply"


class Group(NamedTuple):
    """Items that are told together.

    Attributes:
        heading: Empty where they are all there is.
        items: In the order of the report.
        brief: The heading in a few words, beside a number.
    """

    heading: str
    items: tuple[DriftItem, ...]
    brief: str


class WayOut(NamedTuple):
    """What can be done about an item that the account has otherwise."""

    what: str
    how: str


def groups_of(drift: Drift, *, strict: bool) -> tuple[Group, ...]:
    """Part what differs by who moved; what is left alone only if strict, or if it is new."""
    loud = [
        item
        for item in drift.items
        if is_reported(item, strict=strict) and item.status is not DriftStatus.ORPHAN
    ]
    new = () if strict else tuple(filter(_is_new, left_alone(drift)))
    silent = tuple(item for item in drift.items if is_acknowledged(item))
    groups = (
        *(
            Group(
                _heading(drift, cause),
                tuple(item for item in loud if item.cause is cause),
                _BRIEF[cause],
            )
            for cause in _HEADINGS
        ),
        Group("Created by an apply, and no longer declared", orphans_in(drift), "orphans"),
        Group("New in the account since the last apply, left alone", new, _NEW),
        Group("Acknowledged", silent, "acknowledged"),
    )
    return tuple(group for group in groups if group.items)


def shown_items(drift: Drift, *, strict: bool) -> tuple[DriftItem, ...]:
    """Give what the groups hold, in their order."""
    return tuple(item for group in groups_of(drift, strict=strict) for item in group.items)


def left_alone(drift: Drift) -> tuple[DriftItem, ...]:
    """Return what the files do not name and no apply created."""
    return tuple(
        item
        for item in drift.items
        if item.status is DriftStatus.UNMANAGED and not differs(item)
    )


def orphans_in(drift: Drift) -> tuple[DriftItem, ...]:
    """Return what an apply created and no file declares, unless that is acknowledged."""
    return tuple(
        item
        for item in drift.items
        if item.status is DriftStatus.ORPHAN and not is_acknowledged(item)
    )


def standing(item: DriftItem, drift: Drift) -> str:
    """Say how an item stands to what the account is compared with, in a word or two."""
    if not drift.other:
        return item.status
    match item.status:
        case DriftStatus.MISSING:
            return f"only in {named(drift.other)}"
        case DriftStatus.UNMANAGED | DriftStatus.UNWANTED | DriftStatus.ORPHAN:
            return f"only in {named(drift.account)}"
        case DriftStatus.ALTERED:
            return "different"
        case DriftStatus.AMBIGUOUS:
            return item.status


def calm_words(drift: Drift) -> str:
    """Say that nothing differs."""
    if drift.other:
        return f"No difference: {named(drift.account)} is as {named(drift.other)}."
    beside = " beside what is acknowledged" if any(map(is_acknowledged, drift.items)) else ""
    if orphans := len(orphans_in(drift)):
        are = "object is an orphan" if orphans == 1 else "objects are orphans"
        return (
            f"No drift{beside}, but {orphans:,} {are}, which an apply created and no file "
            "declares any longer."
        )
    return f"No drift{beside}: {agreement_words(drift.notices)}."


def origin_words(drift: Drift) -> str:
    """Say who left the account as it is compared with, in one sentence."""
    applied = drift.applied
    if drift.other:
        return ""
    if applied is None:
        return (
            "No apply has left a base here: nothing tells which side moved. The next one does."
        )
    by = f" by {named(applied.by)}" if applied.by else ""
    commit = f" from commit {short_hash(applied.commit)}" if applied.commit else ""
    return f"Last applied {visible(applied.at)}{by}{commit}."


def silence_words(silence: Suppression) -> tuple[str, Style]:
    """Say what somebody has acknowledged, and how bad it is if that no longer holds."""
    by = silence.by
    if silence.is_overdue:
        return (
            f"acknowledged by {visible(by.owner)} until {by.until}: that day is past",
            Style.ERROR,
        )
    if silence.is_outdated:
        words = f"acknowledged by {visible(by.owner)}, but the account has changed since"
        return words, Style.ERROR
    return f"until {by.until}, {visible(by.owner)}: {visible(by.reason)}", Style.DIM


def to_decide(drift: Drift, *, strict: bool) -> tuple[DriftItem, ...]:
    """Return what somebody must decide about, in the order of the report."""
    return tuple(
        item
        for item in shown_items(drift, strict=strict)
        if needs_decision(item, strict=strict)
    )


def ways_out(drift: Drift, *, strict: bool, verbose: bool = False) -> tuple[WayOut, ...]:
    """Return what can be done about what the account has otherwise; nothing where it has not.

    Args:
        drift: With the ways of each item.
        strict: Whether what is unmanaged counts.
        verbose: Whether to write the acknowledgement of every item, however many there are.
    """
    items = to_decide(drift, strict=strict)
    pruned = tuple(_pruning(drift))
    if drift.other or not items:
        return pruned
    few = len(items) <= MAX_DETAILED
    return (
        *_questions(drift),
        *_accepting(drift, items, few=few),
        *_putting_back(drift, items, few=few),
        *_acknowledging(items, every=few or verbose),
        *pruned,
    )


def _questions(drift: Drift) -> Iterator[WayOut]:
    """Yield what to decide first: of two that may be one, apply would make a second."""
    questions = dict.fromkeys(item.question for item in drift.items if item.question)
    for question in tuple(questions)[:MAX_DETAILED]:
        yield WayOut(_DECIDE, visible(question))
    if len(questions) > MAX_DETAILED:
        yield WayOut(_DECIDE, f"{len(questions) - MAX_DETAILED:,} more like this")


def _pruning(drift: Drift) -> Iterator[WayOut]:
    if any(item.ways.apply for item in orphans_in(drift)):
        command = f"{_command('plan', drift)} --prune"
        yield WayOut("see what removing orphans would destroy", command)


def _acknowledging(items: Sequence[DriftItem], *, every: bool) -> Iterator[WayOut]:
    for item in items if every else items[:1]:
        yield WayOut(_ACKNOWLEDGE, acknowledgement(item))
    if not every:
        number = f"and {len(items) - 1:,} more"
        more = f"({number}: --verbose writes an entry for each)"
        yield WayOut(_ACKNOWLEDGE, more)


def _accepting(drift: Drift, items: Sequence[DriftItem], *, few: bool) -> Iterator[WayOut]:
    names = [
        f"--accept {shlex.quote(visible(item.title))}"
        for item in items
        if item.ways.accept and not item.question
    ]
    if names:
        words = " ".join(names) if few else "--accept NAME"
        yield WayOut("take it into the files", f"{_command('drift', drift)} {words}")


def _putting_back(drift: Drift, items: Sequence[DriftItem], *, few: bool) -> Iterator[WayOut]:
    # An apply does all that the plan holds: also what nobody has decided yet.
    is_decided = not any(item.question for item in drift.items)
    if is_decided and any(item.ways.apply for item in items):
        yield WayOut("put it back as the files say", _command("apply", drift))
    for item in items if few else ():
        for step in item.ways.by_hand:
            yield WayOut("put it back by hand, for no call does", visible(step))


def _command(name: str, drift: Drift) -> str:
    """Write a command line that works where the report was made."""
    folder = f" -C {shlex.quote(visible(drift.folder))}" if drift.folder else ""
    return f"schemactl {name}{folder} -a {shlex.quote(visible(drift.account))}"


def acknowledgement(item: DriftItem) -> str:
    """Write the list entry that keeps drift silent about an item as long as it stays so.

    It is YAML; reason, owner and day are for the user to fill in.
    """
    title = item.title
    # Only in double quotes does YAML read what is spelled out as what it stands for.
    word = "'" + title.replace("'", "''") + "'" if title.isprintable() else quoted(title)
    seen = f"seen: '{item.seen}', " if item.seen else ""
    return f"- {{item: {word}, {seen}reason: WHY, owner: WHO, until: YYYY-MM-DD}}"


def _heading(drift: Drift, cause: Cause) -> str:
    """Give none where nobody can tell of anything who moved: the report says so above."""
    return "" if drift.applied is None and cause is Cause.UNKNOWN else _HEADINGS[cause]


def _is_new(item: DriftItem) -> bool:
    return item.cause is Cause.DRIFT and not is_acknowledged(item) and not differs(item)
