"""Which fields calls can copy where the API has none to rename or move them, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from schemactl.account.interface import Dialect, LiveState
from schemactl.model.change import (
    AddField,
    Change,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    FillField,
    MoveField,
    RemoveField,
    RenameField,
)
from schemactl.model.change_groups import by_object
from schemactl.model.desired import DesiredField
from schemactl.model.filling import FillSource
from schemactl.model.plan import ManualCode, ManualStep
from schemactl.model.schema import Field
from schemactl.values import dataclass, replace

Place: TypeAlias = tuple[str, str, str]
"""Label of the custom object, section and name of a field."""
_Arranged: TypeAlias = RenameField | MoveField

_WAY: Final = (
    "--allow copies-values creates a new field, copies all values into it, and removes this one"
)
_OF_TYPE: Final = "its type changes too: declare a new field with from:"
_UNWRITABLE: Final = "calls cannot create a field of its type"
_LOSES_OPTIONS: Final = "it loses options too, which takes an apply of its own"
_SAME_NAME: Final = (
    "the API may take the two for one while they have the same name: give it another name too"
)
_UNCLEAR: Final = "no call can create the new field, or remove this one, without doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What copies one field.

    Attributes:
        added: The new field; None where the account has it already.
        fill: Where its values come from.
        removed: The old field; None where that is held back.
    """

    added: AddField | None = None
    fill: FillField
    removed: RemoveField | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes, in their order."""
        found = (self.added, self.fill, self.removed)
        return tuple(one for one in found if one is not None)


def with_parts(changes: Iterable[Change], copies: Mapping[str, Copy]) -> Iterator[Change]:
    """Yield changes, with the parts of copies in the place of what they copy."""
    places = {one.fill.place for one in copies.values()}
    for change in changes:
        if change.id in copies:
            yield from copies[change.id].changes
        elif not _is_absorbed(change, places):
            yield change


def find_copies(
    changes: Sequence[Change],
    live: LiveState,
    dialect: Dialect,
    *,
    started: frozenset[tuple[Place, Place]] = frozenset(),
) -> Mapping[str, Copy | str]:
    """Return what copies each field that no call renames or moves, or why nothing can."""
    found: dict[str, Copy | str] = {}
    for label, part in by_object(changes).items():
        here = live.of(label)
        wanted = [one for one in part if _may_be_copied(one, here)]
        if not wanted:
            continue
        by_hand = {one.change for one in dialect.manual_steps(part, here, frozenset())}
        copies = {
            one.id: _copy_of(one, part, here, started)
            for one in wanted
            if isinstance(one, RenameField | MoveField) and one.id in by_hand
        }
        steps = _steps_of(part, copies, here, dialect)
        for change in part:
            copy = copies.get(change.id)
            if copy is not None and isinstance(change, RenameField | MoveField):
                why = _why_not(change, part, copy, dialect, steps)
                found[change.id] = why or copy
    return found


def with_copying(
    steps: Sequence[ManualStep], changes: Sequence[Change], live: LiveState, dialect: Dialect
) -> tuple[ManualStep, ...]:
    """Return manual steps that say what calls could make by copying."""
    codes = {ManualCode.RENAME_BY_HAND, ManualCode.MOVE_BY_HAND}
    if not any(step.code in codes for step in steps):
        return tuple(steps)
    found = find_copies(changes, live, dialect)
    return tuple(
        _with_way(step, found[step.change]) if step.change in found else step for step in steps
    )


def _with_way(step: ManualStep, copy: Copy | str) -> ManualStep:
    way = f"calls cannot copy it: {copy}" if isinstance(copy, str) else _WAY
    other = f"; {step.alternative}" if step.alternative else ""
    return replace(step, alternative=f"{way}{other}")


def _may_be_copied(change: Change, live: LiveState) -> bool:
    """Whether a change renames or moves a field whose section has its name already."""
    if not isinstance(change, RenameField | MoveField) or not change.before.custom:
        return False
    if isinstance(change, RenameField) and not change.explained:
        return False
    return _source_section(change) in {section.name for section in live.schema.sections}


def _source_section(change: _Arranged) -> str:
    return change.source if isinstance(change, MoveField) else change.section


def _copy_of(
    change: _Arranged,
    part: Sequence[Change],
    live: LiveState,
    started: frozenset[tuple[Place, Place]],
) -> Copy:
    label, before, section = change.custom_object, change.before, _source_section(change)
    options = before.options if change.after.options is None else change.after.options
    after = change.after._replace(options=options)
    renamed = (
        option
        for one in part
        if isinstance(one, ChangeOptions) and one.path == change.path
        for option in one.renamed
    )
    source = FillSource(
        section=section,
        name=before.name,
        map=tuple((one.was, one.name) for one in renamed),
    )
    pair = (label, change.section, change.name), (label, section, before.name)
    is_there = pair in started and field_at(live, change.section, change.name) is not None
    place = change.location
    return Copy(
        added=None
        if is_there
        else AddField(section=change.section, after=after, custom_object=label, location=place),
        fill=fill_with(change, source, target=pair[0], after=after, kind=before.type),
        removed=RemoveField(
            section=section, before=before, explicit=True, custom_object=label, location=place
        ),
    )


def fill_with(
    entry: _Arranged | DesiredField,
    source: FillSource,
    *,
    target: Place,
    after: Field,
    kind: str,
) -> FillField:
    """Return the change that gives a field all values of the one that it is renamed from.

    Args:
        entry: Where the files ask for it.
        source: The field under its earlier name, or in its earlier section.
        target: Where it is to be.
        after: The field as it is to be.
        kind: The type of the source.
    """
    return FillField(
        section=target[1],
        after=after,
        sources=(source,),
        types=(kind,),
        renames=True,
        custom_object=target[0],
        location=entry.location,
    )


def _steps_of(
    part: Sequence[Change], copies: Mapping[str, Copy], live: LiveState, dialect: Dialect
) -> frozenset[str]:
    """Return the ids of the changes that a person must make if all of these are copied."""
    changes = tuple(with_parts(part, copies))
    return frozenset(one.change for one in dialect.manual_steps(changes, live, frozenset()))


def _why_not(
    change: _Arranged,
    part: Sequence[Change],
    copy: Copy,
    dialect: Dialect,
    steps: frozenset[str],
) -> str:
    """Return why a field cannot be copied; nothing where it can."""
    others = [one for one in part if one.path == change.path]
    if any(isinstance(one, ChangeType) for one in others):
        return _OF_TYPE
    if any(isinstance(one, ChangeOptions) and one.lost for one in others):
        return _LOSES_OPTIONS
    kind = change.before.type
    if kind != change.after.type or kind not in dialect.declarable_types:
        return _UNWRITABLE
    if not any(one.id in steps for one in copy.changes):
        return ""
    return _SAME_NAME if change.name == change.before.name else _UNCLEAR


def _is_absorbed(change: Change, places: AbstractSet[Place]) -> bool:
    """Whether a new field is created as a change of the old one asks for."""
    if not isinstance(change, ChangeOptions | ChangeSettings):
        return False
    return change.place in places


def field_at(live: LiveState, section: str, name: str) -> Field | None:
    """Return the field of a name, if the account has one and it is custom."""
    found = [
        field for at, field in live.schema.all_fields() if (at, field.name) == (section, name)
    ]
    return found[0] if len(found) == 1 and found[0].custom else None
