"""Plans, applies, deaths, faults and other people's edits in any order: nothing is lost.

Each step of hypothesis does one of them to an account served over HTTP. What holds after
every step, and that all ends as the files say, is asked of the emulator's own state, never
of the product.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from schemactl.apply import ApplyOptions
from schemactl.emulator.edits import parse_edits
from schemactl.emulator.errors import EmulatorError
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import AccountError, RefusedError
from schemactl.model.change import (
    ChangeOptions,
    ChangeType,
    RemoveField,
    RemoveSection,
    RenameField,
)
from schemactl.model.event import CallFinished, CallStarted, CleaningUp, Event
from schemactl.model.plan import Permission, Plan
from schemactl.model.run import VerdictStatus
from schemactl.pipeline import apply_account, plan_account, read_journals
from schemactl.store.plan import plan_text
from tests.contract.live import ALL_PERMISSIONS, Agreeing, Bench, a_bench

FILES: Final = (
    """\
version: 1
sections:
  - name: Sales
    manage: mirror
    fields:
      - {name: Status, type: tdrop, options: [New, Won]}
      - {name: Value, type: price}
tags: [VIP]
""",
    """\
version: 1
sections:
  - name: Sales
    manage: mirror
    fields:
      - {name: Status, type: tdrop, options: [New, Lost]}
      - {name: Amount, type: numeric}
      - {name: Value, type: numeric}
  - name: Support
    fields:
      - {name: Level, type: list, options: [Gold, Silver]}
tags: [VIP, Partner]
""",
    """\
version: 1
sections:
  - name: Support
    fields:
      - {name: Level, type: list, options: [Gold]}
      - {name: Since, type: fulldate}
tags: [Partner, Customer]
removed:
  sections: [Sales]
""",
)
RENAMES: Final = (
    """\
version: 1
sections:
  - name: Sales
    description: What we sell.
    fields:
      - {name: Stage, type: tdrop, options: [New, Won], was: [Status], required: true}
      - {name: Amount, type: longtext, was: [Stray]}
tags: [{name: Gold, was: [VIP]}]
removed:
  tags: [Partner]
""",
)
"""What only the REST API does by calls."""
EDITS: Final = (
    "add-section Sales",
    "add-section Support",
    "add-field Sales Stray text",
    "add-field Support Stray text",
    "add-field Sales Status tdrop New Other",
    "add-field Support Status tdrop",
    "add-option Sales Status Stray",
    "remove-option Sales Status New",
    "remove-field Sales Value",
    "rename-field Sales Amount Total",
    "change-type Sales Value text",
    "move-field Sales Value Support",
    "remove-section Support",
    "add-tag VIP",
    "remove-tag VIP",
    "rename-tag Partner Friend",
)
FAULTS: Final = (
    "any:cut-before-acting:skip={skip}",
    "any:cut-after-acting:skip={skip}",
    "any:status-500:skip={skip}",
    "any:status-429:reset=1:skip={skip}",
    "any:html:skip={skip}:acts=yes",
    "any:half-body:skip={skip}",
    "any:empty-body:skip={skip}",
    "edit_section,add_section,remove_field,add_tag:lying-success:skip={skip}",
    "fieldeditor_put,fieldeditor_post,fieldeditor_delete,tag_create:lying-success:skip={skip}",
)
CARRIER: Final = 1


class Died(BaseException):
    """Ends an apply between two of its steps, as a killed process would."""


class Survival(RuleBasedStateMachine):
    """One account, one project, and whatever befalls them."""

    backend = "legacy"

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.bench = self._stack.enter_context(
            a_bench(folder, EmulatorServer(), backend=self.backend)
        )
        tokens = count()
        self.bench.target = replace(
            self.bench.target,
            host=replace(
                self.bench.target.host,
                listener=self._listen,
                token=lambda: f"{next(tokens):06d}",
            ),
        )
        self._dies_at: int | None = None
        self._saved: Plan | None = None
        self._foreign = Counter[tuple[str, str]]()

    @initialize(text=st.sampled_from(FILES))
    def begin(self, text: str) -> None:
        self.bench.write(text)

    @rule(text=st.sampled_from(FILES))
    def write_other_files(self, text: str) -> None:
        self.bench.write(text)

    @precondition(lambda self: self.backend == "rest")
    @rule(text=st.sampled_from(RENAMES))
    def ask_for_other_names(self, text: str) -> None:
        self.bench.write(text)

    @rule(edit=st.sampled_from(EDITS))
    def somebody_edits(self, edit: str) -> None:
        before = Counter(names_of(self.bench))
        try:
            self.bench.server.runtime.edit(parse_edits(edit))
        except EmulatorError as impossible:
            note(f"{edit}: {impossible}")
        self._foreign += Counter(names_of(self.bench)) - before

    @rule(fault=st.sampled_from(FAULTS), skip=st.integers(0, 12))
    def something_will_go_wrong(self, fault: str, skip: int) -> None:
        self.bench.server.runtime.faults.add(parse_faults(fault.format(skip=skip)))

    @rule(event=st.integers(1, 25))
    def the_next_apply_will_die(self, event: int) -> None:
        self._dies_at = event

    @rule(permitted=st.booleans())
    def plan_and_save(self, permitted: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        permissions = ALL_PERMISSIONS if permitted else frozenset[Permission]()
        try:
            plan = plan_account(self.bench.target, permissions=permissions).plan
        except AccountError:
            return
        self._saved = plan
        (self.bench.folder / "plan.json").write_text(plan_text(plan), encoding="utf-8")

    @rule(permitted=st.booleans(), stop=st.booleans())
    def apply(self, permitted: bool, stop: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        permissions = ALL_PERMISSIONS if permitted else frozenset[Permission]()
        self._apply(ApplyOptions(permissions=permissions, stop_at_first=stop))

    @precondition(lambda self: self._saved is not None)
    @rule()
    def apply_what_was_saved(self) -> None:
        self._apply(ApplyOptions(plan_file=self.bench.folder / "plan.json"))

    @invariant()
    def nothing_is_made_twice(self) -> None:
        twice = [name for name, number in Counter(names_of(self.bench)).items() if number > 1]
        assert [name for name in twice if not self._foreign[name]] == []

    def teardown(self) -> None:
        """Lift all faults: the next applies must end as the files say."""
        try:
            self._dies_at = None
            self.bench.server.runtime.faults.clear()
            for _ in range(3):
                self._apply(ApplyOptions(permissions=ALL_PERMISSIONS))
            plan = self.bench.plan(*ALL_PERMISSIONS)
            assert plan.calls == (), "it ends converged, but for what is by hand"
            assert tags_of_carrier(self.bench) == [], "no tag is left on its carrier"
        finally:
            self._stack.close()

    def _apply(self, options: ApplyOptions) -> None:
        reviewer = Agreeing()
        before = set(losable(self.bench))
        run = None
        try:
            run = apply_account(self.bench.target, options=options, reviewer=reviewer).run
        except (AccountError, RefusedError) as reported:
            note(f"reported: {reported}")
        except Died:
            note("died")
        finally:
            self._dies_at = None
        lost = before - set(losable(self.bench))
        assert lost <= permitted_losses(reviewer.shown), "nothing goes without permission"
        if run is not None:
            applied = {
                verdict.change
                for verdict in run.verdicts
                if verdict.status is VerdictStatus.APPLIED
            }
            again = {change.id for change in self._plan_truly().changes}
            assert applied.isdisjoint(again), "what is called applied is in the account"
            if run.id:
                (journal,) = [
                    one for one in read_journals((self.bench.target,)) if one.id == run.id
                ]
                assert journal.end is not None
                journaled = [(one.change, one.status) for one in journal.end.verdicts]
                assert journaled == [(one.change, one.status) for one in run.verdicts]

    def _plan_truly(self) -> Plan:
        """Plan without the faults that still lie in wait."""
        waiting = self.bench.server.runtime.faults
        held = [
            replace(state.fault, skip=max(state.fault.skip - state.seen, 0))
            for state in waiting.states()
            if state.struck != state.fault.times
        ]
        waiting.clear()
        plan = self.bench.plan(*ALL_PERMISSIONS)
        waiting.add(tuple(held))
        return plan

    def _listen(self, event: Event) -> None:
        """Die before or after a call, once that many of these moments have come."""
        if self._dies_at is None or not isinstance(
            event, CallStarted | CallFinished | CleaningUp
        ):
            return
        self._dies_at -= 1
        if self._dies_at == 0:
            raise Died


def sections_of(bench: Bench) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Yield section, field, type and options of each custom field, as the emulator has them."""
    with bench.server.runtime.account() as account:
        names = {section.id: section.name for section in account.layout.sections()}
        options = account.layout.options()
        for field in account.layout.fields():
            if field.custom:
                yield (
                    names[field.section_id],
                    field.name,
                    field.type,
                    frozenset(options.get(field.id, ())),
                )


def names_of(bench: Bench) -> list[tuple[str, str]]:
    return [(section, field) for section, field, _, _ in sections_of(bench)]


def losable(bench: Bench) -> Iterator[tuple[str, ...]]:
    """Yield all that a contact could lose: fields by name and type, and their options."""
    for section, field, kind, options in sections_of(bench):
        yield (section, field, kind)
        for option in options:
            yield (section, field, kind, option)


def permitted_losses(shown: list[Plan]) -> set[tuple[str, ...]]:
    """Return all that the reviewed plan was allowed to take away."""
    losses: set[tuple[str, ...]] = set()
    for plan in shown:
        if plan.refusals:
            continue
        by_hand = {step.change for step in plan.manual_steps}
        for change in plan.changes:
            if change.id in by_hand:
                continue
            match change:
                case RemoveField() | ChangeType() | RenameField():
                    field = change.before
                    place = (change.section, field.name, field.type)
                    losses.add(place)
                    losses.update((*place, option) for option in field.options or ())
                case ChangeOptions():
                    place = (change.section, change.name, change.before.type)
                    losses.update((*place, option) for option in change.removed)
                case RemoveSection():
                    pass
                case _:
                    pass
    return losses


def tags_of_carrier(bench: Bench) -> list[str]:
    with bench.server.runtime.account() as account:
        return [tag.name for tag in account.labels.tags_of(CARRIER)]


Survival.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestSurvival = Survival.TestCase


class SurvivalOverRest(Survival):
    """The same over the API that knows ids, and so renames by calls."""

    backend = "rest"


SurvivalOverRest.TestCase.settings = Survival.TestCase.settings
TestSurvivalOverRest = SurvivalOverRest.TestCase
