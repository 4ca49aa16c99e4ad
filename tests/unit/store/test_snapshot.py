"""store/snapshot.py: a schema written as JSON and read back, and files that are no snapshot."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.model.schema import Field, Schema, Section
from schemactl.store.snapshot import SnapshotError, schema_from_snapshot, snapshot_text
from tests.builders import a_field, a_schema, a_section

NAMES = st.text(st.characters(codec="utf-8"), max_size=12)
FIELDS = st.builds(
    Field,
    name=NAMES,
    type=NAMES | st.sampled_from(["text", "tdrop", ""]),
    options=st.none() | st.lists(NAMES, max_size=3).map(tuple),
    custom=st.booleans(),
    required=st.none() | st.booleans(),
    unique=st.none() | st.booleans(),
)
SECTIONS = st.builds(
    Section,
    name=NAMES,
    fields=st.lists(FIELDS, max_size=4).map(tuple),
    custom=st.booleans(),
    description=st.none() | NAMES,
)
SCHEMAS = st.builds(
    Schema,
    sections=st.lists(SECTIONS, max_size=4).map(tuple),
    tags=st.lists(NAMES, max_size=3).map(tuple),
)

SMALL = a_schema(
    a_section("Sales Pipeline", a_field("Lead Status", "tdrop", ["New", "Gewonnen ✓"])),
    tags=["VIP"],
)
SMALL_TEXT = """{
  "account": "demo",
  "backend": "legacy",
  "format_version": 1,
  "kind": "snapshot",
  "sections": [
    {
      "custom": true,
      "fields": [
        {
          "custom": true,
          "name": "Lead Status",
          "options": [
            "New",
            "Gewonnen ✓"
          ],
          "type": "tdrop"
        }
      ],
      "name": "Sales Pipeline"
    }
  ],
  "tags": [
    "VIP"
  ]
}
"""


def test_a_snapshot_is_canonical_json() -> None:
    assert snapshot_text(SMALL, account="demo", backend="legacy") == SMALL_TEXT


def test_settings_are_written_if_the_api_reports_them() -> None:
    reported = Field(name="Code", type="text", required=True, unique=False)
    section = Section(
        name="Sales", description="", fields=(reported, Field(name="A", type="text"))
    )
    text = snapshot_text(Schema(sections=(section,)), account="demo", backend="rest")

    (written,) = json.loads(text)["sections"]

    assert written["description"] == ""
    first, second = written["fields"]
    assert (first["required"], first["unique"]) == (True, False)
    assert second.keys() & {"required", "unique"} == set()


def test_a_snapshot_of_an_earlier_version_has_no_settings() -> None:
    read = schema_from_snapshot(SMALL_TEXT, file="live.json")

    assert read == SMALL
    assert read.sections[0].description is None
    assert read.sections[0].fields[0].required is None


@pytest.mark.parametrize("key", ["required", "unique"])
def test_a_setting_that_is_no_truth_value_is_reported_with_its_place(key: str) -> None:
    text = SMALL_TEXT.replace('"name": "Lead Status"', f'"name": "Lead Status", "{key}": null')

    with pytest.raises(SnapshotError) as caught:
        schema_from_snapshot(text, file="live.json")

    assert f'$.sections[0].fields[0].{key}: null is not of type "boolean"' in str(caught.value)


@settings(deadline=None)
@given(SCHEMAS)
def test_a_snapshot_reads_back_as_the_schema_it_was_made_of(schema: Schema) -> None:
    text = snapshot_text(schema, account="demo", backend="legacy")

    assert schema_from_snapshot(text, file="live.json") == schema


@settings(deadline=None)
@given(st.text(max_size=200) | st.recursive(st.none() | NAMES, st.lists).map(json.dumps))
def test_any_other_text_is_a_foreseen_error(text: str) -> None:
    with pytest.raises(SnapshotError):
        schema_from_snapshot(text, file="live.json")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[" * 100_000, "1" * 5_000, '{"kind": "snapshot", "tags": ["\\ud800"]}'],
    ids=[
        "empty",
        "cut short",
        "nested without end",
        "a number without end",
        "half a character",
    ],
)
def test_text_that_cannot_be_read_as_json_is_said_to_be_so(text: str) -> None:
    with pytest.raises(SnapshotError, match=r"^live\.json is not a snapshot: not JSON"):
        schema_from_snapshot(text, file="live.json")


def test_a_member_twice_is_refused() -> None:
    text = SMALL_TEXT.replace('"kind":', '"account": "other",\n  "kind":')

    with pytest.raises(SnapshotError, match='"account" appears twice in one object'):
        schema_from_snapshot(text, file="live.json")


def test_a_snapshot_shows_characters_that_nobody_sees() -> None:
    schema = a_schema(a_section("S", a_field("Lead\u200bStatus")))
    text = snapshot_text(schema, account="demo", backend="legacy")

    assert '"Lead\\u200bStatus"' in text
    assert schema_from_snapshot(text, file="live.json") == schema


def test_another_kind_of_document_is_named() -> None:
    with pytest.raises(
        SnapshotError, match='is not a snapshot, but of kind "plan": '
    ) as caught:
        schema_from_snapshot('{"kind": "plan"}', file="plan.json")

    assert caught.value.hint == "write it again with `schemactl snapshot --out FILE`"


def test_a_newer_format_asks_for_a_newer_program() -> None:
    text = SMALL_TEXT.replace('"format_version": 1', '"format_version": 2')

    with pytest.raises(SnapshotError, match="format 2; this schemactl reads formats up to 1"):
        schema_from_snapshot(text, file="live.json")


def test_each_fault_is_reported_with_its_place() -> None:
    text = SMALL_TEXT.replace('"tdrop"', "7").replace('"VIP"', "null")

    with pytest.raises(SnapshotError) as caught:
        schema_from_snapshot(text, file="live.json")

    assert str(caught.value) == (
        "live.json is not a valid snapshot: "
        '$.sections[0].fields[0].type: 7 is not of type "string"; '
        '$.tags[0]: null is not of type "string"'
    )


def test_many_and_long_faults_are_shortened() -> None:
    document = json.loads(SMALL_TEXT)
    document["tags"] = [["long"] * 1000] * 1000

    with pytest.raises(SnapshotError, match=r" … .*\(and more\)$") as caught:
        schema_from_snapshot(json.dumps(document), file="live.json")

    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("number", ["1e999", "9" * 400, "true", "1.5"])
def test_an_odd_format_version_is_a_foreseen_error(number: str) -> None:
    text = SMALL_TEXT.replace('"format_version": 1', f'"format_version": {number}')

    with pytest.raises(SnapshotError):
        schema_from_snapshot(text, file="live.json")
