"""`schemactl init`: create a sample project, or a CI recipe."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.choice_options import folder_option
from schemactl.cli.ineffective import Requires
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.errors import ExitCode, UsageError
from schemactl.project.settings import PROJECT_FILE

if TYPE_CHECKING:
    from schemactl.project import Project
    from schemactl.project.recipes import RecipeAccount, RecipePlan
    from schemactl.project.starter import Written


@click.command(
    cls=ProjectCommand,
    name="init",
    rules=(Requires(options=("source",), other="service"),),
    epilog="""\b
Examples:
  schemactl init
  schemactl init my-project && cd my-project && schemactl plan
  schemactl init --ci github --install-from git+https://…@COMMIT
""",
)
@click.argument(
    "folder_to_fill",
    metavar="[DIR]",
    required=False,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option(
    "--ci",
    "service",
    type=click.Choice(["github", "github-fleet", "gitlab", "gitlab-fleet"]),
    help="Write a recipe for this CI service: plans on pull requests, applies, drift reports;"
    " -fleet for many accounts in one comment and one page.",
)
@click.option(
    "--install-from",
    "source",
    metavar="WHEEL|GIT",
    help="The package that the recipe installs: a wheel in the repository or"
    " git+https://…@COMMIT.",
)
@folder_option
@verbosity_options
def command(
    *,
    settings: Settings,
    folder_to_fill: Path | None,
    service: str | None,
    source: str | None,
) -> ExitCode:
    """Create a sample project that works without a network.

    Writes an agency's sales pipeline to DIR or the current folder. The project uses the
    embedded account, so it needs no network and no key. Nothing is overwritten: if one of the
    files exists, none is written.

    With --ci, adds a recipe to an existing project, with jobs for every account that is not
    embedded. The recipe does not install schemactl by its name from a package index, so --ci
    requires --install-from.
    """
    from schemactl.project.starter import write_starter

    _check_source(service, source)
    folder = (settings.chdir or Path()) / (folder_to_fill or "")
    if service is None or source is None:
        _report_project(write_starter(folder), folder, settings)
    else:
        plan, written = _write_recipe(folder, service, source, settings)
        _report_recipe(plan, written, settings)
    return ExitCode.OK


def _check_source(service: str | None, source: str | None) -> None:
    """Check that --ci is given with --install-from."""
    if service is not None and source is None:
        from schemactl.project.install_source import SOURCE_FORMS

        msg = "--ci requires --install-from, the package that the recipe installs"
        raise UsageError(msg, hint=SOURCE_FORMS)


def _write_recipe(
    folder: Path, service: str, source: str, settings: Settings
) -> tuple[RecipePlan, tuple[Path, ...]]:
    if not (folder / PROJECT_FILE).exists():
        msg = f"there is no {PROJECT_FILE} here, and a recipe is for an existing project"
        raise UsageError(msg, hint="run `schemactl init` first, and describe a real account")
    from schemactl import __version__
    from schemactl.project import load_project
    from schemactl.project.install_source import parse_source
    from schemactl.project.recipes import RecipePlan, Service, repository_of, write_recipe

    project = load_project(folder)
    plan = RecipePlan(
        service=Service(service),
        accounts=_accounts_with_jobs(project, settings),
        checked=tuple(account.name for account in project.accounts),
        source=parse_source(source, top=repository_of(folder), version=__version__),
    )
    return plan, write_recipe(plan, folder)


def _accounts_with_jobs(project: Project, settings: Settings) -> tuple[RecipeAccount, ...]:
    """Return the accounts that a CI service can reach; report why others get no jobs."""
    from schemactl.project import FromEnvironment
    from schemactl.project.recipes import RecipeAccount

    found: list[RecipeAccount] = []
    for account in project.accounts:
        if account.is_embedded:
            settings.terminal.note(f'"{account.name}" gets no jobs: it is an embedded account')
        elif isinstance(account.credentials, FromEnvironment):
            prefix = account.credentials.prefix
            found.append(RecipeAccount(name=account.name, prefix=prefix))
        else:
            settings.terminal.note(
                f'"{account.name}" gets no jobs: its key is kept on this machine; '
                "write credentials: {env: …} for it"
            )
    if not found:
        msg = "no account of this project can be reached from CI, so no recipe was written"
        hint = f"describe a real account in {PROJECT_FILE}, with credentials: {{env: …}}"
        raise UsageError(msg, hint=hint)
    return tuple(found)


def _report_project(written: Written, folder: Path, settings: Settings) -> None:
    terminal = settings.terminal
    terminal.write_text("".join(f"wrote {folder / name}\n" for name in written.files))
    if written.lines_to_ignore:
        lines = " and ".join(written.lines_to_ignore)
        terminal.note(f"Add these lines to {folder / '.gitignore'}: {lines}")
    terminal.note("")
    for words in _next_steps(folder):
        terminal.note(words)


def _report_recipe(plan: RecipePlan, written: tuple[Path, ...], settings: Settings) -> None:
    from schemactl.project.recipes import secrets_of

    terminal = settings.terminal
    terminal.write_text("".join(f"wrote {os.path.relpath(path)}\n" for path in written))
    terminal.note("")
    for words in secrets_of(plan):
        terminal.note(words)


def _next_steps(folder: Path) -> tuple[str, ...]:
    where = "" if folder == Path() else f"-C {shlex.quote(str(folder))} "
    return (
        "Next, on the embedded account, where nothing can be broken:",
        f"  schemactl {where}plan",
        f"  schemactl {where}apply",
        f"  schemactl {where}drift",
    )
