"""What a JSON Schema cannot say about the faults in its files: better codes, nearer words.

Filled in by those who know what the files are about; used where faults are told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemactl.document.codes import ProblemCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words for one kind of file.

    Attributes:
        value_codes: Code of a wrong word under a key, where there is a closer one than
            `wrong-value`.
        synonyms: For a key, right words by other words for the same, in lower case.
        value_hints: What to do about one wrong word under a key.
        key_synonyms: Right keys by other words for the same, in lower case.
        secret_keys: Unknown keys, in lower case, that people would put secrets under.
        private_keys: Keys under which a secret may stand by mistake: their text is not shown.
    """

    value_codes: Mapping[str, ProblemCode] = field(default_factory=dict)
    synonyms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    value_hints: Mapping[tuple[str, str], str] = field(default_factory=dict)
    key_synonyms: Mapping[str, str] = field(default_factory=dict)
    secret_keys: frozenset[str] = frozenset()
    private_keys: frozenset[str] = frozenset()
