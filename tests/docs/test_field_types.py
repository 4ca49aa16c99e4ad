"""What is derived from the table of field types outside Python is as the table has it."""

from __future__ import annotations

import json

from schemactl.document.resources import schema_text
from schemactl.model.field_types import FIELD_TYPES
from tests.docs.field_types_page import (
    PAGE,
    field_types_page,
    json_schema_text,
    type_description,
)

REMAKE = "run .venv/bin/python -m tests.docs.field_types_page"


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == field_types_page(), REMAKE


def test_the_json_schema_allows_the_types_of_the_table_in_its_order() -> None:
    definition = json.loads(schema_text("schema-file"))["$defs"]["type"]
    assert definition["enum"] == [str(kind) for kind in FIELD_TYPES], REMAKE
    assert definition["description"] == type_description(), REMAKE


def test_making_the_json_schema_again_changes_nothing() -> None:
    assert json_schema_text(schema_text("schema-file")) == schema_text("schema-file"), REMAKE
