"""executor.links: a failed change keeps back a removal that may belong to it, and no other."""

from __future__ import annotations

import pytest

from schemactl.apply.dependencies import ChangeLinks
from schemactl.model.change import (
    AddField,
    AddObject,
    AddSection,
    AddTag,
    Change,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
)
from schemactl.model.plan import Permission
from tests.builders import a_call, a_field, a_hazard, a_plan

REMOVAL = RemoveField(section="S", before=a_field("Old"), explicit=True)
WHOLE = RemoveSection(section="S")
TAG = RemoveTag(tag="VIP")


def add(name: str, section: str, custom_object: str = "") -> AddField:
    return AddField(section=section, after=a_field(name), custom_object=custom_object)


def depends(removal: Change, failed: Change, *, is_pair: bool = False) -> bool:
    call = a_call(1, "remove_field", {}, serves=[removal.id])
    pair = a_hazard(removal, failed, code=Permission.UNEXPLAINED_PAIR)
    plan = a_plan(removal, failed, calls=[call], hazards=[pair] if is_pair else [])
    return ChangeLinks(plan).depends(call, failed.id)


@pytest.mark.parametrize(
    ("removal", "failed"),
    [
        (REMOVAL, REMOVAL),
        (REMOVAL, add("New", "S")),
        (REMOVAL, add("Old", "T")),
        (REMOVAL, AddSection(section="S")),
        (REMOVAL, RenameSection(section="T", was="S", explained=True)),
        (
            REMOVAL,
            RenameField(
                section="T", before=a_field("Old"), after=a_field("New"), explained=True
            ),
        ),
        (REMOVAL, MoveField(section="T", source="S", before=a_field("A"), after=a_field("A"))),
        (WHOLE, add("New", "S")),
        (TAG, RenameTag(tag="Gold", was="VIP")),
        (TAG, RenameTag(tag="VIP", was="Gold")),
    ],
    ids=lambda change: change.id,
)
def test_what_may_belong_to_a_failed_change_is_kept_back(
    removal: Change, failed: Change
) -> None:
    assert depends(removal, failed)


@pytest.mark.parametrize(
    ("removal", "failed"),
    [
        (REMOVAL, add("New", "T")),
        (REMOVAL, add("Old", "S", custom_object="Pets")),
        (REMOVAL, AddTag(tag="Old")),
        (REMOVAL, AddTag(tag="S")),
        (REMOVAL, AddObject(custom_object="Pets")),
        (WHOLE, AddSection(section="T")),
        (TAG, AddTag(tag="Gold")),
        (TAG, add("VIP", "VIP")),
    ],
    ids=lambda change: change.id,
)
def test_what_has_nothing_in_common_with_it_goes_on(removal: Change, failed: Change) -> None:
    assert not depends(removal, failed)


def test_a_pair_that_the_plan_shows_without_a_relation_belongs_together() -> None:
    assert not depends(REMOVAL, add("New", "T"))
    assert depends(REMOVAL, add("New", "T"), is_pair=True)
