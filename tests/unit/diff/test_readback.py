"""readback: what the account shows of each change, whatever it answered."""

from __future__ import annotations

import pytest

from schemactl.diff.readback import ReadBack
from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    RenameTag,
    ResolveDuplicate,
)
from schemactl.model.run import VerdictStatus
from schemactl.model.schema import Field, Schema, Section
from tests.builders import a_field, a_schema, a_section

APPLIED, IGNORED = VerdictStatus.APPLIED, VerdictStatus.IGNORED
ALTERED, OVERTAKEN = VerdictStatus.ALTERED, VerdictStatus.OVERTAKEN
UNKNOWN = VerdictStatus.UNKNOWN

TEXT = a_field("A")
ADD = AddField(section="S", after=TEXT)
ADD_DROPDOWN = AddField(section="S", after=a_field("A", "tdrop", ["x", "y"]))
RETYPE = ChangeType(section="S", before=TEXT, after=a_field("A", "tdrop", ["x"]))
RENAME = RenameField(section="S", before=a_field("Old"), after=TEXT)
MOVE = MoveField(section="S", source="T", before=TEXT, after=TEXT)
MOVE_AND_RENAME = MoveField(section="S", source="T", before=a_field("Old"), after=TEXT)
REMOVE = RemoveField(section="S", before=TEXT, explicit=True)
OPTIONS = ChangeOptions(
    section="S",
    before=a_field("A", "tdrop", ["c", "d", "old1", "old2"]),
    after=a_field("A", "tdrop", ["c", "d", "new1", "new2"]),
    added=("new1", "new2"),
    removed=("old1", "old2"),
)


def judge(change: Change, *sections: Section, tags: tuple[str, ...] = ()) -> tuple[str, str]:
    verdict = ReadBack(a_schema(*sections, tags=tags)).judge(change)
    assert verdict.change == change.id
    return verdict.status, verdict.detail


def in_s(*fields: Field) -> Section:
    return a_section("S", *fields)


@pytest.mark.parametrize(
    ("change", "live", "status", "detail"),
    [
        (AddSection(section="S"), [in_s()], APPLIED, ""),
        (AddSection(section="S"), [], IGNORED, "has not changed"),
        (AddSection(section="S "), [in_s()], ALTERED, 'it came as "S"'),
        (RenameSection(section="S", was="R"), [in_s()], APPLIED, ""),
        (RenameSection(section="S", was="R"), [a_section("R")], IGNORED, "has not changed"),
        (RemoveSection(section="S"), [], APPLIED, ""),
        (RemoveSection(section="S"), [in_s()], IGNORED, "has not changed"),
        (REMOVE, [in_s()], APPLIED, ""),
        (REMOVE, [], APPLIED, ""),
        (REMOVE, [in_s(TEXT)], IGNORED, "still there"),
        (REMOVE, [in_s(a_field("A", "price"))], OVERTAKEN, 'there as type "price"'),
        (REMOVE, [in_s(TEXT, TEXT)], OVERTAKEN, 'type "text" and type "text"'),
        (ADD, [in_s(TEXT)], APPLIED, ""),
        (ADD, [in_s()], IGNORED, "not there"),
        (ADD, [in_s(a_field("a "))], ALTERED, 'came as "a "'),
        (ADD, [in_s(a_field("A", "longtext"))], ALTERED, 'came as type "longtext"'),
        (ADD, [in_s(TEXT, TEXT)], OVERTAKEN, "2 times"),
        (ADD, [a_section("T", TEXT)], IGNORED, "not there"),
        (ADD_DROPDOWN, [in_s(a_field("A", "tdrop", ["y", "x "]))], APPLIED, ""),
        (
            ADD_DROPDOWN,
            [in_s(a_field("A", "tdrop", ["x"]))],
            ALTERED,
            'created, but without "y": apply again',
        ),
        (ADD_DROPDOWN, [in_s(a_field("A", "tdrop"))], ALTERED, 'without "x", "y"'),
        (
            ADD_DROPDOWN,
            [in_s(a_field("A", "tdrop", ["y", "z"]))],
            ALTERED,
            'without "x" and with "z"',
        ),
        (
            AddField(section="S", after=a_field("A", "tdrop")),
            [in_s(a_field("A", "tdrop", ["z"]))],
            APPLIED,
            "",
        ),
        (RETYPE, [in_s(a_field("A", "tdrop", ["x"]))], APPLIED, ""),
        (RETYPE, [in_s(TEXT)], IGNORED, "still of type text"),
        (RETYPE, [in_s(a_field("A", "price"))], ALTERED, 'came as type "price"'),
        (RETYPE, [in_s()], ALTERED, "removed, and was not created again"),
        (RENAME, [in_s(TEXT)], APPLIED, ""),
        (RENAME, [in_s(a_field("A", "price"))], APPLIED, ""),
        (RENAME, [in_s(a_field("Old"))], IGNORED, "where it was"),
        (RENAME, [in_s()], OVERTAKEN, "the field is gone"),
        (
            RENAME,
            [in_s(TEXT, a_field("Old"))],
            ALTERED,
            'a second field was made, and "Old" is',
        ),
        (MOVE, [in_s(TEXT)], APPLIED, ""),
        (MOVE, [a_section("T", TEXT)], IGNORED, "where it was"),
        (MOVE, [a_section("T"), in_s()], OVERTAKEN, "the field is gone"),
        (MOVE, [a_section("T", TEXT), in_s(TEXT)], ALTERED, 'and "A" is still there'),
        (MOVE_AND_RENAME, [a_section("T", TEXT), in_s(TEXT)], APPLIED, ""),
        (MOVE_AND_RENAME, [a_section("T", a_field("Old")), in_s(TEXT)], ALTERED, '"Old" is'),
        (OPTIONS, [in_s(a_field("A", "tdrop", ["new2", "new1", "c"]))], APPLIED, ""),
        (OPTIONS, [in_s(OPTIONS.before)], IGNORED, "have not changed"),
        (
            OPTIONS,
            [in_s(a_field("A", "tdrop", ["new1", "old2"]))],
            ALTERED,
            'still without "new2", still with "old2"',
        ),
        (OPTIONS, [in_s(a_field("A", "tdrop"))], ALTERED, 'still without "new1", "new2"'),
        (OPTIONS, [in_s()], OVERTAKEN, "the field is gone"),
        (OPTIONS, [in_s(a_field("A", "list"))], OVERTAKEN, 'now of type "list"'),
        (
            ResolveDuplicate(section="S", after=TEXT, found=(TEXT, TEXT)),
            [in_s(TEXT)],
            APPLIED,
            "",
        ),
        (
            ResolveDuplicate(section="S", after=TEXT, found=(TEXT, TEXT)),
            [in_s(TEXT, TEXT)],
            IGNORED,
            "has not changed",
        ),
    ],
)
def test_a_change_is_judged_by_what_the_account_has(
    change: Change, live: list[Section], status: VerdictStatus, detail: str
) -> None:
    found_status, found_detail = judge(change, *live)
    assert found_status == status
    assert detail in found_detail
    assert bool(found_detail) is (status is not APPLIED)


SAID = {"yes": True, "no": False, "untold": None}


def set_to(required: str, unique: str) -> Field:
    return a_field("A", required=SAID[required], unique=SAID[unique])


REQUIRE = ChangeSettings(section="S", before=set_to("no", "yes"), after=set_to("yes", "untold"))
FREE = ChangeSettings(section="S", before=set_to("yes", "yes"), after=set_to("no", "no"))


@pytest.mark.parametrize(
    ("change", "live", "status", "detail"),
    [
        (REQUIRE, set_to("yes", "yes"), APPLIED, ""),
        (REQUIRE, set_to("yes", "no"), APPLIED, ""),
        (REQUIRE, set_to("no", "yes"), IGNORED, "it is still not required"),
        (REQUIRE, set_to("no", "no"), ALTERED, "it is now not required"),
        (REQUIRE, TEXT, UNKNOWN, "the account does not show what is required and unique"),
        (FREE, set_to("no", "no"), APPLIED, ""),
        (FREE, set_to("yes", "yes"), IGNORED, "it is still required and unique"),
        (FREE, set_to("no", "yes"), ALTERED, "it is now unique"),
        (FREE, None, OVERTAKEN, "the field is gone"),
        (AddField(section="S", after=set_to("yes", "no")), set_to("yes", "no"), APPLIED, ""),
        (AddField(section="S", after=set_to("yes", "no")), TEXT, APPLIED, ""),
        (AddField(section="S", after=TEXT), set_to("yes", "yes"), APPLIED, ""),
        (
            AddField(section="S", after=set_to("yes", "no")),
            set_to("no", "yes"),
            ALTERED,
            "it came not required and unique",
        ),
        (
            ChangeType(
                section="S", before=a_field("A", "longtext"), after=set_to("untold", "yes")
            ),
            set_to("no", "no"),
            ALTERED,
            "it came not unique",
        ),
    ],
)
def test_required_and_unique_are_judged_where_the_files_ask_for_them(
    change: Change, live: Field | None, status: VerdictStatus, detail: str
) -> None:
    assert judge(change, in_s(*([] if live is None else [live]))) == (status, detail)


def test_missing_options_are_reported_before_wrong_settings() -> None:
    add = AddField(section="S", after=a_field("A", "tdrop", ["x"], required=True))
    live = a_field("A", "tdrop", [], required=False)
    assert judge(add, in_s(live)) == (
        ALTERED,
        'it was created, but without "x": apply again to add it',
    )
    whole = a_field("A", "tdrop", ["x"], required=False)
    assert judge(add, in_s(whole)) == (ALTERED, "it came not required")


def described(text: str | None) -> Section:
    return a_section("S", description=text)


DESCRIBE = ChangeDescription(section="S", before="Old", after="One\nTwo")
CLEAR = ChangeDescription(section="S", before="Old", after="")


@pytest.mark.parametrize(
    ("change", "live", "status", "detail"),
    [
        (DESCRIBE, described("One\nTwo"), APPLIED, ""),
        (DESCRIBE, described("One \r\nTwo\r\n"), APPLIED, ""),
        (DESCRIBE, described("Old"), IGNORED, "its description has not changed"),
        (DESCRIBE, described("One"), ALTERED, 'it came as "One"'),
        (DESCRIBE, described(""), ALTERED, "it came empty"),
        (DESCRIBE, described(None), UNKNOWN, "the account does not show its description"),
        (DESCRIBE, a_section("T"), OVERTAKEN, "the section is gone"),
        (CLEAR, described(""), APPLIED, ""),
        (CLEAR, described("Old"), IGNORED, "its description has not changed"),
        (AddSection(section="S", description="Text"), described("Text "), APPLIED, ""),
        (AddSection(section="S", description="Text"), described(None), APPLIED, ""),
        (AddSection(section="S"), described("Text"), APPLIED, ""),
        (
            AddSection(section="S", description="Text"),
            described("Txt"),
            ALTERED,
            'it came with the description "Txt"',
        ),
        (
            AddSection(section="S", description="Text"),
            described(""),
            ALTERED,
            "it came without its description",
        ),
        (
            AddSection(section="S", description="Text"),
            a_section("T"),
            IGNORED,
            "the account has not changed",
        ),
    ],
)
def test_a_description_is_judged_by_what_it_shows(
    change: Change, live: Section, status: VerdictStatus, detail: str
) -> None:
    assert judge(change, live) == (status, detail)


@pytest.mark.parametrize(
    ("tags", "status", "detail"),
    [
        (("VIP",), APPLIED, ""),
        (("VIP", "gold"), APPLIED, ""),
        (("Gold",), IGNORED, "the account has not changed"),
        (("Gold", "VIP"), ALTERED, 'a second tag was made, and "Gold" is still there'),
        (("vip ",), ALTERED, 'it came as "vip "'),
        (("Gold", "vip"), ALTERED, 'it came as "vip"'),
        (("Silver",), OVERTAKEN, "the tag is gone"),
        ((), OVERTAKEN, "the tag is gone"),
    ],
)
def test_a_renamed_tag_is_judged_by_both_names(
    tags: tuple[str, ...], status: VerdictStatus, detail: str
) -> None:
    assert judge(RenameTag(tag="VIP", was="Gold"), tags=tags) == (status, detail)


@pytest.mark.parametrize(
    ("tags", "status"), [(("vip",), IGNORED), (("VIP",), APPLIED), (("vip", "Vip"), ALTERED)]
)
def test_a_tag_renamed_by_its_case_alone_is_not_taken_for_one_that_came_otherwise(
    tags: tuple[str, ...], status: VerdictStatus
) -> None:
    assert judge(RenameTag(tag="VIP", was="vip"), tags=tags)[0] == status


@pytest.mark.parametrize(
    ("change", "tags", "status"),
    [
        (AddTag(tag="VIP"), ("VIP",), APPLIED),
        (AddTag(tag="VIP"), (), IGNORED),
        (AddTag(tag="VIP "), ("VIP",), ALTERED),
        (RemoveTag(tag="VIP"), ("vip",), APPLIED),
        (RemoveTag(tag="VIP"), ("VIP",), IGNORED),
    ],
)
def test_a_tag_is_judged_by_its_exact_name(
    change: Change, tags: tuple[str, ...], status: VerdictStatus
) -> None:
    assert judge(change, tags=tags)[0] == status


def test_one_read_proves_many_changes() -> None:
    live: Schema = a_schema(in_s(TEXT), tags=["VIP"])
    read_back = ReadBack(live)
    verdicts = [read_back.judge(change) for change in (ADD, AddTag(tag="VIP"), MOVE)]
    assert {verdict.status for verdict in verdicts} == {APPLIED}
