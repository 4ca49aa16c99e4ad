"""Bodies as the REST API writes them: a JSON builder of the tests' own."""

from __future__ import annotations

import json
from typing import Any, Final

from schemactl.account.rest.values import RestField, RestSection

FIELD: Final[dict[str, Any]] = {
    "id": 12,
    "alias": "Trees",
    "field": "f1557",
    "type": "text",
    "required": 0,
    "unique": 0,
    "editable": 1,
    "deletable": 1,
    "options": "",
}


def body(data: object, **beside: object) -> bytes:
    """Put data into an envelope that says code 0."""
    return json.dumps({"code": 0, "data": data, "account_id": 50, **beside}).encode()


def a_field(**changes: object) -> dict[str, Any]:
    """Return a field as the editor of fields shows it."""
    return {**FIELD, **changes}


def a_section(*columns: object, **changes: object) -> dict[str, Any]:
    """Return a section as the editor of fields shows it."""
    return {"id": 3, "name": "Orchard", "description": None, "fields": [*columns], **changes}


def layout_of(*columns: object, **changes: object) -> bytes:
    """Answer with one section of these columns."""
    return body({"3": a_section(*columns, **changes)})


def meta_of(**fields: object) -> bytes:
    """Answer with the object contact and these fields, by their names in the API."""
    return body({"0": {"name": "Contact", "fields": fields or []}})


def layout_body(sections: tuple[RestSection, ...]) -> bytes:
    """Write sections as the editor of fields would."""
    rows = {str(each.id): _section(each) for each in sections}
    return body(rows or [])


def meta_body(sections: tuple[RestSection, ...]) -> bytes:
    """Write what meta would say of the same sections: flags as texts, options by id."""
    fields = {
        field.field: _meta_field(field)
        for section in sections
        for column in section.columns
        for field in column
    }
    return meta_of(**fields)


def _section(section: RestSection) -> dict[str, object]:
    columns = [[_field(field) for field in column] for column in section.columns]
    return {
        "id": section.id,
        "name": section.name,
        "description": section.description or None,
        "fields": columns,
    }


def _field(field: RestField) -> dict[str, object]:
    return {
        "id": field.id,
        "alias": field.alias,
        "field": field.field,
        "type": field.type,
        "required": int(field.required),
        "unique": int(field.unique),
        "editable": int(field.editable),
        "deletable": int(field.deletable),
        "options": "",
    }


def _meta_field(field: RestField) -> dict[str, object]:
    answer: dict[str, object] = {
        "alias": field.alias,
        "type": field.type,
        "required": str(int(field.required)),
        "unique": str(int(field.unique)),
        "editable": None,
        "deletable": str(int(field.deletable)),
    }
    if field.options:
        pairs = zip(field.option_ids, field.options, strict=True)
        answer["options"] = {str(id_): label for id_, label in pairs}
    elif field.options is not None:
        answer["options"] = []
    return answer
