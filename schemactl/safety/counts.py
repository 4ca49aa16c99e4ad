"""What a plan has counted, by what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

from schemactl.model.count import Count, CountKey
from schemactl.model.plan import Plan
from schemactl.project import BackendName
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The counts of one plan.

    Attributes:
        by_key: Each count.
        zero_is_empty: Whether a number of 0 was counted as no value: over the REST API a
            number field may read 0 where it has no value, and a search of the Contacts API
            cannot distinguish the two.
    """

    by_key: Mapping[CountKey, Count]
    zero_is_empty: bool

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return the counts of a plan."""
        by_key = {one.key: one.count for one in plan.counts}
        return cls(by_key=by_key, zero_is_empty=plan.backend == BackendName.REST)

    def get(self, key: CountKey) -> Count | None:
        """Return a count; None where it was not asked for."""
        return self.by_key.get(key)
