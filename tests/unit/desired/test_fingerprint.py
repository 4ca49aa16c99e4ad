"""desired/fingerprint.py: whether files ask for the same as they did."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from schemactl.desired.fingerprint import fingerprint_desired
from schemactl.model.desired import Desired, DesiredField, DesiredTag, Manage
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
)
from tests.strategies import desired_schemas

FIELD = a_desired_field(a_field("A", "tdrop", ["x", "y"]))


# What earlier versions gave for `files()`, and what plans that they saved hold.
OF_EARLIER_VERSIONS = "50c16e515981a0005adb742b6409b5e6eaeab830df5c902bed5e243834b092c1"


def files(field: DesiredField = FIELD, *, manage: Manage = Manage.MERGE) -> Desired:
    return a_desired(a_desired_section("S", field, manage=manage), tags=["VIP"])


def with_settings(*, required: bool | None = None, unique: bool | None = None) -> DesiredField:
    return FIELD._replace(field=FIELD.field._replace(required=required, unique=unique))


def described(desired: Desired, text: str) -> Desired:
    return replace(
        desired,
        sections=tuple(replace(section, description=text) for section in desired.sections),
    )


def with_tags(desired: Desired, *tags: DesiredTag) -> Desired:
    return replace(desired, tags=tags)


@given(desired_schemas())
def test_where_a_wish_is_written_does_not_matter(desired: Desired) -> None:
    elsewhere = a_location(99, 7, file="other.yaml")
    moved = replace(
        desired,
        sections=tuple(
            replace(
                section,
                location=elsewhere,
                fields=tuple(one._replace(location=elsewhere) for one in section.fields),
            )
            for section in desired.sections
        ),
        tags=tuple(replace(tag, location=elsewhere) for tag in desired.tags),
    )
    assert fingerprint_desired(moved) == fingerprint_desired(desired)
    assert len(fingerprint_desired(desired)) == 64


@pytest.mark.parametrize(
    "other",
    [
        files(FIELD._replace(was=("Old",))),
        files(FIELD._replace(protect=True)),
        files(manage=Manage.MIRROR),
        a_desired(a_desired_section("S", a_field("A", "tdrop", ["y", "x"])), tags=["VIP"]),
        a_desired(a_desired_section("S", a_field("A", "tdrop")), tags=["VIP"]),
        a_desired(a_desired_section("S", FIELD), tags=["VIP", "x"]),
        a_desired(a_desired_section("S", FIELD), tags=["VIP"], removed_tags=["x"]),
        a_desired(a_desired_section("S", FIELD), tags=["VIP"], removed_sections=["x"]),
        a_desired(a_desired_section("S", FIELD), tags=["VIP"], removed_fields=[("S", "x")]),
        a_desired(a_desired_section("S", FIELD, was=["R"]), tags=["VIP"]),
        files(with_settings(required=True)),
        files(with_settings(required=False)),
        files(with_settings(unique=True)),
        files(with_settings(unique=False)),
        described(files(), "x"),
        described(files(), ""),
        with_tags(files(), DesiredTag(name="VIP", location=a_location(), was=("x",))),
    ],
)
def test_whatever_is_asked_for_matters(other: Desired) -> None:
    assert fingerprint_desired(other) != fingerprint_desired(files())


def test_files_without_later_wishes_keep_the_fingerprint_that_saved_plans_hold() -> None:
    assert fingerprint_desired(files()) == OF_EARLIER_VERSIONS


def test_each_wish_has_a_fingerprint_of_its_own() -> None:
    wished = [
        files(with_settings(required=True)),
        files(with_settings(unique=True)),
        files(with_settings(required=True, unique=True)),
        files(with_settings(required=True, unique=False)),
        described(files(), "True"),
        described(files(with_settings(required=True)), "True"),
        with_tags(files(), DesiredTag(name="VIP", location=a_location(), was=("x", "y"))),
        with_tags(files(), DesiredTag(name="VIP", location=a_location(), was=("xy",))),
    ]
    assert len({fingerprint_desired(desired) for desired in wished}) == len(wished)


def test_half_characters_are_no_obstacle() -> None:
    assert fingerprint_desired(a_desired(tags=["\ud800"])) != fingerprint_desired(
        a_desired(tags=["x"])
    )
