"""Options that choose the project and its accounts, and their completion by the shell."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from schemactl.cli.completion import accounts_at_hand
from schemactl.cli.numbers import ShardNumber
from schemactl.model.account_choice import AccountChoice

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])

DEFAULT_ACCOUNT: Final = "the project's only or default one"
EVERY_ACCOUNT: Final = "all"


def choice_of(given: dict[str, Any]) -> AccountChoice:
    """Take the options that choose accounts out of those of a command."""
    return AccountChoice(
        words=tuple(given.pop("account", ())),
        everything=given.pop("every_account", False),
        excluded=tuple(given.pop("excepted", ())),
        changed_since=given.pop("changed_since", None),
        shard=given.pop("shard", None),
    )


def folder_of_project() -> Path:
    """Return the folder of the project that the current folder is in, or the current one."""
    from schemactl.project.search import find_project

    try:
        found = find_project(Path(), home=Path("~").expanduser())
        return Path() if found is None else Path(os.path.relpath(found))
    except (
        OSError,
        RuntimeError,
    ):  # The folder was removed or is unreadable, or the user has no home.
        return Path()


def complete_account(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the accounts of the project whose name starts with the text."""
    del param
    return [name for name, _ in _known_accounts(ctx) if name.startswith(incomplete)]


def complete_choice(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the names and labels that start with the text and are not given yet."""
    from schemactl.project.selection import words_for

    given = ctx.params.get(param.name or "") or ()
    return [
        word
        for word in words_for(_known_accounts(ctx))
        if word.startswith(incomplete) and word not in given
    ]


def _known_accounts(ctx: click.Context) -> tuple[tuple[str, tuple[str, ...]], ...]:
    folder = ctx.params.get("folder") or ctx.find_root().params.get("folder")
    return accounts_at_hand(folder or folder_of_project())


def folder_option(function: _Decorated) -> _Decorated:
    """Add -C."""
    return click.option(
        "-C",
        "--chdir",
        "folder",
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of the project. Default: this one, or one above it in git.",
    )(function)


def account_option(function: _Decorated) -> _Decorated:
    """Add -a."""
    return click.option(
        "-a",
        "--account",
        metavar="NAME",
        multiple=True,
        shell_complete=complete_choice,
        help="Account of the project. Default: its only or default one.",
    )(function)


def many_accounts_options(
    function: _Decorated, *, default: str = DEFAULT_ACCOUNT
) -> _Decorated:
    """Add -a for several accounts, --all, --except, --changed-since and --shard."""
    every = click.option(
        "--all",
        "every_account",
        is_flag=True,
        help="All accounts of the project, in one report.",
    )
    others = every(excepted_option(filter_options(function)))
    return chosen_options(others, default=default)


def chosen_options(function: _Decorated, *, default: str = DEFAULT_ACCOUNT) -> _Decorated:
    """Add -a for several accounts; `default` says which are meant without it."""
    return click.option(
        "-a",
        "--account",
        metavar="NAME",
        multiple=True,
        shell_complete=complete_choice,
        help="Account, pattern (acme-*) or label (@dental). Can be repeated. Default: "
        f"{default}.",
    )(function)


def excepted_option(function: _Decorated) -> _Decorated:
    """Add --except."""
    return click.option(
        "--except",
        "excepted",
        metavar="NAME",
        multiple=True,
        shell_complete=complete_choice,
        help="Not these accounts, written as for -a. Can be repeated.",
    )(function)


def filter_options(function: _Decorated) -> _Decorated:
    """Add --changed-since and --shard."""
    changed = click.option(
        "--changed-since",
        metavar="COMMIT",
        help="Only accounts whose files changed since this branch left that commit.",
    )
    shard = click.option(
        "--shard",
        metavar="I/N",
        type=ShardNumber(),
        help="Only part I of N of the accounts; N machines with one part each do all.",
    )
    return changed(shard(function))
