"""Whether a state store is in use, or was moved: `store.json` in it.

A store is used only while it is nobody's source or target of a move that did not end: so the
state of a project never has two owners. A local folder has the file only once it was moved.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Final, TypedDict

from schemactl.errors import AccountError, OutputError, RefusedError, SchemactlError
from schemactl.store.own_file import OwnFile
from schemactl.store.state.address import LOCAL
from schemactl.store.state.interface import StateFile, StateStore, Version
from schemactl.values import dataclass, field

FILE: Final = ("store.json",)


class StandingError(SchemactlError):
    """The file that says whether a state store is in use cannot be trusted."""


@unique
class Standing(StrEnum):
    """Whether a state store is in use."""

    IN_USE = "in-use"
    MOVING_OUT = "moving-out"
    MOVING_IN = "moving-in"
    MOVED = "moved"


class _Document(TypedDict):
    address: str
    standing: str
    other: str


STANDING_FILE: Final[OwnFile[_Document]] = OwnFile(
    kind="state-store",
    version=1,
    max_bytes=64 * 1024,
    error=StandingError,
    remedy="look at who changed it; `schemactl state move` writes it again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStanding:
    """What a state store says of itself.

    Attributes:
        address: Where it was tried: a copy elsewhere was not.
        standing: Whether it is in use.
        other: The other store of a move; empty without one.
        version: Of the file from which it was read; None where it is to be written.
    """

    address: str
    standing: Standing
    other: str = ""
    version: Version | None = field(default=None, compare=False)


def read_standing(store: StateStore) -> StoreStanding | None:
    """Read what a store says of itself; None where it says nothing.

    Raises:
        StandingError: The file holds something else.
        AccountError: The store does not answer.
    """
    file = StateFile.at(store, FILE)
    try:
        stored = store.find(FILE, max_bytes=STANDING_FILE.max_bytes)
    except OSError as error:
        msg = f"the state store cannot be used: {file}: {error.strerror or error}"
        hint = "check its address, the network and the cloud's credentials"
        raise AccountError(msg, hint=hint) from error
    if stored is None:
        return None
    document = STANDING_FILE.read_bytes(stored.data, file=str(file))
    return StoreStanding(
        address=document["address"],
        standing=Standing(document["standing"]),
        other=document["other"],
        version=stored.version,
    )


def write_standing(
    store: StateStore, standing: StoreStanding, *, over: StoreStanding | None
) -> None:
    """Write what a store says of itself.

    Args:
        store: The store.
        standing: What it says from now on.
        over: What it said as it was read last; None for nothing. A write that arrives late
            opens no store that was closed meanwhile.

    Raises:
        OutputError: It cannot be written, or says something else by now.
    """
    text = STANDING_FILE.text(
        {
            "address": standing.address,
            "other": standing.other,
            "standing": str(standing.standing),
        }
    )
    version = None if over is None else over.version
    try:
        if version is None:
            store.create(FILE, text.encode())
        else:
            store.replace(FILE, text.encode(), version)
    except OSError as error:
        msg = f"{store.describe(FILE)} cannot be written: {error.strerror or error}"
        raise OutputError(msg) from error


def name_of(store: StateStore) -> str:
    """Return a store as the key `state` of a project file names it."""
    return store.describe(()) if store.is_shared else LOCAL


def forget_standing(store: StateStore) -> None:
    """Have a store say nothing of itself, as a folder that was never moved.

    Raises:
        OSError: That failed.
    """
    store.delete(FILE)


def refuse_moved(store: StateStore, found: StoreStanding | None) -> None:
    """Refuse a store whose state is elsewhere, or not yet all there.

    Raises:
        RefusedError: It is.
    """
    if found is None or found.standing is Standing.IN_USE:
        return
    place = name_of(store)
    if found.standing is Standing.MOVED:
        msg = f"the state in {place} was moved to {found.other}"
        raise RefusedError(msg, hint=f"write state: {found.other} in schemactl.yaml")
    source, target = (
        (place, found.other) if found.standing is Standing.MOVING_OUT else (found.other, place)
    )
    msg = f"the move of the state from {source} to {target} did not end"
    hint = f"with state: {source} in schemactl.yaml, run: schemactl state move {target}"
    raise RefusedError(msg, hint=hint)
