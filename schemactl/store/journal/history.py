"""What the runs before this one leave to do, as far as they concern this account.

A run concerns an account where its journal names it (see `model.account_identity`). What is
left is derived from the calls that the run itself recorded, and is nothing but tags on the
carrier.

A hostile journal that breaks no rule can bring about one request: taking tags that it names
off the contact that the project itself names as `tag_carrier`. The plan shows that before, and
apply asks for it. All else is reported, and not sent. It can also make the base record that an
apply created an object (`base.journaled`): to remove that takes `--prune` and a permission.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final, Self

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.recorded import RecordedRun
from schemactl.store.journal.files import file_of_run, oldest_first
from schemactl.store.state.interface import StateFile, StateFolder
from schemactl.values import dataclass

_PUTS_TAGS_ON: Final = "legacy"
"""The one API over which a tag is made by putting it on a contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The account that a command is about, as far as cleanups depend on it.

    Attributes:
        account: Its name in the project file.
        identity: Which account it is.
        backend: The API to it; only `legacy` makes tags by putting them on a contact.
        tag_carrier: The contact that carries new tags; None where the project names none.
    """

    account: str
    identity: AccountIdentity
    backend: str
    tag_carrier: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftBehind:
    """Tags that stay on a contact because no apply of this account may take them off.

    Attributes:
        cleanup: The contact and its tags.
        why: Why no apply takes them off, as a clause.
        remedy: What to do instead, as a clause.
        elsewhere: The account that the contact is of, if it may be another one; None where it
            is this one or unknown.
    """

    cleanup: PendingCleanup
    why: str
    remedy: str
    elsewhere: AccountIdentity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The runs before this one.

    Attributes:
        runs: The applies on this account, oldest first.
        probes: The probes on this account, oldest first.
        unfinished_probes: Ids of those whose scratch objects may still be in the account.
        pending: Cleanups that the next apply makes, oldest first.
        left_behind: Tags on contacts that no apply takes off.
        folders: Where the journal of each run is, by its id.
    """

    runs: tuple[RecordedRun, ...] = ()
    probes: tuple[RecordedRun, ...] = ()
    unfinished_probes: tuple[str, ...] = ()
    pending: tuple[PendingCleanup, ...] = ()
    left_behind: tuple[LeftBehind, ...] = ()
    folders: tuple[tuple[str, StateFolder], ...] = ()

    @classmethod
    def of(cls, found: Iterable[tuple[RecordedRun, StateFolder]], scope: Scope) -> Self:
        """Return what runs leave to do; each comes with the folder of its journal."""
        places = {run.id: (run, folder) for run, folder in found}
        runs = oldest_first(run for run, _ in places.values())
        settled = {name for run in runs for name in run.settled}
        pending, left_behind = [], []
        for run in runs:
            if run.id in settled:
                continue
            for cleanup in run.cleanups:
                left = _left_behind(run, cleanup, scope, places[run.id][1])
                if left is None:
                    pending.append(cleanup)
                else:
                    left_behind.append(left)
        own = [run for run in runs if scope.identity.owns(run.identity)]
        probes = tuple(run for run in own if run.is_probe and run.address)
        return cls(
            runs=tuple(run for run in own if not run.is_probe),
            probes=probes,
            unfinished_probes=tuple(
                run.id
                for run in probes
                if run.tried_at and not run.is_completed and run.id not in settled
            ),
            pending=tuple(pending),
            left_behind=tuple(left_behind),
            folders=tuple((name, folder) for name, (_, folder) in places.items()),
        )

    @property
    def unfinished_runs(self) -> tuple[RecordedRun, ...]:
        """The probes whose scratch objects may still be in the account, oldest first."""
        return tuple(run for run in self.probes if run.id in self.unfinished_probes)

    @property
    def interrupted(self) -> RecordedRun | None:
        """The newest run whose outcome is not settled, and that no other run resumed."""
        followed = {run.resumes for run in self.runs}
        pending = {cleanup.run for cleanup in self.pending}
        for run in reversed(self.runs):
            is_open = run.end is None or run.id in pending
            if run.id not in followed and is_open and not self._is_overtaken(run):
                return run
        return None

    @property
    def highest_lease(self) -> int:
        """The highest number of a lease that any of the runs records."""
        return max((run.lease for run in (*self.runs, *self.probes)), default=0)

    @property
    def highest_file(self) -> StateFile:
        """The journal that records it; there must be one."""
        run = max((*self.runs, *self.probes), key=lambda run: run.lease)
        return file_of_run(dict(self.folders)[run.id], run.id)

    def _is_overtaken(self, run: RecordedRun) -> bool:
        """Whether a run was stopped before its start was written, and came to nothing.

        Its line came once another run had the account. It sent nothing after that line.
        """
        return run.has_sent_nothing and 0 < run.lease < self.highest_lease

    @property
    def forgettable(self) -> tuple[RecordedRun, ...]:
        """Runs of which nothing is left to do, oldest first."""
        followed = {run.resumes for run in self.runs}
        left = {cleanup.run for cleanup in self.pending}
        left |= {one.cleanup.run for one in self.left_behind}
        left.update(self.unfinished_probes)
        return oldest_first(
            run
            for run in (*self.runs, *self.probes)
            if run.id not in left
            and (
                run.is_probe
                or run.end is not None
                or run.id in followed
                or self._is_overtaken(run)
            )
        )

    def made(self, cleanup: PendingCleanup) -> bool:
        """Whether a recorded run left exactly these tags on this contact, settled or not."""
        return any(cleanup in run.cleanups for run in self.runs)

    def reviewed(
        self, shown: Collection[PendingCleanup], resumed: Collection[str]
    ) -> tuple[PendingCleanup, ...]:
        """Return the pending cleanups that a plan shows, or that belong to a run of it.

        Args:
            shown: The cleanups that the plan shows.
            resumed: Ids of the earlier runs of this very plan: it holds their calls.
        """
        return tuple(
            cleanup for cleanup in self.pending if cleanup in shown or cleanup.run in resumed
        )

    def runs_in(self, folder: StateFolder) -> tuple[RecordedRun, ...]:
        """Return the runs of one project: what another one created is not this one's.

        Args:
            folder: Where the journals of the account are; under its earlier names, they are
                beside it.
        """
        project, places = _project_of(folder), dict(self.folders)
        return tuple(run for run in self.runs if _project_of(places[run.id]) == project)

    def folder_of(self, run_id: str) -> StateFolder | None:
        """Return the folder of a run's journal."""
        return next((folder for name, folder in self.folders if name == run_id), None)


def _project_of(folder: StateFolder) -> str:
    """Return where a project has the journals of all its accounts."""
    return folder.store.locate(folder.parts[:-1])


def _left_behind(
    run: RecordedRun, cleanup: PendingCleanup, scope: Scope, folder: StateFolder
) -> LeftBehind | None:
    """Return a cleanup that no apply of this account may make; None where the next one does."""
    delete = f"then delete the journal {folder.file(f'{run.id}.jsonl')}"
    if not run.address:
        return LeftBehind(
            cleanup=cleanup,
            why="its journal does not name the address of the account",
            remedy=f"find out which account it was, take them off there by hand, {delete}",
        )
    if not scope.identity.owns(run.identity):
        return _on_another_account(run, cleanup, scope, delete)
    why = _why_not(run, cleanup, scope)
    if not why:
        return None
    return LeftBehind(cleanup=cleanup, why=why, remedy=f"take them off by hand, {delete}")


def _on_another_account(
    run: RecordedRun, cleanup: PendingCleanup, scope: Scope, delete: str
) -> LeftBehind:
    identity = scope.identity
    by_hand = f"take them off by hand in the account {run.identity}, {delete}"
    if not identity.differs_by_app_id(run.identity):
        why, remedy = f"the account was at {run.address} then", by_hand
    else:
        why = (
            f"it was made with another app id (fingerprint {run.app_id}, now "
            f"{identity.app_id}), which may be of another account"
        )
        remedy = (
            "if both app ids open the same account, write "
            f"{identity.setting_for(run.identity)} below {scope.account}: in schemactl.yaml; "
            f"otherwise {by_hand}"
        )
    return LeftBehind(cleanup=cleanup, why=why, remedy=remedy, elsewhere=run.identity)


def _why_not(run: RecordedRun, cleanup: PendingCleanup, scope: Scope) -> str:
    """Return as a clause why no apply makes a cleanup of this account; empty if one does."""
    if not run.backend == scope.backend == _PUTS_TAGS_ON:
        return (
            f"it was made over {run.backend}, and the account is now used over {scope.backend}"
        )
    if cleanup.contact != str(scope.tag_carrier):
        return "that contact is not the tag_carrier of the account"
    return ""
