"""Tags, compared exactly as written: an account has them by name, with nothing in them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from schemactl.model.change import AddTag, Change, RemoveTag, RenameTag
from schemactl.model.desired import Desired, DesiredTag
from schemactl.model.difference import (
    Difference,
    Notice,
    NoticeCode,
    Unmanaged,
    UnmanagedKind,
)
from schemactl.model.schema import Schema


def compare_tags(desired: Desired, live: Schema) -> Difference:
    """Find tags that are missing, renamed, unwanted, or that nobody speaks of.

    Each live tag ends in one place; one that the files declare or want gone is never
    taken for an earlier name.
    """
    existing = set(live.tags)
    wanted = {tag.name for tag in desired.tags}
    unwanted = {tag.name for tag in desired.removed_tags}
    renamed = dict(_renamed_tags(desired, existing, wanted | unwanted))
    changes: list[Change] = [
        _missing(tag, renamed) for tag in desired.tags if tag.name not in existing
    ]
    changes.extend(
        RemoveTag(tag=tag.name, location=tag.location)
        for tag in desired.removed_tags
        if tag.name in existing
    )
    spoken_of = wanted | unwanted | set(renamed.values())
    left_over = tuple(_left_over(desired, existing - spoken_of))
    spoken_of.update(notice.about for notice in left_over)
    return Difference(
        changes=tuple(changes),
        unmanaged=tuple(
            Unmanaged(kind=UnmanagedKind.TAG, section=None, name=name)
            for name in sorted(existing - spoken_of)
        ),
        notices=left_over,
        managed_count=len(existing & spoken_of),
    )


def _renamed_tags(
    desired: Desired, existing: AbstractSet[str], declared: AbstractSet[str]
) -> Iterator[tuple[str, str]]:
    """Give each missing tag that stands under an earlier name, with that name."""
    taken = set(declared)
    for tag in desired.tags:
        if tag.name not in existing:
            earlier = next((name for name in tag.was if name in existing - taken), None)
            if earlier is not None:
                taken.add(earlier)
                yield tag.name, earlier


def _missing(tag: DesiredTag, renamed: dict[str, str]) -> Change:
    was = renamed.get(tag.name)
    if was is None:
        return AddTag(tag=tag.name, location=tag.location)
    return RenameTag(tag=tag.name, was=was, location=tag.location)


def _left_over(desired: Desired, others: AbstractSet[str]) -> Iterator[Notice]:
    """Tell of earlier names that still exist beside the new one: contacts may bear them."""
    for tag in desired.tags:
        for name in tag.was:
            if name in others:
                yield Notice(
                    code=NoticeCode.WAS_LEFT_OVER,
                    about=name,
                    message=f'is an earlier name of the tag "{tag.name}" and still exists '
                    "beside it: tag its contacts anew, then list it under removed:",
                    location=tag.location,
                )
