"""Options that several commands share, and the class of commands.

A command's function gets the shared options as one value, `settings`. Nothing here is slow to
import: choices that need the rest of the program are looked up when they are used.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from schemactl.cli.completion import accounts_at_hand
from schemactl.cli.names import NamesFrom
from schemactl.cli.numbers import ShardNumber, WholeNumber
from schemactl.cli.output import Output, check_writable
from schemactl.cli.terminal import Terminal
from schemactl.errors import InvalidFilesError
from schemactl.model.account_choice import AccountChoice
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.cli.inputs import InputFile
    from schemactl.model.schema import Schema
    from schemactl.report.formats import RenderOptions
    from schemactl.report.permit_command import PermitCommand

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The shared options of one call.

    Attributes:
        folder: The project's folder, relative to the current one.
        chdir: The folder that -C names; None without -C.
        choice: The accounts that -a, --all and --except choose.
        verbose: Whether everything is shown in full.
        terminal: Where to write, and how much.
    """

    folder: Path
    chdir: Path | None
    choice: AccountChoice
    verbose: bool
    terminal: Terminal

    @property
    def project_words(self) -> tuple[str, ...]:
        """The options that name project and account, if they were given."""
        folder = () if self.chdir is None else ("-C", str(self.chdir))
        return (*folder, *self.choice.options)

    def for_account(self, name: str) -> Settings:
        """Return the same options for one account."""
        return replace(self, choice=AccountChoice(words=(name,)))


def _choice_of(given: dict[str, Any]) -> AccountChoice:
    """Take the options that choose accounts out of those of a command."""
    return AccountChoice(
        words=tuple(given.pop("account", ())),
        everything=given.pop("every_account", False),
        excluded=tuple(given.pop("excepted", ())),
        shard=given.pop("shard", None),
    )


def refuse_repeated(command: click.Command, ctx: click.Context, args: Sequence[str]) -> None:
    """Refuse an option of one value that is given twice, instead of using the last one.

    Raises:
        UsageError: An option is repeated, or is also given before the command's name.
    """
    _, _, given = command.make_parser(ctx).parse_args(args=list(args))
    before = ctx.default_map or {}
    for param in command.params:
        if not isinstance(param, click.Option) or param.is_flag:
            continue
        if param.multiple:
            if param.name in before and param in given:
                name = max(param.opts, key=len)
                msg = f"{name} is given before and after the command: write all after it."
                raise click.UsageError(msg, ctx=ctx)
            continue
        times = given.count(param) + (param.name in before)
        if times > 1:
            name = max(param.opts, key=len)
            msg = f"{name} is given {times} times, and takes one value."
            raise click.UsageError(msg, ctx=ctx)


def refuse_files() -> None:
    """Refuse file names for a command that checks the files of the project together.

    Raises:
        UsageError: There are some.
    """
    ctx = click.get_current_context()
    if ctx.args:
        msg = f"{ctx.info_name} always checks the whole project, and takes no '{ctx.args[0]}'."
        raise click.UsageError(msg, ctx=ctx)


class ProjectCommand(click.Command):
    """A command whose function gets the shared options as `settings`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse options before the command's name that the command does not take."""
        taken = {param.name for param in self.params}
        for name in ctx.default_map or {}:
            if name not in taken:
                option = {"folder": "--chdir", "form": "--format"}.get(name, f"--{name}")
                msg = f"'{ctx.info_name}' takes no {option}."
                raise click.UsageError(msg, ctx=ctx)
        if not ctx.resilient_parsing:
            try:
                refuse_repeated(self, ctx, args)
            except click.UsageError as error:
                error.ctx = error.ctx or ctx
                raise
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Collect the shared options, then call the function.

        If the files are invalid, formats for programs get the document that `validate` writes.
        The error is raised as well, and reported to people.
        """
        given = ctx.params
        if given.get("quiet") and given.get("verbose"):
            msg = "--quiet and --verbose exclude each other."
            raise click.UsageError(msg, ctx=ctx)
        settings = Settings(
            folder=given["folder"] or folder_of_project() if "folder" in given else Path(),
            chdir=given.pop("folder", None),
            choice=_choice_of(given),
            verbose=given.pop("verbose", False),
            terminal=Terminal.of_process(quiet=given.pop("quiet", False)),
        )
        ctx.params["settings"] = settings
        self._check_outputs(ctx, settings)
        if "outputs" not in given:
            return super().invoke(ctx)
        output = Output(form=given.pop("form"), files=given.pop("outputs"))
        ctx.params["output"] = output
        try:
            outcome: object = super().invoke(ctx)
        except InvalidFilesError as error:
            output.write_problems(settings.terminal, error.problems, settings.folder)
            raise
        return outcome

    def _check_outputs(self, ctx: click.Context, settings: Settings) -> None:
        """Check that the files to write are writable, and that the command does not read them.

        Raises:
            OutputError: A file cannot be written, or is an input.
            UsageError: Two results would go to one file.
        """
        folder = settings.folder
        # For several accounts it is a folder, and the files in it are checked later.
        out: Path | None = None if settings.choice.is_fleet else ctx.params.get("out")
        results = [path for _, path in ctx.params.get("outputs", ())]
        outputs = [*results, *([] if out is None else [out])]
        if not outputs:
            return
        from schemactl.cli.inputs import project_inputs, refuse_inputs

        # Only `import` writes schema files; it refuses to replace one without --force.
        replaces_schema = "force" in ctx.params
        check_writable(results if replaces_schema else outputs)
        inputs = project_inputs(folder, outputs, schema_files=not replaces_schema)
        refuse_inputs(outputs, [*inputs, *_files_read(self, ctx)], folder)


def _files_read(command: click.Command, ctx: click.Context) -> Iterator[InputFile]:
    """Yield the existing files that the command line names as inputs."""
    from schemactl.cli.inputs import InputFile

    for param in command.params:
        if param.name in {"out", "outputs", "folder"}:
            continue
        value = ctx.params.get(param.name or "")
        for one in value if isinstance(value, tuple) else (value,):
            is_path = isinstance(one, Path) or isinstance(param, click.Argument)
            if is_path and one is not None and Path(str(one)).is_file():
                yield InputFile(Path(str(one)), "read by the same command")


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


def many_accounts_options(function: _Decorated) -> _Decorated:
    """Add -a for several accounts, --all, --except and --shard."""
    every = click.option(
        "--all",
        "every_account",
        is_flag=True,
        help="All accounts of the project, in one report.",
    )
    return chosen_options(every(excepted_option(shard_option(function))))


def chosen_options(function: _Decorated) -> _Decorated:
    """Add -a for several accounts."""
    return click.option(
        "-a",
        "--account",
        metavar="NAME",
        multiple=True,
        shell_complete=complete_choice,
        help="Account, pattern (acme-*) or label (@dental). Can be repeated.",
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


def shard_option(function: _Decorated) -> _Decorated:
    """Add --shard."""
    return click.option(
        "--shard",
        metavar="I/N",
        type=ShardNumber(),
        help="Only the accounts in part I of N; N machines with all parts do all.",
    )(function)


def verbosity_options(function: _Decorated) -> _Decorated:
    """Add -q and -v."""
    quiet = click.option(
        "-q", "--quiet", is_flag=True, help="Print only results, questions and errors."
    )
    verbose = click.option("-v", "--verbose", is_flag=True, help="Print everything in full.")
    return quiet(verbose(function))


def project_options(function: _Decorated) -> _Decorated:
    """Add -C, -a, -q and -v."""
    return folder_option(account_option(verbosity_options(function)))


def fleet_options(function: _Decorated) -> _Decorated:
    """Add -C, the choice of several accounts, -q and -v."""
    return folder_option(many_accounts_options(verbosity_options(function)))


def fleet_options_but_all(function: _Decorated) -> _Decorated:
    """Add the same without --all, for a command whose --all means something else."""
    return folder_option(chosen_options(excepted_option(verbosity_options(function))))


def jobs_option(function: _Decorated) -> _Decorated:
    """Add --jobs."""
    return click.option(
        "--jobs",
        metavar="N",
        type=WholeNumber(min=1, max=256),
        default=32,
        show_default=True,
        help="Accounts that are worked on at a time, of several.",
    )(function)


def render_options(
    settings: Settings,
    *,
    strict: bool = False,
    schema: Schema | None = None,
    permit: PermitCommand | None = None,
) -> RenderOptions:
    """Return how to write a result for the user."""
    from schemactl.report.formats import RenderOptions
    from schemactl.report.permit_command import APPLY_HERE

    return RenderOptions(
        width=settings.terminal.width,
        verbose=settings.verbose,
        strict=strict,
        folder=settings.folder,
        schema=schema,
        permit=permit or APPLY_HERE,
    )


def format_anywhere_option(function: _Decorated) -> _Decorated:
    """Add --format before the command's name; each command knows its own formats."""
    return click.option("--format", "form", metavar="FORMAT", help="Format of the result.")(
        function
    )


def allow_option(function: _Decorated) -> _Decorated:
    """Add --allow, which may be repeated and takes several names at once."""
    permissions = NamesFrom(permission_names)
    return click.option(
        "--allow",
        metavar="NAME[,NAME]",
        multiple=True,
        callback=permissions.check_lists,
        shell_complete=permissions.complete_list,
        help="Permit a hazard that the plan names. Can be repeated.",
    )(function)


def prune_option(function: _Decorated) -> _Decorated:
    """Add --prune."""
    return click.option(
        "--prune",
        is_flag=True,
        help="Also remove what an apply created and no file declares any more.",
    )(function)


def no_count_option(function: _Decorated) -> _Decorated:
    """Add --no-count."""
    return click.option(
        "--no-count",
        is_flag=True,
        help="Do not count who holds what would be destroyed.",
    )(function)


def permission_names() -> tuple[str, ...]:
    """Return what --allow accepts."""
    from schemactl.model.plan import Permission

    return tuple(map(str, Permission))
