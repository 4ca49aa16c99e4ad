"""Read a condition in SQL, such as `email='x' OR f1556='x'`, into the form that JSON has.

Clients send comparisons with quoted values, joined by `AND` or `OR`; anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schemactl.emulator.rest.json_values import Json

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*")
    |(?P<sign><>|!=|>=|<=|=|<|>)
    |(?P<mark>[(),])
    |(?P<word>`?[A-Za-z_][A-Za-z0-9_]*`?|-?[0-9]+(?:\.[0-9]+)?)
    )\s*""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"''|\"\"|\\(.)", re.DOTALL)
_MARKS = frozenset("(),")
_SIGNS = frozenset({"=", "<>", "!=", ">", "<", ">=", "<="})


def read_sql(text: str) -> list[Json] | None:
    """Return comparisons with the words between them; None for what is no condition."""
    tokens = _tokens(text)
    if tokens is None:
        return None
    items: list[Json] = []
    rest = iter(tokens)
    try:
        while True:
            items.append(_comparison(rest))
            join = next(rest, None)
            if join is None:
                return items
            items.append(join.upper())
    except (StopIteration, ValueError):
        return None


def _tokens(text: str) -> list[str] | None:
    tokens: list[str] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            return None
        tokens.append(found[0].strip())
        place = found.end()
    return tokens


def _comparison(tokens: Iterator[str]) -> Json:
    name = next(tokens).strip("`")
    operator = next(tokens).upper()
    if operator == "NOT":
        operator = f"NOT {next(tokens).upper()}"
    if operator == "IS":
        word = next(tokens).upper()
        if word == "NOT":
            operator, word = "IS NOT", next(tokens).upper()
        if word != "NULL":
            raise ValueError(word)
        return {"field": {"field": name}, "op": operator, "value": "NULL"}
    if operator in {"IN", "NOT IN"}:
        return {"field": {"field": name}, "op": operator, "value": {"list": _list(tokens)}}
    if operator not in _SIGNS | {"LIKE", "NOT LIKE"}:
        raise ValueError(operator)
    return {"field": {"field": name}, "op": operator, "value": {"value": _value(next(tokens))}}


def _list(tokens: Iterator[str]) -> list[Json]:
    if next(tokens) != "(":
        raise ValueError
    values: list[Json] = []
    mark = ","
    while mark == ",":
        values.append(_value(next(tokens)))
        mark = next(tokens)
    if mark != ")":
        raise ValueError(mark)
    return values


def _value(token: str) -> str:
    if token[0] in "'\"":
        return _ESCAPED.sub(lambda found: found[1] or found[0][0], token[1:-1])
    if token in _SIGNS | _MARKS:
        raise ValueError(token)
    return token
