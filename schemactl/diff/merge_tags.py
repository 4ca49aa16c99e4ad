"""Notices of renamed fields: merge tags in messages, pages and tasks use the name only.

A merge tag is `[Name]`, never the field's number, so a rename breaks it without an error (seen
in users' accounts; the vendor's articles on merge tags). No API lists what refers to a field,
so every rename brings a notice, whether made by a call or by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemactl.model.change import Change, MoveField, RenameField, ResolveDuplicate
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.schema import FieldKey


def notice_merge_tags(changes: Iterable[Change]) -> Iterator[Notice]:
    """Yield a notice for each field that gets another name."""
    for change in changes:
        if isinstance(change, RenameField | MoveField) and _gets_new_name(change):
            old, new = change.before.name, change.name
            yield _notice(
                change,
                f'renaming "{old}" breaks merge tags without an error: search messages, pages '
                f"and tasks for [{old}], and write [{new}] instead",
            )
        elif isinstance(change, ResolveDuplicate) and change.after is not None:
            yield _notice(
                change,
                "renaming one of these fields breaks the merge tags that mean it, without an "
                f"error: search messages, pages and tasks for [{change.name}]",
            )


def _gets_new_name(change: RenameField | MoveField) -> bool:
    # System fields are never renamed: the file must be corrected instead.
    return change.before.custom and change.before.name != change.name


def _notice(change: RenameField | MoveField | ResolveDuplicate, message: str) -> Notice:
    return Notice(
        code=NoticeCode.BREAKS_MERGE_TAGS,
        about=str(FieldKey(change.section, change.name)),
        message=message,
        location=change.location,
    )
