"""Find the journals of an account on disk, and refuse those that came with a commit."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Final

from schemactl.errors import JournalError
from schemactl.store.git import GitUnavailableError
from schemactl.store.journal.files import holds_journals, recorded_runs
from schemactl.store.journal.history import History, Scope
from schemactl.store.state.interface import StateFolder
from schemactl.store.state.lease_document import HIGHEST_TO_OUTRANK

_FORGED_HINT: Final = (
    "nothing was changed. Look at who could write to the file, move it away and apply again: "
    "what is left to do follows from the account"
)


def find_history(
    folder: StateFolder,
    elsewhere: Sequence[StateFolder],
    scope: Scope,
    *,
    environ: Mapping[str, str],
) -> History:
    """Read what the runs before this one did and leave to do.

    Args:
        folder: Where the journals of the account are.
        elsewhere: Folders of other projects, whose run died while it held the account. Of
            these, only runs on this account count.
        scope: The account.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        JournalError: A journal cannot be read or is not as a run writes it, or git tracks
            it or does not answer.
    """
    _refuse_tracked(folder, environ)
    found = [(run, folder) for run in recorded_runs(folder)]
    for place in elsewhere:
        if not _tracked_journals(place, environ):
            runs = recorded_runs(place)
            found += [(run, place) for run in runs if scope.identity.owns(run.identity)]
    history = History.of(found, scope)
    _outrank(history, folder)
    return history


def _outrank(history: History, folder: StateFolder) -> None:
    """Make sure that the lease has a higher number than all that the journals record.

    Raises:
        JournalError: No lease can have one, or somebody else has the lease by now.
    """
    store, highest = folder.store, history.highest_lease
    if store.lease_number and highest > max(store.lease_number, HIGHEST_TO_OUTRANK):
        file = history.highest_file
        msg = f"the journal {file} has the lease number {highest}, which no apply can have"
        raise JournalError(msg, hint=_FORGED_HINT)
    try:
        store.outrank(highest)
    except OSError as error:
        msg = f"the journals in {folder} cannot be continued: {error.strerror or error}"
        raise JournalError(msg, hint="nothing was changed; apply again") from error


def _refuse_tracked(folder: StateFolder, environ: Mapping[str, str]) -> None:
    """Stop where git tracks journals: whoever can propose a commit could write them."""
    tracked = _tracked_journals(folder, environ)
    if tracked:
        more = f" and {len(tracked) - 1} more" if len(tracked) > 1 else ""
        msg = (
            f"git tracks {folder.file(tracked[0])}{more}: journals are this machine's own, and "
            "are not read from a commit"
        )
        quoted = shlex.quote(str(folder))
        hint = f"git rm -r --cached {quoted}, then look at who put them there, and why"
        raise JournalError(msg, hint=hint)


def _tracked_journals(folder: StateFolder, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the journals that git tracks; git is asked only where there are any to read.

    Raises:
        JournalError: Git does not answer, so they may have come with a commit.
    """
    if folder.store.is_shared or not holds_journals(folder):
        return ()
    try:
        return folder.tracked(environ=environ)
    except GitUnavailableError as error:
        msg = (
            f"the journals in {folder} are not read: they may have come with a commit, and "
            f"{error}"
        )
        raise JournalError(msg, hint=error.hint) from error
