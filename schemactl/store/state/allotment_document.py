"""The document of allotments: how many calls each run has reserved on an account."""

from __future__ import annotations

from typing import Final, TypedDict

from schemactl.errors import SchemactlError
from schemactl.store.own_file import OwnFile
from schemactl.store.state.interface import StateFile, Version
from schemactl.values import dataclass


class RateError(SchemactlError):
    """The document of allotments holds something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one run has of the calls of a minute.

    Attributes:
        owner: A random word of the run.
        calls: How many it has made in the last minute or may still make.
        until_ms: When none of them counts any more, by the owner's time of day.
        is_active: Whether the run goes on, and needs more calls.
    """

    owner: str
    calls: int
    until_ms: int
    is_active: bool = True


class _ShareDocument(TypedDict):
    owner: str
    calls: int
    until_ms: int
    active: bool


class _Document(TypedDict):
    shares: list[_ShareDocument]


RATE_FILE: Final[OwnFile[_Document]] = OwnFile(
    kind="rate",
    version=1,
    max_bytes=512 * 1024,
    error=RateError,
    remedy="delete it: it only counts the calls of the last minute",
)
MAX_SHARES: Final = 1000
"""As the JSON Schema has it."""
_MAX_CALLS: Final = 100_000
"""As the JSON Schema has it; no account takes as many in a minute."""


def joined(shares: tuple[Share, ...]) -> Share:
    """Return one share that counts at least what several do: a document has room for few."""
    return Share(
        owner="others",
        calls=min(sum(share.calls for share in shares), _MAX_CALLS),
        until_ms=max(share.until_ms for share in shares),
        is_active=any(share.is_active for share in shares),
    )


def rate_text(shares: tuple[Share, ...]) -> bytes:
    """Return shares as canonical JSON."""
    return RATE_FILE.text(
        {
            "shares": tuple(
                {
                    "owner": share.owner,
                    "calls": share.calls,
                    "until_ms": share.until_ms,
                    "active": share.is_active,
                }
                for share in shares
            )
        }
    ).encode()


def read_shares(file: StateFile) -> tuple[tuple[Share, ...], Version | None]:
    """Read the shares of all runs, and in which version; no version where there is none.

    Raises:
        RateError: The document holds something else.
        OSError: The store does not answer.
    """
    stored = file.store.find(file.parts, max_bytes=RATE_FILE.max_bytes)
    if stored is None:
        return (), None
    document = RATE_FILE.read_bytes(stored.data, file=str(file))
    shares = tuple(
        Share(
            owner=each["owner"],
            calls=each["calls"],
            until_ms=each["until_ms"],
            is_active=each["active"],
        )
        for each in document["shares"]
    )
    return shares, stored.version
