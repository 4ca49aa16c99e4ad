"""What is reported of tags on a contact that this apply does not take off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemactl.journal.history import History
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.difference import Notice, NoticeCode


def left_behind_notices(history: History) -> Iterator[Notice]:
    """Yield a notice for each contact that keeps tags because no apply may take them off."""
    for one in history.left_behind:
        run = one.cleanup.run
        yield _notice(
            one.cleanup,
            f"no apply takes them off, because {one.why}; take them off by hand, then delete "
            f"the journal {run}.jsonl",
        )


def not_reviewed_notices(
    pending: Iterable[PendingCleanup], *, made: Iterable[PendingCleanup]
) -> Iterator[Notice]:
    """Yield a notice for each cleanup that a saved plan does not show, and so does not make."""
    reviewed = frozenset(made)
    for cleanup in pending:
        if cleanup not in reviewed:
            yield _notice(
                cleanup,
                "the reviewed plan does not show that, so it is not done now: plan again "
                "after it",
            )


def _notice(cleanup: PendingCleanup, rest: str) -> Notice:
    tags = ", ".join(f'"{tag}"' for tag in cleanup.tags)
    return Notice(
        code=NoticeCode.TAGS_LEFT_ON_CONTACT,
        about=f"contact {cleanup.contact}",
        message=f"the apply {cleanup.run} put {tags} on it and may not have taken them off; "
        f"{rest}",
    )
