"""Take tags off the carrier that an earlier run put on it, before anything else is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemactl.account.interface import Backend, NoObjection
from schemactl.host import Host
from schemactl.model.call_word import LegacyCallWord
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.event import CleaningUp
from schemactl.model.plan import Call, JsonObject
from schemactl.model.run import OutcomeStatus
from schemactl.store.journal.writing import Journal
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedUp:
    """What became of the cleanups after interrupted runs.

    Attributes:
        left: What is still in the account, in words; empty for nothing.
        runs: Ids of the interrupted runs of which nothing is left.
    """

    left: str = ""
    runs: tuple[str, ...] = ()


NOTHING_CLEANED: Final = CleanedUp()


def run_cleanups(
    cleanups: Sequence[PendingCleanup],
    backend: Backend,
    journal: Journal,
    host: Host,
    *,
    after: CleanedUp = NOTHING_CLEANED,
) -> CleanedUp:
    """Send the cleanups, and return what became of them and of those before them.

    Raises:
        JournalError: The journal cannot be written; the call was not made.
    """
    left = [after.left] if after.left else []
    done = [*after.runs]
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
    return CleanedUp(left="; ".join(left), runs=tuple(done))


def _call(cleanup: PendingCleanup) -> Call:
    arguments: JsonObject = {"contact": cleanup.contact, "tags": cleanup.tags}
    return Call(
        number=0, request=str(LegacyCallWord.REMOVE_TAG), arguments=arguments, serves=()
    )
