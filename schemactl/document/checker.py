"""A file's tree against its JSON Schema: yes within milliseconds, or every fault in words.

`jsonschema-rs` says whether all is well; only where it says no is `jsonschema` loaded
(0.1 s) and run to find what is wrong. The JSON Schema is the only source of the rules: even
which keys hold numbers is read off it. What it cannot say is checked elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeAlias

import jsonschema_rs

from schemactl.document.nodes import Value
from schemactl.document.problem_list import MAX_ERRORS
from schemactl.document.reader import Document, read_document
from schemactl.document.resources import schema_text
from schemactl.document.vocabulary import Vocabulary
from schemactl.errors import Problem

_Json: TypeAlias = "bool | int | float | str | list[_Json] | dict[str, _Json] | None"


class Checker:
    """One JSON Schema, made ready; use one for all files of a kind.

    Args:
        schema: Name of the JSON Schema, as `resources.schema_text` takes it.
        vocabulary: Words for its faults that the JSON Schema itself cannot say.
    """

    def __init__(self, schema: str, vocabulary: Vocabulary) -> None:
        self._schema: dict[str, _Json] = json.loads(schema_text(schema))
        self._vocabulary = vocabulary
        self._validator = jsonschema_rs.Draft202012Validator(self._schema)
        self._numbers = frozenset(_keys_of_type(self._schema, "integer"))
        self._truths = frozenset(_keys_of_type(self._schema, "boolean"))

    def read(self, data: bytes, *, file: str) -> Document:
        """Read a file, with numbers and truth values where the JSON Schema wants them."""
        return read_document(data, file=file, numbers=self._numbers, truths=self._truths)

    def check(self, root: Value, *, file: str) -> tuple[Problem, ...]:
        """Tell every way in which a tree departs from the JSON Schema; none where it fits."""
        if self._validator.is_valid(root):
            return ()
        # Here, since it loads `jsonschema`.
        from schemactl.document.explain import Explainer

        explainer = Explainer(self._schema, vocabulary=self._vocabulary, file=file, root=root)
        return explainer.problems() or explainer.unexplained(self._paths_of_errors(root))

    def _paths_of_errors(self, root: Value) -> Iterator[Sequence[str | int]]:
        # Only asked for where nothing was explained: it makes all errors at once, at 6 KB each.
        for error in islice(self._validator.iter_errors(root), MAX_ERRORS):
            yield error.instance_path


def _keys_of_type(schema: _Json, wanted: str) -> Iterator[str]:
    """Names of properties, at any depth, that are of one type and no other."""
    if isinstance(schema, list):
        for item in schema:
            yield from _keys_of_type(item, wanted)
    if not isinstance(schema, dict):
        return
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for key, rule in properties.items():
            if isinstance(rule, dict) and rule.get("type") == wanted:
                yield key
    for rule in schema.values():
        yield from _keys_of_type(rule, wanted)
