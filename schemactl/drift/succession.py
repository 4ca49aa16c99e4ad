"""The base that an apply leaves, worked out from the one before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemactl.drift.base_state import state_to_keep
from schemactl.drift.foreign import protection_to_carry
from schemactl.drift.ids import ids_to_keep, known_of
from schemactl.drift.journaled import created_in_runs
from schemactl.drift.ownership import created_to_keep
from schemactl.drift.protection import protected_to_keep
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.base import Applied, Base, CreatedObject, ProtectedField
from schemactl.model.change import Change
from schemactl.model.desired import Desired
from schemactl.model.difference import EndedProtection
from schemactl.model.identity import LiveIds
from schemactl.model.recorded import RecordedRun
from schemactl.model.schema import Schema
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an apply did, and the account after it.

    Attributes:
        desired: What the files say, as far as the account's API can express it.
        live: The account.
        ids: Where it has each id.
        left: The changes that it still needs to be as the files say.
        runs: What the apply did, and the runs before it that no base records, oldest first.
        remembered: Fields that were protected before its first call.
        ended: Fields whose protection the plan ended.
        applied: Who applied, when and from which commit.
    """

    desired: Desired
    live: Schema
    ids: LiveIds
    left: Iterable[Change]
    runs: Iterable[RecordedRun]
    remembered: Iterable[ProtectedField]
    ended: Iterable[EndedProtection]
    applied: Applied


def base_after(
    before: Base | None,
    outcome: Outcome,
    *,
    account: str,
    backend: str,
    identity: AccountIdentity,
    foreign: Base | None = None,
) -> Base:
    """Return what to remember of an account.

    Args:
        before: The last base of this very account; None where there is none.
        outcome: What the apply did.
        account: Its name in the project file.
        backend: The API to it.
        identity: Which account it is.
        foreign: The base in the folder where it is of another account; what it protects stays.
    """
    desired, live, known = outcome.desired, outcome.live, known_of(before, outcome.ids)
    former = None if before is None else before.schema
    return Base(
        account=account,
        backend=backend,
        address=identity.address,
        app_id=identity.app_id,
        applied=outcome.applied,
        schema=state_to_keep(live, outcome.left, former),
        ids=ids_to_keep(desired, live, outcome.ids, known.ids),
        protected=protected_to_keep(
            desired,
            live,
            known,
            before=former,
            remembered=outcome.remembered,
            ended=outcome.ended,
        ),
        created=created_to_keep(desired, live, known, before, new=_created(before, outcome)),
        protected_elsewhere=protection_to_carry(before, foreign, outcome.ended),
    )


def _created(before: Base | None, outcome: Outcome) -> Iterator[CreatedObject]:
    owned = () if before is None else before.created
    return created_in_runs(outcome.runs, outcome.live, owned=owned, applied=outcome.applied)
