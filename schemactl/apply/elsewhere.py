"""Record in another project's journals that a run of this one finished their work."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from schemactl.errors import JournalError
from schemactl.host import Host
from schemactl.model.run import Outcome, OutcomeStatus, Run
from schemactl.store.journal.files import file_of_run
from schemactl.store.journal.reading import read_journal
from schemactl.store.journal.writing import JournalFile
from schemactl.store.state.interface import StateFolder
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.apply import ApplyRequest


def close_elsewhere(
    request: ApplyRequest, run_id: str, folder: StateFolder, host: Host, *, end: Run
) -> None:
    """Record in another project's journals that this run finished their work.

    Otherwise the next apply there would do the same cleanup again.

    Args:
        request: What the run had to do.
        run_id: Its id.
        folder: Where its journal is.
        host: For the time.
        end: How a run without calls ends.
    """
    earlier = request.earlier
    named = [*(earlier.resumes,), *(cleanup.run for cleanup in request.cleanups)]
    places = {earlier.history.folder_of(name) for name in named if name is not None}
    # Those folders may be gone or read-only by now; this run cannot repair them.
    with suppress(JournalError):
        written = read_journal(file_of_run(folder, run_id))
        settled = () if written is None else written.settled
        for place in places - {folder, None}:
            if place is not None:
                _close_in(place, request, run_id, settled, host=host, end=end)


def _close_in(
    place: StateFolder,
    request: ApplyRequest,
    run_id: str,
    settled: tuple[str, ...],
    *,
    host: Host,
    end: Run,
) -> None:
    plan = replace(request.plan, calls=())
    with JournalFile(file_of_run(place, run_id), now=host.now) as journal:
        journal.run_started(
            run_id,
            plan,
            address=request.address,
            digest="",
            app_id=request.app_id,
            by=request.by,
            commit=request.commit,
            resumes=request.earlier.resumes,
        )
        for cleanup in request.cleanups:
            if cleanup.run in settled:
                journal.cleanup_finished(cleanup, Outcome(status=OutcomeStatus.DONE))
        journal.run_finished(end)
