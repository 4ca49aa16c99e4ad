"""The output formats, and the function that writes each result in each of them.

A writer is imported only when it is used, so that no command loads the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum, unique
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from schemactl.report.permit_command import APPLY_HERE, PermitCommand
from schemactl.report.text.lines import Line
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.errors import Problem
    from schemactl.model.drift import Drift
    from schemactl.model.fleet import FleetResult
    from schemactl.model.plan import Plan
    from schemactl.model.run import Run
    from schemactl.model.schema import Schema
    from schemactl.report.ci.findings import Finding
    from schemactl.report.dictionary import Dictionary
    from schemactl.report.repository_paths import RepositoryPaths

Rendered: TypeAlias = tuple[Line, ...] | str
"""Styled lines for people, or a whole document for programs."""
LongRendered: TypeAlias = Rendered | Iterator[str]
"""The same, or a document in parts of whole lines that need not be in memory together."""


@unique
class Format(StrEnum):
    """The output formats of a result."""

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


@unique
class DictionaryFormat(StrEnum):
    """The formats of a data dictionary."""

    HTML = "html"
    MARKDOWN = "markdown"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """Options of all formats; each format uses those that concern it.

    Attributes:
        width: Cells of a line of text.
        verbose: Whether text is shown in full.
        strict: Whether unmanaged objects count as differences.
        folder: The project's folder, seen from the current one.
        schema: The account as it was read, for pages; None if it is unknown.
        permit: The command that gives a plan permissions.
    """

    width: int
    verbose: bool = False
    strict: bool = False
    folder: Path = Path()
    schema: Schema | None = None
    permit: PermitCommand = APPLY_HERE

    @property
    def paths(self) -> RepositoryPaths:
        """Paths of files for readers outside of the project."""
        from schemactl.report.repository_paths import RepositoryPaths

        return RepositoryPaths.of(self.folder)


def write_plan(plan: Plan, form: Format, options: RenderOptions) -> Rendered:
    """Write a plan."""
    match form:
        case Format.TEXT:
            from schemactl.report.text.plan import plan_text

            return plan_text(
                plan, width=options.width, verbose=options.verbose, permit=options.permit
            )
        case Format.JSON:
            from schemactl.store.plan import plan_text as plan_json

            return plan_json(plan)
        case Format.MARKDOWN:
            from schemactl.report.markdown.plan import plan_markdown

            return plan_markdown(options.paths.plan(plan))
        case Format.HTML:
            from schemactl.report.html import plan_page

            return plan_page(options.paths.plan(plan), options.schema, permit=options.permit)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_plan

            return _write_findings(
                findings_of_plan(plan), form, options, f"plan of {plan.account}"
            )


def write_drift(drift: Drift, form: Format, options: RenderOptions) -> Rendered:
    """Write drift, or a comparison of two accounts."""
    match form:
        case Format.TEXT:
            from schemactl.report.text.drift import drift_text

            return drift_text(
                drift, width=options.width, verbose=options.verbose, strict=options.strict
            )
        case Format.JSON:
            from schemactl.report.json.drift import drift_json

            return drift_json(drift, strict=options.strict)
        case Format.MARKDOWN:
            from schemactl.report.markdown.drift import drift_markdown

            return drift_markdown(options.paths.drift(drift), strict=options.strict)
        case Format.HTML:
            from schemactl.report.html import drift_page

            return drift_page(options.paths.drift(drift), options.schema, strict=options.strict)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_drift

            found = findings_of_drift(drift, strict=options.strict)
            other = f" compared with {drift.other}"
            suite = drift.account + other if drift.other else f"drift of {drift.account}"
            return _write_findings(found, form, options, suite)


def write_fleet(fleet: FleetResult, form: Format, options: RenderOptions) -> LongRendered:
    """Write the results of many accounts."""
    match form:
        case Format.TEXT:
            from schemactl.report.text.fleet import fleet_text

            return fleet_text(
                fleet, width=options.width, verbose=options.verbose, permit=options.permit
            )
        case Format.JSON:
            from schemactl.report.json.fleet import fleet_json_parts

            return fleet_json_parts(fleet)
        case Format.MARKDOWN:
            from schemactl.report.markdown.fleet import fleet_markdown

            return fleet_markdown(options.paths.fleet(fleet))
        case Format.HTML:
            from schemactl.report.html import fleet_page

            return fleet_page(options.paths.fleet(fleet))
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            return _write_findings_of_fleet(fleet, form, options)


def _write_findings_of_fleet(
    fleet: FleetResult, form: FindingsFormat, options: RenderOptions
) -> Rendered:
    from schemactl.report.ci.fleet import findings_by_account, merged_findings, suites_of
    from schemactl.report.ci.junit import junit_suites

    match form:
        case Format.JUNIT:
            find = options.paths.findings
            return junit_suites((name, find(found)) for name, found in suites_of(fleet))
        case Format.GITLAB:  # It follows a finding by its text.
            return _write_findings(findings_by_account(fleet), form, options, "")
        case Format.SARIF | Format.GITHUB:
            return _write_findings(merged_findings(fleet), form, options, "")


def write_run(plan: Plan, run: Run, form: Format, options: RenderOptions) -> Rendered:
    """Write the result of an apply."""
    match form:
        case Format.TEXT:
            from schemactl.report.text.run import run_text

            return run_text(plan, run, width=options.width, verbose=options.verbose)
        case Format.JSON:
            from schemactl.report.json.run import run_json

            return run_json(plan, run)
        case Format.MARKDOWN:
            from schemactl.report.markdown.run import run_markdown

            return run_markdown(options.paths.plan(plan), run)
        case Format.HTML:
            from schemactl.report.html import run_page

            return run_page(options.paths.plan(plan), run, options.schema)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_run

            found = findings_of_run(plan, run)
            return _write_findings(found, form, options, f"apply to {plan.account}")


def write_problems(
    problems: Sequence[Problem], form: Format, options: RenderOptions
) -> Rendered:
    """Write the problems of files, in place of a result."""
    match form:
        case Format.MARKDOWN:
            from schemactl.report.markdown.problems import problems_markdown

            return problems_markdown(options.paths.problems(problems))
        case Format.HTML:
            from schemactl.report.html.problems import problems_page

            return problems_page(options.paths.problems(problems))
        case Format.JSON:
            from schemactl.report.json.problems import problems_json

            return problems_json(problems)
        case Format.SARIF | Format.JUNIT | Format.GITHUB | Format.GITLAB:
            from schemactl.report.ci.findings import findings_of_problems

            return _write_findings(findings_of_problems(problems), form, options, "files")
        case Format.TEXT:
            from schemactl.report.text.problems import problems_text

            return problems_text(problems, width=options.width, verbose=options.verbose)


def write_dictionary(dictionary: Dictionary, form: DictionaryFormat) -> str:
    """Write a data dictionary; a CI service finds no command in it."""
    from schemactl.model.log_commands import disarm, disarm_markup

    match form:
        case DictionaryFormat.HTML:
            from schemactl.report.html import dictionary_page

            return disarm_markup(dictionary_page(dictionary))
        case DictionaryFormat.MARKDOWN:
            from schemactl.report.markdown.dictionary import dictionary_markdown

            return disarm_markup(dictionary_markdown(dictionary))
        case DictionaryFormat.CSV:
            from schemactl.report.csv.dictionary import dictionary_csv

            return disarm(dictionary_csv(dictionary))


def _write_findings(
    findings: Sequence[Finding], form: FindingsFormat, options: RenderOptions, suite: str
) -> Rendered:
    found = options.paths.findings(findings)
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
