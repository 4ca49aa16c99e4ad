"""What a plan changes or depends on in the account: none of it may change before the apply."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

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
    FieldChange,
    FillField,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
    TagChange,
)
from schemactl.model.change_groups import by_object
from schemactl.model.live_index import LiveIndex
from schemactl.model.object_state import (
    DescriptionState,
    ObjectState,
    PreconditionKind,
    observe,
    state_of_fields,
    state_of_names,
)
from schemactl.model.plan import Precondition
from schemactl.model.schema import Field, FieldKey, Schema
from schemactl.values import NamedTuple, dataclass, field, replace

_Place: TypeAlias = tuple[PreconditionKind, tuple[str, ...]]


class _Mark(NamedTuple):
    """One object of a change; `is_touched` if the change alters it, not only depends on it."""

    kind: PreconditionKind
    path: tuple[str, ...]
    desired: ObjectState | None = None
    is_touched: bool = True


@dataclass(slots=True)
class _Entry:
    """What several changes make of one object: the last one that alters it decides."""

    desired: ObjectState | None = None
    is_touched: bool = False
    serves: list[str] = field(default_factory=list)


def find_preconditions(changes: Sequence[Change], live: Schema) -> tuple[Precondition, ...]:
    """Return every object that the changes alter or depend on, sorted, each once."""
    return tuple(
        replace(seen, custom_object=label) if label else seen
        for label, part in sorted(by_object(changes).items())
        for seen in _preconditions_within(part, LiveIndex(live.of(label)))
    )


def _preconditions_within(
    changes: Sequence[Change], live: LiveIndex
) -> tuple[Precondition, ...]:
    marker = _Marker(changes, live)
    entries: dict[_Place, _Entry] = {}
    for change in changes:
        for mark in marker.marks(change):
            entry = entries.setdefault((mark.kind, mark.path), _Entry())
            entry.serves.append(change.id)
            if mark.is_touched or not entry.is_touched:
                entry.desired, entry.is_touched = mark.desired, mark.is_touched
    return tuple(
        Precondition(
            kind=kind,
            path=path,
            live=observe(kind, path, live),
            desired=entry.desired,
            serves=tuple(dict.fromkeys(entry.serves)),
        )
        for (kind, path), entry in sorted(entries.items(), key=lambda item: _rank(item[0]))
    )


def _rank(place: _Place) -> tuple[bool, tuple[str, ...], PreconditionKind]:
    kind, path = place
    return kind is PreconditionKind.TAG, path, kind


class _Marker:
    """Finds a change's objects by their names in the account, which renames may differ from."""

    def __init__(self, changes: Sequence[Change], live: LiveIndex) -> None:
        self._live = live
        self._arriving = {
            change.section
            for change in changes
            if isinstance(change, AddSection | RenameSection)
        }
        self._sections = {
            change.section: change.was
            for change in changes
            if isinstance(change, RenameSection)
        }
        self._sources = {
            (change.section, change.name): change.source
            for change in changes
            if isinstance(change, MoveField)
        }

    def marks(self, change: Change) -> Iterator[_Mark]:
        """Yield every object that a change alters or depends on; one may be yielded twice."""
        match change:
            case AddObject():
                return
            case ChangeDescription():
                section = self._sections.get(change.section, change.section)
                yield from self._marks_of_section_needed(change)
                kind = PreconditionKind.SECTION_DESCRIPTION
                yield _Mark(kind, (section,), DescriptionState(change.after))
            case AddSection() | RenameSection() | RemoveSection():
                yield from _marks_of_section(change)
            case AddTag() | RenameTag() | RemoveTag():
                yield from _marks_of_tag(change)
            case AddField() | FillField():
                section = self._sections.get(change.section, change.section)
                yield _field(FieldKey(section, change.name), change.after)
                yield from self._marks_of_section_needed(change)
            case RemoveField() | ResolveDuplicate():
                # These use the section's name in the account, also if it is renamed.
                wanted = None if isinstance(change, RemoveField) else change.after
                yield _field(FieldKey(change.section, change.name), wanted)
                yield from self._marks_of_section_needed(change)
            case (
                RenameField() | MoveField() | ChangeType() | ChangeOptions() | ChangeSettings()
            ):
                yield from self._marks_of_alteration(change)
                yield from self._marks_of_section_needed(change)

    def _marks_of_section_needed(
        self, change: FieldChange | ChangeDescription
    ) -> Iterator[_Mark]:
        """Yield the section of a change whose call names it, unless the plan creates it too.

        Option calls name no section over the Contacts API, and a field by its id over the REST
        API; a person sees what a manual step is about.
        """
        if not isinstance(change, AddField | RemoveField | ChangeType | ChangeDescription):
            return
        if change.section not in self._arriving:
            as_found = state_of_names(self._live.all_sections_like(change.section))
            yield _Mark(PreconditionKind.SECTION, (change.section,), as_found, is_touched=False)

    def _marks_of_alteration(
        self, change: RenameField | MoveField | ChangeType | ChangeOptions | ChangeSettings
    ) -> Iterator[_Mark]:
        """Mark the field where it is, and where it will be if that is another place."""
        section = self._sections.get(change.section, change.section)
        source = self._sources.get((change.section, change.name), section)
        here = FieldKey(source, change.before.name)
        there = FieldKey(section, change.name)
        if here == there:
            yield _field(here, change.after)
        else:
            yield _field(here, None)
            yield _field(there, change.after)


def _marks_of_tag(change: TagChange) -> Iterator[_Mark]:
    match change:
        case AddTag():
            yield _Mark(PreconditionKind.TAG, (change.tag,), state_of_names((change.tag,)))
        case RenameTag():
            yield _Mark(PreconditionKind.TAG, (change.was,))
            yield _Mark(PreconditionKind.TAG, (change.tag,), state_of_names((change.tag,)))
        case RemoveTag():
            yield _Mark(PreconditionKind.TAG, (change.tag,))


def _marks_of_section(change: AddSection | RenameSection | RemoveSection) -> Iterator[_Mark]:
    match change:
        case AddSection():
            yield _section(change.section, desired=(change.section,))
        case RenameSection():
            yield _section(change.was)
            yield _section(change.section, desired=(change.section,))
        case RemoveSection():
            yield _section(change.section)
            yield _Mark(PreconditionKind.SECTION_CONTENTS, (change.section,))


def _section(name: str, *, desired: tuple[str, ...] = ()) -> _Mark:
    return _Mark(PreconditionKind.SECTION, (name,), state_of_names(desired))


def _field(key: FieldKey, wanted: Field | None) -> _Mark:
    desired = None if wanted is None else state_of_fields((wanted,))
    return _Mark(PreconditionKind.FIELD, (key.section, key.name), desired)
