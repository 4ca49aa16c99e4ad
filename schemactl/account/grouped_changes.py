"""The changes that calls can make, grouped by what kind of call makes them."""

from __future__ import annotations

from collections.abc import Iterable
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
from schemactl.values import dataclass

Edit: TypeAlias = ChangeDescription | RenameField | ChangeType | ChangeOptions | ChangeSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedChanges:
    """Changes by what they do, each group in their order.

    Changes that no API makes by a call are in no group.
    """

    additions: tuple[AddSection | AddField, ...]
    edits: tuple[Edit, ...]
    removals: tuple[RemoveSection | RemoveField, ...]
    tags: tuple[TagChange, ...]
    moves: tuple[MoveField, ...]

    @classmethod
    def of(cls, changes: Iterable[Change]) -> GroupedChanges:
        """Group changes."""
        additions: list[AddSection | AddField] = []
        edits: list[Edit] = []
        removals: list[RemoveSection | RemoveField] = []
        tags: list[TagChange] = []
        moves: list[MoveField] = []
        for change in changes:
            match change:
                case AddSection() | AddField():
                    additions.append(change)
                case (
                    ChangeDescription()
                    | RenameField()
                    | ChangeType()
                    | ChangeOptions()
                    | ChangeSettings()
                ):
                    edits.append(change)
                case RemoveSection() | RemoveField():
                    removals.append(change)
                case AddTag() | RenameTag() | RemoveTag():
                    tags.append(change)
                case MoveField():
                    moves.append(change)
                case AddObject() | RenameSection() | ResolveDuplicate() | FillField():
                    pass
        return cls(
            additions=tuple(additions),
            edits=tuple(edits),
            removals=tuple(removals),
            tags=tuple(tags),
            moves=tuple(moves),
        )

    @property
    def removed_fields(self) -> tuple[RemoveField, ...]:
        """The fields to remove."""
        return tuple(each for each in self.removals if isinstance(each, RemoveField))

    @property
    def removed_sections(self) -> tuple[RemoveSection, ...]:
        """The sections to remove, once their fields are removed."""
        return tuple(each for each in self.removals if isinstance(each, RemoveSection))

    @property
    def removed_options(self) -> tuple[ChangeOptions, ...]:
        """The edits that remove options."""
        edits = (each for each in self.edits if isinstance(each, ChangeOptions))
        return tuple(each for each in edits if each.removed)
