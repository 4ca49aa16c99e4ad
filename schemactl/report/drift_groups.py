"""Drift in groups by the side that changed, and what can be done about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.drift.decisions import (
    MAX_DETAILED,
    differs,
    is_reported,
    needs_decision,
)
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.drift import Cause, Drift, DriftItem, DriftStatus, Suppression
from schemactl.report.agreement import agreement_words
from schemactl.report.style import Style
from schemactl.text import counted, date_and_time, named, quoted, short_hash, visible
from schemactl.values import NamedTuple

_HEADINGS: Final = {
    Cause.CONFLICT: "Changed on both sides, differently",
    Cause.DRIFT: "Changed in the account since the last apply",
    Cause.PENDING: "Changed in the files, not applied yet",
    Cause.UNKNOWN: "Different, and it is unknown which side changed",
}
_BRIEF: Final = {
    Cause.CONFLICT: "changed on both sides",
    Cause.DRIFT: "changed in the account since the last apply",
    Cause.PENDING: "changed in the files",
    Cause.UNKNOWN: "different",
}
_ACKNOWLEDGE: Final = (
    "accept the difference for now, with this under acknowledged: in schemactl.yaml"
)
_REFUSED: Final = "decide first, in the files: apply is refused"
_DECIDE: Final = "decide first, in the files, then run drift again before you apply"
_NEW: Final = "new in the account since the last apply"


class DriftGroup(NamedTuple):
    """Items that are reported together.

    Attributes:
        heading: Empty if there is only this group.
        items: In the order of the report.
        brief: The heading in a few words, beside a number.
    """

    heading: str
    items: tuple[DriftItem, ...]
    brief: str


class Remedy(NamedTuple):
    """One thing that can be done about drift.

    Attributes:
        purpose: What it achieves.
        action: A command or lines to copy, or a sentence.
        is_code: Whether the action is to be copied.
    """

    purpose: str
    action: str
    is_code: bool = True


def groups_of(drift: Drift, *, strict: bool) -> tuple[DriftGroup, ...]:
    """Group what differs by the side that changed; unmanaged objects only if strict or new."""
    loud = [
        item
        for item in drift.items
        if is_reported(item, strict=strict) and item.status is not DriftStatus.ORPHAN
    ]
    # The last apply left them in no file: nobody changed anything since.
    unnamed = tuple(item for item in loud if item.cause is Cause.PENDING and not differs(item))
    new = () if strict else tuple(filter(_is_new, left_alone(drift)))
    silent = tuple(item for item in drift.items if item.is_acknowledged)
    groups = (
        *(
            DriftGroup(
                _heading(drift, cause),
                tuple(item for item in loud if item.cause is cause and item not in unnamed),
                _BRIEF[cause],
            )
            for cause in _HEADINGS
        ),
        DriftGroup("In the account, but in no file", unnamed, "in no file"),
        DriftGroup("Created by an apply, and no longer declared", orphans_in(drift), "orphans"),
        DriftGroup("New in the account since the last apply, left alone", new, _NEW),
        DriftGroup("Acknowledged", silent, "acknowledged"),
    )
    return tuple(group for group in groups if group.items)


def shown_items(drift: Drift, *, strict: bool) -> tuple[DriftItem, ...]:
    """Return the items of all groups, in their order."""
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
        if item.status is DriftStatus.ORPHAN and not item.is_acknowledged
    )


def standing(item: DriftItem, drift: Drift) -> str:
    """Return the status of an item in a word or two."""
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
    """Return the sentence that nothing differs."""
    if drift.other:
        return f"No difference between {named(drift.account)} and {named(drift.other)}."
    beside = (
        " beside what is acknowledged"
        if any(item.is_acknowledged for item in drift.items)
        else ""
    )
    if orphans := len(orphans_in(drift)):
        are = "object is an orphan" if orphans == 1 else "objects are orphans"
        return (
            f"No drift{beside}, but {orphans:,} {are}, which an apply created and no file "
            "declares any longer."
        )
    new = sum(map(_is_new, drift.items))
    objects = counted(new, "object is", "objects are")
    added = f" {objects} new in the account, and in no file." if new else ""
    return f"No drift{beside}: {agreement_words(drift.notices)}.{added}"


def origin_words(drift: Drift) -> str:
    """Return a sentence on the last apply: when, by whom and from which commit."""
    applied = drift.applied
    if drift.other:
        return ""
    if applied is None:
        if any(notice.code is NoticeCode.FOREIGN_BASE for notice in drift.notices):
            return (
                "The base here is of another account (foreign-base), so it is unknown which "
                "side changed."
            )
        return (
            "No apply has left a base here, so it is unknown which side changed. The next "
            "apply leaves one."
        )
    by = f" by {named(applied.by)}" if applied.by else ""
    commit = f" from commit {short_hash(applied.commit)}" if applied.commit else ""
    return f"Last applied on {date_and_time(applied.at)}{by}{commit}."


def describe_suppression(suppression: Suppression) -> tuple[str, Style]:
    """Return an acknowledgement in words, and the style of how well it holds."""
    by = suppression.by
    if suppression.is_overdue:
        return (
            f"acknowledged by {visible(by.owner)} until {by.until}: that day has passed",
            Style.ERROR,
        )
    if suppression.is_outdated:
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


def remedies(drift: Drift, *, strict: bool, verbose: bool = False) -> tuple[Remedy, ...]:
    """Return what can be done about objects that somebody must decide about, or apply.

    Args:
        drift: With the possible actions of each item.
        strict: Whether unmanaged objects count.
        verbose: Whether to write an acknowledgement for every item.
    """
    items = to_decide(drift, strict=strict)
    after = (*_applying(drift, items, strict=strict), *_pruning(drift))
    if drift.other or not items:
        return after
    few = len(items) <= MAX_DETAILED
    return (
        *_questions(drift),
        *_accepting(drift, items, few=few),
        *_putting_back(drift, items, few=few),
        *_acknowledging(items, every=few or verbose),
        *after,
    )


def other_notices(drift: Drift, *, strict: bool) -> tuple[Notice, ...]:
    """Return the notices that are not among the questions of the report."""
    is_asked = not drift.other and to_decide(drift, strict=strict)
    if not is_asked or not 0 < len(_asked(drift)) <= MAX_DETAILED:
        return drift.notices
    return tuple(
        notice for notice in drift.notices if notice.code is not NoticeCode.MAYBE_RENAMED
    )


def _asked(drift: Drift) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.question for item in drift.items if item.question))


def _questions(drift: Drift) -> Iterator[Remedy]:
    """Yield the open questions: of two objects that may be one, apply would create a second."""
    questions = _asked(drift)
    for question in questions[:MAX_DETAILED]:
        words = f"{visible(question)} [{NoticeCode.MAYBE_RENAMED}]"
        yield Remedy(_DECIDE, words, is_code=False)
    if len(questions) > MAX_DETAILED:
        yield Remedy(
            _DECIDE, f"{len(questions) - MAX_DETAILED:,} more like this", is_code=False
        )


def _applying(drift: Drift, items: Sequence[DriftItem], *, strict: bool) -> Iterator[Remedy]:
    """Yield the next step for what the files want and no apply has made yet."""
    if drift.other or not _pending(drift, strict=strict):
        return
    if drift.apply.refusal:
        yield Remedy(_REFUSED, visible(drift.apply.refusal), is_code=False)
    elif not _can_put_back(drift, items):
        purpose = "see the plan of what changed in the files, then apply it"
        yield Remedy(purpose, _command("plan", drift))


def _pending(drift: Drift, *, strict: bool) -> bool:
    return any(
        item.cause is Cause.PENDING and is_reported(item, strict=strict) and differs(item)
        for item in drift.items
    )


def _can_put_back(drift: Drift, items: Sequence[DriftItem]) -> bool:
    """Whether an apply restores some items; it makes every change, also undecided ones."""
    is_decided = not any(item.question for item in drift.items)
    return is_decided and any(item.resolutions.apply for item in items)


def _pruning(drift: Drift) -> Iterator[Remedy]:
    if any(item.resolutions.apply for item in orphans_in(drift)):
        command = f"{_command('plan', drift)} --prune"
        yield Remedy("see what removing orphans would destroy", command)


def _acknowledging(items: Sequence[DriftItem], *, every: bool) -> Iterator[Remedy]:
    for item in items if every else items[:1]:
        yield Remedy(_ACKNOWLEDGE, acknowledgement(item))
    if not every:
        number = f"and {len(items) - 1:,} more"
        more = f"({number}: --verbose writes an entry for each)"
        yield Remedy(_ACKNOWLEDGE, more, is_code=False)


def _accepting(drift: Drift, items: Sequence[DriftItem], *, few: bool) -> Iterator[Remedy]:
    names = [
        f"--accept {shlex.quote(visible(item.title))}"
        for item in items
        if item.resolutions.accept and not item.question
    ]
    if names:
        words = " ".join(names) if few else "--accept NAME"
        yield Remedy("accept it into the files", f"{_command('drift', drift)} {words}")


def _putting_back(drift: Drift, items: Sequence[DriftItem], *, few: bool) -> Iterator[Remedy]:
    if _can_put_back(drift, items):
        yield _apply_or_plan(drift, items)
    by_hand = [step for item in items for step in item.resolutions.by_hand]
    for step in by_hand if few else ():
        yield Remedy("put it back by hand, as no call can", visible(step), is_code=False)
    if by_hand and not few:
        purpose = "see the steps to put the others back by hand, as no call can"
        yield Remedy(purpose, _command("plan", drift))


def _apply_or_plan(drift: Drift, items: Sequence[DriftItem]) -> Remedy:
    """Return the apply that restores items, or its plan where it would do or need more."""
    by_calls = sum(item.resolutions.apply for item in items)
    share = "" if by_calls == len(items) else f" ({by_calls:,} of {len(items):,})"
    if _pending(drift, strict=True):
        purpose = f"see the plan that changes it back{share}, with what changed in the files"
        return Remedy(purpose, _command("plan", drift))
    if drift.apply.needs_permission:
        purpose = f"see the plan that changes it back{share}, and what you must permit"
        return Remedy(purpose, _command("plan", drift))
    purpose = f"change it back to what the files declare{share}"
    return Remedy(purpose, _command("apply", drift))


def _command(name: str, drift: Drift) -> str:
    """Return a command line that works in the folder where the report was made."""
    folder = f" -C {shlex.quote(visible(drift.folder))}" if drift.folder else ""
    return f"schemactl {name}{folder} -a {shlex.quote(visible(drift.account))}"


def acknowledgement(item: DriftItem) -> str:
    """Return the YAML list entry that acknowledges an item in its current state.

    The user fills in reason, owner and day.
    """
    title = item.title
    # YAML reads escapes only in double quotes.
    word = "'" + title.replace("'", "''") + "'" if title.isprintable() else quoted(title)
    seen = f"seen: '{item.seen}', " if item.seen else ""
    return f"- {{item: {word}, {seen}reason: WHY, owner: WHO, until: YYYY-MM-DD}}"


def _heading(drift: Drift, cause: Cause) -> str:
    """Return no heading if there is no base: the report says so above."""
    return "" if drift.applied is None and cause is Cause.UNKNOWN else _HEADINGS[cause]


def _is_new(item: DriftItem) -> bool:
    return item.cause is Cause.DRIFT and not item.is_acknowledged and not differs(item)
