"""Words for tags that an earlier apply left on the carrier, the same in every format."""

from __future__ import annotations

from typing import Final

from schemactl.model.cleanup import PendingCleanup
from schemactl.text import and_list, counted, named

HEADING: Final = "Before anything else"
CODE: Final = "pending-cleanup"
"""Has a page: `schemactl explain pending-cleanup`."""
TAGS_NAMED: Final = 20


def cleanup_about(cleanup: PendingCleanup) -> str:
    """Return the name of the contact that a cleanup is about."""
    return f"contact {named(cleanup.contact)}"


def cleanup_words(cleanup: PendingCleanup) -> str:
    """Return what apply takes off, and why, as a sentence without its full stop."""
    tags = [named(tag) for tag in cleanup.tags[:TAGS_NAMED]]
    if len(cleanup.tags) > TAGS_NAMED:
        tags.append(f"{len(cleanup.tags) - TAGS_NAMED:,} more")
    return (
        f"apply takes {counted(len(cleanup.tags), 'tag')} off {cleanup_about(cleanup)}: "
        f"{and_list(tags)} (put on by the apply {named(cleanup.run)} and left there)"
    )
