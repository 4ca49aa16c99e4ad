"""Paths of files from the root of the repository.

CI services look files up from there, while the project names them from its own folder.
Outside of a repository, paths start at the current folder if the files are below it;
otherwise they keep the project's names.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from schemactl.document.confinement import repository_root
from schemactl.errors import Location, Problem
from schemactl.model.difference import Notice
from schemactl.model.drift import Drift
from schemactl.model.fleet import (
    AccountFailure,
    AppliedPlan,
    Checked,
    FleetResult,
    MappedResults,
    Outcome,
    WrittenFile,
)
from schemactl.model.plan import Plan
from schemactl.model.usage import Usage
from schemactl.report.ci.findings import Finding
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class RepositoryPaths:
    """Names files from the root of the repository; `start` is the project's folder there."""

    start: str

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Find the repository of a project; `folder` is relative to the current one."""
        real = Path(os.path.realpath(folder))
        root = repository_root(folder) or Path(os.path.realpath(Path.cwd()))
        return cls(os.path.relpath(real, root) if real.is_relative_to(root) else "")

    def location(self, location: Location | None) -> Location | None:
        """Return the same place; a file beside the project (`../x.yaml`) keeps no way back."""
        return None if location is None else self._moved(location)

    def findings(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the same findings."""
        return tuple(replace(each, location=self.location(each.location)) for each in findings)

    def problems(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Return the same problems."""
        return tuple(replace(each, location=self._moved(each.location)) for each in problems)

    def plan(self, plan: Plan) -> Plan:
        """Return the same plan."""
        changes = (
            replace(each, location=self.location(each.location)) for each in plan.changes
        )
        ended = (
            replace(each, location=self.location(each.location))
            for each in plan.ends_protection
        )
        return replace(
            plan,
            changes=tuple(changes),
            notices=self._notices(plan.notices),
            ends_protection=tuple(ended),
        )

    def drift(self, drift: Drift) -> Drift:
        """Return the same drift."""
        items = (replace(each, location=self.location(each.location)) for each in drift.items)
        return replace(drift, items=tuple(items), notices=self._notices(drift.notices))

    def fleet(self, fleet: FleetResult) -> FleetResult:
        """Return the same results of many accounts."""
        results = MappedResults(
            fleet.results, lambda one: replace(one, outcome=self._outcome(one.outcome))
        )
        return replace(fleet, results=results)

    def _outcome(self, outcome: Outcome) -> Outcome:
        match outcome:
            case Plan():
                return self.plan(outcome)
            case Drift():
                return self.drift(outcome)
            case AppliedPlan():
                return replace(outcome, plan=self.plan(outcome.plan))
            case AccountFailure() | Checked():
                return replace(outcome, problems=self.problems(outcome.problems))
            case Usage() | WrittenFile():
                return outcome

    def _notices(self, notices: Sequence[Notice]) -> tuple[Notice, ...]:
        return tuple(replace(each, location=self.location(each.location)) for each in notices)

    def _moved(self, location: Location) -> Location:
        file = Path(os.path.normpath(Path(self.start, location.file))).as_posix()
        return replace(location, file=file, below=tuple(map(self._moved, location.below)))
