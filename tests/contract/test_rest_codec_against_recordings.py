"""The REST codec beside what was recorded: answers of the server, requests of its clients.

The recordings are no part of this project; where they lie beside it each is decoded, or
built again from what it says, and must come out the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemactl.account.http.exchange import RestRequest
from schemactl.account.http.verdict import Accepted
from schemactl.account.rest.decoder import (
    decode_count,
    decode_deleted,
    decode_fields,
    decode_meta,
    decode_tag_created,
    decode_tag_renamed,
    decode_tags_page,
    decode_written,
)
from schemactl.account.rest.encoder import encode_rest
from schemactl.account.rest.requests import CreateFields, UpdateFields
from schemactl.account.rest.values import FieldWish, TagCreated, Written
from tests.unit.account.http.rest_bodies import body, meta_of

RECORDINGS = Path(__file__).parents[2].parent / "shared" / "wire" / "rest-samples"


def files(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in RECORDINGS.glob(pattern))


def named(path: Path) -> str:
    return path.name.partition(".")[0]


def is_on(flag: object) -> bool:
    return flag in {"1", 1}


@pytest.mark.parametrize("path", files("meta_*.response.json"), ids=named)
def test_meta_is_read_as_it_is(path: Path) -> None:
    answer = json.loads(path.read_bytes())["data"]

    objects = decode_meta(path.read_bytes())

    assert [(str(each.id), each.name) for each in objects] == [
        (key, each["name"]) for key, each in answer.items()
    ]
    for each in objects:
        fields = answer[str(each.id)]["fields"]
        assert list(each.fields) == list(fields)
        for api_name, field in each.fields.items():
            row = fields[api_name]
            assert (field.alias, field.type) == (row["alias"], row["type"])
            assert (field.required, field.unique) == (
                is_on(row["required"]),
                is_on(row["unique"]),
            )
            told_options = tuple(row.get("options", {}).items())
            assert tuple((str(id_), text) for id_, text in field.options or ()) == told_options


@pytest.mark.parametrize("path", files("fieldeditor_get_all.response.json"), ids=named)
@pytest.mark.parametrize("beside", files("meta_contact.response.json"), ids=named)
def test_a_layout_is_read_as_it_is(path: Path, beside: Path) -> None:
    answer = json.loads(path.read_bytes())["data"]

    sections = decode_fields(path.read_bytes(), beside.read_bytes()).sections

    assert [(str(each.id), each.name) for each in sections] == [
        (key, each["name"]) for key, each in answer.items()
    ]
    for section in sections:
        columns = answer[str(section.id)]["fields"]
        assert section.description == (answer[str(section.id)]["description"] or "")
        for column, rows in zip(section.columns, columns, strict=True):
            for field, row in zip(column, rows, strict=True):
                for key in ("id", "field", "alias", "type"):
                    assert getattr(field, key) == row[key]
                for key in ("required", "unique", "editable", "deletable"):
                    assert getattr(field, key) is is_on(row[key])


@pytest.mark.parametrize("path", files("fieldeditor_*ate.response.json"), ids=named)
def test_every_recorded_write_of_fields_has_its_parts_in_the_answer(path: Path) -> None:
    answer = json.loads(path.read_bytes())["data"]

    written = decode_written(path.read_bytes(), word="fieldeditor_put")

    assert written == Written(success=answer["success"], errors={})


@pytest.mark.parametrize(
    "path", files("*_delete*.response.json", "tag_delete.response.fragment.json"), ids=named
)
def test_every_recorded_deletion_is_accepted(path: Path) -> None:
    assert decode_deleted(path.read_bytes(), word="tag_delete") == Accepted()


@pytest.mark.parametrize("path", files("getinfo_*.response.json"), ids=named)
def test_every_recorded_count_is_read(path: Path) -> None:
    answer = json.loads(path.read_bytes())["data"]

    assert decode_count(path.read_bytes()) == int(answer["count"])


@pytest.mark.parametrize("path", files("tags_list.response.fragment.json"), ids=named)
def test_a_recorded_page_of_tags_is_read(path: Path) -> None:
    answer = json.loads(path.read_bytes())["data"]

    tags = decode_tags_page(path.read_bytes())

    assert [(str(tag.id), tag.name) for tag in tags] == [
        (row["tag_id"], row["tag_name"]) for row in answer
    ]


@pytest.mark.parametrize("path", files("tag_create.response.fragment.json"), ids=named)
def test_a_recorded_new_tag_has_its_id_in_the_answer(path: Path) -> None:
    answer = json.loads(path.read_bytes())

    assert decode_tag_created(body(answer)) == TagCreated(id=int(answer["tag_id"]))


@pytest.mark.parametrize("path", files("tag_update.response.fragment.json"), ids=named)
def test_a_recorded_renaming_is_accepted(path: Path) -> None:
    assert decode_tag_renamed(body(json.loads(path.read_bytes()))) == Accepted()


@pytest.mark.parametrize("path", files("section_get_one.response.fragment.json"), ids=named)
def test_a_section_as_clients_read_it_is_read(path: Path) -> None:
    answer = json.loads(path.read_bytes())["data"]
    (row,) = answer["fields"][0]

    (section,) = decode_fields(body({"7": answer}), meta_of()).sections

    assert (section.id, section.name) == (7, answer["name"])
    ((field,),) = section.columns
    assert (field.id, field.field, field.alias) == (row["id"], row["field"], row["alias"])
    assert field.options is None


def wish_of(row: dict[str, Any]) -> FieldWish:
    options = row.get("options", {})
    return FieldWish(
        alias=row["alias"],
        type=row["type"],
        field=row.get("field"),
        required=bool(row["required"]),
        unique=bool(row["unique"]),
        add_options=tuple(options.get("add", ())),
        remove_options=tuple(options.get("remove", ())),
    )


def told_by(request: RestRequest) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(request.body or b"")
    return answer


@pytest.mark.parametrize(
    "path",
    [path for path in files("field_model_*.request.json") if "replace" not in path.name],
    ids=named,
)
def test_a_field_is_written_as_the_vendor_s_client_writes_it(path: Path) -> None:
    row = json.loads(path.read_bytes())
    request = UpdateFields(object_id=0, section="Orchard", columns=((wish_of(row),),))

    assert told_by(encode_rest(request))["fields"] == [[row]]


@pytest.mark.parametrize("path", files("section_model_*.request.json"), ids=named)
def test_a_section_is_written_as_the_vendor_s_clients_write_it(path: Path) -> None:
    answer = json.loads(path.read_bytes())
    columns = tuple(tuple(wish_of(row) for row in column) for column in answer["fields"])
    request = CreateFields(
        object_id=0, section=answer["name"], description=answer["description"], columns=columns
    )

    written = told_by(encode_rest(request))

    assert written.pop("objectID") == 0
    assert written.pop("description", None) == answer.pop("description")
    assert written == answer


@pytest.mark.parametrize("path", files("fieldeditor_*ate.request.json"), ids=named)
def test_our_request_has_every_key_of_a_recorded_one(path: Path) -> None:
    answer = json.loads(path.read_bytes())
    ((row,),) = answer["fields"]
    wish = FieldWish(
        alias=row["alias"],
        type=row["type"],
        required=False,
        unique=False,
        add_options=tuple(row["options"]["add"]),
    )
    request = CreateFields(
        object_id=answer["objectID"],
        section=answer["name"],
        description=answer["description"],
        columns=((wish,),),
    )

    written = told_by(encode_rest(request))

    assert set(written) == set(answer)
    assert set(written["fields"][0][0]) == set(row)
