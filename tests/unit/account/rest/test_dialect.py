"""account/rest/dialect.py: the fewest calls in an order that works, with ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from schemactl.account.interface import LiveState
from schemactl.account.rest.dialect import RestDialect, tag_reads
from schemactl.model.call_word import RestCallWord
from schemactl.model.change import (
    AddField,
    AddSection,
    AddTag,
    Change,
    ChangeDescription,
    ChangeOptions,
    ChangeSettings,
    ChangeType,
    RemoveField,
    RemoveSection,
    RemoveTag,
    RenameField,
    RenameTag,
)
from schemactl.model.plan import CallDraft, JsonValue
from schemactl.model.schema import Field
from schemactl.planner.calls import number_calls
from schemactl.planner.dependencies import find_dependencies
from tests.builders import a_call, a_field
from tests.rest_builders import a_rest_field, a_rest_section, a_rest_state, as_call, live_of
from tests.unit.account.rest.test_calls import REQUESTS

LIVE = live_of(
    a_rest_state(
        a_rest_section(
            "S",
            a_rest_field(1, "A"),
            a_rest_field(2, "B", "drop", "x", "y"),
            a_rest_field(3, "C"),
            description="old",
        ),
        a_rest_section("T", a_rest_field(4, "A")),
        tags=["VIP", "Gold"],
    )
)
FROM_SNAPSHOT = LiveState(schema=LIVE.schema)


def calls_for(
    *changes: Change, live: LiveState = LIVE, sends_whole: bool = True
) -> tuple[CallDraft, ...]:
    return RestDialect(sends_whole=sends_whole).calls_for(changes, live)


def words(calls: Sequence[CallDraft]) -> list[str]:
    return [call.request for call in calls]


def fields_of(call: CallDraft) -> list[Mapping[str, JsonValue]]:
    fields = call.arguments["fields"]
    assert isinstance(fields, tuple)
    return [field for field in fields if isinstance(field, Mapping)]


def add(
    name: str, kind: str = "text", options: Sequence[str] | None = None, *, section: str = "S"
) -> AddField:
    return AddField(section=section, after=a_field(name, kind, options))


def rename(before: str, after: str, *, section: str = "S") -> RenameField:
    return RenameField(section=section, before=a_field(before), after=a_field(after))


def options_of(
    name: str,
    *,
    added: Sequence[str] = (),
    removed: Sequence[str] = (),
    was: str | None = None,
) -> ChangeOptions:
    return ChangeOptions(
        section="S",
        before=a_field(was or name, "tdrop", ["x"]),
        after=a_field(name, "tdrop", ["x"]),
        added=tuple(added),
        removed=tuple(removed),
    )


def settings_of(
    name: str, *, required: bool | None = None, unique: bool | None = None
) -> ChangeSettings:
    after = a_field(name, required=required, unique=unique)
    return ChangeSettings(section="S", before=a_field(name), after=after)


def retype(name: str, after: Field) -> ChangeType:
    return ChangeType(section="S", before=a_field(name), after=after)


def remove(name: str, *, section: str = "S") -> RemoveField:
    return RemoveField(section=section, before=a_field(name), explicit=True)


def describe(after: str) -> ChangeDescription:
    return ChangeDescription(section="S", before="old", after=after)


def test_it_says_what_it_is() -> None:
    dialect = RestDialect()
    assert (dialect.name, dialect.proves_each_call) == ("rest", True)
    assert dialect.capabilities.settings
    assert dialect.capabilities.descriptions
    assert {"tdrop", "email", "sms", "address"} <= dialect.declarable_types
    assert not {"funnel", "drop", "mergefield", ""} & dialect.declarable_types


def test_no_change_is_no_call() -> None:
    assert calls_for() == ()


def test_a_new_section_is_one_call_with_its_description_and_all_its_fields() -> None:
    section = AddSection(section="New", description="about")
    (call,) = calls_for(
        section,
        add("P", "tdrop", ["x", "y"], section="New"),
        AddField(section="New", after=a_field("Q", "email", required=True, unique=False)),
    )
    assert call.request == "create_fields"
    assert call.arguments == {
        "section": "New",
        "new_section": True,
        "fields": (
            {"name": "P", "type": "drop", "options": ("x", "y")},
            {"name": "Q", "type": "email", "required": True, "unique": False},
        ),
        "description": "about",
    }
    assert call.serves == ("add-section/New", "add-field/New/P", "add-field/New/Q")


def test_a_new_section_without_fields_is_one_call() -> None:
    (call,) = calls_for(AddSection(section="New"))
    assert call.request == "create_fields"
    assert call.arguments == {"section": "New", "new_section": True, "fields": ()}


def test_new_fields_are_one_call_a_section_with_their_options() -> None:
    calls = calls_for(add("P", "list", ["x"]), add("Q", section="T"), add("R"))
    assert [(call.request, call.arguments["section"], len(call.serves)) for call in calls] == [
        ("create_fields", "S", 2),
        ("create_fields", "T", 1),
    ]
    assert not any("new_section" in call.arguments for call in calls)


def test_all_that_is_changed_in_place_is_one_call_a_section() -> None:
    (call,) = calls_for(
        describe("new"),
        rename("A", "Alpha"),
        options_of("B", added=["z"]),
        settings_of("B", required=True),
        retype("C", a_field("C", "longtext", unique=False)),
    )
    assert call.request == "update_fields"
    assert call.arguments == {
        "section": "S",
        "fields": (
            {"field": "f1", "name": "A", "new_name": "Alpha"},
            {"field": "f2", "name": "B", "required": True, "add_options": ("z",)},
            {"field": "f3", "name": "C", "type": "longtext", "unique": False},
        ),
        "sends": "whole",
        "description": "new",
    }
    assert len(call.serves) == 5


def test_a_renamed_field_gets_all_other_changes_in_the_same_call() -> None:
    settings = ChangeSettings(
        section="S", before=a_field("A"), after=a_field("Alpha", required=True)
    )
    (call,) = calls_for(rename("A", "Alpha"), settings)
    assert fields_of(call) == [
        {"field": "f1", "name": "A", "new_name": "Alpha", "required": True}
    ]


def test_sections_are_changed_by_a_call_each() -> None:
    calls = calls_for(rename("A", "Alpha"), rename("A", "Beta", section="T"))
    assert [call.arguments["section"] for call in calls] == ["S", "T"]
    assert [fields_of(call)[0]["field"] for call in calls] == ["f1", "f4"]


def test_a_description_that_is_to_go_is_reported_as_empty() -> None:
    (call,) = calls_for(describe(""))
    assert call.arguments == {"section": "S", "fields": (), "sends": "whole", "description": ""}


@pytest.mark.parametrize(("sends_whole", "word"), [(True, "whole"), (False, "part")])
def test_whether_the_whole_section_is_sent_is_the_accounts_to_say(
    *, sends_whole: bool, word: str
) -> None:
    changes = rename("A", "Alpha"), options_of("B", removed=["x"])
    calls = calls_for(*changes, sends_whole=sends_whole)
    assert [call.arguments["sends"] for call in calls] == [word, word]


def test_options_come_and_go_in_two_calls() -> None:
    added, removed = calls_for(options_of("B", added=["z", "w"], removed=["x", "y"]))
    assert words([added, removed]) == ["update_fields", "remove_options"]
    assert fields_of(added) == [{"field": "f2", "name": "B", "add_options": ("z", "w")}]
    assert fields_of(removed) == [{"field": "f2", "name": "B", "remove_options": ("x", "y")}]
    assert added.serves == removed.serves == ("change-options/S/B",)


def test_options_of_all_fields_of_a_section_go_in_one_call() -> None:
    (call,) = calls_for(options_of("B", removed=["x"]), options_of("A", removed=["y"]))
    assert [field["field"] for field in fields_of(call)] == ["f2", "f1"]
    assert call.serves == ("change-options/S/B", "change-options/S/A")


def test_options_of_a_renamed_field_are_taken_away_under_its_new_name() -> None:
    renamed = RenameField(section="S", before=a_field("B"), after=a_field("Beta"))
    added, removed = calls_for(renamed, options_of("Beta", was="B", added=["z"], removed=["x"]))
    assert fields_of(added) == [
        {"field": "f2", "name": "B", "new_name": "Beta", "add_options": ("z",)}
    ]
    assert fields_of(removed) == [{"field": "f2", "name": "Beta", "remove_options": ("x",)}]


def test_a_plan_that_was_begun_finds_what_it_renamed_before() -> None:
    live = live_of(a_rest_state(a_rest_section("S", a_rest_field(2, "Beta", "drop", "x"))))
    (removed,) = calls_for(options_of("Beta", was="B", removed=["x"]), live=live)
    assert fields_of(removed)[0]["field"] == "f2"


def test_a_replaced_field_goes_and_comes_anew_in_its_section() -> None:
    calls = calls_for(
        retype("A", a_field("A", "tdrop", ["x"])),
        ChangeType(section="S", before=a_field("C", "price"), after=a_field("C", "longtext")),
    )
    assert words(calls) == ["delete_field", "delete_field", "create_fields"]
    assert calls[0].arguments == {"section": "S", "field": "f1", "name": "A"}
    assert fields_of(calls[2])[0] == {"name": "A", "type": "drop", "options": ("x",)}
    assert calls[2].serves == ("change-type/S/A", "change-type/S/C")


@pytest.mark.parametrize(
    "field", [a_field("A", "phone"), a_field("A", "longtext", custom=False)], ids=repr
)
def test_nothing_but_a_text_of_the_owners_becomes_longer_in_place(field: Field) -> None:
    change = ChangeType(section="S", before=field, after=a_field("A", "longtext"))
    assert words(calls_for(change)) == ["delete_field", "create_fields"]


def test_removals_are_made_one_by_one_with_sections_after_fields_and_tags_last() -> None:
    calls = calls_for(
        RemoveTag(tag="Gold"),
        RemoveSection(section="S"),
        remove("A"),
        remove("A", section="T"),
        RemoveTag(tag="VIP"),
    )
    assert [(call.request, dict(call.arguments)) for call in calls] == [
        ("delete_field", {"section": "S", "field": "f1", "name": "A"}),
        ("delete_field", {"section": "T", "field": "f4", "name": "A"}),
        ("delete_section", {"section": "S"}),
        ("delete_tag", {"id": 2, "tag": "Gold"}),
        ("delete_tag", {"id": 1, "tag": "VIP"}),
    ]


def test_tags_are_renamed_before_others_are_made_each_by_a_call() -> None:
    calls = calls_for(AddTag(tag="New"), RenameTag(tag="Best", was="VIP"), AddTag(tag="Newer"))
    assert [(call.request, dict(call.arguments)) for call in calls] == [
        ("rename_tag", {"id": 1, "tag": "VIP", "new_name": "Best"}),
        ("create_tag", {"tag": "New"}),
        ("create_tag", {"tag": "Newer"}),
    ]


def test_renames_come_first_then_what_adds_and_what_takes_away_last() -> None:
    changes = (
        remove("C"),
        RemoveSection(section="T"),
        RemoveTag(tag="Gold"),
        retype("A", a_field("A", "price")),
        options_of("B", added=["z"], removed=["x"]),
        AddTag(tag="New"),
        add("P"),
        AddSection(section="U"),
    )
    assert words(calls_for(*changes)) == [
        *("update_fields", "create_fields", "create_fields", "create_tag", "remove_options"),
        *("delete_field", "create_fields", "delete_field", "delete_section", "delete_tag"),
    ]


def test_a_call_waits_for_those_that_serve_the_same_change() -> None:
    changes = (
        options_of("B", added=["z"], removed=["x"]),
        retype("A", a_field("A", "price")),
    )
    calls = number_calls(calls_for(*changes), find_dependencies(changes))
    assert [(call.request, call.needs) for call in calls] == [
        ("update_fields", ()),
        ("remove_options", (1,)),
        ("delete_field", ()),
        ("create_fields", (3,)),
    ]


EVERY_CHANGE: tuple[Change, ...] = (
    AddSection(section="U"),
    describe("new"),
    rename("A", "Alpha"),
    options_of("B", added=["z"], removed=["x"]),
    settings_of("B", unique=True),
    retype("C", a_field("C", "longtext")),
    ChangeType(section="T", before=a_field("A"), after=a_field("A", "price")),
    remove("C"),
    AddTag(tag="New"),
    RenameTag(tag="Best", was="VIP"),
    RemoveTag(tag="Gold"),
    RemoveSection(section="T"),
)


def test_only_arguments_have_ids_and_a_snapshot_has_none() -> None:
    with_ids = number_calls(calls_for(*EVERY_CHANGE), {})
    without = number_calls(calls_for(*EVERY_CHANGE, live=FROM_SNAPSHOT), {})
    by_name = RestDialect().by_name

    assert with_ids != without
    assert list(map(by_name, with_ids)) == list(map(by_name, without)) == list(without)
    assert [(call.request, call.serves) for call in with_ids] == [
        (call.request, call.serves) for call in without
    ]
    assert not any(f"f{number}" in repr(without) for number in (1, 2, 3, 4))


def test_every_call_of_a_plan_is_read_as_what_it_asks_for() -> None:
    drafts = calls_for(*EVERY_CHANGE)
    # A move is a call only where a probe found that the server moves fields.
    words = {as_call(one).request for one in REQUESTS}
    assert {call.request for call in drafts} == words - {RestCallWord.MOVE_FIELD}


def test_a_call_that_makes_no_sense_is_equal_to_none_that_does() -> None:
    damaged = a_call(1, "delete_tag", {"id": "all", "tag": "VIP"})
    assert RestDialect().by_name(damaged) == damaged


@pytest.mark.parametrize(
    ("tags", "reads"), [(0, 2), (1, 2), (49, 2), (50, 3), (51, 3), (99, 3), (100, 4)]
)
def test_reading_tags_takes_a_page_for_fifty_one_that_is_not_full_and_the_count(
    tags: int, reads: int
) -> None:
    assert tag_reads(tags) == reads
