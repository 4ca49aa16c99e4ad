"""From the shared options to the project and account of a command; reports of warnings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from schemactl.account.target import Target
from schemactl.cli.choice import Chosen, choose
from schemactl.cli.process import this_host
from schemactl.host import never
from schemactl.project import PROJECT_FILE, Project, load_project
from schemactl.project.selection import choose_one
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.cli.options import Settings
    from schemactl.errors import Problem
    from schemactl.model.event import Listener
    from schemactl.model.plan import Permission


def open_project(settings: Settings) -> Project:
    """Read the project file; report which one if it is in a folder above the current one.

    Raises:
        InvalidFilesError: There is no project file, or it breaks a rule.
    """
    report_project(settings)
    return load_project(settings.folder)


def report_project(settings: Settings) -> None:
    """Report which project file is used if it is in a folder above the current one."""
    if settings.chdir is None and settings.folder != Path():
        file = settings.folder / PROJECT_FILE
        settings.terminal.note(f"Using {file}; paths in reports start from its folder.")


def open_target(
    settings: Settings,
    *,
    project: Project | None = None,
    listener: Listener | None = None,
    is_interrupted: Callable[[], bool] = never,
    prune: bool = False,
    counts: bool = True,
) -> Target:
    """Return the account that the options name; contacts nobody.

    Args:
        settings: The options.
        project: The project, if it was read before.
        listener: Gets an event for each step; by default, slow reading is reported on stderr.
        is_interrupted: Whether the user asked to stop.
        prune: Whether orphans are removed, whatever the project file says.
        counts: Whether a plan counts who holds what it would destroy.

    Raises:
        InvalidFilesError: There is no project file, or it breaks a rule.
        UsageError: It is unclear which account is meant.
    """
    from schemactl.cli.progress import reading_progress

    project = project or open_project(settings)
    target = Target(
        project=project,
        account=choose_one(project, settings.choice, command=_command_name()),
        host=this_host(
            listener=listener or reading_progress(settings.terminal),
            is_interrupted=is_interrupted,
        ),
    )
    target = target.with_prune(prune=True) if prune else target
    return target if counts else target.without_counts()


def chosen_or_all(project: Project, settings: Settings) -> Chosen:
    """Return the accounts that the options choose; without a choice, all of them."""
    choice = settings.choice.or_everything()
    return choose(project, replace(settings, choice=choice))


def _command_name() -> str:
    return click.get_current_context().info_name or "this command"


def permissions_of(allow: Sequence[str], settings: Settings) -> frozenset[Permission]:
    """Return the permissions that --allow gives the chosen account.

    Raises:
        UsageError: One names accounts, and the chosen one is none of them.
    """
    from schemactl.model.plan import Permission
    from schemactl.project.permissions import SCOPE, permissions_by_account

    if not any(SCOPE in word for word in allow):
        return frozenset(map(Permission, allow))
    project = load_project(settings.folder)
    account = choose_one(project, settings.choice, command=_command_name())
    return permissions_by_account(allow, [account], must_name=False)[account.name]


def report_warnings(warnings: tuple[Problem, ...], settings: Settings) -> None:
    """Report the warnings about the files, unless the user wants quiet."""
    terminal = settings.terminal
    if warnings and not terminal.quiet:
        from schemactl.report.text.problems import problems_text

        terminal.say_lines(problems_text(warnings, width=terminal.error_width))


def remind_of_interrupted_run(target: Target, settings: Settings) -> None:
    """Print a reminder of an interrupted apply: the account alone may not show it."""
    from schemactl.drift.inputs import interrupted_run_words

    if words := interrupted_run_words(target):
        settings.terminal.note(words)


def refuse_foreign(account: str) -> NoReturn:
    """Refuse a plan for an account that the project does not have."""
    from schemactl.errors import RefusedError
    from schemactl.text import quoted_short

    msg = (
        f"foreign-plan: this plan is for the account {quoted_short(account)}, which "
        "schemactl.yaml does not have; nothing was changed"
    )
    raise RefusedError(msg, hint="plan again for an account of this project")
