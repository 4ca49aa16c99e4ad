"""document/resources.py: JSON Schemas and pages on codes are found only by name."""

from __future__ import annotations

import json
from enum import StrEnum

import pytest
from jsonschema.validators import Draft202012Validator

from schemactl.document.resources import code_names, code_page, schema_names, schema_text
from schemactl.model.difference import NoticeCode
from schemactl.model.plan import ManualCode, Permission


def test_there_are_schemas_and_pages() -> None:
    assert schema_names()
    assert code_names()


@pytest.mark.parametrize("name", schema_names())
def test_a_json_schema_is_valid_and_names_its_draft(name: str) -> None:
    schema = json.loads(schema_text(name))
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("code", code_names())
def test_a_page_begins_with_its_code(code: str) -> None:
    assert code in code_page(code).splitlines()[0]


@pytest.mark.parametrize(
    ("name", "definition", "key", "words"),
    [
        ("plan", "notice", "code", NoticeCode),
        ("drift", "notice", "code", NoticeCode),
        ("plan", "hazard", "code", Permission),
        ("plan", "manual_step", "code", ManualCode),
    ],
)
def test_a_json_schema_lists_every_value_of_the_program(
    name: str, definition: str, key: str, words: type[StrEnum]
) -> None:
    found = json.loads(schema_text(name))["$defs"][definition]["properties"][key]["enum"]
    assert set(found) == set(words)


@pytest.mark.parametrize("name", ["", "unknown", "../pyproject", "*", "/etc/hostname"])
def test_an_unlisted_name_finds_nothing(name: str) -> None:
    with pytest.raises(KeyError):
        schema_text(name)
    with pytest.raises(KeyError):
        code_page(name)
