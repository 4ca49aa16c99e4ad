"""Names change by hand between applies: what the base knows by id is never taken for new."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemactl.apply import ApplyOptions
from schemactl.emulator.edits import parse_edits
from schemactl.emulator.faults import parse_faults
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import PlanFileError
from schemactl.model.drift import Cause
from schemactl.model.plan import Permission, Plan
from schemactl.pipeline import apply_account, drift_account
from schemactl.store.plan import plan_text
from tests.contract.live import ALL_PERMISSIONS, Agreeing, Bench, a_bench

FILES = """\
version: 1
sections:
  - name: S
    fields:
      - {name: A, type: tdrop, options: [Low, High]}
      - {name: B, type: tdrop, options: [Red, Blue]}
  - name: T
    fields: [C]
tags: [VIP, Gold]
""".replace("[C]", "[{name: C, type: text}]")
SWAP = (
    "rename-field S A tmp",
    "rename-field S B A",
    "rename-field S tmp B",
    "rename-section S tmp",
    "rename-section T S",
    "rename-section tmp T",
    "rename-tag VIP tmp",
    "rename-tag Gold VIP",
    "rename-tag tmp Gold",
)


def applied(bench: Bench, text: str = FILES) -> None:
    bench.write(text)
    bench.apply()
    assert bench.plan().changes == ()


def edit(bench: Bench, *edits: str) -> None:
    bench.server.runtime.edit(parse_edits("\n".join(edits)))


def fail(bench: Bench, fault: str) -> None:
    bench.server.runtime.faults.add(parse_faults(fault))


def ids_of(plan: Plan) -> list[str]:
    return [change.id for change in plan.changes]


RENAMED_BY_HAND = [
    (["rename-section S SX"], ["rename-section/S"]),
    (["rename-field S A Q"], ["rename-field/S/A"]),
    (["rename-tag VIP Q"], ["rename-tag/VIP"]),
    (["move-field S A T", "rename-field T A Q"], ["move-field/S/A"]),
    (["rename-section S SX", "rename-field SX A Q"], ["rename-section/S", "rename-field/S/A"]),
]


@pytest.mark.parametrize(("edits", "changes"), RENAMED_BY_HAND)
def test_an_apply_that_does_not_settle_a_rename_still_knows_it_afterwards(
    edits: Sequence[str], changes: Sequence[str], tmp_path: Path
) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        edit(bench, *edits)
        for _ in range(2):
            fail(bench, "fieldeditor_put,tag_rename:lying-success:times=9")
            bench.apply(frozenset(Permission) - {Permission.COPIES_VALUES})
            bench.server.runtime.faults.clear()
            assert ids_of(bench.plan()) == changes
        assert [item.cause for item in drift_account(bench.target).items] == (
            [Cause.DRIFT] * len(changes)
        )


@pytest.mark.parametrize(
    "fault", ["lying-success", "cut-before-acting", "status-500", "empty-body"]
)
def test_a_rename_that_failed_is_planned_again(fault: str, tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        edit(bench, "rename-field S A Q", "rename-tag VIP Q")
        before = ids_of(bench.plan())
        fail(bench, f"fieldeditor_put,tag_rename:{fault}:times=9")
        bench.apply()
        bench.server.runtime.faults.clear()

        left = ids_of(bench.plan())
        assert set(left) <= set(before)
        bench.apply()
        assert bench.plan().changes == ()


def test_a_saved_plan_made_before_a_rename_by_hand_keeps_the_id(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        bench.write(FILES.replace("Gold]", "Gold, New]"))
        saved = tmp_path / "plan.json"
        saved.write_text(plan_text(bench.plan()), encoding="utf-8")
        edit(bench, "rename-field S A Q", "rename-section T TX")

        apply_account(bench.target, options=ApplyOptions(plan_file=saved), reviewer=Agreeing())

        assert ids_of(bench.plan()) == ["rename-field/S/A", "rename-section/T"]


@pytest.mark.parametrize("manage", ["merge", "mirror"])
def test_what_was_renamed_in_the_browser_and_in_the_files_is_renamed_by_its_id(
    manage: str, tmp_path: Path
) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        edit(bench, "rename-field S A Quux", "rename-tag VIP Quux")
        bench.write(
            FILES.replace("name: A", "name: Zed, was: [A]")
            .replace("[VIP,", "[{name: Zed, was: [VIP]},")
            .replace("  - name: S\n", f"  - name: S\n    manage: {manage}\n")
        )
        assert ids_of(bench.plan()) == ["rename-field/S/Zed", "rename-tag/Zed"]
        causes = {item.cause for item in drift_account(bench.target).items}
        assert causes == {Cause.CONFLICT}

        bench.apply(frozenset())

        assert bench.plan().changes == ()


def test_a_swap_by_hand_is_renames_and_nothing_else(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        edit(bench, *SWAP)
        for _ in range(2):
            plan = bench.plan(*ALL_PERMISSIONS)
            assert {change.kind.partition("-")[0] for change in plan.changes} == {"rename"}
            assert len(plan.changes) == 6
            drift = drift_account(bench.target)
            assert [item.cause for item in drift.items] == [Cause.DRIFT] * 6
            assert plan.calls == ()
            bench.apply()

        edit(bench, *(line.replace("S ", "T ", 1) for line in SWAP[:3]), *SWAP[3:])
        assert bench.plan().changes == ()


def test_a_field_to_remove_is_not_the_one_that_has_its_name_by_a_swap(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        edit(bench, *SWAP[:3])
        line = "      - {name: A, type: tdrop, options: [Low, High]}\n"
        bench.write(FILES.replace(line, "") + "removed: {fields: [{section: S, name: A}]}\n")
        before = bench.snapshot()

        bench.apply(frozenset(Permission))

        assert bench.snapshot() == before
        edit(bench, *SWAP[:3])
        assert ids_of(bench.plan()) == ["remove-field/S/A"]


def test_a_base_of_another_address_is_not_used_and_the_plan_says_so(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        edit(bench, "rename-field S A Q")
        path = tmp_path / ".schemactl" / "base" / "live.json"
        base = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**base, "address": "https://other.example/1/"}))

        plan = bench.plan()

        assert ids_of(plan) == ["add-field/S/A"]
        assert "foreign-base" in [notice.code for notice in plan.notices]


TWO_ALIKE = """\
version: 1
sections:
  - name: S
    fields:
      - {name: A, type: text}
      - {name: B, type: text}
"""


def test_a_saved_removal_of_names_that_were_swapped_since_is_not_called_forged(
    tmp_path: Path,
) -> None:
    path = tmp_path / "plan.json"
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench, TWO_ALIKE)
        bench.write(TWO_ALIKE.replace("      - {name: B, type: text}\n", ""))
        path.write_text(plan_text(bench.plan(*Permission, prune=True)), encoding="utf-8")
        edit(bench, "rename-field S A tmp", "rename-field S B A", "rename-field S tmp B")
        before = bench.snapshot()

        with pytest.raises(PlanFileError, match="account changed after this plan was made"):
            bench.apply(plan_file=path)

        assert bench.snapshot() == before


def test_a_plan_for_a_field_that_was_created_again_meanwhile_is_refused(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        applied(bench)
        bench.write(FILES.replace("name: C, type: text", "name: C, type: text, required: true"))
        path = bench.folder / "plan.json"
        path.write_text(plan_text(bench.plan(*Permission)), encoding="utf-8")
        edit(bench, "remove-field T C", "add-field T C text")

        before = bench.snapshot()
        with pytest.raises(PlanFileError, match="is about another object of that name"):
            bench.apply(plan_file=path)
        assert bench.snapshot() == before
