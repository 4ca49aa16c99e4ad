"""What a layer omits is removed by nothing, and what it decides is shown with what is below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.errors import Problem
from schemactl.model.plan import Plan
from schemactl.pipeline import drift_account
from schemactl.project import load_project
from schemactl.report.formats import (
    Format,
    RenderOptions,
    write_drift,
    write_plan,
    write_problems,
)
from schemactl.report.text.lines import plain_text
from schemactl.store.plan import load_plan, plan_text
from tests.contract.live import Bench
from tests.contract.starts import Starts

BASE = """\
version: 1
sections:
  - name: S
    manage: mirror
    fields:
      - {name: A, type: text}
      - {name: B, type: text}
  - name: T
    fields:
      - {name: C, type: text}
tags: [VIP]
"""
OMITS = """\
version: 1
omit:
  sections: [T]
  fields: [{section: S, name: B}]
  tags: [VIP]
"""


@pytest.fixture(params=["legacy", "rest"])
def layered(request: pytest.FixtureRequest, tmp_path: Path, starts: Starts) -> Iterator[Bench]:
    """A bench of which an apply created the base, with a second layer that is empty yet."""
    with starts.bench(tmp_path, BASE, backend=request.param) as bench:
        path = bench.folder / "schemactl.yaml"
        text = path.read_text(encoding="utf-8").replace("[crm.yaml]", "[crm.yaml, more.yaml]")
        path.write_text(text, encoding="utf-8")
        write_layer(bench, "version: 1\n")
        project = load_project(bench.folder)
        account = replace(project.account(None), calls_per_minute=None)
        yield replace(bench, target=replace(bench.target, project=project, account=account))


def write_layer(bench: Bench, text: str) -> None:
    (bench.folder / "more.yaml").write_text(text, encoding="utf-8")


def test_what_is_omitted_is_neither_mirrored_away_nor_pruned(layered: Bench) -> None:
    before = layered.snapshot()
    write_layer(layered, OMITS)
    plan = layered.plan(prune=True)
    assert plan.changes == ()
    assert {thing.name for thing in plan.unmanaged} == {"B", "T", "C", "VIP"}

    layered.apply(prune=True)
    assert layered.plan(prune=True).changes == ()
    assert layered.snapshot() == before


# Without ids, as over the Contacts API, a renamed field is a new one.
@pytest.mark.parametrize("layered", ["rest"], indirect=True)
def test_what_is_omitted_stays_also_where_somebody_renamed_it(layered: Bench) -> None:
    edits = "rename-field S B Bee\nrename-section S Sales\nrename-tag VIP Vip2"
    layered.server.runtime.edit(parse_edits(edits))
    write_layer(layered, OMITS)
    assert {one.id for one in layered.plan(prune=True).changes} == {"rename-section/S"}


def test_what_is_omitted_and_removed_is_removed(layered: Bench) -> None:
    removed = "removed: {fields: [{section: S, name: B}]}\n"
    write_layer(layered, "version: 1\nomit: {fields: [{section: S, name: B}]}\n" + removed)
    (change,) = layered.plan().changes
    assert change.location is not None
    assert change.location.file == "more.yaml"


OVERRIDES = """\
version: 1
sections:
  - name: S
    extend: true
    fields:
      - {name: A, override: true, type: longtext}
"""


@pytest.mark.parametrize("form", Format)
def test_every_format_names_the_file_that_decides_and_the_layers_below(
    layered: Bench, form: Format
) -> None:
    write_layer(layered, OVERRIDES)
    look = RenderOptions(width=200, verbose=True)
    plan, drift = layered.plan(), drift_account(layered.target)
    again = load_plan(saved(layered, plan))
    (change,) = plan.changes
    assert change.location is not None
    problem = Problem(change.location, "wrong-value", "of the files")
    for shown in (
        write_plan(plan, form, look),
        write_plan(again, form, look),
        write_drift(drift, form, look),
        write_problems([problem], form, look),
    ):
        text = shown if isinstance(shown, str) else plain_text(shown)
        assert "more.yaml" in text
        assert "crm.yaml" in text


def saved(bench: Bench, plan: Plan) -> Path:
    path = bench.folder / "plan.json"
    path.write_text(plan_text(plan), encoding="utf-8")
    return path
