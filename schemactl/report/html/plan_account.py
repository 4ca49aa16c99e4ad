"""The account with each change in its place: sections, fields and tags as rows of the page."""

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
    FillField,
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
from schemactl.model.field_types import type_label
from schemactl.model.run import Verdict, VerdictStatus
from schemactl.model.schema import Schema
from schemactl.report.changes import (
    Sign,
    describe_action,
    describe_change,
    sign_of,
)
from schemactl.report.html.page import (
    Group,
    GroupKey,
    Link,
    Pair,
    Row,
    State,
    Whole,
    detail_words,
    draw,
    grouped,
)
from schemactl.report.locations import place
from schemactl.report.plan_index import PlanIndex

_STATES: Final[Mapping[Sign, State]] = MappingProxyType(
    {
        Sign.ADD: State.ADD,
        Sign.CHANGE: State.CHANGE,
        Sign.REMOVE: State.REMOVE,
        Sign.REPLACE: State.REMOVE,
        Sign.BY_HAND: State.BY_HAND,
    }
)


def row_anchors(index: PlanIndex) -> Mapping[str, str]:
    """Return the id of each change's row."""
    return {change.id: f"c{number}" for number, change in enumerate(index.plan.changes, 1)}


def account_groups(
    index: PlanIndex, live: Schema | None, *, verdicts: Mapping[str, Verdict]
) -> tuple[Group, ...]:
    """Return the groups of rows of a plan's page, or of a run's if there are verdicts."""
    changes, anchors = index.plan.changes, row_anchors(index)
    marked = grouped(
        (
            _key(change),
            _row(change, index, verdicts.get(change.id), anchors[change.id]),
            isinstance(change, SectionChange),
        )
        for change in changes
    )
    names = {
        (change.custom_object, change.was): change.section
        for change in changes
        if isinstance(change, RenameSection)
    }
    return draw(marked, live, names=names, touched=frozenset(_touched(changes, names)))


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
        case ChangeType() | ChangeOptions() | ChangeSettings() | FillField():
            return change.custom_object, change.section


def _touched(
    changes: tuple[Change, ...], names: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, str, str]]:
    """Yield the fields and tags that changes are about, by their names in the account."""
    was = {(label, new): old for (label, old), new in names.items()}
    for change in changes:
        match change:
            case AddObject() | AddField() | FillField():
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


def _row(change: Change, index: PlanIndex, verdict: Verdict | None, anchor: str) -> Row:
    words = describe_change(change, index)
    sign = sign_of(change, index)
    step = index.step(change)
    waits = (
        tuple(
            f"only after {describe_action(index.changes[name])}"
            for name in step.waits_for
            if name in index.changes
        )
        if step is not None
        else ()
    )
    pairs = tuple(_pairs(change))
    is_new, is_gone = isinstance(change, AddField), isinstance(change, RemoveField)
    details = () if pairs or is_gone else detail_words(words.details)
    state, mark = _state_and_mark(sign, verdict)
    return Row(
        name=words.name,
        state=state,
        mark=mark,
        type=type_label(_type(change)),
        words=(*(() if is_new or is_gone or pairs else (words.what,)), *details, *waits),
        pairs=pairs,
        risks=tuple(_risks(change, index)),
        place=place(change.location),
        anchor=anchor,
    )


def _state_and_mark(sign: Sign, verdict: Verdict | None) -> tuple[State, str]:
    if verdict is None:
        return _STATES[sign], "replaced" if sign is Sign.REPLACE else ""
    mark = verdict.status.replace("-", " ")
    match verdict.status:
        case VerdictStatus.APPLIED:
            return State.DONE, mark
        case VerdictStatus.BY_HAND:
            return State.BY_HAND, mark
        case (
            VerdictStatus.ALTERED
            | VerdictStatus.OVERTAKEN
            | VerdictStatus.IGNORED
            | VerdictStatus.UNKNOWN
            | VerdictStatus.REFUSED
            | VerdictStatus.NOT_DONE
        ):
            return State.FAILED, mark


def _risks(change: Change, index: PlanIndex) -> Iterator[Link]:
    for hazard in index.hazards_of(change):
        yield Link(hazard.code, f"hazard-{hazard.code}")
    for hazard in index.later_hazards_of(change):
        yield Link(f"later: {hazard.code}")


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
            | FillField()
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
            yield Pair(
                what="type",
                before=type_label(change.before.type),
                after=type_label(change.after.type),
            )
        case ChangeDescription():
            yield Pair(what="description", before=change.before, after=change.after)
        case AddObject() | AddSection() | AddField() | AddTag() | ChangeSettings():
            return
        case RemoveSection() | RemoveField() | RemoveTag() | ResolveDuplicate():
            return
        case (
            ChangeOptions() | FillField()
        ):  # Added and removed options say more than two whole lists.
            return


def _names(change: RenameSection | RenameField | RenameTag) -> Pair:
    match change:
        case RenameSection():
            return Pair(what="name", before=change.was, after=change.section)
        case RenameField():
            return Pair(what="name", before=change.before.name, after=change.after.name)
        case RenameTag():
            return Pair(what="name", before=change.was, after=change.tag)
