"""readback: what the account shows of each change, whatever it answered."""

from __future__ import annotations

import pytest

from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeOptions,
    ChangeType,
    MoveField,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameSection,
    ResolveDuplicate,
)
from schemactl.model.run import VerdictStatus
from schemactl.model.schema import Field, Schema, Section
from schemactl.readback import ReadBack
from tests.builders import a_field, a_schema, a_section

APPLIED, IGNORED = VerdictStatus.APPLIED, VerdictStatus.IGNORED
ALTERED, OVERTAKEN = VerdictStatus.ALTERED, VerdictStatus.OVERTAKEN

TEXT = a_field("A")
ADD = AddField(section="S", after=TEXT)
ADD_DROPDOWN = AddField(section="S", after=a_field("A", "tdrop", ["x", "y"]))
RETYPE = ChangeType(section="S", before=TEXT, after=a_field("A", "tdrop", ["x"]))
RENAME = RenameField(section="S", before=a_field("Old"), after=TEXT)
MOVE = MoveField(section="S", source="T", before=TEXT, after=TEXT)
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
        (ADD_DROPDOWN, [in_s(a_field("A", "tdrop", ["x"]))], ALTERED, 'came without "y"'),
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
        (RETYPE, [in_s()], ALTERED, "removed, and has not come anew"),
        (RENAME, [in_s(TEXT)], APPLIED, ""),
        (RENAME, [in_s(a_field("A", "price"))], APPLIED, ""),
        (RENAME, [in_s(a_field("Old"))], IGNORED, "not there"),
        (MOVE, [in_s(TEXT)], APPLIED, ""),
        (MOVE, [a_section("T", TEXT)], IGNORED, "not there"),
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
