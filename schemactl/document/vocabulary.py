"""Codes and hints for problems of one kind of file, which a JSON Schema cannot hold.

The packages that define the files fill it in; `document.explain` uses it.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemactl.document.codes import ProblemCode
from schemactl.values import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Codes and hints for one kind of file.

    Attributes:
        value_codes: Code for an invalid value of a key, if it is not `wrong-value`.
        synonyms: For a key, valid values by their synonyms in lower case.
        value_hints: Hint for one invalid value of a key.
        key_synonyms: Valid keys by their synonyms in lower case.
        secret_keys: Unknown keys, in lower case, that probably hold a secret.
        private_keys: Keys that may hold a secret by mistake; their text is never shown.
    """

    value_codes: Mapping[str, ProblemCode] = field(default_factory=dict)
    synonyms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    value_hints: Mapping[tuple[str, str], str] = field(default_factory=dict)
    key_synonyms: Mapping[str, str] = field(default_factory=dict)
    secret_keys: frozenset[str] = frozenset()
    private_keys: frozenset[str] = frozenset()
