"""Compare the desired with the live schema: find what would make the account match the files.

    by_id           which live object has the id that the base recorded for a declared one?
    match           which live object does each declared one mean?
    places          where does the account have what is declared?
    compare         how does it differ?
    leftovers       what happens to the live objects that nothing declares?
    likely_renames  is a new field an existing one under another name?
    merge_tags      what refers to a field by a name that it loses?
    surrounding_spaces  is a space around a new name a mistake?
    doubts          which removals could affect something else than was meant?
    unexpressed     what do the files ask for that the account's API cannot express?

Knows no API: the backend decides what a call can do, and the planner in which order.
"""

from __future__ import annotations

from typing import Final

from schemactl.diff.compare import compare_matches
from schemactl.diff.leftovers import sort_leftovers
from schemactl.diff.likely_renames import notice_likely_renames
from schemactl.diff.match import match_sections
from schemactl.diff.merge_tags import notice_merge_tags
from schemactl.diff.surrounding_spaces import notice_outer_blanks
from schemactl.diff.tags import compare_tags
from schemactl.diff.unexpressed import keep_expressible
from schemactl.model.change import AddObject, AddTag, Change, RemoveTag, RenameTag
from schemactl.model.desired import Desired, DesiredObject
from schemactl.model.difference import Difference
from schemactl.model.identity import KnownIds, ObjectKnownIds
from schemactl.model.live_index import LiveIndex
from schemactl.model.schema import CONTACTS, Schema, in_object
from schemactl.values import replace

__all__ = ["diff_schemas", "keep_expressible"]

NOTHING_KNOWN: Final = KnownIds()


def diff_schemas(
    *, desired: Desired, live: Schema, known: KnownIds = NOTHING_KNOWN
) -> Difference:
    """Find what would turn `live` into `desired`, in the order of the files.

    Every live object is exactly one of: as declared, changed, removed, unmanaged.

    Args:
        desired: What the user's files declare.
        live: What the account has, or a snapshot of it.
        known: What the base recorded by id, and where the account has it.
    """
    contacts = _diff_contacts(desired, live, known.of(CONTACTS))
    parts = (contacts, *(_diff_object(each, desired, live, known) for each in desired.objects))
    if len(parts) == 1:
        return contacts
    return Difference(
        changes=tuple(change for part in parts for change in part.changes),
        unmanaged=tuple(thing for part in parts for thing in part.unmanaged),
        notices=tuple(notice for part in parts for notice in part.notices),
        managed_count=sum(part.managed_count for part in parts),
    )


def _diff_object(
    wanted: DesiredObject, desired: Desired, live: Schema, known: KnownIds
) -> Difference:
    """Compare one custom object as contacts are compared, and name it in every finding."""
    label = wanted.label
    found = _diff_contacts(desired.of(label), live.of(label), known.of(label))
    is_there = any(each.label == label for each in live.objects)
    added = () if is_there else (AddObject(custom_object=label, location=wanted.location),)
    return Difference(
        changes=(*added, *(_within(label, change) for change in found.changes)),
        unmanaged=tuple(replace(thing, custom_object=label) for thing in found.unmanaged),
        notices=tuple(
            replace(notice, about=in_object(label, notice.about), custom_object=label)
            for notice in found.notices
        ),
        managed_count=found.managed_count + is_there,
    )


def _within(label: str, change: Change) -> Change:
    if isinstance(change, AddTag | RenameTag | RemoveTag):
        return change
    return replace(change, custom_object=label)


def _diff_contacts(desired: Desired, live: Schema, known: ObjectKnownIds) -> Difference:
    index = LiveIndex(live)
    matches = match_sections(desired, index, known)
    declared = compare_matches(matches)
    rest = sort_leftovers(desired, matches, index, known)
    tags = compare_tags(desired, live, known.known)
    parts = (declared, rest, tags)
    renamed = notice_likely_renames(declared.changes, rest.unmanaged)
    changes = tuple(change for part in parts for change in part.changes)
    noticed = (*notice_merge_tags(changes), *notice_outer_blanks(changes))
    return Difference(
        changes=changes,
        unmanaged=tuple(thing for part in parts for thing in part.unmanaged),
        notices=(*(notice for part in parts for notice in part.notices), *renamed, *noticed),
        managed_count=sum(part.managed_count for part in parts),
    )
