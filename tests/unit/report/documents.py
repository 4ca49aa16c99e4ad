"""Read a JSON report back and hold it to the JSON Schema of its kind."""

from __future__ import annotations

import json
from functools import cache

import jsonschema

from schemactl.document.resources import schema_text
from schemactl.model.characters import escape_invisible_in_json


def read_document(text: str, schema: str) -> dict[str, object]:
    """Parse a report that must be canonical and valid; fails with the first fault."""
    document = json.loads(text)
    _validator(schema).validate(document)
    again = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert text == escape_invisible_in_json(again), "the text is not canonical"
    assert isinstance(document, dict)
    return document


@cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    rules = json.loads(schema_text(schema))
    jsonschema.Draft202012Validator.check_schema(rules)
    return jsonschema.Draft202012Validator(rules)
