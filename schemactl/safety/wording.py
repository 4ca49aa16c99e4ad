"""Shows people what moved in an account: seen when planned, now, and wanted.

Of long lists only the start is shown, and what the three sides do not share comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from schemactl.model.characters import spell_out
from schemactl.model.plan import JsonValue, PreconditionKind
from schemactl.model.schema import CONTACTS
from schemactl.text import counted, quoted_short

MAX_OBJECTS_SHOWN: Final = 10
"""So many objects a refusal shows; planning again shows what became of all."""
MAX_NAMES_SHOWN: Final = 8
"""So many names of a list are shown."""
_OWN_SIGNS: Final = frozenset(",;:/\"'+")


class Sides(NamedTuple):
    """One object and its three states, as `model.object_state` gives them."""

    kind: PreconditionKind
    path: tuple[str, ...]
    seen: JsonValue
    now: JsonValue
    wanted: JsonValue
    custom_object: str = CONTACTS


def moved_text(moved: Sequence[Sides], *, is_resumed: bool) -> str:
    """Tell what moved; `is_resumed` where calls of the plan were made earlier."""
    one = len(moved) == 1
    number = f"{counted(len(moved), 'object')} of the account {'is' if one else 'are'} not"
    no_more = "no further call was made" if is_resumed else "nothing was changed"
    lines = [f"stale-plan: {number} as this plan saw {'it' if one else 'them'}; {no_more}"]
    for sides in moved[:MAX_OBJECTS_SHOWN]:
        lines.extend(_lines(sides))
    if len(moved) > MAX_OBJECTS_SHOWN:
        lines.append(f"  and {counted(len(moved) - MAX_OBJECTS_SHOWN, 'object')} more")
    return "\n".join(lines)


def _lines(sides: Sides) -> Iterator[str]:
    states = (sides.seen, sides.now, sides.wanted)
    shared = Counter(name for state in states for name in frozenset(_names(state)))
    outer = (
        f"custom object {quoted_short(sides.custom_object)}, " if sides.custom_object else ""
    )
    yield f"  {outer}{_title(sides)}"
    for side, state in zip(("seen", "now", "wanted"), states, strict=True):
        yield f"    {side:<8} {_words(sides, state, shared)}"


def _title(sides: Sides) -> str:
    match sides.kind:
        case PreconditionKind.SECTION:
            return f"section {quoted_short(sides.path[0])}"
        case PreconditionKind.SECTION_CONTENTS:
            return f"fields of section {quoted_short(sides.path[0])}"
        case PreconditionKind.SECTION_DESCRIPTION:
            return f"description of section {quoted_short(sides.path[0])}"
        case PreconditionKind.FIELD:
            return " / ".join(map(_named, sides.path))
        case PreconditionKind.TAG:
            return f"tag {quoted_short(sides.path[0])}"


def _words(sides: Sides, state: JsonValue, shared: Counter[str]) -> str:
    if state is None:
        return "absent"
    match sides.kind:
        case PreconditionKind.SECTION | PreconditionKind.TAG:
            names = tuple(_names(state))
            return "present" if names == sides.path else f"as {_list(names, shared)}"
        case PreconditionKind.SECTION_CONTENTS:
            return _list(tuple(_names(state)), shared) or "none"
        case PreconditionKind.SECTION_DESCRIPTION:
            return " ".join(quoted_short(text) if text else "none" for text in _names(state))
        case PreconditionKind.FIELD:
            return _field_words(state, sides.path[-1], shared)


def _field_words(state: JsonValue, name: str, shared: Counter[str]) -> str:
    parts = _object(state)
    fields = [_object(one) for one in _items(parts.get("fields"))]
    here = " and ".join(_one_field(field, name, shared) for field in fields)
    places = [
        f"section {quoted_short(str(section))}"
        + ("" if other == name else f", as {quoted_short(str(other))}")
        for section, other in map(_items, _items(parts.get("elsewhere")))
    ]
    return "; ".join((here or "absent", *(f"also in {place}" for place in places)))


def _one_field(field: Mapping[str, JsonValue], name: str, shared: Counter[str]) -> str:
    own_name, options = str(field["name"]), field["options"]
    words = str(field["type"]) or "no type"
    if own_name != name:
        words = f"{quoted_short(own_name)}, {words}"
    if not field["custom"]:
        words = f"{words} of the vendor's own"
    for setting in ("required", "unique"):
        if field.get(setting):
            words = f"{words}, {setting}"
    if options is None:
        return words
    return f"{words}: {_list(tuple(map(str, _items(options))), shared) or 'no options'}"


def _list(names: Sequence[str], shared: Counter[str]) -> str:
    if len(names) <= MAX_NAMES_SHOWN:
        return ", ".join(map(_named, names))
    telling = sorted(names, key=lambda name: shared[name])
    told = ", ".join(map(_named, telling[:MAX_NAMES_SHOWN]))
    return f"{told} and {len(names) - MAX_NAMES_SHOWN:,} more"


def _names(state: JsonValue) -> Iterator[str]:
    """Give every name of a state that could stand in a list of it."""
    match state:
        case str():
            yield state
        case tuple():
            for item in state:
                match item:
                    case (str(name), str(kind)):
                        yield f"{name} ({kind or 'no type'})"
                    case _:
                        yield from _names(item)
        case Mapping():
            for field in map(_object, _items(state.get("fields"))):
                yield from _names(field["options"])
        case _:
            pass


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, Mapping) else {}


def _items(value: JsonValue) -> tuple[JsonValue, ...]:
    return value if isinstance(value, tuple) else ()


def _named(name: str) -> str:
    """Show a name, in quotes where it would otherwise be misread."""
    plain = spell_out(name) == name == name.strip() and name
    return name if plain and _OWN_SIGNS.isdisjoint(name) else quoted_short(name)
