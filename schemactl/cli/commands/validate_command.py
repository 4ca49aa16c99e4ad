"""`schemactl validate`: report every problem of the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    every_account_options,
    jobs_option,
    refuse_files,
    render_options,
)
from schemactl.cli.output import Output, output_options
from schemactl.errors import ExitCode, InvalidFilesError, Problem, Severity
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.desired.load import Loaded


@click.command(
    cls=ProjectCommand,
    name="validate",
    context_settings={"allow_extra_args": True},
    epilog="""\b
Examples:
  schemactl validate
  schemactl validate --strict --format github
  schemactl validate --format sarif > schemactl.sarif
""",
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@output_options("text", "json", "sarif", "junit", "github", "gitlab")
@jobs_option
@every_account_options
def command(*, settings: Settings, strict: bool, output: Output, jobs: int) -> ExitCode:
    """Check the files without contacting an account.

    Reports every problem of the project file and the schema files in one run, with its
    position, its code and, if known, the correct word. Checks the files of all accounts
    unless -a names some; --all also reports which accounts have each problem. Needs no
    network and no credentials.
    """
    refuse_files()
    if settings.choice.is_fleet:
        return _check_each(settings, output, strict=strict, jobs=jobs)
    checked = _check(settings)
    _write(checked, output, settings)
    fails = [one for one in checked.problems if strict or one.severity is Severity.ERROR]
    return ExitCode.INVALID_FILES if fails else ExitCode.OK


def _check_each(settings: Settings, output: Output, *, strict: bool, jobs: int) -> ExitCode:
    from schemactl.cli.fleet import open_fleet, report_fleet
    from schemactl.fleet.commands import check_fleet
    from schemactl.model.fleet import FleetCommand
    from schemactl.pipeline import validate_account

    call = open_fleet(settings, output, jobs=jobs)
    fleet = check_fleet(
        call.run, call.targets, FleetCommand.VALIDATE, validate_account, strict=strict
    )
    return report_fleet(fleet, settings, output, whole=call.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checked:
    """The problems of the files of one or more accounts; one that several share counts once."""

    problems: tuple[Problem, ...]
    loaded: tuple[Loaded, ...]


def _check(settings: Settings) -> _Checked:
    from schemactl.document.codes import ProblemCode

    problems: list[Problem] = []
    loaded: list[Loaded] = []
    try:
        for one in _load_each(settings, problems):
            loaded.append(one)
            problems.extend(one.warnings)
    except InvalidFilesError as error:
        if error.problems[0].code == ProblemCode.NO_PROJECT:
            # There is no file to count problems of; formats for programs get it all the same.
            raise
        problems.extend(error.problems)
    return _Checked(problems=tuple(dict.fromkeys(problems)), loaded=tuple(loaded))


def _load_each(settings: Settings, problems: list[Problem]) -> Iterator[Loaded]:
    """Yield the files of each account; add the problems of invalid ones to `problems`."""
    from schemactl.account.target import Target
    from schemactl.cli.process import this_host
    from schemactl.cli.target import chosen_or_all, open_project
    from schemactl.desired.parsed_files import ParsedFiles
    from schemactl.pipeline import validate_account

    project, parsed_files = open_project(settings), ParsedFiles()
    for account in chosen_or_all(project, settings).accounts:
        target = Target(
            project=project, account=account, host=this_host(), parsed_files=parsed_files
        )
        try:
            yield validate_account(target)
        except InvalidFilesError as error:
            problems.extend(error.problems)


def _write(checked: _Checked, output: Output, settings: Settings) -> None:
    from schemactl.report.formats import Format, Rendered, RenderOptions, write_problems
    from schemactl.report.text.lines import line

    def render(form: Format, look: RenderOptions) -> Rendered:
        if form is not Format.TEXT:
            return write_problems(checked.problems, form, look)
        if not checked.problems:
            return (line(f"{_count(checked.loaded)}: no problems"),)
        problems = write_problems(checked.problems, form, look)
        if any(one.severity is Severity.ERROR for one in checked.problems):
            return problems
        return (line(f"{_count(checked.loaded)}: no errors"), line(), *problems)

    output.write(settings.terminal, render_options(settings), render)


def _count(loaded: Iterable[Loaded]) -> str:
    """Return what the files declare, in numbers; what several accounts share counts once."""
    from schemactl.text import counted

    each = tuple(loaded)
    sections = {section.location for one in each for section in one.desired.sections}
    fields = {
        field.location
        for one in each
        for section in one.desired.sections
        for field in section.fields
    }
    tags = {tag.location for one in each for tag in one.desired.tags}
    files = {file for one in each for file in one.files}
    numbers = (
        counted(len(files), "file"),
        counted(len(sections), "section"),
        counted(len(fields), "field"),
        counted(len(tags), "tag"),
    )
    return ", ".join(numbers)
