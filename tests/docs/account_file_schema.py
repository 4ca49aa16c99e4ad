"""Make `schemas/account-file.schema.json` from the account of `schemas/project.schema.json`.

.venv/bin/python -m tests.docs.account_file_schema
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PROJECT: Final = ROOT / "schemas/project.schema.json"
SCHEMA: Final = ROOT / "schemas/account-file.schema.json"


def account_file_schema() -> str:
    """Return the text of the JSON Schema."""
    project: dict[str, Any] = json.loads(PROJECT.read_text(encoding="utf-8"))
    account = project["$defs"]["account"]
    name = project["properties"]["accounts"]["propertyNames"]
    used = {
        key: project["$defs"][key] for key in account["properties"] if key in project["$defs"]
    }
    document = {
        "$schema": project["$schema"],
        "title": "Account file",
        "description": "One account of a project, in a file of its own that a pattern under "
        "account_files of schemactl.yaml matches. backend and schema are required, here or "
        "under defaults there.",
        "type": "object",
        "additionalProperties": False,
        "required": ["version", "name"],
        "properties": {
            "version": project["properties"]["version"],
            "name": {
                "title": "Name",
                "description": "Name of your choice, for the option -a.",
                "type": "string",
                "minLength": 1,
                **name,
            },
            **account["properties"],
        },
        "examples": [
            {
                "version": 1,
                "name": "acme",
                "backend": "rest",
                "schema": ["base/*.yaml", "clients/acme/*.yaml"],
                "labels": ["dental"],
            }
        ],
        "$defs": used,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(account_file_schema(), encoding="utf-8")
