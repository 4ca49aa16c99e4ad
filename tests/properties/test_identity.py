"""Edits by hand and in files, in any order, between applies: no known field is taken for new.

The account is in memory, at the other end of the wire, and knows fields by number. The model
keeps which number each declared field has; the product must find it under every name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, Final

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from schemactl.account.interface import LiveState, NoObjection
from schemactl.account.rest.backend import RestBackend
from schemactl.account.rest.dialect import RestDialect
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import RestField, RestSection
from schemactl.diff import diff_schemas
from schemactl.drift.ids import ids_to_keep
from schemactl.drift.items import drift_of
from schemactl.model.change import AddField, RemoveField, RenameField
from schemactl.model.desired import Desired, Manage, RemovedField
from schemactl.model.difference import Difference, NoticeCode
from schemactl.model.identity import Ids, KnownIds
from schemactl.model.plan import Permission, Plan
from schemactl.model.run import OutcomeStatus
from schemactl.model.schema import FieldKey
from schemactl.planner import PlanContext, make_plan
from tests.builders import (
    MADE,
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
)
from tests.fake_rest import FakeRest
from tests.rest_builders import a_rest_field, a_rest_section

SECTIONS: Final = ("S", "T")
FIRST_NUMBER: Final = 100
names = st.sampled_from(("A", "B", "C", "D", "E"))
sections = st.sampled_from(SECTIONS)
picks = st.integers(0, 9)


class Account(FakeRest):
    """An account that never gives a number a second time."""

    numbers = count(FIRST_NUMBER)

    def _new_field(self, wish: Mapping[str, Any], place: int) -> RestField:
        del place
        return replace(a_rest_field(next(self.numbers), wish["alias"], wish["type"]))


@dataclass
class Entry:
    """One declared field.

    Attributes:
        section: As declared.
        name: As declared.
        was: Earlier names.
        number: By which the account is known to have it.
        settled: The last place in which files and account agreed about it.
    """

    section: str
    name: str
    was: tuple[str, ...] = ()
    number: str | None = None
    settled: FieldKey | None = None

    @property
    def key(self) -> FieldKey:
        return FieldKey(self.section, self.name)


class Identity(RuleBasedStateMachine):
    """One account, one project, and people who change both."""

    def __init__(self) -> None:
        super().__init__()
        self.account = Account(RestState())
        self.backend = RestBackend(self.account, RestDialect())
        self.section_names = dict(enumerate(SECTIONS, start=1))
        self.fields: dict[str, tuple[int, str]] = {}
        self.entries: list[Entry] = []
        self.removed: dict[FieldKey, str | None] = {}
        self.manage = Manage.MERGE
        self.ids = Ids()

    @initialize()
    def begin(self) -> None:
        """Let the project know the sections: they are not created again if renamed."""
        self.apply(permitted=True, works=True)

    # By hand, in the account.

    @rule(section=st.integers(1, len(SECTIONS)), name=names)
    def somebody_makes_a_field(self, section: int, name: str) -> None:
        self.fields[f"f{next(self.account.numbers)}"] = (section, name)

    @precondition(lambda self: self.fields)
    @rule(pick=picks, name=names)
    def somebody_renames_a_field(self, pick: int, name: str) -> None:
        number = self._field(pick)
        self.fields[number] = (self.fields[number][0], name)

    @precondition(lambda self: self.fields)
    @rule(pick=picks, other=picks)
    def somebody_swaps_two_fields(self, pick: int, other: int) -> None:
        one, two = self._field(pick), self._field(other)
        self.fields[one], self.fields[two] = self.fields[two], self.fields[one]

    @precondition(lambda self: self.fields)
    @rule(pick=picks, section=st.integers(1, len(SECTIONS)))
    def somebody_moves_a_field(self, pick: int, section: int) -> None:
        number = self._field(pick)
        self.fields[number] = (section, self.fields[number][1])

    @precondition(lambda self: self.fields)
    @rule(pick=picks)
    def somebody_deletes_a_field(self, pick: int) -> None:
        del self.fields[self._field(pick)]

    @rule()
    def somebody_swaps_the_sections(self) -> None:
        self.section_names = {1: self.section_names[2], 2: self.section_names[1]}

    @rule(section=st.integers(1, len(SECTIONS)), name=st.sampled_from(("S", "T", "U", "V")))
    def somebody_renames_a_section(self, section: int, name: str) -> None:
        if name not in self.section_names.values():
            self.section_names[section] = name

    # In the files.

    @rule(section=sections, name=names)
    def declare(self, section: str, name: str) -> None:
        if self._is_free(section, name):
            self.entries.append(Entry(section, name))

    @precondition(lambda self: self.entries)
    @rule(pick=picks, name=names)
    def rename_in_the_file(self, pick: int, name: str) -> None:
        entry = self._entry(pick)
        if self._is_free(entry.section, name):
            entry.was = (entry.name, *entry.was)
            entry.name = name

    @precondition(lambda self: self.entries)
    @rule(pick=picks, section=sections)
    def move_in_the_file(self, pick: int, section: str) -> None:
        entry = self._entry(pick)
        if all(self._is_free(section, name) for name in (entry.name, *entry.was)):
            entry.section = section

    @precondition(lambda self: self.entries)
    @rule(pick=picks)
    def no_longer_declare(self, pick: int) -> None:
        self.entries.remove(self._entry(pick))

    @precondition(lambda self: self.entries)
    @rule(pick=picks)
    def ask_for_removal(self, pick: int) -> None:
        entry = self._entry(pick)
        self.entries.remove(entry)
        # No apply has recorded a name that the files never had while account and files agreed.
        is_recorded = entry.settled == entry.key
        self.removed[entry.key] = entry.number if is_recorded else None

    @precondition(lambda self: self.removed)
    @rule()
    def ask_for_no_removal(self) -> None:
        self.removed.clear()

    @rule(manage=st.sampled_from(Manage))
    def mirror_or_merge(self, manage: Manage) -> None:
        self.manage = manage

    # Both meet.

    @rule(permitted=st.booleans(), works=st.booleans())
    def apply(self, permitted: bool, works: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        self._write_account()
        # A backend remembers the fields of one run, and here people act between two.
        self.backend = RestBackend(self.account, RestDialect())
        before = dict(self._places())
        live = self.backend.read()
        difference = self._differ(live)
        plan = self._plan(difference, live, frozenset(Permission) if permitted else frozenset())
        note(f"{[change.id for change in plan.changes]}")
        self._check_plan(plan, before)
        self._check_drift(difference, before)
        if works:
            for call in plan.calls:
                assert self.backend.perform(call, NoObjection()).status is OutcomeStatus.DONE
        self._check_account(plan, before)
        after = self.backend.read()
        self.ids = ids_to_keep(self._desired(), after.schema, after.ids, self.ids)
        if works and not plan.manual_steps:
            assert self._differ(after).changes == ()
        self._read_account()

    def _check_plan(self, plan: Plan, before: Mapping[str, FieldKey]) -> None:
        known = {entry.key: entry.number for entry in self.entries if entry.number in before}
        added = {change_key(change) for change in plan.changes if isinstance(change, AddField)}
        assert added.isdisjoint(known), "what the account has is not made a second time"
        gone = {
            change_key(change) for change in plan.changes if isinstance(change, RemoveField)
        }
        assert gone.isdisjoint(before[number] for number in known.values() if number)
        for change in plan.changes:
            if isinstance(change, RemoveField) and change.explicit:
                meant = self.removed[change_key(change)]
                (number,) = (one for one in before if before[one] == change_key(change))
                assert meant not in before or meant == number, "only what was meant goes"

    def _check_drift(self, difference: Difference, before: Mapping[str, FieldKey]) -> None:
        """What is elsewhere than declared is an item, unless its very name is shared."""
        drift = drift_of(difference, account="a", backend="rest")
        items = {(one.section, one.name) for one in drift.items if one.is_difference}
        places = list(before.values())
        for entry in self.entries:
            now = before.get(entry.number or "")
            if now is None or places.count(now) > 1:
                continue
            if self._means_another(entry, before):
                # The files mean the other one. This one is left over, unless another section
                # declares its name: then it may be moved there.
                codes = {notice.code for notice in difference.notices}
                is_declared = any(other.name == now.name for other in self.entries)
                assert NoticeCode.WAS_LEFT_OVER in codes or is_declared
                continue
            is_in_its_section = now.section == self._live_section(entry.section)
            if now.name != entry.name or not is_in_its_section:
                assert (entry.section, entry.name) in items

    def _means_another(self, entry: Entry, places: Mapping[str, FieldKey]) -> bool:
        """Whether a field is at home under an earlier name, and another has the name of now.

        Moved elsewhere it is known by its number, whatever is at home.
        """
        now = places[entry.number or ""]
        home = FieldKey(self._live_section(entry.section), entry.name)
        is_earlier = now.section == home.section and now.name in entry.was
        return is_earlier and home in places.values()

    def _check_account(self, plan: Plan, before: Mapping[str, FieldKey]) -> None:
        after = self._places()
        by_hand = {step.change for step in plan.manual_steps}
        done = [change for change in plan.changes if change.id not in by_hand]
        removed = {change_key(change) for change in done if isinstance(change, RemoveField)}
        gone = {before[number] for number in before.keys() - after.keys()}
        assert gone <= removed, "nothing goes that the plan does not name"
        made = sum(isinstance(change, AddField) for change in done)
        assert len(after.keys() - before.keys()) <= made
        renamed = {change.before.name for change in done if isinstance(change, RenameField)}
        for number in before.keys() & after.keys():
            assert before[number] == after[number] or before[number].name in renamed

    def _differ(self, live: LiveState) -> Difference:
        known = KnownIds(ids=self.ids, live=live.ids)
        return diff_schemas(desired=self._desired(), live=live.schema, known=known)

    def _plan(
        self, difference: Difference, live: LiveState, permissions: frozenset[Permission]
    ) -> Plan:
        return make_plan(
            difference,
            live=live,
            dialect=self.backend.dialect,
            context=PlanContext(made=MADE, account="a", permissions=permissions),
        )

    def _desired(self) -> Desired:
        declared = a_desired(
            *(
                a_desired_section(
                    name,
                    *(
                        a_desired_field(a_field(entry.name), was=entry.was)
                        for entry in self.entries
                        if entry.section == name
                    ),
                    manage=self.manage,
                )
                for name in SECTIONS
            )
        )
        removed = tuple(RemovedField(key=key, location=a_location()) for key in self.removed)
        return replace(declared, removed_fields=removed)

    def _is_free(self, section: str, name: str) -> bool:
        """Whether a file may declare a name: one that is removed or an earlier one may not.

        Neither may one that the account still has for another entry: who gives a name to a
        second field before the first has lost it has said that it is the first.
        """
        taken = {
            used
            for entry in self.entries
            if entry.section == section
            for used in (entry.name, *entry.was)
        }
        key = FieldKey(section, name)
        settled = {entry.settled for entry in self.entries}
        return name not in taken and key not in self.removed and key not in settled

    def _field(self, pick: int) -> str:
        return list(self.fields)[pick % len(self.fields)]

    def _entry(self, pick: int) -> Entry:
        return self.entries[pick % len(self.entries)]

    def _live_section(self, declared: str) -> str:
        """Return what the account calls a declared section: S and T were there at first."""
        return self.section_names[SECTIONS.index(declared) + 1]

    def _places(self) -> Mapping[str, FieldKey]:
        return {
            number: FieldKey(place.section.name, place.field.alias)
            for number, place in self.account.state.fields.items()
        }

    def _write_account(self) -> None:
        self.account.state = RestState(sections=tuple(self._sections()))

    def _sections(self) -> Iterator[RestSection]:
        for id_, name in self.section_names.items():
            each = (
                a_rest_field(int(number[1:]), alias)
                for number, (section, alias) in self.fields.items()
                if section == id_
            )
            yield replace(a_rest_section(name, *each), id=id_)

    def _read_account(self) -> None:
        """Take over what the apply did, and which number each declared field has by now."""
        self.fields = {
            number: (place.section.id, place.field.alias)
            for number, place in self.account.state.fields.items()
        }
        places = self._places()
        for entry in self.entries:
            if entry.number in places and self._means_another(entry, places):
                # It was reported that the files mean the field that has the new name.
                entry.number = None
            if entry.number is not None and entry.number in places:
                home = FieldKey(self._live_section(entry.section), entry.name)
                if places[entry.number] == home:
                    entry.settled = entry.key
                continue
            known = {other.number for other in self.entries if other is not entry}
            exact = [
                number
                for number, key in places.items()
                if key == entry.key and number not in known
            ]
            is_at_home = self._live_section(entry.section) == entry.section
            is_clear = len(exact) == 1 and is_at_home
            entry.number = exact[0] if is_clear else None
            entry.settled = entry.key if is_clear else None


def change_key(change: AddField | RemoveField) -> FieldKey:
    return FieldKey(change.section, change.name)


Identity.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestIdentity = Identity.TestCase
