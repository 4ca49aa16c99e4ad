"""What an apply created and no file declares any longer is reported on its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import PlanFileError, RefusedError
from schemactl.model.drift import DriftStatus
from schemactl.model.plan import Permission, Plan
from schemactl.pipeline import drift_account
from schemactl.report.formats import Format, RenderOptions, write_drift, write_plan
from schemactl.report.orphans import removed_lines
from schemactl.report.text.lines import plain_text
from schemactl.store.plan import load_plan, plan_text
from tests.contract.live import Bench, a_bench
from tests.contract.starts import Starts

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


@pytest.fixture(params=["legacy", "rest"])
def applied(request: pytest.FixtureRequest, tmp_path: Path, starts: Starts) -> Iterator[Bench]:
    """A bench of which an apply created what the second file declares."""
    with starts.bench(tmp_path, SECOND, backend=request.param) as bench:
        yield bench


def apply(bench: Bench, text: str) -> None:
    bench.write(text)
    bench.apply()


def orphans(plan: Plan) -> set[str]:
    return {notice.about for notice in plan.notices if notice.code == "orphan"}


def test_what_a_reverted_commit_created_is_reported_and_not_left_alone(applied: Bench) -> None:
    applied.write(FIRST)

    for _ in range(2):
        plan = applied.plan()
        assert orphans(plan) == ORPHANS
        left_alone = {thing.name for thing in plan.unmanaged}
        assert not left_alone & {notice.about.split(" / ")[-1] for notice in plan.notices}
        drift = drift_account(applied.target)
        items = [item for item in drift.items if item.status is DriftStatus.ORPHAN]
        assert {item.title.removeprefix("tag: ") for item in items} == ORPHANS
        assert drift.counts()[DriftStatus.UNMANAGED] == 0
        applied.apply()


@pytest.mark.parametrize("form", Format)
def test_every_format_reports_an_orphan(applied: Bench, form: Format) -> None:
    applied.write(FIRST)

    rendered = write_plan(applied.plan(), form, RenderOptions(width=80))
    text = rendered if isinstance(rendered, str) else plain_text(rendered)

    assert "created by the apply of" in " ".join(text.split())


@pytest.mark.parametrize("form", Format)
def test_strict_drift_says_of_no_orphan_that_the_files_wait_for_an_apply(
    applied: Bench, form: Format
) -> None:
    applied.write(FIRST)

    drift = drift_account(applied.target)
    rendered = write_drift(drift, form, RenderOptions(width=80, strict=True))
    text = rendered if isinstance(rendered, str) else plain_text(rendered)

    assert drift.differs(strict=True)
    assert not drift.differs(strict=False)
    assert "created by the apply of" in " ".join(text.split())
    assert "pending" not in text
    assert "ot applied yet" not in text
    assert "left alone" not in text.lower()


def test_what_was_there_before_or_made_by_hand_is_never_an_orphan(bench: Bench) -> None:
    bench.server.runtime.edit(parse_edits("add-section T\nadd-field T C text"))
    apply(bench, SECOND)
    bench.server.runtime.edit(parse_edits("add-field S Hand text"))
    bench.write(FIRST)

    plan = bench.plan()

    assert not orphans(plan) & {"T", "T / C", "S / Hand"}
    assert {"T", "C", "Hand"} <= {thing.name for thing in plan.unmanaged}


def test_a_removal_ends_the_record(applied: Bench) -> None:
    applied.write(FIRST + "removed: {fields: [{section: S, name: B}]}\n")
    applied.apply(frozenset(Permission))
    applied.server.runtime.edit(parse_edits("add-field S B text"))
    applied.write(FIRST)

    assert "S / B" not in orphans(applied.plan())


def test_a_declared_rename_carries_the_record(applied: Bench) -> None:
    applied.server.runtime.edit(parse_edits("rename-field S B Better"))
    apply(applied, SECOND.replace("{name: B,", "{name: Better, was: [B],"))
    applied.write(FIRST)

    assert "S / Better" in orphans(applied.plan())


def forge(bench: Bench) -> None:
    """Record in the base that an apply created field C of section T, which none did."""
    path = bench.folder / ".schemactl" / "base" / "live.json"
    base = json.loads(path.read_text(encoding="utf-8"))
    numbers = [row[3] for row in base["ids"]["fields"] if row[1:3] == ["T", "C"]]
    number = numbers[0] if numbers else ""
    base["created"].append(["field", "", "T", "C", number, "text", "2026-01-01", "", "r"])
    path.write_text(json.dumps(base), encoding="utf-8")


def test_a_record_in_a_forged_base_causes_no_call(bench: Bench) -> None:
    bench.server.runtime.edit(parse_edits("add-section T\nadd-field T C text"))
    apply(bench, FIRST)
    forge(bench)

    plan = bench.plan()

    assert "T / C" in orphans(plan)
    assert (plan.changes, plan.calls) == ((), ())


def test_reverting_a_commit_and_pruning_restores_the_account(bench: Bench) -> None:
    apply(bench, FIRST)
    before = bench.snapshot()
    apply(bench, SECOND)
    bench.write(FIRST)

    assert bench.plan().changes == ()
    bench.apply()
    assert bench.snapshot() != before
    bench.apply(prune=True)
    by_hand = {step.change for step in bench.plan(prune=True).manual_steps}

    # No request of the Contacts API deletes a tag.
    assert by_hand == (
        {"remove-tag/VIP"} if bench.target.account.backend == "legacy" else set()
    )
    bench.server.runtime.edit(parse_edits("remove-tag VIP" if by_hand else ""))
    assert bench.snapshot() == before
    after = bench.plan(prune=True)
    assert (after.changes, orphans(after)) == ((), set())


def test_pruning_needs_the_permission_of_each_removal(applied: Bench) -> None:
    applied.write(FIRST)

    plan = applied.plan(prune=True)

    needed = {hazard.code for hazard in plan.refusals}
    assert {Permission.REMOVES_FIELD, Permission.REMOVES_SECTION} <= needed
    assert Permission.MANY_REMOVALS in needed
    before = applied.snapshot()
    for missing in needed:
        with pytest.raises(RefusedError, match=missing):
            applied.apply(frozenset(Permission) - {missing}, prune=True)
    assert applied.snapshot() == before


def test_an_orphan_beside_a_similar_addition_is_an_unexplained_pair(applied: Bench) -> None:
    applied.write(SECOND.replace("{name: B,", "{name: B2,"))

    hazards = applied.plan(prune=True).hazards

    assert Permission.UNEXPLAINED_PAIR in {hazard.code for hazard in hazards}


@pytest.mark.parametrize("name", ["B", "C"])
def test_a_protected_orphan_is_not_pruned_and_its_advice_works(bench: Bench, name: str) -> None:
    line = f"{{name: {name}, type: text"
    apply(bench, SECOND.replace(line, f"{line}, protect: true"))
    bench.write(FIRST)
    others = {"B", "C"} - {name}

    for prune in (False, True):
        (notice,) = (
            one for one in bench.plan(prune=prune).notices if one.about.endswith(f"/ {name}")
        )
        assert "first declare it without protect: true" in notice.message
        assert "removed:" not in notice.message
    bench.apply(prune=True)
    left = {field.name for _, field in bench.snapshot().all_fields()}
    assert name in left
    assert not left & others

    apply(bench, SECOND)
    bench.write(FIRST)
    bench.apply(prune=True)
    assert not {"B", "C"} & {field.name for _, field in bench.snapshot().all_fields()}


def test_pruning_leaves_what_others_made_and_the_section_that_holds_it(applied: Bench) -> None:
    applied.server.runtime.edit(parse_edits("add-field T Hand text"))
    applied.write(FIRST)

    applied.apply(prune=True)

    left = {field.name for _, field in applied.snapshot().all_fields()}
    assert "Hand" in left
    assert not left & {"B", "C"}
    (section,) = (notice for notice in applied.plan(prune=True).notices if notice.about == "T")
    assert "fields are left in it" in section.message


EDITS = {
    "another type": "remove-field S B\nadd-field S B numeric",
    "a twin": "add-field S B text",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_is_no_longer_what_was_created_stays(applied: Bench, edit: str) -> None:
    applied.server.runtime.edit(parse_edits(edit))
    applied.write(FIRST)
    before = [field for section, field in applied.snapshot().all_fields() if section == "S"]

    applied.apply(prune=True)

    left = [field for section, field in applied.snapshot().all_fields() if section == "S"]
    assert left == before


def test_with_ids_what_was_deleted_and_made_again_by_hand_is_nobodys(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        apply(bench, SECOND)
        bench.server.runtime.edit(parse_edits("remove-field S B\nadd-field S B text"))
        bench.write(FIRST)

        plan = bench.plan(prune=True)

    assert "S / B" not in orphans(plan)
    assert "remove-field/S/B" not in {change.id for change in plan.changes}


def test_a_replaced_field_keeps_its_record(applied: Bench) -> None:
    apply(applied, SECOND.replace("{name: B, type: text}", "{name: B, type: numeric}"))
    applied.write(FIRST)

    assert "remove-field/S/B" in {change.id for change in applied.plan(prune=True).changes}


def test_custom_objects_are_pruned_also_where_no_file_names_them(tmp_path: Path) -> None:
    pets = (
        "objects: [{label: Pets, sections: [{name: D, fields: [{name: Breed, type: text}]}]}]\n"
    )
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        bench.server.runtime.edit(parse_edits("add-object Pets Pet"))
        apply(bench, FIRST)
        before = bench.snapshot()
        apply(bench, FIRST + pets)
        bench.write(FIRST)

        assert orphans(bench.plan()) == {"Pets: D", "Pets: D / Breed"}
        bench.apply(prune=True)

        assert bench.snapshot() == before


def saved(bench: Bench, *, prune: bool) -> Path:
    path = bench.folder / "plan.json"
    plan = bench.plan(*Permission, prune=prune)
    path.write_text(plan_text(plan), encoding="utf-8")
    return path


def test_a_saved_plan_prunes_if_it_was_made_so_and_not_otherwise(applied: Bench) -> None:
    applied.write(FIRST)
    kept = applied.snapshot()

    applied.apply(frozenset(), plan_file=saved(applied, prune=False), prune=True)
    assert applied.snapshot() == kept
    applied.apply(frozenset(), plan_file=saved(applied, prune=True), prune=False)

    assert "B" not in {field.name for _, field in applied.snapshot().all_fields()}


def test_a_saved_plan_cannot_hide_that_it_prunes(applied: Bench) -> None:
    applied.write(FIRST)
    before = applied.snapshot()
    path = applied.folder / "plan.json"
    forged = replace(applied.plan(*Permission, prune=True), prune=False)
    path.write_text(plan_text(forged), encoding="utf-8")

    with pytest.raises(PlanFileError, match="no longer lead to"):
        applied.apply(frozenset(), plan_file=path)

    assert applied.snapshot() == before


def test_a_record_in_a_forged_base_is_pruned_only_by_name_and_permission(bench: Bench) -> None:
    bench.server.runtime.edit(parse_edits("add-section T\nadd-field T C text"))
    apply(bench, FIRST)
    forge(bench)
    before = bench.snapshot()

    plan = bench.plan(prune=True)

    assert [change.id for change in plan.changes] == ["remove-field/T/C"]
    assert Permission.REMOVES_FIELD in {hazard.code for hazard in plan.refusals}
    with pytest.raises(RefusedError, match=r'removes-field: "T / C"'):
        bench.apply(frozenset(Permission) - {Permission.REMOVES_FIELD}, prune=True)
    assert bench.snapshot() == before


def test_the_lines_to_paste_plan_what_pruning_plans(applied: Bench) -> None:
    applied.write(FIRST)
    pruned = {change.id for change in applied.plan(prune=True).changes}

    lines = removed_lines(applied.plan().orphans)
    applied.write(FIRST + "\n".join((*lines, "")))
    plan = applied.plan()

    assert {change.id for change in plan.changes} == pruned
    assert orphans(plan) == set()


def test_a_saved_plan_shows_its_orphans_again(applied: Bench) -> None:
    applied.server.runtime.edit(parse_edits("add-field T Hand text"))
    applied.write(FIRST)

    plan = applied.plan()
    path = applied.folder / "plan.json"
    path.write_text(plan_text(plan), encoding="utf-8")

    assert {bool(orphan.kept) for orphan in plan.orphans} == {True, False}
    assert load_plan(path).orphans == plan.orphans


NAMES = st.sampled_from(["S", "T", "U"])
FIELDS = st.sampled_from(["A", "B", "C"])
SCHEMAS = st.dictionaries(NAMES, st.sets(FIELDS, min_size=1), min_size=1)


def as_files(schema: Mapping[str, AbstractSet[str]]) -> str:
    sections = [
        f"  - name: {name}\n    fields: ["
        + ", ".join(f"{{name: {name}{field}, type: text}}" for field in sorted(fields))
        + "]\n"
        for name, fields in sorted(schema.items())
    ]
    return "version: 1\nsections:\n" + "".join(sections)


def pairs(schema: Mapping[str, AbstractSet[str]]) -> set[tuple[str, str]]:
    return {(name, name + field) for name, fields in schema.items() for field in fields}


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@settings(max_examples=8, deadline=None)
@given(by_hand=SCHEMAS, first=SCHEMAS, second=SCHEMAS)
def test_pruning_takes_nothing_that_no_apply_created(
    backend: str,
    by_hand: Mapping[str, AbstractSet[str]],
    first: Mapping[str, AbstractSet[str]],
    second: Mapping[str, AbstractSet[str]],
) -> None:
    with (
        TemporaryDirectory() as folder,
        a_bench(Path(folder), EmulatorServer(), backend=backend) as bench,
    ):
        edits = [
            *(f"add-section {name}" for name in sorted(by_hand)),
            *(f"add-field {section} {name} text" for section, name in sorted(pairs(by_hand))),
        ]
        bench.server.runtime.edit(parse_edits("\n".join(edits)))
        system = {
            (section.name, field.name)
            for section in bench.snapshot().sections
            for field in section.fields
        } - pairs(by_hand)
        apply(bench, as_files(first))
        bench.write(as_files(second))

        bench.apply(prune=True)

        live = bench.snapshot()
        assert {
            (section, field.name) for section, field in live.all_fields()
        } == system | pairs(by_hand) | pairs(second)
        names = {section.name for section in live.sections}
        assert set(by_hand) | set(second) <= names
        assert not (set(first) - set(by_hand) - set(second)) & names
