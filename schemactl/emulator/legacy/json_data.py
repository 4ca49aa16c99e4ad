"""Rewrite JSON `data` of add, update and search as equivalent XML.

The manual allows JSON for these three; no sample is public, so this shape is made up:
`{"id": "1", "Section": {"Field": "value"}, "Field": "value"}` (or a list of such) for
contacts, `{"search": {"page": 1, "equation": [{...}]}}` for a search.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from schemactl.emulator.errors import Refusal, RefusalError
from schemactl.emulator.xml_text import attribute, escape_text

ATTRIBUTES = ("id", "bulk_mail")


def looks_like_json(text: str) -> bool:
    """Whether `data` can only be JSON."""
    return text.lstrip()[:1] in {"{", "["}


def xml_from_json(text: str) -> str:
    """Rewrite JSON as the XML data of the same call.

    Raises:
        RefusalError: It is not JSON, or has another shape.
    """
    try:
        content: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RefusalError(Refusal.XML) from error
    if isinstance(content, dict) and "search" in content:
        return _search(content["search"])
    contacts = content if isinstance(content, list) else [content]
    return "".join(_contact(one) for one in contacts)


def _search(content: object) -> str:
    search = _mapping(content)
    equations = search.get("equation", [])
    given = equations if isinstance(equations, list) else [equations]
    body = "".join(
        "<equation>"
        + "".join(
            f"<{tag}>{_escaped(_mapping(one), tag)}</{tag}>" for tag in ("field", "op", "value")
        )
        + "</equation>"
        for one in given
    )
    return f"<search page={attribute(_scalar(search.get('page', 1)))}>{body}</search>"


def _contact(content: object) -> str:
    contact = _mapping(content)
    if set(contact) == {"contact"}:
        contact = _mapping(contact["contact"])
    attributes = "".join(
        f" {name}={attribute(_scalar(contact[name]))}" for name in ATTRIBUTES if name in contact
    )
    return f"<contact{attributes}>{''.join(_members(contact))}</contact>"


def _members(contact: dict[str, object]) -> Iterator[str]:
    for name, value in contact.items():
        if isinstance(value, dict):
            fields = "".join(_field(one, text) for one, text in value.items())
            yield f"<Group_Tag name={attribute(name)}>{fields}</Group_Tag>"
        elif name not in ATTRIBUTES:
            yield _field(name, value)


def _field(name: str, value: object) -> str:
    return f"<field name={attribute(name)}>{escape_text(_scalar(value))}</field>"


def _escaped(equation: dict[str, object], name: str) -> str:
    return escape_text(_scalar(equation.get(name, "")))


def _mapping(content: object) -> dict[str, object]:
    if not isinstance(content, dict):
        raise RefusalError(Refusal.XML)
    return content


def _scalar(value: object) -> str:
    if isinstance(value, dict | list):
        raise RefusalError(Refusal.XML)
    return "" if value is None else str(value)
