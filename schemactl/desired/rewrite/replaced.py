"""Find what a schema file says and `import` cannot read from an account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from schemactl.desired.rewrite.comments import find_comments
from schemactl.desired.rewrite.source import Source
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.document.reader import read_document
from schemactl.text import counted

_ONLY_IN_FILES: Final = (
    "protect",
    "note",
    "was",
    "contract",
    "waive",
    "manage",
    "removed",
    "extend",
    "override",
    "omit",
    "uses",
)
_WRITTEN_BY_IMPORT: Final = (
    "# yaml-language-server:",
    "# Skipped by `schemactl import`",
    "#   ",
)


def find_replaced(before: bytes, after: str) -> tuple[str, ...]:
    """Return what a file has that the text to replace it does not have, in words.

    Args:
        before: The file; nothing is found in one that is not valid YAML.
        after: The text that `import` would write.
    """
    document = read_document(before, file="")
    if document.problems or document.root is None:
        return ()
    keys = Counter(_keys_in(document.root))
    found = [
        f"{counted(keys[key], 'key', 'keys')} {key}:" for key in _ONLY_IN_FILES if keys[key]
    ]
    text = before.decode("utf-8-sig")
    comments = Counter(_comments_of_people(text)) - Counter(_comments_of_people(after))
    if comments:
        found.append(counted(comments.total(), "comment"))
    return tuple(found)


def _keys_in(value: Value) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _keys_in(inner)
    if isinstance(value, Sequence):
        for item in value:
            yield from _keys_in(item)


def _comments_of_people(text: str) -> Iterator[str]:
    for comment in find_comments(Source(text)):
        if not comment.text.startswith(_WRITTEN_BY_IMPORT):
            yield comment.text
