"""diff/merge_tags.py: what refers to a field by its name, wherever that name changes."""

from __future__ import annotations

import pytest

from schemactl.diff.merge_tags import notice_merge_tags
from schemactl.model.change import (
    AddField,
    Change,
    MoveField,
    RemoveField,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.difference import NoticeCode
from tests.builders import a_field

OLD, NEW = a_field("Old Name"), a_field("New Name")


@pytest.mark.parametrize(
    "change",
    [
        RenameField(section="S", before=OLD, after=NEW),
        RenameField(section="S", before=OLD, after=a_field("old name"), explained=False),
        MoveField(section="S", source="T", before=OLD, after=NEW),
        ResolveDuplicate(section="S", after=OLD, found=(OLD, OLD)),
    ],
)
def test_whoever_renames_a_field_is_shown_the_merge_tag_to_search_for(change: Change) -> None:
    (notice,) = notice_merge_tags([change])

    assert notice.code is NoticeCode.BREAKS_MERGE_TAGS
    assert "[Old Name]" in notice.message


@pytest.mark.parametrize(
    "change",
    [
        AddField(section="S", after=NEW),
        RemoveField(section="S", before=OLD, explicit=True),
        MoveField(section="S", source="T", before=OLD, after=OLD),
        RenameSection(section="S", was="T"),
        RenameTag(tag="New", was="Old"),
        RenameField(section="S", before=a_field("Website ", custom=False), after=NEW),
        ResolveDuplicate(section="S", after=None, found=(OLD, OLD)),
    ],
)
def test_where_no_field_of_the_owner_gets_a_new_name_no_merge_tag_breaks(
    change: Change,
) -> None:
    assert list(notice_merge_tags([change])) == []
