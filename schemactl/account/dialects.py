"""What an account's API can do, and how fast: all that planning offline needs of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemactl.model.pace import EMBEDDED_SECONDS_PER_CALL, SECONDS_PER_CALL, Pace
from schemactl.project import Account, BackendName, SectionUpdates

if TYPE_CHECKING:
    from schemactl.account.interface import Dialect
    from schemactl.account.legacy.dialect import LegacyDialect
    from schemactl.account.rest.dialect import RestDialect

CONNECTIONS: Final = 4
"""How many reads are made at once: the first of a plan over either API."""
EMBEDDED_CONNECTIONS: Final = 1
"""The embedded account is in this process, so nothing is gained by several at once."""


def dialect_of(account: Account) -> Dialect:
    """Return what the account's API can do; makes no call."""
    match account.backend:
        case BackendName.LEGACY:
            return legacy_dialect(account)
        case BackendName.REST:
            return rest_dialect(account)


def legacy_dialect(account: Account) -> LegacyDialect:
    """Return what the Contacts API can do for an account."""
    from schemactl.account.legacy.dialect import LegacyDialect

    return LegacyDialect(tag_carrier=account.tag_carrier, facts=account.facts)


def rest_dialect(account: Account) -> RestDialect:
    """Return what the REST API can do for an account."""
    from schemactl.account.rest.dialect import RestDialect

    wanted = account.section_updates
    sends_whole = None if wanted is None else wanted is SectionUpdates.WHOLE
    return RestDialect(sends_whole=sends_whole, facts=account.facts)


def pace_of(account: Account) -> Pace:
    """Return how fast requests to the account can be made."""
    is_near = account.is_embedded
    return Pace(
        calls_per_minute=account.calls_per_minute,
        seconds_per_call=EMBEDDED_SECONDS_PER_CALL if is_near else SECONDS_PER_CALL,
        at_once=EMBEDDED_CONNECTIONS if is_near else CONNECTIONS,
    )
