"""Problems for the errors that `jsonschema` finds, in plain words and with exact positions.

Messages of `jsonschema` itself are never shown: they show Python values, and a whole section if
one word is wrong. Importing this module imports `jsonschema`, so `checker` does it late.
"""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, TypeAlias

from jsonschema import Draft202012Validator, ValidationError

from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence, Value, location_at
from schemactl.document.problem_list import MAX_ERRORS, ProblemList, rest_problem
from schemactl.document.syntax import GLUED_KEY, missing_space
from schemactl.document.vocabulary import Vocabulary
from schemactl.errors import Location, Problem, Severity
from schemactl.text import and_list, counted, nearest, quoted_short
from schemactl.values import dataclass

_Path: TypeAlias = tuple[str | int, ...]

_WANTED: Final = {
    "array": 'a list, such as "[a, b]"',
    "object": 'a mapping of lines "key: value"',
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "string or object": 'a text, or a mapping such as "{name: …}"',
    "object or array": "a mapping, or a list of mappings",
}
_LISTS_OF_ENTRIES: Final = {"sections", "fields"}
"""Lists whose entries have keys of their own."""
_NOTHING: Final = {"", "~", "null"}
_TRUTHS: Final = {"yes": "true", "on": "true", "no": "false", "off": "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    """One broken rule, from an error of `jsonschema`.

    Attributes:
        rule: The JSON Schema keyword that is broken, such as `enum`.
        wanted: The value of the keyword.
        found: The value that breaks it.
        schema: The JSON Schema that contains the keyword.
        path: Keys and indices from the root down to the value.
        of_a_key: Whether a key breaks the rule, not a value.
    """

    rule: str
    wanted: Any
    found: Any
    schema: abc.Mapping[str, Any]
    path: _Path
    of_a_key: bool

    @property
    def key(self) -> str:
        """The key of the value, or of the list that contains it."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")

    @property
    def subject(self) -> str:
        """The value, as the start of a message."""
        if not self.path:
            return "the file"
        return (
            f'an entry of "{self.key}"' if isinstance(self.path[-1], int) else f'"{self.key}"'
        )

    @property
    def title(self) -> str:
        """The title of the value in the JSON Schema, with its name if it has one."""
        title = str(self.schema.get("title", "mapping")).lower()
        name = self.found.get("name")
        return f"the {title} {quoted_short(name)}" if isinstance(name, str) else f"this {title}"


class Explainer:
    """Converts the errors of one tree to problems."""

    def __init__(
        self,
        schema: abc.Mapping[str, Any],
        *,
        vocabulary: Vocabulary,
        file: str,
        root: Value,
    ) -> None:
        self._validator = Draft202012Validator(_for_python(schema))
        self._vocabulary = vocabulary
        self._file = file
        self._root = root

    def problems(self) -> tuple[Problem, ...]:
        """Return every problem once, in the order found, up to the maximum."""
        errors = self._validator.iter_errors(self._root)
        faults = tuple(_fault(error) for error in islice(errors, MAX_ERRORS + 1))
        # A value of the wrong type breaks other rules only because of its type.
        mistyped = {fault.path for fault in faults if fault.rule == "type"}
        found = ProblemList()
        for fault in faults:
            if fault.rule == "type" or fault.path not in mistyped:
                found.extend(self._explain(fault))
        if len(faults) > MAX_ERRORS and not found.is_full:
            found.append(rest_problem(self._file, Severity.ERROR, len(found)))
        return tuple(found)

    def unexplained(self, paths: Iterable[abc.Sequence[str | int]]) -> tuple[Problem, ...]:
        """Return problems with a position only, in case the two validators disagree."""
        message = "this does not fit the file format"
        hint = "compare it with what `schemactl schema` prints"
        return tuple(
            Problem(self._location(tuple(path)), ProblemCode.WRONG_VALUE, message, hint)
            for path in paths
        )

    def _explain(self, fault: _Fault) -> Iterator[Problem]:
        match fault.rule:
            case "additionalProperties":
                yield from self._unknown_keys(fault)
            case "required":
                yield from self._missing_keys(fault)
            case "type":
                # A file that is a single text is not a schema file and may be a secret.
                shows = bool(fault.path) and fault.key not in self._vocabulary.private_keys
                message, hint = _wrong_type(fault, shows_text=shows)
                yield self._problem(fault, ProblemCode.WRONG_TYPE, message, hint)
            case "oneOf":
                yield self._not_just_one_key(fault)
            case "enum":
                yield self._wrong_word(fault)
            case "const":
                yield self._wrong_version(fault)
            case "minLength":
                message = f"{fault.subject} is empty"
                yield self._problem(fault, ProblemCode.EMPTY_NAME, message)
            case _:
                message, hint = _wrong_value(fault)
                yield self._problem(fault, ProblemCode.WRONG_VALUE, message, hint)

    def _unknown_keys(self, fault: _Fault) -> Iterator[Problem]:
        known = tuple(fault.schema["properties"])
        for key in fault.found:
            if key not in known:
                yield self._unknown_key(fault.found, key, known)

    def _unknown_key(self, mapping: Mapping, key: str, known: tuple[str, ...]) -> Problem:
        place = mapping.key_location(key, file=self._file)
        # In `key:value` without a space, the whole text is the key.
        word, colon, _ = key.partition(":")
        if word.casefold() in self._vocabulary.secret_keys:
            message = f"{quoted_short(word)} does not belong in a file"
            hint = "set it in the environment; if this file was ever shared, create a new key"
            return Problem(place, ProblemCode.KEY_IN_FILE, message, hint)
        if colon and word in known:
            message, hint = missing_space(word)
            return Problem(place, ProblemCode.UNKNOWN_KEY, message, hint)
        all_synonyms = self._vocabulary.key_synonyms.items()
        synonyms = {word: right for word, right in all_synonyms if right in known}
        right = nearest(key, known, synonyms=synonyms)
        hint = f"write {right}" if right else f"valid keys: {and_list(known)}"
        return Problem(place, ProblemCode.UNKNOWN_KEY, f"unknown key {quoted_short(key)}", hint)

    def _missing_keys(self, fault: _Fault) -> Iterator[Problem]:
        for key in fault.wanted:
            is_glued = any(found.startswith(f"{key}:") for found in fault.found)
            if key not in fault.found and not is_glued:
                message = f'{fault.title} has no key "{key}"'
                hint = f'write "{key}: {_only_value(fault.schema["properties"][key])}"'
                yield self._problem(fault, ProblemCode.MISSING_KEY, message, hint)

    def _not_just_one_key(self, fault: _Fault) -> Problem:
        """Return the problem for `oneOf`, which always means one of several keys here."""
        keys = [key for choice in fault.wanted for key in choice["required"]]
        found = [key for key in keys if key in fault.found]
        if found:
            message = f"{fault.title} has {and_list(found)}, but only one of them is allowed"
            hint = f"keep one of them: {and_list(found, link='or')}"
            return self._problem(fault, ProblemCode.WRONG_VALUE, message, hint)
        message = f"{fault.title} has none of the keys {and_list(keys)}"
        hint = f'write one of them, such as "{keys[0]}: …"'
        return self._problem(fault, ProblemCode.MISSING_KEY, message, hint)

    def _wrong_word(self, fault: _Fault) -> Problem:
        word = str(fault.found)
        code = self._vocabulary.value_codes.get(fault.key)
        if not word:
            message = f"{fault.subject} is empty"
        elif code is None:
            message = f"{fault.subject} cannot be {quoted_short(word)}"
        else:
            message = f"unknown {fault.key} {quoted_short(word)}"
        hint = self._vocabulary.value_hints.get((fault.key, word))
        if hint is None:
            synonyms = self._vocabulary.synonyms.get(fault.key)
            right = nearest(word, fault.wanted, synonyms=synonyms)
            hint = f"write {right or and_list(fault.wanted, link='or')}"
        return self._problem(fault, code or ProblemCode.WRONG_VALUE, message, hint)

    def _wrong_version(self, fault: _Fault) -> Problem:
        message = f"version {fault.found} of the file format is not supported"
        hint = f'write "version: {fault.wanted}", or install a newer schemactl'
        return self._problem(fault, ProblemCode.UNSUPPORTED_VERSION, message, hint)

    def _problem(
        self, fault: _Fault, code: ProblemCode, message: str, hint: str | None = None
    ) -> Problem:
        node = _node_at(self._root, fault.path)
        if fault.of_a_key and isinstance(node, Mapping):
            return Problem(node.key_location(fault.found, file=self._file), code, message, hint)
        return Problem(self._location(fault.path), code, message, hint)

    def _location(self, path: _Path) -> Location:
        """Return the position of the value at a path."""
        parent = _node_at(self._root, path[:-1])
        step = path[-1] if path else None
        if isinstance(parent, Mapping) and isinstance(step, str):
            return parent.value_location(step, file=self._file)
        if isinstance(parent, Sequence) and isinstance(step, int):
            return parent.item_location(step, file=self._file)
        place = parent.place if isinstance(parent, Mapping | Sequence) else None
        return location_at(place, file=self._file)


def _for_python(schema: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return a copy of a JSON Schema with `$` at the end of patterns written for Python.

    Python's `$` also matches before a final line break, which JSON Schema does not allow.
    """
    if isinstance(schema, list):
        return [_for_python(item) for item in schema]
    if not isinstance(schema, abc.Mapping):
        return schema
    return {
        key: re.sub(r"\$$", r"\\Z", rule)
        if key == "pattern" and isinstance(rule, str)
        else _for_python(rule)
        for key, rule in schema.items()
    }


def _fault(error: ValidationError) -> _Fault:
    return _Fault(
        rule=str(error.validator),
        wanted=error.validator_value,
        found=error.instance,
        schema=error.schema if isinstance(error.schema, abc.Mapping) else {},
        path=tuple(error.absolute_path),
        of_a_key="propertyNames" in error.absolute_schema_path,
    )


def _only_value(schema: abc.Mapping[str, Any]) -> str:
    """Return the only valid value of a key; `…` if there are several."""
    match schema:
        case {"const": value} | {"enum": [value]}:
            return str(value)
        case _:
            return "…"


def _node_at(node: Value, path: _Path) -> Value:
    for step in path:
        if isinstance(node, Mapping):
            node = node[str(step)]
        elif isinstance(node, Sequence):
            node = node[int(step)]
    return node


def _wrong_type(fault: _Fault, *, shows_text: bool) -> tuple[str, str | None]:
    wanted = str(fault.wanted)
    if isinstance(fault.wanted, list):
        # The schema allows numbers only because editors may read a text such as 2014 as one.
        wanted = "string or object" if "object" in fault.wanted else "string"
        if "array" in fault.wanted:
            wanted = "object or array"
    if fault.found == "":
        message = f"{fault.subject} is empty and must be {_WANTED[wanted]}"
    else:
        found = _described(fault.found, shows_text=shows_text)
        message = f"{fault.subject} must be {_WANTED[wanted]}, not {found}"
    name = fault.found if shows_text else "…"
    return message, _shape_hint(fault, wanted, name=name) or _type_hint(fault, wanted)


def _described(value: Value, *, shows_text: bool) -> str:
    match value:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case str() if shows_text and (glued := re.match(GLUED_KEY, value)) is not None:
            # The value may be a secret that was pasted without a space before it.
            return quoted_short(f"{glued['key']}:…")
        case str():
            return quoted_short(value) if shows_text else "a text"
        case int():
            return str(value)


def _type_hint(fault: _Fault, wanted: str) -> str | None:
    found = fault.found
    if not isinstance(found, str):
        return None
    if found in _NOTHING and fault.key and wanted != "string":
        none = f'write "{fault.key}: []" for none, or ' if wanted == "array" else ""
        return f"{none}omit the key"
    match wanted:
        case "object" | "string or object" if (glued := re.match(GLUED_KEY, found)) is not None:
            return missing_space(glued["key"])[1]
        case "array":
            return _list_hint(fault)
        case "integer" if found.strip("+-0 ").isdecimal():
            return "write the number without quotes, sign and leading zeros"
        case "boolean":
            word = found.casefold()
            if word in _TRUTHS.values():
                return "write the word without quotes, in small letters"
            right = _TRUTHS.get(word)
            return f"write {right or f'{fault.key}: true or {fault.key}: false'}"
        case _:
            return None


def _is_name_of_entry(fault: _Fault) -> bool:
    """Whether a text may be the name in an entry that has to be a mapping."""
    is_text = fault.found not in _NOTHING and re.match(GLUED_KEY, fault.found) is None
    return is_text and bool(fault.path) and bool(fault.schema.get("required"))


def _example_of_entry(fault: _Fault, *, name: str) -> str:
    """Return a mapping to write instead of a text, with the text as its name."""
    usual = fault.schema.get("then", {}).get("required", ())
    keys = (*fault.schema["required"], *usual)
    pairs = ", ".join(f"{key}: {name if key == 'name' else '…'}" for key in keys)
    return f"write {{{pairs}}}"


def _list_hint(fault: _Fault) -> str:
    """Return how to write a list in place of a text."""
    if fault.key in _LISTS_OF_ENTRIES:
        return _begin_entries(fault)
    return f'put the entries of "{fault.key}" in square brackets'


def _begin_entries(fault: _Fault) -> str:
    return f'begin each entry of "{fault.key}" with "- ", such as "- name: …"'


def _shape_hint(fault: _Fault, wanted: str, *, name: str) -> str | None:
    """Return how to write a list or mapping where something else was found."""
    match fault.found:
        case str() if wanted == "object" and _is_name_of_entry(fault):
            return _example_of_entry(fault, name=name)
        case Mapping() if wanted == "array":
            return _begin_entries(fault)
        case Sequence() if wanted == "object" and not fault.path:
            return 'begin with "version: 1", and put the list under a key such as "sections:"'
        case _:
            return None


def _wrong_value(fault: _Fault) -> tuple[str, str | None]:
    match fault.rule:
        case "pattern" if fault.of_a_key:
            message = f"{quoted_short(fault.found)} cannot be a name here"
            return message, fault.schema.get("patternErrorMessage")
        case "pattern":
            # Not shown: an address can contain a password, and a name can be a pasted key.
            message = f"{fault.subject} is not of the right form"
            return message, fault.schema.get("patternErrorMessage")
        case "minimum" | "maximum":
            return f"{fault.subject} must be {_range(fault.schema)}, not {fault.found}", None
        case "minItems" | "minProperties":
            return f"{fault.subject} must have at least {counted(fault.wanted, 'entry')}", None
        case _:
            return f"{fault.subject} does not fit the file format", None


def _range(schema: abc.Mapping[str, Any]) -> str:
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    return f"at least {lowest}" if highest is None else f"from {lowest} to {highest}"
