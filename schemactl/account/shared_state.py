"""The state store of an account: opened, and held against applies on other machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemactl.account.state_paths import journal_folder, local_state
from schemactl.host import Host
from schemactl.project import Account
from schemactl.store.state.interface import StateFile, StateFolder, StateStore
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.store.state.address import StateAddress
    from schemactl.store.state.lease import LeaseHolder

LEASES: Final = "lease"


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
    from schemactl.store.state.standing import read_standing, refuse_moved

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
        yield HeldState(state=state)
        return
    from schemactl.store.state.lease import LeaseHolder, hold_lease
    from schemactl.store.state.leased import LeasedState

    _prepare(state, host)
    holder = LeaseHolder(
        token="-".join(host.token() for _ in range(4)),
        account=account.name,
        machine=platform.node(),
        process=os.getpid(),
        since=host.now().isoformat(timespec="seconds"),
    )
    file = StateFile.at(state, (LEASES, f"{name}.json"))
    with hold_lease(file, holder, wait_s=wait_s, host=host) as lease:
        leased = LeasedState(state, lease)
        yield HeldState(
            state=leased,
            objection=lease.objection,
            left_behind=_left_behind(leased, lease.left_behind, account),
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
    from schemactl.store.state.standing import (
        Standing,
        StoreStanding,
        read_standing,
        refuse_moved,
        write_standing,
    )
    from schemactl.store.state.trial import refuse_unfit

    found, address = read_standing(state), state.locate(())
    refuse_moved(state, found)
    if found is None or found.address != address:
        refuse_unfit(state, host.token())
        write_standing(state, StoreStanding(address=address, standing=Standing.IN_USE))
