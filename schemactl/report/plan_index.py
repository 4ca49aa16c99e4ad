"""A plan indexed by change, for reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Final

from schemactl.errors import Location
from schemactl.model.change import Change, FillField, RemoveField
from schemactl.model.change_groups import copies_of
from schemactl.model.count import DESTROYED, Counted, NotCounted, ValueCount
from schemactl.model.difference import Notice
from schemactl.model.plan import Hazard, ManualCode, ManualStep, Permission, Plan
from schemactl.model.schema import CONTACTS
from schemactl.report.orphans import other_notices

PLAN_WIDE: Final = frozenset({Permission.MANY_REMOVALS, Permission.EXCEEDS_FIELD_BUDGET})
"""Hazards of the whole plan: shown once, not below a change."""
LOSSES: Final = frozenset(
    {
        Permission.REMOVES_FIELD,
        Permission.REMOVES_OPTION,
        Permission.REPLACES_FIELD,
        Permission.REMOVES_TAG,
    }
)
"""Hazards by which what contacts hold is destroyed. A section holds nothing by itself: its
fields are changes of their own."""


class PlanIndex:
    """Look-ups in one plan; built once per report."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._steps = {step.change: step for step in plan.manual_steps}
        self._hazards: defaultdict[str, list[Hazard]] = defaultdict(list)
        self._later: defaultdict[str, list[Hazard]] = defaultdict(list)
        self._replaced: set[str] = set()
        for hazard in plan.hazards:
            if hazard.code is Permission.REPLACES_FIELD:
                self._replaced.update(hazard.changes)
            if hazard.code not in PLAN_WIDE and hazard.changes:
                self._hazards[hazard.changes[0]].append(hazard)
        for hazard in plan.later_hazards:
            if hazard.code not in PLAN_WIDE and hazard.changes:
                self._later[hazard.changes[0]].append(hazard)

    @cached_property
    def changes(self) -> Mapping[str, Change]:
        """Every change by its id; built on first use."""
        return {change.id: change for change in self.plan.changes}

    def notices_of(self, change: Change) -> Sequence[Notice]:
        """Return the notices to show below a change: each is below one change only."""
        place = change.location
        if place is None or self._first_changes.get(place) is not change:
            return ()
        return self._notices.get(place, ())

    @cached_property
    def other_notices(self) -> tuple[Notice, ...]:
        """The notices on what the plan does not change."""
        elsewhere = (
            notices
            for place, notices in self._notices.items()
            if place not in self._first_changes
        )
        return tuple(chain.from_iterable(elsewhere))

    @cached_property
    def _notices(self) -> Mapping[Location | None, Sequence[Notice]]:
        notices: defaultdict[Location | None, list[Notice]] = defaultdict(list)
        for notice in other_notices(self.plan):
            notices[notice.location].append(notice)
        return notices

    @cached_property
    def _first_changes(self) -> Mapping[Location | None, Change]:
        """The first change that each position in the files asks for."""
        changes: dict[Location | None, Change] = {}
        for change in self.plan.changes:
            if change.location is not None:
                changes.setdefault(change.location, change)
        return changes

    def step(self, change: Change) -> ManualStep | None:
        """Return the manual step of a change, or that it waits; None for neither."""
        # Most plans have none, and an id takes time to make.
        return self._steps.get(change.id) if self._steps else None

    def waits(self, change: Change) -> bool:
        """Whether the change waits for another one's manual step."""
        step = self.step(change)
        return step is not None and step.code is ManualCode.BLOCKED

    def is_replaced(self, change: Change) -> bool:
        """Whether the change removes a field and creates it again."""
        return bool(self._replaced) and change.id in self._replaced and not self.step(change)

    def hazards_of(self, change: Change) -> tuple[Hazard, ...]:
        """Return the hazards to show below a change: each is below one change only."""
        return tuple(self._hazards.get(change.id, ())) if self._hazards else ()

    def later_hazards_of(self, change: Change) -> tuple[Hazard, ...]:
        """Return the hazards that a blocked change will bring once it is unblocked."""
        return tuple(self._later.get(change.id, ())) if self._later else ()

    def later_permissions(self) -> tuple[Permission, ...]:
        """Return what blocked changes will need once they are unblocked, each once."""
        return tuple(dict.fromkeys(hazard.permission for hazard in self.plan.later_hazards))

    def plan_wide_hazards(self) -> tuple[Hazard, ...]:
        """Return the hazards of the whole plan."""
        return tuple(hazard for hazard in self.plan.hazards if hazard.code in PLAN_WIDE)

    def losses(self) -> tuple[Hazard, ...]:
        """Return the hazards that destroy what contacts hold."""
        return tuple(hazard for hazard in self.plan.hazards if hazard.code in LOSSES)

    @cached_property
    def destroying(self) -> tuple[Hazard, ...]:
        """The losses by which somebody loses something, as far as it was counted."""
        return tuple(
            hazard
            for hazard in self.losses()
            if hazard not in self.carried and not self._is_of_nobody(hazard)
        )

    @property
    def is_counted(self) -> bool:
        """Whether some number shows that somebody loses something."""
        counts = (
            one.count
            for hazard in self.destroying
            for change in hazard.changes
            for one in self.counts_of(change)
        )
        return any(not isinstance(count, NotCounted) for count in counts)

    @cached_property
    def _counts(self) -> Mapping[str, Sequence[ValueCount]]:
        counts: defaultdict[str, list[ValueCount]] = defaultdict(list)
        for one in self.plan.counts:
            if one.key.subject in DESTROYED:
                counts[one.key.change].append(one)
        return counts

    def counts_of(self, change: str) -> Sequence[ValueCount]:
        """Return who holds what a change destroys; empty if it was not asked."""
        return self._counts.get(change, ())

    @cached_property
    def carried(self) -> tuple[Hazard, ...]:
        """The losses of fields whose values are copied into another field first."""
        copied = {
            change.id
            for change in self.plan.changes
            if isinstance(change, RemoveField)
            and (copy := self._copies.get(change.place)) is not None
            and not copy.kept
        }
        return tuple(hazard for hazard in self.losses() if copied.issuperset(hazard.changes))

    @cached_property
    def _copies(self) -> Mapping[tuple[str, str, str], FillField]:
        return copies_of(self.plan.changes)

    def _is_of_nobody(self, hazard: Hazard) -> bool:
        """Whether nobody holds what the changes of a hazard destroy."""
        counts = [one.count for change in hazard.changes for one in self.counts_of(change)]
        return bool(counts) and all(isinstance(one, Counted) and not one.held for one in counts)

    @property
    def holders(self) -> str:
        """Who holds what the plan destroys: `contacts`, or `records` of several objects."""
        is_of_contacts = all(change.custom_object == CONTACTS for change in self.plan.changes)
        return "contacts" if is_of_contacts else "records"

    def is_permitted(self, hazard: Hazard) -> bool:
        """Whether a given permission lifts the hazard."""
        return hazard.code in self.plan.permissions
