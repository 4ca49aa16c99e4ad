"""Read a form body with nested values of PHP clients: `fields[0][0][alias]=Stage`.

Keys that are all digits form a list, others a map, as in PHP's own reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from schemactl.emulator.rest.json_values import Json

MAX_LEVELS = 8
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


def read_form(text: str) -> dict[str, Json]:
    """Read a form; the last of two values for one name counts."""
    return nest_values(parse_qsl(text, keep_blank_values=True, errors="replace"))


def nest_values(pairs: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """Return the values of a form as its names nest them."""
    root: dict[str, Json] = {}
    for name, value in pairs:
        _put(root, _path(name), value)
    return {name: _listed(value) for name, value in root.items()}


def _path(name: str) -> list[str]:
    found = _NAME.fullmatch(name)
    if found is None:
        return [name]
    keys = [found[1], *found[2][1:-1].split("][")] if found[2] else [found[1]]
    return keys if len(keys) <= MAX_LEVELS else [name]


def _put(root: dict[str, Json], path: list[str], value: str) -> None:
    here = root
    for key in path[:-1]:
        place = key or str(len(here))
        inner = here.get(place)
        if not isinstance(inner, dict):
            inner = here[place] = {}
        here = inner
    here[path[-1] or str(len(here))] = value


def _listed(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    if all(key.isascii() and key.isdigit() for key in inner):
        return [one for _, one in sorted(inner.items(), key=lambda item: int(item[0][:15]))]
    return inner
