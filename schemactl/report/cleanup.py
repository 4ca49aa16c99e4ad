"""Words for tags that an earlier apply left on the carrier, the same in every format."""

from __future__ import annotations

from typing import Final

from schemactl.model.cleanup import PendingCleanup, PendingProbe
from schemactl.text import and_list, counted, named

HEADING: Final = "Before anything else"
CODE: Final = "pending-cleanup"
"""Has a page: `schemactl explain pending-cleanup`."""
TAGS_NAMED: Final = 20


def cleanup_about(cleanup: PendingCleanup | PendingProbe) -> str:
    """Return the name of the contact, or of the probe, that a cleanup is about."""
    if isinstance(cleanup, PendingProbe):
        return f"probe {named(cleanup.run)}"
    return f"contact {named(cleanup.contact)}"


def cleanup_words(cleanup: PendingCleanup | PendingProbe) -> str:
    """Return what apply puts right, and why, as a sentence without its full stop."""
    if isinstance(cleanup, PendingProbe):
        return (
            f"apply removes the sections, fields and tags called "
            f"{named(f'schemactl probe {cleanup.run} …')} (made by an interrupted probe)"
        )
    tags = [named(tag) for tag in cleanup.tags[:TAGS_NAMED]]
    if len(cleanup.tags) > TAGS_NAMED:
        tags.append(f"{len(cleanup.tags) - TAGS_NAMED:,} more")
    return (
        f"apply takes {counted(len(cleanup.tags), 'tag')} off {cleanup_about(cleanup)}: "
        f"{and_list(tags)} (put on by the apply {named(cleanup.run)} and left there)"
    )
