"""The state store of an account: opened, and held against applies on other machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemactl.account.embedded import STATE_FOLDER, embedded_account_path
from schemactl.account.state_paths import journal_folder, local_state
from schemactl.errors import AccountError, LockedError, UsageError
from schemactl.host import Host
from schemactl.project import Account, Project
from schemactl.store.lock import find_apply, refuse_held
from schemactl.store.state.interface import StateFile, StateFolder, StateStore
from schemactl.store.state.standing import (
    Standing,
    StoreStanding,
    read_standing,
    refuse_moved,
    write_standing,
)
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.store.state.address import StateAddress
    from schemactl.store.state.lease_document import LeaseHolder, LeaseState
    from schemactl.store.state.moving import Moved

LEASES: Final = "lease"
_SURELY_DEAD_S: Final = 3600.0
"""A holder that lives renews its lease every 15 seconds."""


def no_objection() -> str:
    """Return that nothing speaks against a write: only this machine uses the state."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldState:
    """The state of an account while no other machine applies anything to it.

    Attributes:
        state: The store; a shared one is written only while the lease is held.
        objection: Returns why nothing may be sent to the account now; empty if it may.
        left_behind: Where the journals of a holder are that died, if they are elsewhere.
    """

    state: StateStore
    objection: Callable[[], str] = no_objection
    left_behind: tuple[StateFolder, ...] = ()


def open_state(
    address: StateAddress | None, account: Account, *, folder: Path, environ: Mapping[str, str]
) -> StateStore:
    """Return where the state of an account is kept; contacts a shared store once.

    An embedded account is a file of the project's folder, and so is its state.

    Raises:
        RefusedError: The state was moved elsewhere.
        AccountError: The store does not answer.
    """
    if account.is_embedded:
        return local_state(folder)
    if address is None:
        state = local_state(folder)
        refuse_moved(state, read_standing(state))
        return state
    from schemactl.store.state.opening import open_objects

    return open_objects(address, environ)


@contextmanager
def hold_state(
    state: StateStore, account: Account, name: str, *, wait_s: float, host: Host
) -> Iterator[HeldState]:
    """Hold the account against applies on other machines; the state of one needs no lease.

    Args:
        state: The store.
        account: The account.
        name: Names the account's lease: the same for whoever reaches the same account.
        wait_s: How long to wait for another apply to end.
        host: The outside world.

    Raises:
        RefusedError: Another apply holds it, or the store cannot keep two of them apart.
        AccountError: The store does not answer.
    """
    if not state.is_shared:
        # It may have been moved while this apply waited for another one.
        if not account.is_embedded:
            refuse_moved(state, read_standing(state))
        yield HeldState(state=state)
        return
    from schemactl.store.state.lease import hold_lease
    from schemactl.store.state.leased import LeasedState

    _prepare(state, host)
    holder = _this_holder(account.name, host)
    file = StateFile.at(state, (LEASES, f"{name}.json"))
    with hold_lease(file, holder, wait_s=wait_s, host=host) as lease:
        refuse_moved(state, read_standing(state))
        leased = LeasedState(state, lease)
        yield HeldState(
            state=leased,
            objection=lease.objection,
            left_behind=_left_behind(leased, lease.left_behind, account),
        )


def _this_holder(account_name: str, host: Host) -> LeaseHolder:
    from schemactl.store.state.lease_document import LeaseHolder

    return LeaseHolder(
        token="-".join(host.token() for _ in range(4)),
        account=account_name,
        machine=platform.node(),
        process=os.getpid(),
        since=host.now().isoformat(timespec="seconds"),
    )


def _left_behind(
    state: StateStore, last: LeaseHolder | None, account: Account
) -> tuple[StateFolder, ...]:
    """Return the journals of a holder that died and has another name for the account."""
    if last is None or last.account == account.name:
        return ()
    return (journal_folder(state, last.account),)


def _prepare(state: StateStore, host: Host) -> None:
    """Check that the store is in use, and the first time that it keeps conditions."""
    refuse_moved(state, read_standing(state))
    _try_out(state, host)


def _try_out(state: StateStore, host: Host) -> None:
    """Try the first time whether a shared store keeps conditions."""
    from schemactl.store.state.trial import refuse_unfit

    found, address = read_standing(state), state.locate(())
    if found is None or found.address != address:
        refuse_unfit(state, host.token())
        standing = found or StoreStanding(address=address, standing=Standing.IN_USE)
        write_standing(state, replace(standing, address=address), over=found)


def move_state(project: Project, to: StateAddress | None, *, host: Host) -> Moved:
    """Move the state of a project's accounts to another store; see `store.state.moving`.

    Args:
        project: The project, as its file says now.
        to: The other store; None for the project's own folder.
        host: The outside world.

    Raises:
        UsageError: The state is there already, or the other store cannot be opened.
        RefusedError: An apply works on the state, or the other store cannot be used.
        AccountError: A store does not answer; the same command goes on.
    """
    from schemactl.store.state.moving import Move

    if to == project.state:
        msg = f"the state is in {to or STATE_FOLDER} already"
        raise UsageError(msg)
    source, target = (
        _store_at(address, project.folder, host.environ) for address in (project.state, to)
    )
    if target.is_shared:
        _try_out(target, host)
    move = Move(
        source=source,
        target=target,
        stays=frozenset(one.name for one in project.accounts if one.is_embedded),
        refuse_busy=partial(_refuse_busy, folder=project.folder, host=host),
        environ=host.environ,
    )
    return move.run()


def _store_at(
    address: StateAddress | None, folder: Path, environ: Mapping[str, str]
) -> StateStore:
    """Return a store, whatever its standing."""
    if address is None:
        return local_state(folder)
    from schemactl.store.state.opening import connect_objects

    return connect_objects(address, environ)


def _refuse_busy(state: StateStore, *, folder: Path, host: Host) -> None:
    """Refuse where an apply works on the state of a store, or may still do so.

    Raises:
        LockedError: One does.
        AccountError: The store does not answer.
    """
    if not state.is_shared:
        refuse_held(host.state_folder, folder)
        return
    from schemactl.store.state.lease import take_lease
    from schemactl.store.state.lease_document import find_holder

    for name in state.names((LEASES,)):
        file = StateFile.at(state, (LEASES, name))
        if find_holder(file) is not None:
            # Where its holder has died, this waits until it has surely stopped.
            take_lease(file, _this_holder("state-move", host), wait_s=0, host=host).release()


def refuse_applied(state: StateStore, account: Account, *, folder: Path, host: Host) -> None:
    """Refuse to change backups of an account while an apply relies on them.

    An apply destroys values because its backup has them. Whoever changed the backup meanwhile
    could take away files that the apply has just written. Credentials are not needed here, so
    the account itself cannot be locked. Whoever renewed a lease last long ago has died.

    Raises:
        LockedError: An apply works on the account.
        AccountError: The store does not answer.
    """
    holder: object
    if state.is_shared:
        own = [one for one in _leases_in(state) if one.holder.account == account.name]
        live = (one.holder for one in own if _may_be_renewed(one, host))
        holder = next(live, None)
    else:
        journals = state.locate(journal_folder(state, account.name).parts)
        embedded = embedded_account_path(folder, account.name).parent
        place = embedded if account.is_embedded else host.state_folder
        holder = find_apply(place, journals)
    if holder is not None:
        msg = "account-locked: an apply works on this account, and nothing was changed: "
        msg += str(holder)
        hint = "wait for it to end, and run this again. If it has died, apply again first"
        raise LockedError(msg, hint=hint)


def holders_of(project: Project, *, host: Host) -> tuple[LeaseHolder, ...]:
    """Return who holds an account in the shared state store of a project.

    Raises:
        AccountError: The store does not answer.
    """
    if project.state is None:
        return ()
    from schemactl.store.state.opening import open_objects

    leases = _leases_in(open_objects(project.state, host.environ))
    return tuple(one.holder for one in leases)


def _may_be_renewed(lease: LeaseState, host: Host) -> bool:
    """Whether a lease was renewed lately, by clocks that differ by less than an hour."""
    age = host.now() - datetime.fromisoformat(lease.renewed_at)
    return abs(age.total_seconds()) < _SURELY_DEAD_S


def _leases_in(state: StateStore) -> tuple[LeaseState, ...]:
    """Return the leases that are held in a shared state store, perhaps by a process that died.

    Raises:
        AccountError: The store does not answer.
    """
    from schemactl.store.state.lease_document import read_lease

    try:
        files = [StateFile.at(state, (LEASES, name)) for name in state.names((LEASES,))]
        found = map(read_lease, files)
        return tuple(one.state for one in found if one is not None and one.state.is_held)
    except OSError as error:
        place = state.locate(())
        msg = f"the state store cannot be used: {place}: {error.strerror or error}"
        raise AccountError(msg, hint="check the network and the cloud's credentials") from error
