"""The formats, and what writes each result in each: the one place that knows both.

A writer is imported when it is asked for, so that no command pays for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from schemactl.report.permit_command import APPLY_HERE, PermitCommand
from schemactl.report.text.lines import Line

if TYPE_CHECKING:
    from schemactl.errors import Problem
    from schemactl.model.drift import Drift
    from schemactl.model.plan import Plan
    from schemactl.model.run import Run
    from schemactl.model.schema import Schema
    from schemactl.report.ci.findings import Finding
    from schemactl.report.repository_paths import RepositoryPaths

Rendered: TypeAlias = tuple[Line, ...] | str
"""Styled lines for people, or a whole document for programs."""


@unique
class Format(StrEnum):
    """What a result can be written as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"


FindingsFormat: TypeAlias = Literal[Format.SARIF, Format.JUNIT, Format.GITHUB, Format.GITLAB]
"""Formats of CI services, all written from one list of findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """How to write, whatever the format; each takes what concerns it.

    Attributes:
        width: Cells of a line of text.
        verbose: Whether text shortens nothing.
        strict: Whether what is unmanaged counts as a difference.
        folder: Where the named files are, from the current folder.
        schema: The account as it was read, which a page draws; None where nobody has it.
        permit: The command that gives a plan permissions.
    """

    width: int
    verbose: bool = False
    strict: bool = False
    folder: Path = Path()
    schema: Schema | None = None
    permit: PermitCommand = APPLY_HERE

    @property
    def places(self) -> RepositoryPaths:
        """Names files for those who read a report outside of the project."""
        from schemactl.report.repository_paths import RepositoryPaths

        return RepositoryPaths.of(self.folder)


def write_plan(plan: Plan, form: Format, look: RenderOptions) -> Rendered:
    """Write a plan."""
    match form:
        case Format.TEXT:
            from schemactl.report.text.plan import plan_text

            return plan_text(plan, width=look.width, verbose=look.verbose, permit=look.permit)
        case Format.JSON:
            from schemactl.store.plan import plan_text as plan_json

            return plan_json(plan)
        case Format.MARKDOWN:
            from schemactl.report.markdown.plan import plan_markdown

            return plan_markdown(look.places.plan(plan))
        case Format.HTML:
            from schemactl.report.html import plan_page

            return plan_page(look.places.plan(plan), look.schema)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_plan

            return _write_findings(
                findings_of_plan(plan), form, look, f"plan of {plan.account}"
            )


def write_drift(drift: Drift, form: Format, look: RenderOptions) -> Rendered:
    """Write drift, or what comparing two accounts found."""
    match form:
        case Format.TEXT:
            from schemactl.report.text.drift import drift_text

            return drift_text(drift, width=look.width, verbose=look.verbose, strict=look.strict)
        case Format.JSON:
            from schemactl.report.json.drift import drift_json

            return drift_json(drift, strict=look.strict)
        case Format.MARKDOWN:
            from schemactl.report.markdown.drift import drift_markdown

            return drift_markdown(look.places.drift(drift), strict=look.strict)
        case Format.HTML:
            from schemactl.report.html import drift_page

            return drift_page(look.places.drift(drift), look.schema, strict=look.strict)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_drift

            found = findings_of_drift(drift, strict=look.strict)
            other = f" compared with {drift.other}"
            suite = drift.account + other if drift.other else f"drift of {drift.account}"
            return _write_findings(found, form, look, suite)


def write_run(plan: Plan, run: Run, form: Format, look: RenderOptions) -> Rendered:
    """Write what came of an apply."""
    match form:
        case Format.TEXT:
            from schemactl.report.text.run import run_text

            return run_text(plan, run, width=look.width, verbose=look.verbose)
        case Format.JSON:
            from schemactl.report.json.run import run_json

            return run_json(plan, run)
        case Format.MARKDOWN:
            from schemactl.report.markdown.run import run_markdown

            return run_markdown(look.places.plan(plan), run)
        case Format.HTML:
            from schemactl.report.html import run_page

            return run_page(look.places.plan(plan), run, look.schema)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_run

            found = findings_of_run(plan, run)
            return _write_findings(found, form, look, f"apply to {plan.account}")


def write_problems(problems: Sequence[Problem], form: Format, look: RenderOptions) -> Rendered:
    """Write the problems of files, which stand in the way of a result."""
    match form:
        case Format.MARKDOWN:
            from schemactl.report.markdown.problems import problems_markdown

            return problems_markdown(look.places.problems(problems))
        case Format.HTML:
            from schemactl.report.html.problems import problems_page

            return problems_page(look.places.problems(problems))
        case Format.JSON:
            from schemactl.report.json.problems import problems_json

            return problems_json(problems)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_problems

            return _write_findings(findings_of_problems(problems), form, look, "files")
        case Format.TEXT:
            from schemactl.report.text.problems import problems_text

            return problems_text(problems, width=look.width, verbose=look.verbose)


def _write_findings(
    findings: Sequence[Finding], form: FindingsFormat, look: RenderOptions, suite: str
) -> Rendered:
    found = look.places.findings(findings)
    match form:
        case Format.SARIF:
            from schemactl.report.ci.sarif import sarif

            return sarif(found)
        case Format.JUNIT:
            from schemactl.report.ci.junit import junit

            return junit(found, suite=suite)
        case Format.GITLAB:
            from schemactl.report.ci.gitlab import gitlab_code_quality

            return gitlab_code_quality(found)
        case Format.GITHUB:
            from schemactl.report.ci.github import github_annotations

            return github_annotations(found)
