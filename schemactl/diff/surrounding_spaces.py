"""Notices of new names, options and tags that begin or end with a space.

The system field "Website " ends with one, so a space that the account has too is no
mistake. A space in a new name most likely is one, and the account would keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
)
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.schema import FieldKey


def notice_outer_blanks(changes: Iterable[Change]) -> Iterator[Notice]:
    """Yield a notice for each new name, option and tag that begins or ends with a space."""
    for change in changes:
        for about, what, text in _made(change):
            if text != text.strip():
                yield Notice(
                    code=NoticeCode.OUTER_BLANKS,
                    about=about,
                    message=f'the {what} "{text}" is new and starts or ends with a space, '
                    "which the account keeps: delete the space unless you need it",
                    location=change.location,
                )


def _made(change: Change) -> Iterator[tuple[str, str, str]]:
    """Yield each text that a change creates: its object, its kind, and the text."""
    match change:
        case AddSection():
            yield change.section, "section", change.section
        case AddField():
            about = str(FieldKey(change.section, change.name))
            yield about, "field", change.name
            for option in change.after.options or ():
                yield about, "option", option
        case ChangeOptions():
            about = str(FieldKey(change.section, change.name))
            for option in change.added:
                yield about, "option", option
        case AddTag():
            yield change.tag, "tag", change.tag
        case (
            AddObject()
            | RenameSection()
            | ChangeDescription()
            | RemoveSection()
            | RenameField()
            | MoveField()
            | ChangeType()
            | ChangeSettings()
            | FillField()
            | RemoveField()
            | ResolveDuplicate()
            | RenameTag()
            | RemoveTag()
        ):
            pass
