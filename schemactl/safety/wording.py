"""Describe what changed in an account: as seen when planned, as it is now, as wanted.

Long lists are shortened; what the three states do not share comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from schemactl.model.characters import spell_out
from schemactl.model.object_state import (
    ContentsState,
    DescriptionState,
    FieldState,
    NamesState,
    ObjectState,
    PreconditionKind,
)
from schemactl.model.schema import Field
from schemactl.safety.stale_object import StaleObject
from schemactl.text import counted, quoted_short

MAX_OBJECTS_SHOWN: Final = 10
"""The number of objects that a refusal shows; a new plan shows all."""
MAX_NAMES_SHOWN: Final = 8
"""The number of names of a list that are shown."""
_OWN_SIGNS: Final = frozenset(",;:/\"'+")


def moved_text(moved: Sequence[StaleObject], *, is_resumed: bool) -> str:
    """Describe what changed; `is_resumed` if calls of the plan were made earlier."""
    one = len(moved) == 1
    number = f"{counted(len(moved), 'object')} of the account {'is' if one else 'are'} not"
    no_more = "no further call was made" if is_resumed else "nothing was changed"
    lines = [f"stale-plan: {number} as this plan saw {'it' if one else 'them'}; {no_more}"]
    for stale in moved[:MAX_OBJECTS_SHOWN]:
        lines.extend(_lines(stale))
    if len(moved) > MAX_OBJECTS_SHOWN:
        lines.append(f"  and {counted(len(moved) - MAX_OBJECTS_SHOWN, 'object')} more")
    return "\n".join(lines)


def _lines(stale: StaleObject) -> Iterator[str]:
    # How many of the three states have a name: what all of them share is least important.
    shared = Counter(name for _, state in stale.states for name in frozenset(_names(state)))
    outer = (
        f"custom object {quoted_short(stale.custom_object)}, " if stale.custom_object else ""
    )
    yield f"  {outer}{_title(stale)}"
    for side, state in stale.states:
        yield f"    {side:<8} {_state_text(state, stale.path, shared)}"


def _title(stale: StaleObject) -> str:
    match stale.kind:
        case PreconditionKind.SECTION:
            return f"section {quoted_short(stale.path[0])}"
        case PreconditionKind.SECTION_CONTENTS:
            return f"fields of section {quoted_short(stale.path[0])}"
        case PreconditionKind.SECTION_DESCRIPTION:
            return f"description of section {quoted_short(stale.path[0])}"
        case PreconditionKind.FIELD:
            return " / ".join(map(_named, stale.path))
        case PreconditionKind.TAG:
            return f"tag {quoted_short(stale.path[0])}"


def _state_text(state: ObjectState | None, path: tuple[str, ...], shared: Counter[str]) -> str:
    match state:
        case None:
            return "absent"
        case NamesState():
            return "present" if state.names == path else f"as {_list(state.names, shared)}"
        case ContentsState():
            return _list(tuple(_names(state)), shared) or "none"
        case DescriptionState():
            return quoted_short(state.text) if state.text else "none"
        case FieldState():
            return _fields_text(state, path[-1], shared)


def _fields_text(state: FieldState, name: str, shared: Counter[str]) -> str:
    here = " and ".join(_field_text(field, name, shared) for field in state.fields)
    places = [
        f"section {quoted_short(place.section)}"
        + ("" if place.name == name else f", as {quoted_short(place.name)}")
        for place in state.elsewhere
    ]
    return "; ".join((here or "absent", *(f"also in {place}" for place in places)))


def _field_text(field: Field, name: str, shared: Counter[str]) -> str:
    words = field.type or "no type"
    if field.name != name:
        words = f"{quoted_short(field.name)}, {words}"
    if not field.custom:
        words = f"{words} (system)"
    if field.required:
        words = f"{words}, required"
    if field.unique:
        words = f"{words}, unique"
    if field.options is None:
        return words
    return f"{words}: {_list(field.options, shared) or 'no options'}"


def _list(names: Sequence[str], shared: Counter[str]) -> str:
    if len(names) <= MAX_NAMES_SHOWN:
        return ", ".join(map(_named, names))
    news_first = sorted(names, key=lambda name: shared[name])
    shown = ", ".join(map(_named, news_first[:MAX_NAMES_SHOWN]))
    return f"{shown} and {len(names) - MAX_NAMES_SHOWN:,} more"


def _names(state: ObjectState | None) -> Iterator[str]:
    """Yield every name of a state that can be shown in a list of it."""
    match state:
        case None | DescriptionState():
            pass
        case NamesState():
            yield from state.names
        case ContentsState():
            for name, kind in state.fields:
                yield f"{name} ({kind or 'no type'})"
        case FieldState():
            for field in state.fields:
                yield from field.options or ()


def _named(name: str) -> str:
    """Return a name, in quotes if it could otherwise be misread."""
    plain = spell_out(name) == name == name.strip() and name
    return name if plain and _OWN_SIGNS.isdisjoint(name) else quoted_short(name)
