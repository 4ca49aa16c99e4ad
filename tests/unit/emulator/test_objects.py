"""Custom objects of the emulator: sections and fields in addition to those of contacts."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from schemactl.emulator import EmulatorError, EmulatorServer
from tests.unit.emulator.talk import Answer, Talk, a_section

PETS = 10_000
WITHOUT_COMPARABLE_VALUES = """
DROP INDEX value_folded; DROP INDEX value_number;
DROP INDEX contact_object; DROP INDEX contact_modified;
ALTER TABLE value DROP COLUMN folded; ALTER TABLE value DROP COLUMN number;
ALTER TABLE contact DROP COLUMN object_id;
CREATE INDEX value_field ON value (field_id);
DROP TABLE pending;
"""
"""Makes a file as it was before version 5."""


def editor(talk: Talk, method: str, body: dict[str, object] | None = None) -> Answer:
    if body is None:
        return talk.rest(method, "objects/fieldeditor", objectID=PETS)
    return talk.rest(method, "objects/fieldeditor", {"objectID": PETS, **body})


@pytest.fixture
def pets(talk: Talk) -> Talk:
    """An account with one object, a section in it, and a section of that name of contacts."""
    talk.server.edit("add-object Pets Pet")
    editor(talk, "POST", a_section("Details", [{"alias": "Breed", "type": "text"}]))
    talk.fieldeditor("POST", a_section("Details", [{"alias": "Breed", "type": "text"}]))
    return talk


def names(answer: Answer) -> dict[str, list[str]]:
    return {
        section["name"]: [field["alias"] for column in section["fields"] for field in column]
        for section in answer.data.values()
    }


def test_each_object_has_sections_of_its_own(pets: Talk) -> None:
    assert names(editor(pets, "GET")) == {"Details": ["Breed"]}

    pets.server.edit("in-object Pets remove-field Details Breed")
    assert names(editor(pets, "GET")) == {"Details": []}
    assert names(pets.fieldeditor("GET"))["Details"] == ["Breed"]


def test_the_old_api_sees_contacts_only(pets: Talk) -> None:
    pets.server.edit("in-object Pets add-section Vaccines")
    assert "Vaccines" not in pets.sections()


def test_meta_lists_the_fields_of_each_object(pets: Talk) -> None:
    meta = pets.rest("GET", "objects/meta", format="byId").data
    assert [field["alias"] for field in meta[str(PETS)]["fields"].values()] == ["Breed"]
    only = pets.rest("GET", "objects/meta", format="byId", objectID=PETS).data
    assert list(only) == [str(PETS)]


def test_no_object_of_that_number_is_not_found(pets: Talk) -> None:
    assert pets.rest("GET", "objects/fieldeditor", objectID=10_007).status == 404
    assert pets.rest("GET", "objects/meta", objectID=10_007).status == 404


def test_objects_are_renamed_and_removed_by_people(pets: Talk) -> None:
    pets.server.edit("rename-object Pets Animals")
    row = pets.rest("GET", "CustomObjects").data[0]
    assert (row["id"], row["name"], row["plural"]) == (str(PETS), "oPets", "Animals")

    pets.server.edit("remove-object Animals")
    assert pets.rest("GET", "CustomObjects").data == []
    assert "Details" in pets.sections()


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("rename-object Pest Animals", "no custom object 'Pest'"),
        ("in-object Pets add-tag VIP", "add-tag cannot be done within a custom object"),
        ("in-object Pets ad-field A B text", "ad-field"),
        ("add-object Cars Car 7", "'7' is not the number of a custom object"),
        ("add-object Cars Car 10000", "there is already a custom object 10000"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(pets: Talk, edit: str, message: str) -> None:
    with pytest.raises(EmulatorError, match=re.escape(message)):
        pets.server.edit(edit)


def test_a_file_from_before_there_were_objects_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with EmulatorServer(path):
        pass
    connection = sqlite3.connect(path)
    connection.executescript(
        f"{WITHOUT_COMPARABLE_VALUES} DROP TABLE object; DROP TABLE record; DROP TABLE fired;"
        " ALTER TABLE section DROP COLUMN object_id; PRAGMA user_version = 2;"
    )
    connection.close()

    with EmulatorServer(path) as server:
        server.edit("add-section Sales\nadd-object Pets\nin-object Pets add-section Details")
        condition = json.dumps(
            [{"field": {"field": "lastname"}, "op": "=", "value": {"value": "castell"}}]
        )
        found = Talk(server=server).rest("GET", "Contacts", condition=condition)
        assert [row["firstname"] for row in found.data] == ["Bruno"]
