"""Take tags off the carrier that an earlier run put on it, before anything else is sent."""

from __future__ import annotations

from collections.abc import Sequence

from schemactl.account.interface import Backend, NoObjection
from schemactl.host import Host
from schemactl.model.call_word import LegacyCallWord
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.event import CleaningUp
from schemactl.model.plan import Call, JsonObject
from schemactl.model.run import OutcomeStatus
from schemactl.store.journal.writing import Journal


def run_cleanups(
    cleanups: Sequence[PendingCleanup], backend: Backend, journal: Journal, host: Host
) -> tuple[str, tuple[str, ...]]:
    """Send the cleanups; return what is left on contacts in words, and the runs that are done.

    Raises:
        JournalError: The journal cannot be written; the call was not made.
    """
    left, done = [], []
    for cleanup in cleanups:
        journal.cleanup_started(cleanup)
        host.listener(CleaningUp(cleanup=cleanup))
        outcome = backend.perform(_call(cleanup), NoObjection())
        journal.cleanup_finished(cleanup, outcome)
        if outcome.status is OutcomeStatus.DONE:
            done.append(cleanup.run)
        else:
            detail = f" ({outcome.detail})" if outcome.detail else ""
            left.append(
                f"contact {cleanup.contact} may still have tags that the apply {cleanup.run} "
                f"put on it: take them off{detail}"
            )
    return "; ".join(left), tuple(done)


def _call(cleanup: PendingCleanup) -> Call:
    arguments: JsonObject = {"contact": cleanup.contact, "tags": cleanup.tags}
    return Call(
        number=0, request=str(LegacyCallWord.REMOVE_TAG), arguments=arguments, serves=()
    )
