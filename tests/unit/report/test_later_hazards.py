"""What a blocked change will need, in every format: nobody learns of it after the review."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemactl.model.change import ChangeOptions
from schemactl.model.plan import ManualCode, Plan
from schemactl.project import SafetyRules
from schemactl.report.formats import Format, RenderOptions, write_plan
from schemactl.report.text.lines import plain_text
from schemactl.safety import with_hazards
from schemactl.store.plan.reading import read_plan
from schemactl.store.plan.writing import plan_text as plan_json
from tests.builders import a_field, a_manual_step, a_plan

CHANGE = ChangeOptions(
    section="S",
    before=a_field("A", "tdrop", ["x"]),
    after=a_field("A", "tdrop", []),
    removed=("x",),
)


def a_plan_that_waits() -> Plan:
    plan = a_plan(CHANGE, manual_steps=[a_manual_step(CHANGE, ManualCode.BLOCKED)])
    return with_hazards(plan, rules=SafetyRules(), managed_count=1000)


@pytest.mark.parametrize("form", Format)
def test_every_format_names_the_permission_that_a_blocked_change_will_need(
    form: Format,
) -> None:
    rendered = write_plan(a_plan_that_waits(), form, RenderOptions(width=80))
    text = rendered if isinstance(rendered, str) else plain_text(rendered)

    assert "removes-option" in text


def test_a_saved_plan_keeps_it() -> None:
    plan = a_plan_that_waits()

    assert read_plan(plan_json(plan), file="plan.json") == plan


def test_a_plan_without_it_is_written_as_ever() -> None:
    assert "later_hazards" not in plan_json(replace(a_plan_that_waits(), later_hazards=()))
