"""How long a lease on an account lasts; see `store.state.lease`."""

from __future__ import annotations

from typing import Final

from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTimes:
    """How long things take, in seconds.

    Attributes:
        renew_s: Between two renewals.
        trust_s: How long a renewal counts for the holder.
        expiry_s: How long an observer must see one version before it takes over.
        poll_s: Between two looks of an observer.
    """

    renew_s: float = 15.0
    trust_s: float = 50.0
    expiry_s: float = 180.0
    poll_s: float = 5.0


LEASE_TIMES: Final = LeaseTimes()
