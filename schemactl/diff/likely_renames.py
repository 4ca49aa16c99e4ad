"""New fields that may be old ones under another name: told, since only a person can know.

A field that somebody renamed in the web interface is missing under its declared name,
and the field under the new name is managed by nobody. Making it anew would lose no
value, but leave the account with an empty field beside the one that people use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from schemactl.model.change import AddField, Change
from schemactl.model.difference import Notice, NoticeCode, Unmanaged, UnmanagedKind
from schemactl.model.schema import FieldKey, fold_name

SIMILAR: Final = 0.6
"""From this ratio on, two names of fields of one type are alike enough to ask."""


def notice_likely_renames(
    changes: Sequence[Change], unmanaged: Iterable[Unmanaged]
) -> Iterator[Notice]:
    """Give a notice for each new field that looks like an unmanaged one of its section."""
    left: defaultdict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for thing in unmanaged:
        if thing.kind is UnmanagedKind.FIELD:
            left[thing.section, thing.type].append(thing.name)
    for change in changes:
        if isinstance(change, AddField):
            names = left.get((change.section, change.after.type), [])
            similar = _most_alike(change.name, names)
            if similar is not None:
                yield Notice(
                    code=NoticeCode.MAYBE_RENAMED,
                    about=str(FieldKey(change.section, change.name)),
                    message=f'would be made anew beside "{similar}", which no file names: if '
                    f'that is the same field, write `was: ["{similar}"]` or its new name',
                    location=change.location,
                )


def _most_alike(name: str, others: Sequence[str]) -> str | None:
    """Give the name most like `name`; None where none is like it."""
    matcher = SequenceMatcher(b=fold_name(name), autojunk=False)
    best, best_ratio = None, SIMILAR
    for other in others:
        matcher.set_seq1(fold_name(other))
        if matcher.quick_ratio() >= best_ratio and matcher.ratio() >= best_ratio:
            best, best_ratio = other, matcher.ratio()
    return best
