"""`protect: true` outlives its line: one apply lifts it, a later one may destroy the field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.emulator.edits import parse_edits
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import RefusedError
from schemactl.model.plan import ManualCode, Permission
from tests.contract.live import Bench, a_bench

KEPT = "      - {name: Kept, type: numeric}\n"
PROTECTED = "      - {name: Kept, type: numeric, protect: true}\n"
RETYPED = "      - {name: Kept, type: text}\n"


def files(field: str = "", *, manage: str = "merge", removed: str = "") -> str:
    return (
        f"version: 1\nsections:\n  - name: S\n    manage: {manage}\n    fields:\n{field}"
        f"      - {{name: Other, type: text}}\n{removed}"
    )


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        bench.write(files(PROTECTED))
        bench.apply()
        yield bench


LOSSES = {
    "listed under removed": files(removed="removed: {fields: [{section: S, name: Kept}]}\n"),
    "gone from a mirrored section": files(manage="mirror"),
    "in a removed section": "version: 1\ntags: [VIP]\nremoved: {sections: [S]}\n",
}


@pytest.mark.parametrize("text", LOSSES.values(), ids=LOSSES.keys())
def test_a_protected_field_outlives_its_line(bench: Bench, text: str) -> None:
    before = bench.snapshot()
    bench.write(files())
    bench.apply()
    bench.write(text)

    with pytest.raises(RefusedError, match=r"still-protected[\s\S]*S / Kept"):
        bench.plan()
    with pytest.raises(RefusedError, match="still-protected"):
        bench.apply(frozenset(Permission))

    assert bench.snapshot() == before


@pytest.mark.parametrize("text", LOSSES.values(), ids=LOSSES.keys())
def test_a_protected_field_can_go_once_an_apply_has_lifted_it(bench: Bench, text: str) -> None:
    bench.write(files(KEPT))
    plan = bench.plan()
    assert [ended.title for ended in plan.ends_protection] == ["S / Kept"]
    bench.apply()
    assert bench.plan().leaves_nothing
    bench.write(text)

    bench.apply(frozenset(Permission))

    assert "Kept" not in [field.name for _, field in bench.snapshot().all_fields()]


def test_to_replace_a_protected_field_takes_two_applies(bench: Bench) -> None:
    before = bench.snapshot()
    bench.write(files(RETYPED))
    (step,) = bench.plan(*Permission).manual_steps
    assert step.code is ManualCode.TYPE_BY_HAND
    assert "protect" in step.instruction

    bench.apply(frozenset(Permission))

    assert bench.snapshot() == before
    bench.apply(frozenset(Permission))
    fields = {field.name: field.type for _, field in bench.snapshot().all_fields()}
    assert fields["Kept"] == "text"


def test_protection_is_remembered_through_every_apply_that_does_not_lift_it(
    bench: Bench,
) -> None:
    path = bench.folder / ".schemactl" / "base" / "live.json"
    for text in (files(PROTECTED), files(), files(PROTECTED)):
        bench.write(text)
        bench.apply()
        assert '"protected"' in path.read_text(encoding="utf-8")
    bench.write(files(KEPT))
    bench.apply()
    assert '"protected"' not in path.read_text(encoding="utf-8")


def test_a_protected_field_is_known_by_its_id_under_another_name(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        bench.write(files(PROTECTED))
        bench.apply()
        bench.server.runtime.edit(parse_edits("rename-field S Kept Renamed"))
        bench.write(files(manage="mirror"))

        with pytest.raises(RefusedError, match="S / Renamed"):
            bench.plan()


def test_a_new_field_of_the_name_is_not_protected_if_ids_distinguish_them(
    tmp_path: Path,
) -> None:
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        bench.write(files(PROTECTED))
        bench.apply()
        bench.server.runtime.edit(parse_edits("remove-field S Kept\nadd-field S Kept numeric"))
        bench.write(files(manage="mirror"))

        assert [change.id for change in bench.plan().changes] == ["remove-field/S/Kept"]
