"""A run over N accounts equals N single runs, byte for byte in JSON."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemactl.account.target import Target
from schemactl.errors import SchemactlError
from schemactl.fleet.commands import drift_fleet, plan_fleet
from schemactl.fleet.work import PlanOptions
from schemactl.model.fleet import FleetCommand, FleetResult
from schemactl.model.json_text import canonical_json
from schemactl.model.plan import Permission
from schemactl.pipeline import drift_account, plan_account
from schemactl.report.json.drift import drift_json
from schemactl.report.json.fleet import fleet_json
from schemactl.store.plan import plan_text
from tests.cli.projects import edit_account
from tests.fleets import a_fleet_run, targets_of, write_fleet_project

EDITS = (
    "add-section Sales",
    "add-tag VIP",
    "add-tag Other",
    "add-section Else",
)
INVALID = "version: 1\ntags: [VIP, VIP]\n"


def single(target: Target, command: FleetCommand, *, strict: bool) -> str | None:
    """Return what the command prints for one account alone; None if it fails."""
    try:
        if command is FleetCommand.DRIFT:
            return drift_json(drift_account(target), strict=strict)
        return plan_text(plan_account(target, permissions=frozenset(Permission)).plan)
    except SchemactlError:
        return None


def together(
    targets: tuple[Target, ...], command: FleetCommand, *, strict: bool
) -> FleetResult:
    if command is FleetCommand.DRIFT:
        return drift_fleet(a_fleet_run(jobs=3), targets, strict=strict, folder="")
    every = {target.account.name: frozenset(Permission) for target in targets}
    options = PlanOptions(permissions=every)
    return plan_fleet(a_fleet_run(jobs=3), targets, options)


def break_files(folder: Path, account: str) -> None:
    """Let one account have an invalid file, if the project has that account."""
    (folder / "bad.yaml").write_text(INVALID)
    project = folder / "schemactl.yaml"
    rows = project.read_text().splitlines()
    project.write_text(
        "".join(
            f"{row.replace('base.yaml', 'bad.yaml') if f'{account}:' in row else row}\n"
            for row in rows
        )
    )


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    backend=st.sampled_from(("legacy", "rest")),
    command=st.sampled_from((FleetCommand.PLAN, FleetCommand.DRIFT)),
    edits=st.lists(st.lists(st.sampled_from(EDITS), unique=True, max_size=3), max_size=5),
    broken=st.integers(0, 6),
    strict=st.booleans(),
)
def test_many_accounts_together_equal_each_alone(
    backend: str, command: FleetCommand, edits: list[list[str]], broken: int, *, strict: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_fleet_project(folder, ["emulator"] * max(len(edits), 1), backend=backend)
        for number, lines in enumerate(edits, start=1):
            if lines:
                edit_account(folder, *lines, account=f"client-{number}")
        break_files(folder, f"client-{broken}")
        targets = targets_of(folder, {"XDG_STATE_HOME": str(folder / ".state")})
        alone = [single(target, command, strict=strict) for target in targets]
        document = json.loads(fleet_json(together(targets, command, strict=strict)))
    found = [
        None if entry["result"] is None else canonical_json(entry["result"])
        for entry in document["accounts"]
    ]
    assert found == alone
    assert [entry["account"] for entry in document["accounts"]] == [
        target.account.name for target in targets
    ]
    assert document["summary"]["failed"] == alone.count(None)
