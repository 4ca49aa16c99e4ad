"""Which fields, options and tags of an account are held, and by how many: numbers only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final, TypeAlias

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.count import Count, Counted, CountSubject
from schemactl.model.schema import CONTACTS
from schemactl.values import NamedTuple, dataclass

MAX_AGE: Final = timedelta(days=30)
"""How long a number is shown after it was counted."""


@unique
class UsageKind(StrEnum):
    """What a number is about; the words are those of `CountSubject`."""

    FIELD = CountSubject.FIELD
    OPTION = CountSubject.OPTION
    TAG = CountSubject.TAG


class UsageKey(NamedTuple):
    """What distinguishes one number from every other."""

    kind: UsageKind
    custom_object: str
    section: str
    name: str
    option: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageItem:
    """How many records hold one thing.

    Attributes:
        kind: What it is.
        custom_object: Label of the custom object; empty for contacts.
        section: Name of the section; empty for a tag.
        name: Name of the field, or of the tag.
        type: Type of the field; empty for a tag.
        option: The option; empty for a field or tag.
        count: The number, or why there is none.
        at: When it was counted, as ISO 8601 writes it, in UTC.
    """

    kind: UsageKind
    custom_object: str = CONTACTS
    section: str = ""
    name: str
    type: str = ""
    option: str = ""
    count: Count
    at: str

    @property
    def key(self) -> UsageKey:
        """What distinguishes it from every other."""
        return UsageKey(self.kind, self.custom_object, self.section, self.name, self.option)

    @property
    def is_held_by_nobody(self) -> bool:
        """Whether it was counted, and no record holds it."""
        return isinstance(self.count, Counted) and not self.count.held

    @property
    def share(self) -> float | None:
        """The filled share, from 0 to 1; None without a number, or without any record."""
        if not isinstance(self.count, Counted) or not self.count.total:
            return None
        return self.count.held / self.count.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The usage of one account.

    Attributes:
        account: Name of the account in the project file.
        backend: The API over which it was counted.
        identity: Which account it is.
        is_complete: Whether everything was counted; an interrupted count is gone on with.
        items: In the order of the account.
        requests: How many requests this run took to count.
    """

    account: str
    backend: str
    identity: AccountIdentity
    is_complete: bool
    items: tuple[UsageItem, ...] = ()
    requests: int = 0


KnownUsage: TypeAlias = Mapping[UsageKey, UsageItem]
"""Numbers that were counted not long ago, by what they are about."""


def recent_items(usage: Usage, now: datetime) -> KnownUsage:
    """Return the numbers that are not too old to be shown; what has no number is skipped."""
    return {
        item.key: item
        for item in usage.items
        if isinstance(item.count, Counted) and _is_recent(item.at, now)
    }


def _is_recent(at: str, now: datetime) -> bool:
    try:
        age = now - datetime.fromisoformat(at)
    except (TypeError, ValueError):
        return False
    return age <= MAX_AGE
