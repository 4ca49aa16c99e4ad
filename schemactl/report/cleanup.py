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
    return (
        f"apply takes {counted(len(cleanup.tags), 'tag')} off {cleanup_about(cleanup)}: "
        f"{_tags(cleanup)} (put on by the apply {named(cleanup.run)} and left there)"
    )


def cleaned_words(cleanup: PendingCleanup | PendingProbe) -> str:
    """Return what apply put right, as the end of a sentence."""
    if isinstance(cleanup, PendingProbe):
        return f"removed what the interrupted {cleanup_about(cleanup)} left"
    return (
        f"took {counted(len(cleanup.tags), 'tag')} off {cleanup_about(cleanup)}, which the "
        f"apply {named(cleanup.run)} left there: {_tags(cleanup)}"
    )


def _tags(cleanup: PendingCleanup) -> str:
    tags = [named(tag) for tag in cleanup.tags[:TAGS_NAMED]]
    if len(cleanup.tags) > TAGS_NAMED:
        tags.append(f"{len(cleanup.tags) - TAGS_NAMED:,} more")
    return and_list(tags)
