"""Notices of new fields and sections that may be existing ones under another name.

A field that somebody renamed in the web interface is missing under its declared name, and the
field with the new name is unmanaged. Creating it again loses no value, but the account then
has an empty field beside the one that people use. A renamed section is created again too, and
each of its fields must be moved by hand, although one line in the file would be enough. Only a
person can decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from schemactl.model.change import AddField, AddSection, Change, MoveField
from schemactl.model.difference import Lookalike, Notice, NoticeCode, Unmanaged, UnmanagedKind
from schemactl.model.schema import FieldKey, fold_name
from schemactl.text import MIN_RENAME_SIMILARITY, most_similar


def notice_likely_renames(
    changes: Sequence[Change], unmanaged: Iterable[Unmanaged]
) -> Iterator[Notice]:
    """Yield a notice for each new object that looks like an unmanaged one."""
    unmanaged = tuple(unmanaged)
    yield from _renamed_sections(changes, unmanaged)
    yield from _renamed_fields(changes, unmanaged)


def _renamed_sections(
    changes: Sequence[Change], unmanaged: Sequence[Unmanaged]
) -> Iterator[Notice]:
    """Yield a notice for each new section that takes most fields of an unmanaged one."""
    moves = Counter(
        (change.section, change.source) for change in changes if isinstance(change, MoveField)
    )
    all_of = Counter(change.source for change in changes if isinstance(change, MoveField))
    all_of.update(
        thing.section
        for thing in unmanaged
        if thing.kind is UnmanagedKind.FIELD and thing.section
    )
    unnamed = {thing.name for thing in unmanaged if thing.kind is UnmanagedKind.SECTION}
    added = {change.section: change for change in changes if isinstance(change, AddSection)}
    for (section, source), count in moves.items():
        if section in added and source in unnamed and 2 * count > all_of[source]:
            yield _maybe_renamed_section(added[section], source, count)


def _maybe_renamed_section(change: AddSection, source: str, count: int) -> Notice:
    fields = "the field" if count == 1 else f"{count} fields"
    return Notice(
        code=NoticeCode.MAYBE_RENAMED,
        about=change.section,
        message=f'would be created, and {fields} of "{source}", which no file names, moved '
        f'into it by hand: if that is the same section, write `was: ["{source}"]`',
        location=change.location,
        lookalike=Lookalike(
            kind=UnmanagedKind.SECTION,
            section=change.section,
            name=change.section,
            other=source,
        ),
    )


def _renamed_fields(
    changes: Sequence[Change], unmanaged: Sequence[Unmanaged]
) -> Iterator[Notice]:
    """Yield a notice for each new field with a name similar to one in the same section."""
    left: defaultdict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for thing in unmanaged:
        if thing.kind is UnmanagedKind.FIELD:
            left[thing.section, thing.type].append(thing.name)
    for change in changes:
        if isinstance(change, AddField):
            names = left.get((change.section, change.after.type), [])
            similar = _find_similar(change.name, names)
            if similar is not None:
                yield Notice(
                    code=NoticeCode.MAYBE_RENAMED,
                    about=str(FieldKey(change.section, change.name)),
                    message=f'would be created beside "{similar}", which no file names: if '
                    f'that is the same field, write `was: ["{similar}"]` or its new name',
                    location=change.location,
                    lookalike=Lookalike(
                        kind=UnmanagedKind.FIELD,
                        section=change.section,
                        name=change.name,
                        other=similar,
                    ),
                )


def _find_similar(name: str, others: Sequence[str]) -> str | None:
    """Return the name that is most similar to `name`; None if none is similar."""
    if not others:
        return None
    folded = [fold_name(other) for other in others]
    best = most_similar(fold_name(name), folded, min_ratio=MIN_RENAME_SIMILARITY)
    return None if best is None else others[best]
