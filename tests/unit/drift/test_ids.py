"""base.settling: an id keeps its declared name until the account has the object under it."""

from __future__ import annotations

from schemactl.diff.doubts import Doubts
from schemactl.drift.ids import ids_to_keep
from schemactl.model.desired import Desired
from schemactl.model.identity import Ids, KnownIds, LiveIds
from schemactl.model.schema import FieldKey, Schema
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_schema,
    a_section,
    a_tag,
)

DESIRED = a_desired(
    a_desired_section("S", a_field("A"), a_field("B")), tags=[a_tag("VIP", was=["Gold"])]
)
BEFORE = Ids(
    sections={("", "S"): "1"},
    fields={("", "S", "A"): "f1", ("", "S", "B"): "f2"},
    tags={"VIP": "5"},
)


def kept(
    live: Schema, now: LiveIds, *, desired: Desired = DESIRED, before: Ids = BEFORE
) -> Ids:
    return ids_to_keep(desired, live, now, before)


def test_the_first_apply_keeps_the_ids_of_all_that_the_account_has() -> None:
    live = a_schema(a_section("S", a_field("A"), a_field("Other")), tags=["VIP", "More"])
    now = LiveIds(
        sections={("", "1"): ("", "S")},
        fields={("", "f1"): ("", "S", "A"), ("", "f9"): ("", "S", "Other")},
        tags={"5": "VIP", "6": "More"},
    )

    found = kept(live, now, before=Ids())

    assert found.sections == {("", "S"): "1"}
    assert found.fields == {("", "S", "A"): "f1", ("", "S", "Other"): "f9"}
    assert found.tags == {"VIP": "5", "More": "6"}


def test_declared_names_keep_their_ids_while_the_account_has_others() -> None:
    live = a_schema(a_section("SX", a_field("B"), a_field("A")), tags=["Silver"])
    now = LiveIds(
        sections={("", "1"): ("", "SX")},
        fields={("", "f1"): ("", "SX", "B"), ("", "f2"): ("", "SX", "A")},
        tags={"5": "Silver"},
    )

    assert kept(live, now) == BEFORE


def test_an_earlier_name_keeps_its_id_until_the_rename_is_done() -> None:
    zed = a_desired_field(a_field("Zed"), was=["A"])
    desired = a_desired(a_desired_section("S", zed))
    open_rename = LiveIds(fields={("", "f1"): ("", "S", "Quux")})
    done = LiveIds(fields={("", "f1"): ("", "S", "Zed")})

    left = kept(a_schema(a_section("S", a_field("Quux"))), open_rename, desired=desired)
    settled = kept(a_schema(a_section("S", a_field("Zed"))), done, desired=desired)

    assert left.fields == {("", "S", "A"): "f1"}
    assert settled.fields == {("", "S", "Zed"): "f1"}


def test_a_name_that_another_object_got_meanwhile_stays_that_of_the_known_one() -> None:
    live = a_schema(a_section("S", a_field("Mass"), a_field("A"), a_field("B")))
    now = LiveIds(
        fields={
            ("", "f1"): ("", "S", "Mass"),
            ("", "f9"): ("", "S", "A"),
            ("", "f2"): ("", "S", "B"),
        }
    )

    assert kept(live, now).fields == BEFORE.fields


def test_one_of_two_that_share_a_name_is_known_if_it_was_known_before() -> None:
    live = a_schema(a_section("S", a_field("A"), a_field("A"), a_field("B")))
    now = LiveIds(
        fields={
            ("", "f9"): ("", "S", "A"),
            ("", "f1"): ("", "S", "A"),
            ("", "f2"): ("", "S", "B"),
        }
    )

    assert kept(live, now).fields == BEFORE.fields
    assert kept(live, now, before=Ids()).fields == {("", "S", "B"): "f2"}


def test_what_the_files_no_longer_name_is_known_under_the_accounts_name() -> None:
    live = a_schema(a_section("S", a_field("Mass"), a_field("B")))
    now = LiveIds(fields={("", "f1"): ("", "S", "Mass"), ("", "f2"): ("", "S", "B")})
    desired = a_desired(a_desired_section("S", a_field("B")))

    found = kept(live, now, desired=desired)

    assert found.fields == {("", "S", "Mass"): "f1", ("", "S", "B"): "f2"}


def test_a_doubt_about_a_removal_outlives_the_apply() -> None:
    desired = a_desired(removed_fields=[("S", "B")])
    live = a_schema(a_section("S", a_field("B")))
    now = LiveIds(fields={("", "f1"): ("", "S", "B")})

    assert kept(live, now, desired=desired).fields == {
        ("", "S", "A"): "f1",
        ("", "S", "B"): "f2",
    }


def test_an_object_to_remove_that_was_renamed_and_declared_is_known_under_both_names() -> None:
    desired = a_desired(a_desired_section("S", a_field("C")), removed_fields=[("S", "B")])
    live = a_schema(a_section("S", a_field("B"), a_field("C")))
    now = LiveIds(fields={("", "f2"): ("", "S", "C"), ("", "f9"): ("", "S", "B")})
    before = Ids(fields={("", "S", "B"): "f2"})

    found = kept(live, now, desired=desired, before=before)

    assert found.fields == {("", "S", "B"): "f2", ("", "S", "C"): "f2"}
    known = KnownIds(ids=found, live=now).of("")
    assert Doubts(known).of_field(FieldKey("S", "B"))
    assert not Doubts(known).of_field(FieldKey("S", "C"))


def test_another_object_of_the_name_of_a_deleted_one_to_remove_stays_in_doubt() -> None:
    desired = a_desired(removed_fields=[("S", "B")])
    live = a_schema(a_section("S", a_field("B")))
    now = LiveIds(fields={("", "f9"): ("", "S", "B")})
    before = Ids(fields={("", "S", "B"): "f2"})

    found = kept(live, now, desired=desired, before=before)

    assert Doubts(KnownIds(ids=found, live=now).of("")).of_field(FieldKey("S", "B"))
    gone = kept(a_schema(a_section("S")), LiveIds(), desired=desired, before=before)
    assert gone.fields == {}
