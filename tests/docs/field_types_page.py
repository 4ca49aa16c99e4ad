"""Make what is derived from the table of field types: `docs/field-types.md` and a JSON Schema.

.venv/bin/python -m tests.docs.field_types_page
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from schemactl.model.field_limits import FIELD_BYTES
from schemactl.model.field_types import (
    DECLARABLE_TYPES,
    FIELD_TYPES,
    OPTION_TYPES,
    WIDENINGS,
    FieldType,
    FieldTypeFacts,
)
from schemactl.text import and_list

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/field-types.md"
SCHEMA = ROOT / "schemas/schema-file.schema.json"
DEFINITION = re.compile(
    r'(    "type": \{\n      "title": "Type of the field",\n)(.*?)\n(    \},\n)', re.DOTALL
)
INTRO = """\
# Field types

These are the types that `type:` may have in schema files. A type has the same name in files for
both APIs. Made by `python -m tests.docs.field_types_page`.

| type | name in reports | holds | Contacts API | REST API | bytes | other words for it |
| --- | --- | --- | --- | --- | --- | --- |
"""
FOOT = """
- **Options**: {options} have `options:`. No other type has them.
- **Contacts API, REST API**: the API's word. `no` means that the API cannot make the type.
  In its place it has: {nearest}.
- **Change of type**: only over the REST API, and only {widenings} (`one-way-type`).
  Any other change is made by hand, or by replacing the field (`replaces-field`).
- **Bytes**: what a custom field takes of the limit of 39,611 bytes (`exceeds-field-budget`).
  An empty cell means that the size is not public: the field counts as 0 bytes, and the plan
  reports it. Types that no file can declare take {others}.
- **Other words**: not accepted in files; the error message names the right type for them.
"""


def code(word: str | None) -> str:
    """Return a word as code; `no` for None."""
    return "no" if word is None else f"`{word}`"


def page_row(kind: FieldType, facts: FieldTypeFacts) -> str:
    """Return the row of one type."""
    cells = (
        code(kind),
        facts.label,
        facts.holds,
        code(kind if facts.in_legacy else None),
        code(facts.rest_word),
        "" if facts.size_bytes is None else str(facts.size_bytes),
        ", ".join(map(code, facts.synonyms)),
    )
    return f"| {' | '.join(cells)} |\n"


def field_types_page() -> str:
    """Return the text of the page."""
    nearest = [
        f"`{facts.nearest}` for `{kind}`"
        for kind, facts in FIELD_TYPES.items()
        if facts.nearest
    ]
    foot = FOOT.format(
        options=and_list([code(kind) for kind in FIELD_TYPES if kind in OPTION_TYPES]),
        nearest=and_list(nearest),
        widenings=and_list([f"from `{one}` to `{other}`" for one, other in sorted(WIDENINGS)]),
        others=and_list(
            [
                f"{size} (`{word}`)"
                for word, size in FIELD_BYTES.items()
                if word not in DECLARABLE_TYPES
            ]
        ),
    )
    return INTRO + "".join(page_row(*item) for item in FIELD_TYPES.items()) + foot


def type_description() -> str:
    """Return what an editor shows for `type:`."""
    return " ".join(
        f"{kind}: {facts.holds}{', over the REST API only' if not facts.in_legacy else ''}"
        f"{', over the Contacts API only' if facts.rest_word is None else ''}."
        for kind, facts in FIELD_TYPES.items()
    )


def json_schema_text(text: str) -> str:
    """Return the JSON Schema of schema files with its definition of types created again."""
    types = ",\n".join(f"        {json.dumps(str(kind))}" for kind in FIELD_TYPES)
    body = f'      "description": {json.dumps(type_description())},\n'
    body += f'      "enum": [\n{types}\n      ]'
    return DEFINITION.sub(lambda found: f"{found[1]}{body}\n{found[3]}", text, count=1)


if __name__ == "__main__":
    PAGE.write_text(field_types_page(), encoding="utf-8")
    SCHEMA.write_text(json_schema_text(SCHEMA.read_text(encoding="utf-8")), encoding="utf-8")
