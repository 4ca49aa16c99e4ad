"""Saves the plans of many accounts into a folder, for a review and an apply."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from schemactl.cli.options import Settings
    from schemactl.model.fleet import FleetResult


def save_plans(fleet: FleetResult, out: Path, settings: Settings) -> None:
    """Write the plan of each account, and which command applies them.

    Raises:
        OutputError: The folder holds something else, or cannot be written.
    """
    from schemactl.model.fleet import AccountFailure
    from schemactl.model.plan import Plan
    from schemactl.store.fleet_plan import save_fleet_plan

    save_fleet_plan(
        out,
        (
            (one.account, one.outcome)
            for one in fleet.results
            if isinstance(one.outcome, Plan | AccountFailure)
        ),
    )
    folder = () if settings.chdir is None else ("-C", str(settings.chdir))
    command = shlex.join(["schemactl", "apply", *folder, str(out)])
    settings.terminal.note(f"Saved the plans to {out}. To make exactly their calls: {command}")
