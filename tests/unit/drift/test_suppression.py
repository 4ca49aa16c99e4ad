"""drift.suppression: what is acknowledged is silent until its last day, or until it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from schemactl.diff import diff_schemas
from schemactl.drift.items import drift_of
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.desired import Desired
from schemactl.model.difference import NoticeCode
from schemactl.model.drift import Drift
from schemactl.model.schema import Schema
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
    a_schema,
    a_section,
    a_tag,
)

LAST_DAY = date(2026, 12, 31)
DESIRED = a_desired(a_desired_section("S", a_desired_field(a_field("A", "text"))))
LIVE = a_schema(a_section("S", a_field("A", "numeric")))
ENTRY = Acknowledgement(
    item="S / A", reason="fair", owner="Ada", until=LAST_DAY, location=a_location(9)
)


def drift_on(
    today: date,
    *entries: Acknowledgement,
    desired: Desired = DESIRED,
    live: Schema = LIVE,
) -> Drift:
    difference = diff_schemas(desired=desired, live=live)
    return drift_of(difference, account="a", backend="rest", acknowledged=entries, today=today)


@pytest.mark.parametrize("strict", [False, True])
def test_it_is_silent_through_the_last_day_and_loud_on_the_next(*, strict: bool) -> None:
    quiet, loud = drift_on(LAST_DAY, ENTRY), drift_on(date(2027, 1, 1), ENTRY)

    assert not quiet.differs(strict=strict)
    assert loud.differs(strict=strict)
    assert loud.items[0].suppression is not None
    assert loud.items[0].suppression.is_overdue


def test_it_is_loud_once_the_account_has_something_else() -> None:
    seen = drift_on(LAST_DAY).items[0].seen
    entry = replace(ENTRY, seen=seen)
    other = a_schema(a_section("S", a_field("A", "phone")))

    assert not drift_on(LAST_DAY, entry).differs(strict=False)
    changed = drift_on(LAST_DAY, entry, live=other)
    assert changed.differs(strict=False)
    assert changed.items[0].suppression is not None
    assert changed.items[0].suppression.is_outdated


def test_where_no_state_is_given_any_is_meant() -> None:
    other = a_schema(a_section("S", a_field("A", "phone")))

    assert not drift_on(LAST_DAY, ENTRY, live=other).differs(strict=False)


def test_it_silences_nothing_else() -> None:
    live = a_schema(a_section("S", a_field("A", "numeric")), a_section("T"))
    desired = a_desired(
        *DESIRED.sections, a_desired_section("T", a_desired_field(a_field("A"))), tags=["VIP"]
    )

    items = drift_on(LAST_DAY, ENTRY, desired=desired, live=live).items

    assert {item.title: item.counts for item in items} == {
        "S / A": False,
        "T / A": True,
        "tag: VIP": True,
    }


def test_what_needs_no_acknowledgement_any_more_is_reported_with_its_place() -> None:
    done = replace(ENTRY, item="S / Gone")

    (notice,) = drift_on(LAST_DAY, done).notices

    assert notice.code is NoticeCode.NEEDLESS_ACKNOWLEDGEMENT
    assert notice.about == "S / Gone"
    assert notice.location == a_location(9)


def test_a_tag_goes_by_its_kind_for_a_section_may_bear_the_same_name() -> None:
    desired = a_desired(a_desired_section("VIP"), tags=(a_tag("VIP"),))
    entry = replace(ENTRY, item="tag: VIP")

    items = drift_on(LAST_DAY, entry, desired=desired, live=Schema()).items

    assert {item.title: item.counts for item in items} == {"VIP": True, "tag: VIP": False}


def test_a_title_that_two_items_share_silences_none_but_the_one_whose_state_it_names() -> None:
    """A field "A" of section "S" and a section "S / A" go by one title."""
    desired = a_desired(
        a_desired_section("S", a_desired_field(a_field("A", "text"))),
        a_desired_section("S / A"),
    )
    live = a_schema(a_section("S", a_field("A", "numeric")))
    both = drift_on(LAST_DAY, ENTRY, desired=desired, live=live)
    shared = [item for item in both.items if item.title == "S / A"]

    assert len(shared) == 2
    assert not any(item.suppression for item in shared)
    (notice,) = both.notices
    assert notice.code is NoticeCode.NEEDLESS_ACKNOWLEDGEMENT
    assert "names 2 items" in notice.message

    chosen = replace(ENTRY, seen=shared[0].seen)
    one = drift_on(LAST_DAY, chosen, desired=desired, live=live)
    assert [bool(item.suppression) for item in one.items if item.title == "S / A"] == [
        True,
        False,
    ]
