"""A call in words: what it does, and its arguments, whatever a backend puts into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from schemactl.model.call_word import (
    CallWord,
    LegacyCallWord,
    RestCallWord,
    ValueCallWord,
    call_word,
)
from schemactl.model.plan import Call, JsonObject, JsonValue
from schemactl.text import and_list, counted, named, shortened

_MAX_NAMES: Final = 3
"""Names of options or tags that a line of progress shows."""
_MAX_NAME: Final = 60
"""Characters of a name that it shows."""
_TagWord: TypeAlias = Literal[
    LegacyCallWord.ADD_TAG,
    LegacyCallWord.REMOVE_TAG,
    RestCallWord.CREATE_TAG,
    RestCallWord.RENAME_TAG,
    RestCallWord.DELETE_TAG,
]


def call_in_words(call: Call) -> str:
    """Return what a call does, short: `add 3 fields to section Sales`."""
    word, given = call_word(call.request), call.arguments
    match word:
        case ValueCallWord():
            return _value_words(word, given)
        case (
            LegacyCallWord.ADD_SECTION
            | LegacyCallWord.EDIT_SECTION
            | RestCallWord.CREATE_FIELDS
        ):
            is_new = word is LegacyCallWord.ADD_SECTION or given.get("new_section") is True
            return _creation(given, is_new=is_new)
        case LegacyCallWord.REMOVE_SECTION | RestCallWord.DELETE_SECTION:
            return f"remove section {_name(given, 'section')}"
        case LegacyCallWord.REMOVE_FIELD | RestCallWord.DELETE_FIELD:
            field = _name(given, "name" if "name" in given else "field")
            return f"remove field {_name(given, 'section')} / {field}"
        case LegacyCallWord.ADD_DROPDOWN | LegacyCallWord.REMOVE_DROPDOWN:
            field, options = _name(given, "field"), _names(given, "options", "option")
            is_addition = word is LegacyCallWord.ADD_DROPDOWN
            return (
                f"add {options} to {field}" if is_addition else f"remove {options} of {field}"
            )
        case RestCallWord.UPDATE_FIELDS | RestCallWord.REMOVE_OPTIONS | RestCallWord.MOVE_FIELD:
            return _update(word, given)
        case (
            LegacyCallWord.ADD_TAG
            | LegacyCallWord.REMOVE_TAG
            | RestCallWord.CREATE_TAG
            | RestCallWord.RENAME_TAG
            | RestCallWord.DELETE_TAG
        ):
            return _tag_words(word, given)


def _move_words(given: JsonObject) -> str:
    if "sources" in given:
        found = [one for one in _items(given, "sources") if isinstance(one, Mapping)]
        names = and_list(f"{_name(one, 'section')} / {_name(one, 'name')}" for one in found)
        return f"fill {_name(given, 'section')} / {_name(given, 'name')} from {names}"
    options = [one for one in _items(given, "options") if isinstance(one, Mapping)]
    moves = and_list(f"{_name(one, 'was')} to {_name(one, 'name')}" for one in options)
    return f"move contacts from {moves} in {_name(given, 'section')} / {_name(given, 'name')}"


def _value_words(word: ValueCallWord, given: JsonObject) -> str:
    fields = [one for one in _items(given, "fields") if isinstance(one, Mapping)]
    names = [f"{_name(one, 'section')} / {_name(one, 'name')}" for one in fields]
    tags = [shortened(str(one), _MAX_NAME) for one in _items(given, "tags")]
    held = and_list(
        [
            *([_listed(names, "field")] if names else ()),
            *([_listed(tags, "tag")] if tags else ()),
        ]
    )
    match word:
        case ValueCallWord.BACK_UP_VALUES:
            return f"back up the values of {held}"
        case ValueCallWord.COPY_VALUES:
            return _move_words(given)
        case ValueCallWord.FILL_VALUES if "tag" in given:
            return f"put tag {_name(given, 'tag')} on the backed-up contacts again"
        case ValueCallWord.FILL_VALUES:
            field = f"{_name(given, 'section')} / {_name(given, 'name')}"
            return f"fill in the backed-up values of field {field}"


def _creation(given: JsonObject, *, is_new: bool) -> str:
    fields, section = _items(given, "fields"), _name(given, "section")
    words = counted(len(fields), "field")
    if len(fields) == 1 and isinstance(fields[0], Mapping):
        words = f"field {_name(fields[0], 'name')}"
    if not is_new:
        return f"add {words} to section {section}"
    return f"create section {section} with {words}" if fields else f"create section {section}"


def _update(word: CallWord, given: JsonObject) -> str:
    section = _name(given, "section")
    if word is RestCallWord.MOVE_FIELD:
        return f"move field {_name(given, 'name')} from {_name(given, 'source')} to {section}"
    fields = [one for one in _items(given, "fields") if isinstance(one, Mapping)]
    names = [_name(one, "name") for one in fields]
    changed = _listed(names, "field") if names else "its description or order"
    verb = "remove options of" if word is RestCallWord.REMOVE_OPTIONS else "change"
    return f"{verb} {changed} in section {section}"


def _tag_words(word: _TagWord, given: JsonObject) -> str:
    match word:
        case LegacyCallWord.ADD_TAG:
            contact = _name(given, "contact")
            them = "it" if len(_items(given, "tags")) == 1 else "them"
            return (
                f"create {_names(given, 'tags', 'tag')} "
                f"(by putting {them} on contact {contact})"
            )
        case LegacyCallWord.REMOVE_TAG:
            contact = _name(given, "contact")
            return f"take {_names(given, 'tags', 'new tag')} off contact {contact} again"
        case RestCallWord.CREATE_TAG:
            return f"create tag {_name(given, 'tag')}"
        case RestCallWord.RENAME_TAG:
            return f"rename tag {_name(given, 'tag')} to {_name(given, 'new_name')}"
        case RestCallWord.DELETE_TAG:
            return f"remove tag {_name(given, 'tag')}"


def _name(given: JsonObject, argument: str) -> str:
    return shortened(str(given.get(argument, "")), _MAX_NAME)


def _items(given: JsonObject, argument: str) -> tuple[JsonValue, ...]:
    value = given.get(argument)
    return value if isinstance(value, tuple) else ()


def _names(given: JsonObject, argument: str, word: str) -> str:
    return _listed([shortened(str(one), _MAX_NAME) for one in _items(given, argument)], word)


def _listed(names: list[str], word: str) -> str:
    kind = word if len(names) == 1 else f"{word}s"
    if len(names) > _MAX_NAMES:
        names = [*names[: _MAX_NAMES - 1], f"{len(names) - _MAX_NAMES + 1:,} more"]
    return f"{kind} {and_list(names)}"


def arguments_in_words(arguments: Mapping[str, JsonValue]) -> str:
    """Return arguments as `section: Sales; fields: Status (tdrop), Value (price)`.

    Their order is always the same: a plan that was saved holds them in another one.
    """
    return "; ".join(
        f"{name}: {_in_words(value)}" for name, value in sorted(arguments.items(), key=_rank)
    )


def _rank(argument: tuple[str, JsonValue]) -> tuple[bool, bool, str]:
    """Return a sort key: the section first, as people name things, and lists last."""
    name, value = argument
    return isinstance(value, tuple), name != "section", name


def _in_words(value: JsonValue) -> str:
    match value:
        case str():
            return named(value)
        case tuple():
            return ", ".join(_in_words(item) for item in value) or "none"
        case Mapping():
            words = [_labelled(name, item) for name, item in sorted(value.items(), key=_rank)]
            first, *rest = words or ["none"]
            return f"{first} ({', '.join(rest)})" if rest else first
        case None:
            return "none"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)


def _labelled(name: str, value: JsonValue) -> str:
    """Return a value in words; one that says nothing by itself has its name before it."""
    words = _in_words(value)
    return f"{name}: {words}" if value is None or isinstance(value, bool) else words
