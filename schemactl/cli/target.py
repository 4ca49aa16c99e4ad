"""From the shared options to the account that a command is about, and to warnings told."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from schemactl.account.target import Target
from schemactl.cli.options import Settings
from schemactl.cli.process import this_host
from schemactl.cli.progress import waiting_lines
from schemactl.errors import Problem
from schemactl.host import never
from schemactl.model.event import Listener
from schemactl.model.plan import Permission
from schemactl.project import load_project
from schemactl.report.text.problems import problems_text


def open_target(
    settings: Settings,
    *,
    listener: Listener | None = None,
    is_interrupted: Callable[[], bool] = never,
    prune: bool = False,
) -> Target:
    """Find the project and the account that the options name; contacts nobody.

    Without a listener of its own, a command says on stderr why it waits, if it does. With
    `prune`, orphans are removed whatever the project file says of the account.

    Raises:
        InvalidFilesError: There is no project file, or it breaks a rule.
        UsageError: It is not clear which account is meant.
    """
    project = load_project(settings.folder)
    target = Target(
        project=project,
        account=project.account(settings.account),
        host=this_host(
            listener=listener or waiting_lines(settings.terminal),
            is_interrupted=is_interrupted,
        ),
    )
    return target.with_prune(prune=True) if prune else target


def permissions_of(allow: Iterable[str]) -> frozenset[Permission]:
    """Turn the names that --allow gave into permissions."""
    return frozenset(map(Permission, allow))


def tell_warnings(warnings: tuple[Problem, ...], settings: Settings) -> None:
    """Tell what reading the files warned of; nothing where the user wants quiet."""
    terminal = settings.terminal
    if warnings and not terminal.quiet:
        terminal.say_lines(problems_text(warnings, width=terminal.error_width))


def remind_of_interrupted_run(target: Target, settings: Settings) -> None:
    """Print a reminder of an interrupted apply: the account alone may not show it."""
    from schemactl.drift.inputs import read_history
    from schemactl.errors import JournalError

    try:
        run = read_history(target, target.identity_at_hand).interrupted
    except JournalError as error:
        settings.terminal.note(f"{error}")
        return
    if run is not None:
        how = "was cut off" if run.end is None else "left something to put right"
        settings.terminal.note(f"The apply {run.id} {how}: the next apply finishes it.")
