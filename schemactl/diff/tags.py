"""Tags, compared exactly as written: an account has them by name, with nothing in them."""

from __future__ import annotations

from schemactl.model.change import AddTag, Change, RemoveTag
from schemactl.model.desired import Desired
from schemactl.model.difference import Difference, Unmanaged, UnmanagedKind
from schemactl.model.schema import Schema


def compare_tags(desired: Desired, live: Schema) -> Difference:
    """Find tags that are missing, those that should go, and those nobody speaks of."""
    existing = set(live.tags)
    wanted = {tag.name for tag in desired.tags}
    unwanted = {tag.name for tag in desired.removed_tags}
    changes: list[Change] = [
        AddTag(tag=tag.name, location=tag.location)
        for tag in desired.tags
        if tag.name not in existing
    ]
    changes.extend(
        RemoveTag(tag=tag.name, location=tag.location)
        for tag in desired.removed_tags
        if tag.name in existing
    )
    return Difference(
        changes=tuple(changes),
        unmanaged=tuple(
            Unmanaged(kind=UnmanagedKind.TAG, section=None, name=name)
            for name in sorted(existing - wanted - unwanted)
        ),
        managed_count=len(existing & (wanted | unwanted)),
    )
