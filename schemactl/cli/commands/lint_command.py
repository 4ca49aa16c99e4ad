"""`schemactl lint`: report what is valid but risky."""

from __future__ import annotations

import click

from schemactl.cli.options import (
    ProjectCommand,
    Settings,
    fleet_options,
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
@fleet_options
def command(*, settings: Settings, live: bool, strict: bool, output: Output) -> ExitCode:
    """Report what is valid but risky.

    Checks the files of all accounts unless -a names some. Contacts an account only with --live.
    Set severities under `lint: rules:` in schemactl.yaml, and waive a rule with `waive:` beside
    the field or tag.
    """
    refuse_files()
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


def _lint(settings: Settings, *, live: bool) -> tuple[tuple[Problem, ...], bool]:
    """Return what is found, each once, and whether any of it is an error."""
    from schemactl.cli.target import chosen_or_all, open_project, open_target
    from schemactl.pipeline import lint_account

    project = open_project(settings)
    names = [account.name for account in chosen_or_all(project, settings)]
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
