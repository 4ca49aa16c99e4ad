"""drift: what in an account is not as the files say, one item an object."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.diff import diff_schemas
from schemactl.drift.items import drift_of
from schemactl.model.change import ChangeOptions, FillField
from schemactl.model.desired import DesiredSection, DesiredTag, Manage
from schemactl.model.difference import Difference, NoticeCode, UnmanagedKind
from schemactl.model.drift import (
    Alteration,
    Attribute,
    Drift,
    DriftItem,
    DriftStatus,
    ObjectKind,
    ObjectState,
)
from schemactl.model.schema import Schema
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
    a_notice,
    a_schema,
    a_section,
    a_tag,
    an_unmanaged,
)
from tests.unit.report.samples import every_plan


def drift_from(
    desired: Sequence[DesiredSection] = (),
    live: Schema | None = None,
    *,
    tags: Sequence[str | DesiredTag] = (),
    removed_sections: Sequence[str] = (),
    removed_fields: Sequence[tuple[str, str]] = (),
    removed_tags: Sequence[str] = (),
) -> Drift:
    wanted = a_desired(
        *desired,
        tags=tags,
        removed_sections=removed_sections,
        removed_fields=removed_fields,
        removed_tags=removed_tags,
    )
    found = diff_schemas(desired=wanted, live=live or a_schema())
    return drift_of(found, account="demo", backend="legacy")


def the_item(drift: Drift) -> DriftItem:
    (item,) = drift.items
    return item


def test_what_the_account_does_not_have_is_missing() -> None:
    section = a_desired_section("Leads", a_field("Value", "price"))

    drift = drift_from([section], tags=["VIP"])

    assert [(item.status, item.message) for item in drift.items] == [
        (DriftStatus.MISSING, 'section "Leads" is missing'),
        (DriftStatus.MISSING, 'field "Value" of section "Leads" is missing'),
        (DriftStatus.MISSING, 'tag "VIP" is missing'),
    ]
    assert drift.items[1].wanted == ObjectState(name="Value", section="Leads", type="price")
    assert drift.items[1].found == ()
    assert drift.items[1].location == a_location()


def test_what_should_not_exist_is_unwanted() -> None:
    live = a_schema(a_section("Old", a_field("Fax")), tags=["newleads"])

    drift = drift_from(live=live, removed_sections=["Old"], removed_tags=["newleads"])

    assert [(item.status, item.message) for item in drift.items] == [
        (DriftStatus.UNWANTED, 'field "Fax" of section "Old" is there, and should not exist'),
        (DriftStatus.UNWANTED, 'section "Old" is there, and should not exist'),
        (DriftStatus.UNWANTED, 'tag "newleads" is there, and should not exist'),
    ]


def test_a_field_that_a_mirrored_section_does_not_list_is_unwanted_for_that_reason() -> None:
    section = a_desired_section("Leads", a_field("Name"), manage=Manage.MIRROR)
    live = a_schema(a_section("Leads", a_field("Name"), a_field("Fax")))

    item = the_item(drift_from([section], live))

    assert item.status is DriftStatus.UNWANTED
    assert (
        item.message == 'field "Fax" of section "Leads" is there, and its section is mirrored'
    )


def test_other_options_are_described_as_sets_in_the_order_written() -> None:
    section = a_desired_section("Leads", a_field("Source", "tdrop", ["Web", "Pod", "Fair"]))
    live = a_schema(a_section("Leads", a_field("Source", "tdrop", ["TV", "Fair", "Ad"])))

    item = the_item(drift_from([section], live))

    assert item.status is DriftStatus.ALTERED
    assert item.alterations == (
        Alteration(attribute=Attribute.OPTIONS, missing=("Web", "Pod"), extra=("TV", "Ad")),
    )
    assert item.message == (
        'field "Source" of section "Leads" does not have "Web", "Pod", and has the extra "TV", '
        '"Ad"'
    )


OPTIONS = st.lists(st.text(max_size=5), max_size=5, unique=True)


@settings(deadline=None)
@given(OPTIONS, OPTIONS)
def test_whatever_the_options_none_is_overlooked(wanted: list[str], live: list[str]) -> None:
    before, after = a_field("Source", "tdrop", live), a_field("Source", "tdrop", wanted)
    change = ChangeOptions(
        section="Leads",
        before=before,
        after=after,
        added=tuple(option for option in wanted if option not in live),
        removed=tuple(option for option in live if option not in wanted),
    )

    item = the_item(drift_of(Difference(changes=(change,)), account="demo", backend="legacy"))

    assert {option for one in item.alterations for option in one.missing} == {*change.added}
    assert {option for one in item.alterations for option in one.extra} == {*change.removed}


def test_a_renamed_and_retyped_field_is_one_item() -> None:
    field = a_desired_field(a_field("Next Call", "fulldate"), was=["Follow-up"])
    live = a_schema(a_section("Leads", a_field("Follow-up", "text")))

    item = the_item(drift_from([a_desired_section("Leads", field)], live))

    assert item.name == "Next Call"
    assert item.message == (
        'field "Next Call" of section "Leads" is named "Follow-up" '
        'and is of type "text", not "fulldate"'
    )
    assert [one.attribute for one in item.alterations] == [Attribute.NAME, Attribute.TYPE]
    assert item.found == (ObjectState(name="Follow-up", section="Leads", type="text"),)


def test_a_moved_field_is_reported_with_the_section_where_it_is() -> None:
    section = a_desired_section("Leads", a_field("Birthday", "fulldate"))
    live = a_schema(a_section("Contact", a_field("Birthday", "fulldate")), a_section("Leads"))

    item = next(one for one in drift_from([section], live).items if one.is_difference)

    assert item.message == 'field "Birthday" of section "Leads" is in section "Contact"'
    assert item.alterations == (
        Alteration(attribute=Attribute.SECTION, wanted="Leads", found="Contact"),
    )


def test_a_renamed_section_is_altered() -> None:
    section = a_desired_section("Leads", was=["Lead Information"])

    item = the_item(drift_from([section], a_schema(a_section("Lead Information"))))

    assert (item.status, item.object) == (DriftStatus.ALTERED, ObjectKind.SECTION)
    assert item.message == 'section "Leads" is named "Lead Information"'


def test_a_difference_of_type_is_reported_without_one_of_options() -> None:
    section = a_desired_section("Leads", a_field("Source", "tdrop", ["Web"]))

    item = the_item(drift_from([section], a_schema(a_section("Leads", a_field("Source")))))

    assert [one.attribute for one in item.alterations] == [Attribute.TYPE]


def test_a_shared_name_that_the_files_speak_of_is_reported_once_as_ambiguous() -> None:
    section = a_desired_section("Leads", a_field("Payee"))
    live = a_schema(a_section("Leads", a_field("Payee"), a_field("Payee", "list")))

    item = the_item(drift_from([section], live))

    assert item.status is DriftStatus.AMBIGUOUS
    assert item.is_difference
    assert len(item.found) == 2
    assert item.message == (
        'field "Payee" of section "Leads" is there 2 times: it is unknown which one is meant'
    )


def test_a_shared_name_that_nobody_speaks_of_counts_only_strictly() -> None:
    twin = a_field("Payee", custom=False)
    live = a_schema(a_section("Leads", twin, twin, custom=False))

    drift = drift_from(live=live)

    item = the_item(drift)
    assert (item.status, item.section, item.name) == (DriftStatus.AMBIGUOUS, "Leads", "Payee")
    assert not drift.differs(strict=False)
    assert drift.differs(strict=True)


def test_what_is_only_unmanaged_counts_only_strictly() -> None:
    difference = Difference(
        unmanaged=(
            an_unmanaged("Fax"),
            an_unmanaged("Old", section="Old", kind=UnmanagedKind.SECTION),
            an_unmanaged("VIP", section=None, kind=UnmanagedKind.TAG),
        )
    )

    drift = drift_of(difference, account="demo", backend="legacy")

    assert [item.message for item in drift.items] == [
        'field "Fax" of section "Sales Pipeline" is not in the files',
        'section "Old" is not in the files',
        'tag "VIP" is not in the files',
    ]
    assert not drift.differs(strict=False)
    assert drift.differs(strict=True)


def test_a_mere_notice_is_no_difference_not_even_if_strict() -> None:
    drift = drift_of(
        Difference(notices=(a_notice(NoticeCode.OPTION_ORDER),)),
        account="demo",
        backend="legacy",
    )

    assert drift.items == ()
    assert not drift.differs(strict=False)
    assert not drift.differs(strict=True)


def test_equal_schemas_do_not_differ_even_strictly() -> None:
    section = a_desired_section("Leads", a_field("Name"))

    drift = drift_from([section], a_schema(a_section("Leads", a_field("Name"))))

    assert not drift.differs(strict=True)


def test_every_kind_of_change_is_reported() -> None:
    changes = every_plan().changes

    drift = drift_of(Difference(changes=changes), account="demo", backend="legacy")

    # What contacts hold is no difference between schemas.
    assert len(drift.items) == sum(not isinstance(one, FillField) for one in changes)
    assert all(item.is_difference for item in drift.items)
    assert drift.counts() == {
        DriftStatus.MISSING: 9,
        DriftStatus.ALTERED: 10,
        DriftStatus.UNWANTED: 4,
        DriftStatus.AMBIGUOUS: 1,
        DriftStatus.UNMANAGED: 0,
        DriftStatus.ORPHAN: 0,
    }


def test_a_renamed_section_with_another_description_is_one_item() -> None:
    section = a_desired_section("Leads", line=3, was=["Old"], description="New\ntext")
    live = a_schema(a_section("Old", description="Before"))

    item = the_item(drift_from([section], live))

    assert (item.status, item.object) == (DriftStatus.ALTERED, ObjectKind.SECTION)
    assert item.message == 'section "Leads" is named "Old" and has the description "Before"'
    assert item.location == a_location(3)
    assert item.wanted == ObjectState(name="Leads", description="New\ntext")
    assert item.found == (ObjectState(name="Old", description="Before"),)
    assert item.alterations == (
        Alteration(attribute=Attribute.NAME, wanted="Leads", found="Old"),
        Alteration(attribute=Attribute.DESCRIPTION, wanted="New\ntext", found="Before"),
    )


def test_another_description_comes_before_the_fields_of_its_section() -> None:
    section = a_desired_section(
        "Leads", a_field("A", required=True), line=3, description="Text"
    )
    live = a_schema(a_section("Leads", a_field("A", required=False), description=""))

    drift = drift_from([section], live)

    assert [(item.object, item.message) for item in drift.items] == [
        (ObjectKind.SECTION, 'section "Leads" has no description'),
        (ObjectKind.FIELD, 'field "A" of section "Leads" is not required'),
    ]
    assert drift.items[0].location == a_location(3, 9)
    assert drift.counts()[DriftStatus.ALTERED] == 2


def test_a_description_that_should_not_be_there_is_reported() -> None:
    section = a_desired_section("Leads", description="")

    item = the_item(drift_from([section], a_schema(a_section("Leads", description="Text"))))

    assert item.message == 'section "Leads" has the description "Text"'
    assert item.wanted == ObjectState(name="Leads", description="")


def test_a_missing_section_has_the_declared_description() -> None:
    item = the_item(drift_from([a_desired_section("Leads", description="Text")]))

    assert item.wanted == ObjectState(name="Leads", description="Text")


def test_settings_options_and_name_of_one_field_are_one_item() -> None:
    declared = a_desired_field(
        a_field("Source", "tdrop", ["Web"], required=True, unique=False), was=["Origin"]
    )
    live = a_field("Origin", "tdrop", ["TV"], required=False, unique=True)

    item = the_item(
        drift_from([a_desired_section("Leads", declared)], a_schema(a_section("Leads", live)))
    )

    assert item.message == (
        'field "Source" of section "Leads" is named "Origin" and is not required '
        'and is unique and does not have "Web", and has the extra "TV"'
    )
    assert item.alterations == (
        Alteration(attribute=Attribute.NAME, wanted="Source", found="Origin"),
        Alteration(attribute=Attribute.REQUIRED, wanted="yes", found="no"),
        Alteration(attribute=Attribute.UNIQUE, wanted="no", found="yes"),
        Alteration(attribute=Attribute.OPTIONS, missing=("Web",), extra=("TV",)),
    )
    assert item.wanted == ObjectState(
        name="Source",
        section="Leads",
        type="tdrop",
        options=("Web",),
        required=True,
        unique=False,
    )


def test_a_setting_that_the_files_leave_to_the_account_is_no_alteration() -> None:
    section = a_desired_section("Leads", a_field("A", required=True))
    live = a_schema(a_section("Leads", a_field("A", required=False, unique=True)))

    item = the_item(drift_from([section], live))

    assert [one.attribute for one in item.alterations] == [Attribute.REQUIRED]
    assert item.found[0].unique is True


def test_a_renamed_tag_is_altered() -> None:
    drift = drift_from(tags=[a_tag("VIP", line=3, was=["Gold"])], live=a_schema(tags=["Gold"]))

    item = the_item(drift)

    assert (item.status, item.object) == (DriftStatus.ALTERED, ObjectKind.TAG)
    assert item.message == 'tag "VIP" is named "Gold"'
    assert (item.section, item.location) == (None, a_location(3))
    assert item.wanted == ObjectState(name="VIP")
    assert item.found == (ObjectState(name="Gold"),)
    assert item.alterations == (
        Alteration(attribute=Attribute.NAME, wanted="VIP", found="Gold"),
    )


def test_a_tag_left_over_is_a_notice_and_not_unmanaged_too() -> None:
    drift = drift_from(tags=[a_tag("VIP", was=["Old"])], live=a_schema(tags=["VIP", "Old"]))

    assert drift.items == ()
    assert [notice.code for notice in drift.notices] == [NoticeCode.WAS_LEFT_OVER]
