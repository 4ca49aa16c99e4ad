"""Options that several commands share, and the class of commands.

A command's function gets the shared options as one value, `settings`. Nothing here is slow to
import: choices that need the rest of the program are looked up when they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar

import click

from schemactl.cli.choice_options import (
    EVERY_ACCOUNT,
    account_option,
    choice_of,
    chosen_options,
    excepted_option,
    filter_options,
    folder_of_project,
    folder_option,
    many_accounts_options,
)
from schemactl.cli.ineffective import Rule, refuse_ineffective
from schemactl.cli.names import NamesFrom
from schemactl.cli.numbers import WholeNumber
from schemactl.cli.output import Output, check_writable
from schemactl.cli.terminal import Terminal
from schemactl.errors import InvalidFilesError, UsageError
from schemactl.model.account_choice import AccountChoice
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.cli.inputs import InputFile
    from schemactl.model.schema import Schema
    from schemactl.report.formats import RenderOptions
    from schemactl.report.permit_command import PermitCommand

DASK: Final = "dask"
"""The engine that is a cluster."""
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

    def __init__(
        self,
        name: str | None,
        *,
        rules: Sequence[Rule] = (),
        **attributes: Any,  # noqa: ANN401 - those of `click.Command`
    ) -> None:
        """Keep which options have no effect beside others."""
        super().__init__(name, **attributes)
        self._rules = rules

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
        refuse_ineffective(self, ctx, self._rules)
        if given.get("quiet") and given.get("verbose"):
            msg = "--quiet and --verbose exclude each other."
            raise click.UsageError(msg, ctx=ctx)
        settings = Settings(
            folder=given["folder"] or folder_of_project() if "folder" in given else Path(),
            chdir=given.pop("folder", None),
            choice=choice_of(given),
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
            if not is_path or one is None:
                continue
            path = Path(str(one))
            # A folder has the plans of several accounts.
            for file in path.iterdir() if path.is_dir() else (path,):
                if file.is_file():
                    yield InputFile(file, "read by the same command")


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


def every_account_options(function: _Decorated) -> _Decorated:
    """Add those of `fleet_options`, for commands that work on all accounts by default."""
    chosen = many_accounts_options(verbosity_options(function), default=EVERY_ACCOUNT)
    return folder_option(chosen)


def fleet_options_but_all(function: _Decorated) -> _Decorated:
    """Add those of `fleet_options` without --all, which means something else there."""
    chosen = chosen_options(excepted_option(filter_options(verbosity_options(function))))
    return folder_option(chosen)


class EngineOptions(TypedDict):
    """What works on many accounts, as the command line has it."""

    jobs: int
    engine: str
    scheduler: str | None


def refuse_cluster(asked: EngineOptions) -> None:
    """Refuse a cluster for one account.

    Raises:
        UsageError: One is named.
    """
    if asked["engine"] == DASK or asked["scheduler"] is not None:
        msg = "a cluster works on several accounts, and one is chosen"
        raise UsageError(msg, hint="add --all or a label, or omit --engine and --scheduler")


def engine_options(function: _Decorated) -> _Decorated:
    """Add --jobs, --engine and --scheduler."""
    engine = click.option(
        "--engine",
        type=click.Choice(["threads", DASK]),
        default="threads",
        show_default=True,
        help="Who works on several accounts: this process, or a Dask cluster.",
    )
    scheduler = click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Address of the Dask scheduler, such as tcp://10.0.0.1:8786.",
    )
    return jobs_option(engine(scheduler(function)))


def jobs_option(function: _Decorated) -> _Decorated:
    """Add --jobs."""
    return click.option(
        "--jobs",
        metavar="N",
        type=WholeNumber(min=1, max=256),
        default=32,
        show_default=True,
        help="How many of several accounts to work on at a time.",
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
        help="Permit a hazard that the plan names; NAME=ACCOUNTS for these "
        "accounts only. Can be repeated.",
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
        help="Do not count how many contacts hold what would be destroyed.",
    )(function)


def identity_option(function: _Decorated) -> _Decorated:
    """Add --identity."""
    return click.option(
        "--identity",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Private key that age-keygen made, to read encrypted backups. "
        "Default: the file that SCHEMACTL_IDENTITY_FILE names.",
    )(function)


def permission_names() -> tuple[str, ...]:
    """Return what --allow accepts."""
    from schemactl.model.plan import Permission

    return tuple(map(str, Permission))
