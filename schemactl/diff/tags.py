"""Compare tags, exactly as written: a tag is only a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from schemactl.diff.doubts import removal_unclear, removed_but_renamed, tag_doubt
from schemactl.model.change import AddTag, Change, RemoveTag, RenameTag
from schemactl.model.desired import Desired, DesiredTag
from schemactl.model.difference import (
    Difference,
    Notice,
    NoticeCode,
    Unmanaged,
    UnmanagedKind,
)
from schemactl.model.identity import KnownIds
from schemactl.model.schema import Schema

NOTHING_KNOWN: Final = KnownIds()


def compare_tags(desired: Desired, live: Schema, known: KnownIds = NOTHING_KNOWN) -> Difference:
    """Find tags that are missing, renamed, unwanted or unmanaged.

    Each live tag is exactly one of these or as declared; one that the files declare or remove
    never counts as an earlier name.
    """
    existing = set(live.tags)
    wanted = {tag.name for tag in desired.tags}
    unwanted = {tag.name for tag in desired.removed_tags}
    found = match_tags(desired, live, known)
    meant = set(found.values())
    changes: list[Change] = [
        _missing(tag, found.get(tag.name))
        for tag in desired.tags
        if found.get(tag.name) != tag.name
    ]
    doubts = tuple(_doubts(desired, existing, meant, known))
    unclear = {notice.about for notice in doubts}
    changes.extend(
        RemoveTag(tag=tag.name, location=tag.location)
        for tag in desired.removed_tags
        if tag.name in existing - meant - unclear
    )
    named = (wanted | unwanted | meant) - (unclear - meant)
    left_over = tuple(_left_over(desired, existing - named))
    named.update(notice.about for notice in left_over)
    return Difference(
        changes=tuple(changes),
        unmanaged=tuple(
            Unmanaged(kind=UnmanagedKind.TAG, section=None, name=name)
            for name in sorted(existing - named)
        ),
        notices=(*left_over, *doubts),
        managed_count=len(existing & named),
    )


def match_tags(
    desired: Desired, live: Schema, known: KnownIds = NOTHING_KNOWN
) -> Mapping[str, str]:
    """Return the live name of each declared tag that the account has; ids before names."""
    existing = set(live.tags)
    named = {tag.name for tag in desired.tags}
    named.update(tag.name for tag in desired.removed_tags)
    by_id = _tags_by_id(desired, existing, known) if known.has_moved else {}
    found = {**dict(_exact_tags(desired, existing, by_id)), **by_id}
    return {**found, **_renamed_tags(desired, existing, found, named)}


def _tags_by_id(
    desired: Desired, existing: AbstractSet[str], known: KnownIds
) -> Mapping[str, str]:
    """Return the live name of each declared tag with a known id; no two share one."""
    found: dict[str, str] = {}
    for names_of in (_own_name, _earlier_names):
        for tag in desired.tags:
            for name in names_of(tag, known) if tag.name not in found else ():
                now = known.tag_now(name)
                if now is not None and now in existing and now not in found.values():
                    found[tag.name] = now
                    break
    return found


def _own_name(tag: DesiredTag, known: KnownIds) -> Iterator[str]:
    del known
    yield tag.name


def _earlier_names(tag: DesiredTag, known: KnownIds) -> Iterator[str]:
    """Yield earlier names that changed in the account: the others are found by name."""
    if known.tag_now(tag.name) is None:
        yield from (name for name in tag.was if known.tag_now(name) != name)


def _exact_tags(
    desired: Desired, existing: AbstractSet[str], by_id: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    claimed = set(by_id.values())
    for tag in desired.tags:
        if tag.name in existing and tag.name not in claimed:
            yield tag.name, tag.name


def _renamed_tags(
    desired: Desired,
    existing: AbstractSet[str],
    found: Mapping[str, str],
    declared: AbstractSet[str],
) -> Mapping[str, str]:
    """Return the earlier name of each missing tag that still exists under one."""
    renamed: dict[str, str] = {}
    taken = {*declared, *found.values()}
    for tag in desired.tags:
        if tag.name not in found:
            earlier = next((name for name in tag.was if name in existing - taken), None)
            if earlier is not None:
                taken.add(earlier)
                renamed[tag.name] = earlier
    return renamed


def _doubts(
    desired: Desired, existing: AbstractSet[str], meant: AbstractSet[str], known: KnownIds
) -> Iterator[Notice]:
    """Yield a notice for each tag to remove whose name means another tag by now."""
    for tag in desired.removed_tags if known.has_moved else ():
        if tag.name in existing:
            if doubt := tag_doubt(tag.name, known):
                yield removal_unclear(tag.name, doubt, tag.location)
        elif known.tag_now(tag.name) not in meant:
            notice = removed_but_renamed(tag.name, known, tag.location)
            if notice is not None:
                yield notice


def _missing(tag: DesiredTag, was: str | None) -> Change:
    if was is None:
        return AddTag(tag=tag.name, location=tag.location)
    return RenameTag(tag=tag.name, was=was, location=tag.location)


def _left_over(desired: Desired, others: AbstractSet[str]) -> Iterator[Notice]:
    """Yield a notice for each earlier name that still exists beside the new one."""
    for tag in desired.tags:
        for name in tag.was:
            if name in others:
                yield Notice(
                    code=NoticeCode.WAS_LEFT_OVER,
                    about=name,
                    message=f'is an earlier name of the tag "{tag.name}" and still exists '
                    "beside it: tag its contacts again, then list it under removed:",
                    location=tag.location,
                )
