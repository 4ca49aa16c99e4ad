"""What an apply created and no file declares any longer is reported on its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.server import EmulatorServer
from schemactl.model.plan import Permission, Plan
from schemactl.pipeline import drift_account
from schemactl.report.formats import Format, Look, write_plan
from schemactl.report.lines import plain_text
from tests.contract.live import Bench, a_bench

FIRST = """\
version: 1
sections:
  - name: S
    fields:
      - {name: A, type: text}
"""
SECOND = (
    FIRST
    + """\
      - {name: B, type: text}
  - name: T
    fields:
      - {name: C, type: text}
tags: [VIP]
"""
)
ORPHANS = {"S / B", "T", "T / C", "VIP"}


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        yield bench


def apply(bench: Bench, text: str) -> None:
    bench.write(text)
    bench.apply()


def orphans(plan: Plan) -> set[str]:
    return {notice.about for notice in plan.notices if notice.code == "orphan"}


def test_what_a_reverted_commit_created_is_reported_and_not_left_alone(bench: Bench) -> None:
    apply(bench, SECOND)
    bench.write(FIRST)

    for _ in range(2):
        plan = bench.plan()
        assert orphans(plan) == ORPHANS
        left_alone = {thing.name for thing in plan.unmanaged}
        assert not left_alone & {notice.about.split(" / ")[-1] for notice in plan.notices}
        drift = drift_account(bench.target)
        assert {one.about for one in drift.notices if one.code == "orphan"} == orphans(plan)
        bench.apply()


@pytest.mark.parametrize("form", Format)
def test_every_format_reports_an_orphan(bench: Bench, form: Format) -> None:
    apply(bench, SECOND)
    bench.write(FIRST)

    rendered = write_plan(bench.plan(), form, Look(width=80))
    text = rendered if isinstance(rendered, str) else plain_text(rendered)

    assert "created by the apply of" in " ".join(text.split())


def test_what_was_there_before_or_made_by_hand_is_never_an_orphan(bench: Bench) -> None:
    bench.server.runtime.edit(parse_edits("add-section T\nadd-field T C text"))
    apply(bench, SECOND)
    bench.server.runtime.edit(parse_edits("add-field S Hand text"))
    bench.write(FIRST)

    plan = bench.plan()

    assert not orphans(plan) & {"T", "T / C", "S / Hand"}
    assert {"T", "C", "Hand"} <= {thing.name for thing in plan.unmanaged}


def test_a_removal_ends_the_record(bench: Bench) -> None:
    apply(bench, SECOND)
    bench.write(FIRST + "removed: {fields: [{section: S, name: B}]}\n")
    bench.apply(frozenset(Permission))
    bench.server.runtime.edit(parse_edits("add-field S B text"))
    bench.write(FIRST)

    assert "S / B" not in orphans(bench.plan())


def test_a_declared_rename_carries_the_record(bench: Bench) -> None:
    apply(bench, SECOND)
    bench.server.runtime.edit(parse_edits("rename-field S B Better"))
    apply(bench, SECOND.replace("{name: B,", "{name: Better, was: [B],"))
    bench.write(FIRST)

    assert "S / Better" in orphans(bench.plan())


def test_a_record_in_a_forged_base_causes_no_call(bench: Bench) -> None:
    bench.server.runtime.edit(parse_edits("add-section T\nadd-field T C text"))
    apply(bench, FIRST)
    path = bench.folder / ".schemactl" / "base" / "live.json"
    text = path.read_text(encoding="utf-8")
    row = '["field", "", "T", "C", "", "2026-01-01T00:00:00+00:00", "", "r"]'
    start = text.index('"created": [') + len('"created": [')
    path.write_text(text[:start] + row + "," + text[start:], encoding="utf-8")

    plan = bench.plan()

    assert "T / C" in orphans(plan)
    assert (plan.changes, plan.calls) == ((), ())
