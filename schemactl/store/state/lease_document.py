"""The document of a lease: who holds an account, as a shared state store keeps it."""

from __future__ import annotations

from datetime import datetime
from typing import Final, TypedDict

from schemactl.errors import SchemactlError
from schemactl.model.plan import JsonObject
from schemactl.store.own_file import OwnFile
from schemactl.store.state.interface import StateFile, Version
from schemactl.text import one_line
from schemactl.values import dataclass


class LeaseError(SchemactlError):
    """The document of a lease holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseHolder:
    """Who holds a lease, as far as others may see it.

    Attributes:
        token: A random word of this holding.
        account: The account's name in its project: its journals are there.
        machine: The name of the machine.
        process: Its number on it.
        since: When it took the lease, as ISO 8601 writes it.
    """

    token: str
    account: str
    machine: str
    process: int
    since: str

    def __str__(self) -> str:
        machine, since = one_line(self.machine), one_line(self.since)
        return f"process {self.process} on {machine}, since {since}"


class _Document(TypedDict):
    number: int
    renewals: int
    held: bool
    renewed_at: str
    token: str
    account: str
    machine: str
    process: int
    since: str


LEASE_FILE: Final[OwnFile[_Document]] = OwnFile(
    kind="lease",
    version=1,
    max_bytes=64 * 1024,
    error=LeaseError,
    remedy="look at who changed it. Where surely no apply runs on the account, delete it",
)


MAX_NUMBER: Final = 1_000_000_000_000
"""No number of a lease is higher, as the JSON Schemas of lease and journal have it."""
HIGHEST_TO_OUTRANK: Final = MAX_NUMBER - 1_000_000_000
"""No apply gets a number above this one, so a journal that has one was forged. What is left
above it is enough for all later applies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseState:
    """A version of a lease.

    Attributes:
        number: How many holders there were, this one included; it never goes back.
        renewals: How often this holder renewed it.
        is_held: Whether it is held; a released one keeps its number.
        renewed_at: By the holder's time of day.
    """

    number: int
    holder: LeaseHolder
    renewals: int = 0
    is_held: bool = True
    renewed_at: str = ""

    def text(self) -> bytes:
        """Return it as canonical JSON."""
        holder = self.holder
        members: JsonObject = {
            "number": self.number,
            "renewals": self.renewals,
            "held": self.is_held,
            "renewed_at": self.renewed_at,
            "token": holder.token,
            "account": holder.account,
            "machine": holder.machine,
            "process": holder.process,
            "since": holder.since,
        }
        return LEASE_FILE.text(members).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLease:
    """A lease as it was read, and which version of its document that was."""

    state: LeaseState
    version: Version


def read_lease(file: StateFile) -> FoundLease | None:
    """Read a lease; None where nobody ever had it.

    Raises:
        LeaseError: The document holds something else.
        OSError: The store does not answer.
    """
    stored = file.store.find(file.parts, max_bytes=LEASE_FILE.max_bytes)
    if stored is None:
        return None
    document = LEASE_FILE.read_bytes(stored.data, file=str(file))
    _check_time(file, document["renewed_at"])
    return FoundLease(
        state=LeaseState(
            number=document["number"],
            renewals=document["renewals"],
            is_held=document["held"],
            renewed_at=document["renewed_at"],
            holder=LeaseHolder(
                token=document["token"],
                account=document["account"],
                machine=document["machine"],
                process=document["process"],
                since=document["since"],
            ),
        ),
        version=stored.version,
    )


def _check_time(file: StateFile, text: str) -> None:
    try:
        has_zone = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        has_zone = False
    if not has_zone:
        raise LEASE_FILE.fault(str(file), "has a time that is none")


def find_holder(file: StateFile) -> LeaseHolder | None:
    """Return who holds a lease, perhaps dead by now; None if it is free.

    Raises:
        LeaseError: The document holds something else.
        OSError: The store does not answer.
    """
    found = read_lease(file)
    return None if found is None or not found.state.is_held else found.state.holder
