"""diff.unexpressed: what the files ask for and the account's API cannot say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemactl.diff import keep_expressible
from schemactl.diff.unexpressed import notice_unexpressed
from schemactl.model.capabilities import Capabilities
from schemactl.model.change import AddField, AddSection
from schemactl.model.desired import Desired
from schemactl.model.difference import Difference, Notice, NoticeCode
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
)

WISHES = a_desired(
    a_desired_section(
        "S",
        a_desired_field(a_field("Both", required=True, unique=False), line=2),
        a_desired_field(a_field("One", unique=True), line=3),
        a_field("None"),
        description="Text",
    ),
    a_desired_section("T", line=5, description=""),
    a_desired_section("U"),
)


def reported(
    desired: Desired, *, settings: bool = False, descriptions: bool = False
) -> list[str]:
    notices = notice_unexpressed(
        desired, Capabilities(settings=settings, descriptions=descriptions, objects=True)
    )
    assert {notice.code for notice in notices} <= {NoticeCode.NOT_EXPRESSED}
    return [notice.about for notice in notices]


def test_each_wish_that_the_api_cannot_express_is_reported_with_its_place_in_file_order() -> (
    None
):
    notices = notice_unexpressed(
        WISHES, Capabilities(settings=False, descriptions=False, objects=True)
    )
    assert notices == tuple(
        Notice(
            code=NoticeCode.NOT_EXPRESSED,
            about=about,
            message=f"apply does not set {what}: the Contacts API neither shows nor sets "
            f"{them}. Set {them} in the field editor, or use backend: rest",
            location=location,
        )
        for about, what, them, location in (
            ("S", "its description", "it", a_location(1, 9)),
            ("S / Both", '"required" and "unique"', "them", a_location(2, 7)),
            ("S / One", '"unique"', "it", a_location(3, 7)),
            ("T", "its description", "it", a_location(5, 9)),
        )
    )


@pytest.mark.parametrize(
    ("settings", "descriptions", "abouts"),
    [
        (True, True, []),
        (True, False, ["S", "T"]),
        (False, True, ["S / Both", "S / One"]),
    ],
)
def test_what_the_api_has_is_not_reported(
    *, settings: bool, descriptions: bool, abouts: list[str]
) -> None:
    assert reported(WISHES, settings=settings, descriptions=descriptions) == abouts


def test_files_without_such_wishes_hear_nothing() -> None:
    assert reported(a_desired(a_desired_section("S", a_field("A")), tags=["VIP"])) == []


def test_a_change_without_its_own_place_has_the_place_of_its_object() -> None:
    (section,) = a_desired(
        a_desired_section(
            "S",
            a_desired_field(a_field("A", required=True), line=8)._replace(
                settings_location=None
            ),
            line=7,
            description="Text",
        )
    ).sections
    desired = a_desired(replace(section, description_location=None))
    notices = notice_unexpressed(
        desired, Capabilities(settings=False, descriptions=False, objects=True)
    )
    assert [notice.location for notice in notices] == [a_location(7), a_location(8)]


@pytest.mark.parametrize("settings", [True, False])
@pytest.mark.parametrize("descriptions", [True, False])
def test_a_new_object_is_planned_with_only_what_a_call_can_set(
    *, settings: bool, descriptions: bool
) -> None:
    field = AddField(
        section="S",
        after=a_field("A", options=("x",), required=True, unique=False),
        location=a_location(),
    )
    section = AddSection(section="S", description="Text", location=a_location())
    kept = keep_expressible(
        Difference(changes=(section, field), unmanaged=(), notices=()),
        a_desired(),
        Capabilities(settings=settings, descriptions=descriptions, objects=True),
    ).changes
    bare = replace(field, after=field.after._replace(required=None, unique=None))
    assert kept == (
        section if descriptions else replace(section, description=None),
        field if settings else bare,
    )
