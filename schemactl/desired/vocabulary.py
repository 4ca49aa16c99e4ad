"""Synonyms of the words of a schema file, and the right word for each."""

from __future__ import annotations

from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.vocabulary import Vocabulary
from schemactl.model.field_types import FIELD_TYPES, REST_WORDS

_TYPES: Final = {
    **{word: str(kind) for kind, facts in FIELD_TYPES.items() for word in facts.synonyms},
    **{word: kind for kind, word in REST_WORDS.items() if word != kind},
}
_KEYS: Final = {
    "choices": "options",
    "delete": "removed",
    "deleted": "removed",
    "desc": "description",
    "distinct": "unique",
    "label": "name",
    "mandatory": "required",
    "mode": "manage",
    "custom_objects": "objects",
    "name": "label",
    "old_name": "was",
    "previously": "was",
    "protected": "protect",
    "remove": "removed",
    "renamed_from": "was",
    "title": "name",
    "values": "options",
}

SCHEMA_FILE: Final = Vocabulary(
    value_codes={"type": ProblemCode.UNKNOWN_TYPE},
    synonyms={"type": _TYPES},
    key_synonyms=_KEYS,
)
