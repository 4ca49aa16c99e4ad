"""drift.dropped: what the base recorded at another commit and no longer records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from schemactl.drift.dropped import MAX_NAMED, notice_dropped
from schemactl.model.base import Applied, Base, CreatedObject, ObjectPlace, ProtectedField
from schemactl.model.difference import NoticeCode, UnmanagedKind
from schemactl.model.schema import Schema

COMMIT = "0a" * 20
APPLIED = Applied(at="2026-11-23T09:00:00+00:00", by="ada", commit="", run="")
NOTHING = Base(account="demo", backend="rest", address="x", applied=APPLIED, schema=Schema())


def protected(name: str, number: str = "", label: str = "") -> ProtectedField:
    return ProtectedField(custom_object=label, section="Sales", name=name, id=number)


def created(
    name: str, number: str = "", kind: UnmanagedKind = UnmanagedKind.FIELD
) -> CreatedObject:
    section = {UnmanagedKind.FIELD: "Sales", UnmanagedKind.SECTION: name, UnmanagedKind.TAG: ""}
    place = ObjectPlace(kind, "", section[kind], name)
    return CreatedObject(place=place, id=number, type="", at=APPLIED.at, commit="", run="r-1")


EARLIER = replace(
    NOTHING,
    protected=(protected("Code"), protected("Fax", "f2", "Deals")),
    created=(
        created("Region", "f3"),
        created("VIP", kind=UnmanagedKind.TAG),
        created("Old", kind=UnmanagedKind.SECTION),
    ),
)


def messages(base: Base | None, earlier: Base | None = EARLIER) -> Sequence[str]:
    return [one.message for one in notice_dropped("demo", base, earlier, COMMIT)]


@pytest.mark.parametrize("base", [EARLIER, replace(EARLIER, schema=Schema(tags=("x",)))])
def test_a_base_that_keeps_its_records_is_not_reported(base: Base) -> None:
    assert messages(base) == []
    assert messages(base, None) == []


@pytest.mark.parametrize("base", [NOTHING, None])
def test_each_lost_record_is_named_with_the_commit_that_has_it(base: Base | None) -> None:
    protection, ownership = notice_dropped("demo", base, EARLIER, COMMIT)

    assert protection.code is ownership.code is NoticeCode.DROPPED_FROM_BASE
    assert protection.about == "demo"
    assert protection.message == (
        "at commit 0a0a0a0a0a0a the base protects Sales / Code and Deals: Sales / Fax; here it "
        "does not any more, so an apply may remove or replace them. Unless an apply wrote this "
        "base, restore .schemactl/base/demo.json from that commit"
    )
    assert "created by an apply Sales / Region, tag VIP and section Old;" in ownership.message


def test_what_has_another_name_by_now_is_known_by_its_id() -> None:
    base = replace(
        NOTHING,
        protected=(protected("Code"), protected("Telefax", "f2", "Deals")),
        created=(created("Area", "f3"), *EARLIER.created[1:]),
    )
    assert messages(base) == []
    without_ids = replace(base, protected=(protected("Code"), protected("Telefax")))
    assert len(messages(without_ids)) == 1


def test_protection_of_another_account_counts_on_both_sides() -> None:
    moved = replace(EARLIER, protected=(), protected_elsewhere=EARLIER.protected)
    assert messages(moved) == []
    assert messages(EARLIER, moved) == []
    assert len(messages(NOTHING, replace(moved, created=()))) == 1


def test_of_many_names_the_rest_is_counted() -> None:
    many = replace(NOTHING, protected=tuple(protected(f"F{n}") for n in range(MAX_NAMED + 3)))
    (message,) = messages(NOTHING, many)
    assert "and 3 more;" in message
