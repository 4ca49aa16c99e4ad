"""Where a command's result goes: to stdout in one format, and to any number of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from schemactl.cli.names import format_option, suggest_format
from schemactl.cli.terminal import Terminal
from schemactl.errors import OutputError
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.errors import Problem
    from schemactl.report.formats import Format, LongRendered, RenderOptions

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])

REPORTS: Final = ("text", "json", "markdown", "html", "sarif", "junit", "github", "gitlab")
"""Formats of the commands that report a result."""
STDOUT: Final = Path("-")
_FILE_WIDTH: Final = 100
_DEFAULT: Final = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where the result goes.

    Attributes:
        form: The format of stdout.
        files: Format and place of each file, in the order given.
    """

    form: str = _DEFAULT
    files: tuple[tuple[str, Path], ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The options that lead to this, unless they are the default."""
        form = () if self.form == _DEFAULT else ("--format", self.form)
        files = (word for name, path in self.files for word in ("--output", f"{name}={path}"))
        return (*form, *files)

    def write(
        self,
        terminal: Terminal,
        look: RenderOptions,
        render: Callable[[Format, RenderOptions], LongRendered],
    ) -> None:
        """Write the result to stdout, then to files, so that a full disk does not lose it.

        Raises:
            OutputError: A file cannot be written; its previous content is kept.
        """
        from schemactl.report.formats import Format

        form = Format(self.form)
        _print(terminal, _disarmed(render(form, look), form))
        self.write_files(look, render)

    def write_files(
        self, look: RenderOptions, render: Callable[[Format, RenderOptions], LongRendered]
    ) -> None:
        """Write only the files.

        Raises:
            OutputError: As for `write`.
        """
        if not self.files:
            return
        from schemactl.report.formats import Format
        from schemactl.store.files import write_file
        from schemactl.values import replace

        wide = replace(look, width=_FILE_WIDTH)
        for form, path in self.files:
            written = _disarmed(render(Format(form), wide), Format(form))
            write_file(path, _whole(written))

    def write_problems(
        self, terminal: Terminal, problems: Sequence[Problem], folder: Path
    ) -> None:
        """Write problems instead of a result for programs.

        People get the problems on stderr, so formats for people are written only to files.

        Raises:
            OutputError: As for `write`.
        """
        from schemactl.report.formats import Format, RenderOptions, write_problems

        look = RenderOptions(width=_FILE_WIDTH, folder=folder)
        if self.form not in _FOR_PEOPLE:
            form = Format(self.form)
            _print(terminal, _disarmed(write_problems(problems, form, look), form))
        self.write_files(look, lambda form, given: write_problems(problems, form, given))


_FOR_PEOPLE: Final = frozenset({"text", "markdown", "html"})


def check_writable(paths: Sequence[Path]) -> None:
    """Check that files can be written, without writing any.

    Raises:
        OutputError: One cannot be: it is a folder, or there is none, or it is not permitted.
    """
    for path in paths:
        try:
            reason, hint = _why_not_writable(path)
        except OSError as error:
            reason, hint = error.strerror or str(error), ""
        if reason:
            msg = f"{path} cannot be written: {reason}"
            raise OutputError(msg, hint=hint)


def _why_not_writable(path: Path) -> tuple[str, str]:
    """Return why a file cannot be written, and a hint; both are empty if it can."""
    folder = Path(os.path.realpath(path)).parent
    if path.is_dir():
        return "it is a folder", ""
    if not folder.is_dir():
        return f"there is no folder {path.parent}", f"create it: mkdir -p {path.parent}"
    if not os.access(path if path.exists() else folder, os.W_OK):
        return "permission denied", ""
    return "", ""


class _OutputFile(click.ParamType[tuple[str, Path]]):
    """One NAME=FILE."""

    name = "NAME=FILE"

    def __init__(self, formats: Sequence[str]) -> None:
        self._formats = formats

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, Path]:
        """Split a value into format and path."""
        form, equals, file = str(value).partition("=")
        if form not in self._formats:
            meant = suggest_format(form, self._formats)
            listed = ", ".join(self._formats)
            self.fail(f"'{form}' is not a format; choose from {listed}.{meant}", param, ctx)
        if not equals or not file:
            self.fail(f"'{value}' names no file: write {form}=FILE.", param, ctx)
        if file == "-":
            self.fail(f"stdout has --format: write --format {form}.", param, ctx)
        return form, Path(file)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """Return the formats that start with the text; the shell completes file names."""
        del ctx, param
        return list(_completions(self._formats, incomplete))


def _completions(
    formats: Sequence[str], incomplete: str
) -> Iterator[click.shell_completion.CompletionItem]:
    for form in formats:
        if form.startswith(incomplete):
            yield click.shell_completion.CompletionItem(f"{form}=")


def output_options(*formats: str) -> Callable[[_Decorated], _Decorated]:
    """Add --format with these formats, the first being the default, and --output."""

    def add(function: _Decorated) -> _Decorated:
        form = format_option(*formats)
        files = click.option(
            "--output",
            "outputs",
            multiple=True,
            metavar="NAME=FILE",
            type=_OutputFile(formats),
            help="Also write the result to FILE in the format NAME. Can be repeated.",
        )
        return form(files(function))

    return add


def out_option(words: str, *, in_place_of: str = "") -> Callable[[_Decorated], _Decorated]:
    """Add --out FILE, a folder for several accounts.

    The value `-` means stdout and becomes None, as if the option were missing.

    Args:
        words: The help.
        in_place_of: The option that prints this result to stdout, if stdout has another one.
    """

    def none_for_stdout(
        ctx: click.Context, param: click.Parameter, value: Path | None
    ) -> Path | None:
        if value == STDOUT and in_place_of:
            msg = f"stdout has the report: write {in_place_of} instead."
            raise click.BadParameter(msg, ctx=ctx, param=param)
        return None if value == STDOUT else value

    return click.option(
        "--out",
        metavar="FILE",
        type=click.Path(allow_dash=True, path_type=Path),
        callback=none_for_stdout,
        help=words,
    )


def _print(terminal: Terminal, rendered: LongRendered) -> None:
    if isinstance(rendered, tuple):
        terminal.write_lines(rendered)
        return
    for part in (rendered,) if isinstance(rendered, str) else rendered:
        terminal.write(part)


def _disarmed(rendered: LongRendered, form: Format) -> LongRendered:
    """Make commands to CI services harmless; for lines, the terminal does so."""
    if isinstance(rendered, tuple):
        return rendered
    if not isinstance(rendered, str):
        return map(partial(_disarmed_text, form=form), rendered)
    return _disarmed_text(rendered, form)


def _disarmed_text(rendered: str, form: Format) -> str:
    from schemactl.model.log_commands import disarm_json, disarm_markup
    from schemactl.report.formats import Format

    match form:
        case Format.JSON | Format.SARIF | Format.GITLAB:
            return disarm_json(rendered)
        case Format.MARKDOWN | Format.HTML | Format.JUNIT:
            return disarm_markup(rendered)
        case Format.TEXT | Format.GITHUB:
            # Annotations are commands; their contents are escaped where they are made.
            return rendered


def _whole(rendered: LongRendered) -> str:
    from schemactl.report.text.lines import plain_text

    return plain_text(rendered) if isinstance(rendered, tuple) else "".join(rendered)
