"""Validation of a file against its JSON Schema, fast if it is valid.

`jsonschema-rs` decides whether a file is valid. Only for an invalid one, `jsonschema` is loaded
(0.1 s) to find the problems. The JSON Schema is the only source of these rules, including which
keys hold numbers. Rules that a JSON Schema cannot express are checked elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TypeAlias

import jsonschema_rs

from schemactl.document.nodes import Value
from schemactl.document.problem_list import MAX_ERRORS
from schemactl.document.reader import Document, read_document
from schemactl.document.resources import schema_text
from schemactl.document.vocabulary import Vocabulary
from schemactl.errors import Problem
from schemactl.values import NamedTuple

_Json: TypeAlias = "bool | int | float | str | list[_Json] | dict[str, _Json] | None"


class _Rules(NamedTuple):
    schema: Mapping[str, _Json]
    validator: jsonschema_rs.Draft202012Validator
    numbers: frozenset[str]
    truths: frozenset[str]


class Checker:
    """One compiled JSON Schema, for all files of a kind.

    Args:
        schema: Name of the JSON Schema, as `resources.schema_text` takes it.
        vocabulary: Codes and words for its problems that a JSON Schema cannot hold.
    """

    def __init__(self, schema: str, vocabulary: Vocabulary) -> None:
        self._rules = compile_rules(schema)
        self._vocabulary = vocabulary

    @property
    def top_keys(self) -> frozenset[str]:
        """The keys that a file of this kind can have at its top."""
        properties = self._rules.schema.get("properties")
        return frozenset(properties if isinstance(properties, dict) else ())

    def read(self, data: bytes, *, file: str) -> Document:
        """Read a file, with numbers and booleans where the JSON Schema requires them."""
        rules = self._rules
        return read_document(data, file=file, numbers=rules.numbers, truths=rules.truths)

    def check(self, root: Value, *, file: str) -> tuple[Problem, ...]:
        """Return every violation of the JSON Schema; none if the tree is valid."""
        if self._rules.validator.is_valid(root):
            return ()
        # Imported here, because it loads `jsonschema`.
        from schemactl.document.explain import Explainer

        explainer = Explainer(
            self._rules.schema, vocabulary=self._vocabulary, file=file, root=root
        )
        return explainer.problems() or explainer.unexplained(self._paths_of_errors(root))

    def _paths_of_errors(self, root: Value) -> Iterator[Sequence[str | int]]:
        # Only used if nothing was explained: it builds all errors at once, at 6 KB each.
        for error in islice(self._rules.validator.iter_errors(root), MAX_ERRORS):
            yield error.instance_path


@cache
def compile_rules(schema: str) -> _Rules:
    """Compile one JSON Schema, once in a process: an apply reads its files twice."""
    rules: dict[str, _Json] = json.loads(schema_text(schema))
    return _Rules(
        schema=rules,
        validator=jsonschema_rs.Draft202012Validator(rules),
        numbers=frozenset(_keys_of_type(rules, "integer", rules)),
        truths=frozenset(_keys_of_type(rules, "boolean", rules)),
    )


def _keys_of_type(schema: _Json, wanted: str, whole: Mapping[str, _Json]) -> Iterator[str]:
    """Yield names of properties, at any depth, that have exactly this type."""
    if isinstance(schema, list):
        for item in schema:
            yield from _keys_of_type(item, wanted, whole)
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for key, rule in properties.items():
            if isinstance(rule, dict) and _definition(rule, whole).get("type") == wanted:
                yield key
    for rule in schema.values():
        yield from _keys_of_type(rule, wanted, whole)


def _definition(rule: Mapping[str, _Json], whole: Mapping[str, _Json]) -> Mapping[str, _Json]:
    """Return what a rule says, or what the definition says that it only names."""
    name, definitions = rule.get("$ref"), whole.get("$defs")
    if not isinstance(name, str) or not isinstance(definitions, dict):
        return rule
    found = definitions.get(name.removeprefix("#/$defs/"))
    return found if isinstance(found, dict) else rule
