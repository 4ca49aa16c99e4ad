"""An apply that waited for another decides on nothing that it read before it waited."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.apply import ApplyOptions
from schemactl.apply.review import Applied
from schemactl.emulator.edits import parse_edits
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import RefusedError
from schemactl.model.event import Event, Waiting
from schemactl.model.run import RunStatus
from schemactl.pipeline import apply_account
from schemactl.store.plan import plan_text
from tests.contract.live import ALL_PERMISSIONS, Agreeing, Bench, a_bench

PROTECTING = """\
version: 1
sections:
  - name: S
    fields:
      - {name: X, type: text, protect: true}
      - {name: K, type: text}
"""
REMOVING = """\
version: 1
sections: [{name: S, fields: [{name: N, type: text}]}]
removed: {fields: [{section: S, name: X}]}
"""
KEEPING = "version: 1\nsections: [{name: S, fields: [{name: X, type: text}]}]\n"
PATIENCE_S = 30.0


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        bench.server.runtime.edit(parse_edits("add-section S\nadd-field S X text"))
        yield bench


def apply_after_another(
    bench: Bench,
    *,
    before: str,
    meanwhile: Callable[[], None] = lambda: None,
    plan_file: Path | None = None,
) -> Applied:
    """Let one apply hold the account while a second, of other files, waits for it.

    Args:
        bench: The project, with the files of the first apply.
        before: The files that the second finds before it waits.
        meanwhile: What somebody does while it waits.
        plan_file: The saved plan of the second.
    """
    waits = threading.Event()

    def listen(event: Event) -> None:
        if isinstance(event, Waiting):
            waits.set()

    host = replace(bench.target.host, listener=listen)
    options = ApplyOptions(
        permissions=frozenset() if plan_file else ALL_PERMISSIONS,
        wait_s=PATIENCE_S,
        plan_file=plan_file,
    )

    def apply_second() -> Applied:
        target = replace(bench.target, host=host)
        return apply_account(target, options=options, reviewer=Agreeing())

    with ThreadPoolExecutor(1) as pool:
        started = []

        def start_second() -> None:
            bench.write(before)
            started.append(pool.submit(apply_second))
            assert waits.wait(PATIENCE_S)
            meanwhile()

        bench.apply(reviewer=Agreeing(start_second))
        return started[0].result(PATIENCE_S)


def names(bench: Bench) -> set[str]:
    return {field.name for _, field in bench.snapshot().all_fields() if field.custom}


def test_what_the_finished_apply_protected_is_not_removed(bench: Bench) -> None:
    bench.write(PROTECTING)

    with pytest.raises(RefusedError, match="still-protected"):
        apply_after_another(bench, before=REMOVING)

    assert names(bench) == {"X", "K"}


def test_what_the_finished_apply_recorded_stays_recorded(bench: Bench) -> None:
    bench.write(PROTECTING)
    only_n = REMOVING.split("removed", maxsplit=1)[0]

    apply_after_another(bench, before=only_n)

    assert names(bench) == {"X", "K", "N"}
    assert "S / K" in {one.about for one in bench.plan().notices if one.code == "orphan"}
    bench.write(REMOVING)
    with pytest.raises(RefusedError, match="still-protected"):
        bench.plan()


def test_files_that_changed_while_it_waited_decide(bench: Bench) -> None:
    bench.write("version: 1\ntags: [VIP]\n")

    second = apply_after_another(bench, before=REMOVING, meanwhile=lambda: bench.write(KEEPING))

    assert second.run is not None
    assert second.run.status is RunStatus.NOTHING_TO_DO
    assert "X" in names(bench)


def test_a_saved_plan_of_files_that_changed_while_it_waited_is_refused(
    bench: Bench, tmp_path: Path
) -> None:
    bench.write(REMOVING)
    path = tmp_path / "plan.json"
    path.write_text(plan_text(bench.plan(*ALL_PERMISSIONS)), encoding="utf-8")
    bench.write("version: 1\ntags: [VIP]\n")

    with pytest.raises(RefusedError, match="foreign-plan"):
        apply_after_another(
            bench, before=REMOVING, meanwhile=lambda: bench.write(KEEPING), plan_file=path
        )

    assert "X" in names(bench)


def test_another_project_file_ends_it(bench: Bench, tmp_path: Path) -> None:
    bench.write("version: 1\ntags: [VIP]\n")
    project = tmp_path / "schemactl.yaml"

    def edit_project() -> None:
        text = project.read_text(encoding="utf-8")
        project.write_text(text + "    prune: true\n", encoding="utf-8")

    with pytest.raises(RefusedError, match=r"schemactl\.yaml changed while this apply waited"):
        apply_after_another(bench, before=REMOVING, meanwhile=edit_project)

    assert "X" in names(bench)
