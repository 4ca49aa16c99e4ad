"""Whole applies over real HTTP, for random accounts and files: they converge."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings

from schemactl.account.http.rate import NoLimit
from schemactl.account.http.transport import Transport
from schemactl.account.interface import Backend, Dialect, LiveState
from schemactl.account.legacy.backend import LegacyBackend
from schemactl.account.legacy.dialect import LegacyDialect
from schemactl.account.rest.backend import RestBackend
from schemactl.account.rest.dialect import RestDialect
from schemactl.apply import ApplyRequest, execute_plan
from schemactl.diff import diff_schemas
from schemactl.emulator.server import EmulatorServer
from schemactl.host import Host
from schemactl.model.change import ChangeType, RenameField
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.credentials import Credentials
from schemactl.model.desired import Desired
from schemactl.model.field_types import FieldType
from schemactl.model.plan import Call, Permission, Plan
from schemactl.model.run import Outcome, Run, RunStatus, VerdictStatus
from schemactl.model.schema import Schema, Section
from schemactl.planner import PlanContext, make_plan
from schemactl.store.snapshot import snapshot_text
from tests.builders import MADE, a_field, a_section
from tests.strategies import desired_schemas, live_schemas

CARRIER = 1
VENDORS = a_section(
    "System Information", a_field("Date Added", "fulldate", custom=False), custom=False
)
HOST = Host(
    environ={},
    home=Path("/nonexistent"),
    now=lambda: datetime(2026, 1, 2, tzinfo=UTC),
    clock=time.monotonic,
    sleep=lambda _: None,
    token=lambda: "0000",
)


class Memory:
    """A journal in memory."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int]] = []

    def call_started(self, call: Call) -> None:
        self.lines.append(("started", call.number))

    def call_finished(self, call: Call, outcome: Outcome) -> None:
        self.lines.append((str(outcome.status), call.number))

    def call_settled(self, call: Call, *, shown: bool) -> None:
        """Take note of nothing: what counts here is before and after a call."""

    def call_skipped(self, call: Call, why: str) -> None:
        msg = f"call {call.number} was left out: {why}"
        raise AssertionError(msg)

    def cleanup_started(self, cleanup: PendingCleanup) -> None:
        msg = f"no run left {cleanup.tags} behind"
        raise AssertionError(msg)

    def cleanup_finished(self, cleanup: PendingCleanup, outcome: Outcome) -> None:
        msg = f"no run left {cleanup.tags} behind: {outcome.status}"
        raise AssertionError(msg)

    def run_finished(self, run: Run) -> None:
        """Take note of nothing: the run is given back too."""


def plan_of(desired: Desired, live: LiveState, dialect: Dialect) -> Plan:
    return make_plan(
        diff_schemas(desired=desired, live=live.schema),
        live=live,
        dialect=dialect,
        context=PlanContext(made=MADE, account="random", permissions=frozenset(Permission)),
    )


def texts_of(schema: Schema) -> Iterator[str]:
    """Yield every text that a call could carry."""
    yield from (section.name for section in schema.sections)
    yield from schema.tags
    for _, field in schema.all_fields():
        yield from (field.name, *(field.options or ()))


def is_loadable(desired: Desired) -> bool:
    """Whether a file could hold it: control characters are refused on loading.

    A funnel is refused too where the API has none, as one of the two has. An empty option is
    warned of: no account is known to take one, and an apply says so when it came without.
    """
    if any("" in (field.options or ()) for _, field in desired.schema.all_fields()):
        return False
    if any(field.type == FieldType.FUNNEL for _, field in desired.schema.all_fields()):
        return False
    removed = "".join(tag.name for tag in desired.removed_tags)
    return not has_control_characters(removed + "".join(texts_of(desired.schema)))


def has_control_characters(text: str) -> bool:
    """Whether XML 1.0, which has no word for most of these, could not hold a text."""
    return any(unicodedata.category(char) == "Cc" for char in text)


def has_vendors(section: Section) -> bool:
    """Whether a field of a section shows that the section is the vendor's."""
    return any(not field.custom for field in section.fields)


def open_backend(name: str, server: EmulatorServer) -> tuple[Transport, Backend]:
    url = server.url if name == "legacy" else server.rest_url
    credentials = Credentials("an-app", "a-key")
    transport = Transport(url, credentials, read_only=False, limiter=NoLimit())
    if name == "legacy":
        return transport, LegacyBackend(transport, LegacyDialect(tag_carrier=CARRIER))
    return transport, RestBackend(transport, RestDialect())


@pytest.mark.parametrize("name", ["legacy", "rest"])
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(desired=desired_schemas().filter(is_loadable), seeded=live_schemas())
def test_an_apply_over_http_converges_and_touches_nothing_else(
    name: str, desired: Desired, seeded: Schema
) -> None:
    # Only the other API marks a section as the vendor's where no field in it shows that.
    assume(name == "legacy" or all(one.custom or has_vendors(one) for one in seeded.sections))
    assume(name == "rest" or not has_control_characters("".join(texts_of(seeded))))
    # Every account has sections of the vendor's; an answer without any is refused.
    seeded = replace(seeded, sections=(*seeded.sections, VENDORS))
    seed = snapshot_text(seeded, account="random", backend="legacy")
    with EmulatorServer(seed=seed) as server:
        transport, backend = open_backend(name, server)
        dialect = backend.dialect
        with closing(transport):
            live = backend.read()
            plan = plan_of(desired, live, dialect)
            journal = Memory()

            run = execute_plan(
                ApplyRequest(plan=plan, digest="", address="http://a/"),
                run_id="r",
                backend=backend,
                live=live,
                journal=journal,
                host=HOST,
            ).run

            after = backend.read()

    assert run.status in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}
    assert len(journal.lines) == 2 * len(plan.calls)
    by_hand = {step.change for step in plan.manual_steps}
    assert {
        verdict.change
        for verdict in run.verdicts
        if verdict.status is not VerdictStatus.APPLIED
    } == by_hand
    again = plan_of(desired, after, dialect)
    # A name that was in the way is gone now: what waited for a person can be done.
    assert {change for call in again.calls for change in call.serves} <= by_hand
    touched = {change.path for change in plan.changes}
    # What is renamed and created again goes under the name that it had.
    touched |= {
        (change.section, change.before.name)
        for change in plan.changes
        if isinstance(change, ChangeType | RenameField)
    }
    kept = {
        (section, field)
        for section, field in live.schema.all_fields()
        if (section, field.name) not in touched and (section,) not in touched
    }
    assert kept <= set(after.schema.all_fields())
