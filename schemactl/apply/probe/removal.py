"""Remove what a probe made: everything with its names, as long as nobody else uses it.

What is removed follows from the account and from the id of the probe's run, never from what a
journal says that the probe did.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from schemactl.account.interface import Backend, LiveState
from schemactl.apply.probe.sender import LATE_PAUSE_S, ScratchSender
from schemactl.host import Host
from schemactl.model.event import ReadingBack, Step, Waiting
from schemactl.model.recorded import RecordedRun
from schemactl.model.schema import Schema
from schemactl.model.scratch import ScratchNames
from schemactl.planner.scratch_removal import removal_drafts
from schemactl.store.journal.writing import JournalFile
from schemactl.values import dataclass

ROUNDS: Final = 3
"""How often everything that is left is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What came of removing what a probe made.

    Attributes:
        left: What is still there, in words; empty if the account shows nothing of it.
        live: The account afterwards.
    """

    left: tuple[str, ...]
    live: LiveState


def remove_scratch(
    names: ScratchNames,
    backend: Backend,
    journal: JournalFile,
    host: Host,
    live: LiveState,
    *,
    sections: tuple[str, ...],
    step: Step,
) -> Removal:
    """Remove all that a probe made, and prove it by reading the account.

    Args:
        names: Those of the probe.
        backend: The account.
        journal: Written around each call.
        host: Waits, and listens.
        live: The account, read after the last call.
        sections: Those that may exist although the account does not list them.
        step: The requests of all of it, for the listener.

    Raises:
        AccountError: The account could not be read.
        JournalError: The journal cannot be written.
    """
    for turn in range(ROUNDS):
        if foreign := names.find_foreign(live.schema):
            return Removal(left=foreign, live=live)
        hidden = () if turn else sections
        drafts = removal_drafts(names, live, backend.dialect, sections=hidden)
        if not drafts:
            break
        sender = ScratchSender(
            names, backend=backend, journal=journal, host=host, live=live, step=step
        )
        for draft in drafts:
            sender.send_removal(draft)
        host.listener(ReadingBack(why="to prove that nothing of the probe is left"))
        live = backend.read()
    return Removal(left=_left(names, live.schema), live=live)


def _left(names: ScratchNames, schema: Schema) -> tuple[str, ...]:
    sections = (f'section "{one.name}"' for one in names.sections_in(schema))
    return (*sections, *(f'tag "{tag}"' for tag in names.tags_in(schema)))


def remove_left_behind(
    run: RecordedRun,
    backend: Backend,
    journal: JournalFile,
    host: Host,
    live: LiveState,
    *,
    step: Step,
) -> Removal:
    """Remove what an earlier probe made that died, and record that nothing of it is left.

    Its last call may still act if it was sent just now, so that is awaited first.
    """
    waited_s = (host.now() - datetime.fromisoformat(run.tried_at)).total_seconds()
    if waited_s < LATE_PAUSE_S:
        host.listener(Waiting(seconds=LATE_PAUSE_S, why="the server may act late"))
        host.sleep(LATE_PAUSE_S)
        live = backend.read()
    names = ScratchNames(run=run.id)
    removal = remove_scratch(
        names, backend, journal, host, live, sections=names.sections, step=step
    )
    if not removal.left:
        journal.scratch_removed(run.id)
    return removal
