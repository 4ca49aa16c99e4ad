"""What a run reports of the protection that it was to end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemactl.apply import with_ended_protection
from schemactl.apply.circumstances import run_without_calls
from schemactl.model.difference import EndedProtection
from schemactl.model.run import RunStatus
from tests.builders import a_plan, a_run

ENDED = (EndedProtection(section="S", name="A"),)
PLAN = replace(a_plan(), ends_protection=ENDED)


def test_an_apply_without_calls_that_ended_protection_has_done_something() -> None:
    run = with_ended_protection(run_without_calls(PLAN), PLAN, base_problem="")

    assert (run.status, run.ended_protection) == (RunStatus.COMPLETED, ENDED)


def test_where_the_base_was_not_written_no_protection_has_ended() -> None:
    run = with_ended_protection(run_without_calls(PLAN), PLAN, base_problem="no room")

    assert (run.status, run.ended_protection) == (RunStatus.INCOMPLETE, ())
    assert "has not ended" in run.reason


@pytest.mark.parametrize("status", [RunStatus.STOPPED, RunStatus.INTERRUPTED])
@pytest.mark.parametrize("problem", ["", "no room"])
def test_a_run_that_did_not_finish_stays_one(status: RunStatus, problem: str) -> None:
    stopped = a_run(status=status, reason="the line was cut")

    run = with_ended_protection(stopped, PLAN, base_problem=problem)

    assert run.status is status
    assert run.reason.startswith("the line was cut")


def test_a_plan_that_ends_no_protection_leaves_its_run_as_it_is() -> None:
    run = a_run()

    assert with_ended_protection(run, a_plan(), base_problem="no room") is run
