"""Field types in the words of the REST API."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from schemactl.model.field_types import OPTION_TYPES, REST_WORDS

_FILE_WORDS: Final = MappingProxyType({word: kind for kind, word in REST_WORDS.items()})
OPTION_WORDS: Final = frozenset(REST_WORDS[kind] for kind in OPTION_TYPES & REST_WORDS.keys())
"""Words of the types whose fields have options."""


def rest_word(kind: str) -> str:
    """Return the REST API's word for a type of the files."""
    return REST_WORDS.get(kind, kind)


def file_word(word: str) -> str:
    """Return the files' word for a type of the REST API, which has others that no file has."""
    return _FILE_WORDS.get(word, word)
