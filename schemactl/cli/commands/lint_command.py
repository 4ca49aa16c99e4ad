"""`schemactl lint`: report what is valid but risky."""

from __future__ import annotations

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
from schemactl.values import replace


@click.command(
    cls=ProjectCommand,
    name="lint",
    context_settings={"allow_extra_args": True},
    epilog="""\b
Examples:
  schemactl lint
  schemactl lint --live -a production
  schemactl lint --strict --output sarif=lint.sarif
""",
)
@click.option(
    "--live", is_flag=True, help="Also read the account and report what is already done."
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@output_options("text", "json", "sarif", "junit", "github", "gitlab")
@jobs_option
@every_account_options
def command(
    *, settings: Settings, live: bool, strict: bool, output: Output, jobs: int
) -> ExitCode:
    """Report what is valid but risky.

    Checks the files of all accounts unless -a names some; --all also reports which accounts
    have each problem. Reads accounts only with --live, and then reports each one on its
    own. Set severities under `lint: rules:` in schemactl.yaml, and waive a rule with
    `waive:` beside the field or tag.
    """
    refuse_files()
    if settings.choice.is_fleet or (live and _are_several(settings)):
        return _lint_each(settings, output, live=live, strict=strict, jobs=jobs)
    from schemactl.report.formats import Format, Rendered, RenderOptions, write_problems
    from schemactl.report.text.lines import line

    found, fails = _lint(settings, live=live)
    if strict:
        found = tuple(replace(problem, severity=Severity.ERROR) for problem in found)

    def render(form: Format, look: RenderOptions) -> Rendered:
        if form is Format.TEXT and not found:
            return (line("no warnings"),)
        return write_problems(found, form, look)

    output.write(settings.terminal, render_options(settings), render)
    return ExitCode.INVALID_FILES if fails or (strict and found) else ExitCode.OK


def _are_several(settings: Settings) -> bool:
    from schemactl.cli.target import chosen_or_all
    from schemactl.project import load_project

    return len(chosen_or_all(load_project(settings.folder), settings).accounts) > 1


def _lint_each(
    settings: Settings, output: Output, *, live: bool, strict: bool, jobs: int
) -> ExitCode:
    from functools import partial

    from schemactl.cli.fleet import open_fleet, report_fleet
    from schemactl.fleet.commands import check_fleet
    from schemactl.model.fleet import FleetCommand
    from schemactl.pipeline import lint_account

    every = replace(settings, choice=settings.choice.or_everything())
    call = open_fleet(every, output, jobs=jobs)
    check = partial(lint_account, live=live)
    fleet = check_fleet(call.run, call.targets, FleetCommand.LINT, check, strict=strict)
    return report_fleet(fleet, settings, output, whole=call.whole)


def _lint(settings: Settings, *, live: bool) -> tuple[tuple[Problem, ...], bool]:
    """Return what is found, each once, and whether any of it is an error."""
    from schemactl.cli.target import chosen_or_all, open_project, open_target
    from schemactl.pipeline import lint_account

    project = open_project(settings)
    names = [account.name for account in chosen_or_all(project, settings).accounts]
    found: list[Problem] = []
    fails = False
    for name in names:
        try:
            target = open_target(settings.for_account(name), project=project)
            found.extend(lint_account(target, live=live).warnings)
        except InvalidFilesError as error:
            found.extend(error.problems)
            fails = True
    return tuple(dict.fromkeys(found)), fails
