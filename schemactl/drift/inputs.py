"""Read what a project knows of an account: schema files, the last apply, earlier runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemactl.account.interface import Backend, Dialect, Wanted
from schemactl.account.target import Target
from schemactl.desired.load import Loaded
from schemactl.drift.former_names import (
    FormerBases,
    find_base_at_commit,
    find_former_bases,
    former_journals,
)
from schemactl.errors import JournalError, RefusedError
from schemactl.model.account_identity import SNAPSHOT, AccountIdentity
from schemactl.model.facts import NO_FACTS
from schemactl.model.schema import CONTACTS
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.model.base import Base
    from schemactl.model.desired import Desired
    from schemactl.model.value_call import CopiedSince
    from schemactl.store.journal.history import History
    from schemactl.store.state.interface import StateFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is known before the account is read.

    Attributes:
        loaded: The schema files.
        base: How the last apply left the account; None if no apply left a base.
        foreign_base: The base in the folder, if it is another account's.
        identity: Which account it is.
        earlier_base: The base at the commit that a plan compares it with; None without one.
        compared_with: That commit, as the user named it; empty without one.
        former: Bases of this account under other names; `base` has all that they hold.
    """

    loaded: Loaded
    base: Base | None
    foreign_base: Base | None = None
    identity: AccountIdentity = SNAPSHOT
    earlier_base: Base | None = None
    compared_with: str = ""
    former: FormerBases = FormerBases()

    @property
    def objects(self) -> Wanted:
        """The custom objects to read: those in the files, and those that an apply added to.

        No other is read, because each costs requests.
        """
        created = () if self.base is None else self.base.created
        labels = (
            *(each.label for each in self.loaded.desired.objects),
            *(one.place.custom_object for one in created),
        )
        return tuple(dict.fromkeys(label for label in labels if label != CONTACTS))

    def desired_for(self, dialect: Dialect) -> Desired:
        """Return what the files say, as far as an API can express it."""
        desired = self.loaded.desired
        return desired if dialect.capabilities.objects else desired.of(CONTACTS)


def read_inputs(
    target: Target, identity: AccountIdentity | None = None, *, base_from: str | None = None
) -> Inputs:
    """Read the schema files, and how the last apply left this account.

    Args:
        target: The account.
        identity: Which account it is, if it is open already; otherwise it is found out.
        base_from: A commit whose base is read too, to compare; None without one.

    Raises:
        InvalidFilesError: The files break a rule.
        BaseError: The base cannot be read, or breaks a rule.
        GitUnavailableError: Git does not answer, or has no such commit.
        AccountError: Credentials are missing.
        RefusedError: Another entry of the project is the same account.
    """
    from schemactl.store.base_file import read_base

    loaded = target.load_files()
    base, earlier = read_base(target.base_file), None
    # A project may use the same name for another account later.
    identity = identity or target.identify()
    # No branch changes a base in a shared store, so there it has nothing to be compared with.
    if base_from is not None and not target.state.is_shared:
        earlier = find_base_at_commit(target, identity, base_from)
    is_foreign = base is not None and not identity.owns(base.identity)
    former = find_former_bases(target, identity, base)
    return Inputs(
        loaded=loaded,
        base=former.joined(None if is_foreign else base),
        foreign_base=base if is_foreign else None,
        identity=identity,
        earlier_base=earlier,
        compared_with=base_from or "",
        former=former,
    )


def with_facts(target: Target, identity: AccountIdentity) -> Target:
    """Return the target with what a probe found out about this account over this API.

    Raises:
        FactsError: The file with it breaks a rule, or is in git.
    """
    from schemactl.store.facts_file import read_facts

    file = target.facts_file
    if not file.exists():
        return target.with_facts(NO_FACTS)
    backend, environ = target.dialect.name, target.host.environ
    return target.with_facts(
        read_facts(file, identity=identity, backend=backend, environ=environ)
    )


def read_copied(target: Target) -> CopiedSince:
    """Return since when what others replace was copied, by the journals of earlier runs.

    Raises:
        JournalError: A journal cannot be read, is not as a run writes it, or is in git.
    """
    from schemactl.drift.journaled import copied_since

    return copied_since(read_history(target, target.identify()).runs)


def read_history(
    target: Target, identity: AccountIdentity, elsewhere: Sequence[StateFolder] = ()
) -> History:
    """Read what earlier runs did and left to do.

    Args:
        target: The account.
        identity: Which account it is.
        elsewhere: Folders of other projects whose run died while it held the account.

    Raises:
        JournalError: A journal cannot be read, is not as a run writes it, or is in git.
    """
    from schemactl.store.journal.finding import find_history
    from schemactl.store.journal.history import Scope

    scope = Scope(
        account=target.account.name,
        identity=identity,
        backend=target.dialect.name,
        tag_carrier=target.account.tag_carrier,
    )
    elsewhere = (*elsewhere, *former_journals(target))
    return find_history(target.journal_folder, elsewhere, scope, environ=target.host.environ)


def interrupted_run_words(target: Target) -> str:
    """Return a sentence about an interrupted apply, which the account alone may not show.

    Empty if there is none; the reason if the journals cannot be read.
    """
    try:
        run = read_history(target, target.identity_at_hand).interrupted
    except JournalError as error:
        return str(error)
    if run is None:
        return ""
    how = "did not finish" if run.end is None else "left something to put right"
    return f"The apply {run.id} {how}: the next apply finishes it."


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyInputs:
    """What an apply decides on, all of it read while no other apply works on the account.

    Attributes:
        target: The account, with a state store that is written only while it is locked.
        inputs: What the project says.
        backend: The account, open for writing.
        left_behind: Folders of journals that may record a run that died holding the account.
    """

    target: Target
    inputs: Inputs
    backend: Backend
    left_behind: tuple[StateFolder, ...]


@contextmanager
def open_for_apply(target: Target, *, wait_s: float) -> Iterator[ApplyInputs]:
    """Keep other applies off the account, then read the project and open the account.

    Raises:
        RefusedError: The project file changed in the meantime.
        LockedError: Another apply works on the account.
    """
    from schemactl.project import PROJECT_FILE, load_project

    with target.hold(wait_s=wait_s) as session:
        if load_project(target.folder) != target.project:
            msg = f"{PROJECT_FILE} changed while this apply waited, and nothing was changed"
            raise RefusedError(msg, hint="run it again")
        target = target.with_state(session.state)
        inputs = read_inputs(target, session.identity)
        if with_facts(target, session.identity).account.facts != target.account.facts:
            msg = "a probe found something else meanwhile, and nothing was changed"
            raise RefusedError(msg, hint="run it again")
        with session.open(inputs.objects) as backend:
            yield ApplyInputs(
                target=target,
                inputs=inputs,
                backend=backend,
                left_behind=session.left_behind,
            )
