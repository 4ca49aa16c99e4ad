"""The item that a change is about, from the id of the change."""

from __future__ import annotations

import pytest

from schemactl.model.change import AddField, AddObject, AddSection, AddTag, Change
from schemactl.model.change_title import title_of_change
from tests.builders import a_field

CHANGES: tuple[tuple[Change, str], ...] = (
    (AddTag(tag="a/b~c"), "tag: a/b~c"),
    (AddSection(section="Sales"), "Sales"),
    (AddSection(section="Sales", custom_object="Event"), "Event: Sales"),
    (AddField(section="A/B", after=a_field("C~1")), "A/B / C~1"),
    (AddField(section="S", after=a_field("F"), custom_object="Event"), "Event: S / F"),
    (AddObject(custom_object="Event"), "object: Event"),
)


@pytest.mark.parametrize(("change", "title"), CHANGES, ids=[title for _, title in CHANGES])
def test_the_title_of_a_change_is_that_of_its_item(change: Change, title: str) -> None:
    assert title_of_change(change.id) == title


@pytest.mark.parametrize("text", ["", "add-tag", "add-field/only", "merge-tag/VIP", "/"])
def test_an_id_that_is_unknown_is_its_own_title(text: str) -> None:
    assert title_of_change(text) == text
