"""`schemactl docs`: write a data dictionary of the account."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.report.dictionary_content import DictionaryContent


@click.command(
    cls=ProjectCommand,
    name="docs",
    epilog="""\b
Examples:
  schemactl docs --out dictionary.html
  schemactl docs -a production --out docs/fields.md
  schemactl docs --live --out account.html
  schemactl docs --audience client --out fields.csv
""",
)
@format_option("html", "markdown", "csv")
@click.option(
    "--audience",
    type=click.Choice(["team", "client"]),
    default="team",
    show_default=True,
    help="Readers: file names and earlier names are only for the team.",
)
@click.option("--live", is_flag=True, help="Describe what the account has instead.")
@out_option("File to write, instead of standard output; its ending chooses the format.")
@click.option(
    "--title", metavar="TEXT", help="Title of the document. Default: the account's name."
)
@project_options
def command(
    *,
    settings: Settings,
    form: str,
    audience: str,
    live: bool,
    out: Path | None,
    title: str | None,
) -> ExitCode:
    """Write a data dictionary of the account.

    Lists what the files declare: sections with their descriptions, fields with types, options
    and notes (`note:` beside a field or tag), and tags. Every field has a link of its own. The
    HTML page is one file that loads nothing else.

    With --live, reads the account and describes everything that it has, including what no file
    declares, with the notes of the files.
    """
    from datetime import UTC, datetime

    from schemactl.cli.target import open_target
    from schemactl.report.dictionary import Audience, Dictionary
    from schemactl.report.formats import DictionaryFormat, write_dictionary
    from schemactl.store.files import write_file

    form = _format_for(out, form)
    target = open_target(settings)
    dictionary = Dictionary(
        content=_content(target, settings, live=live),
        title=title or f"Fields of {target.account.name}",
        day=datetime.now(UTC).date(),
        audience=Audience(audience),
    )
    text = write_dictionary(dictionary, DictionaryFormat(form))
    if out is None:
        settings.terminal.write(text)
        return ExitCode.OK
    write_file(out, text)
    settings.terminal.note(f"Wrote the data dictionary to {out}.")
    return ExitCode.OK


_SUFFIXES: Final = MappingProxyType(
    {
        ".csv": "csv",
        ".htm": "html",
        ".html": "html",
        ".markdown": "markdown",
        ".md": "markdown",
        "": "html",
    }
)
"""The format that the end of a file's name stands for."""


def _format_for(out: Path | None, form: str) -> str:
    """Return the format that --format names, or else the one of the file's name.

    Raises:
        UsageError: Both are given and differ, or the name is of no format.
    """
    if out is None:
        return form
    source = click.get_current_context().get_parameter_source("form")
    is_chosen = source is not ParameterSource.DEFAULT
    named = _SUFFIXES.get(out.suffix.lower())
    if is_chosen and (named is None or not out.suffix or named == form):
        return form
    if is_chosen:
        msg = f"{out} looks like {named}, and --format is {form}"
        raise UsageError(msg, hint="omit --format, or choose another name for the file")
    if named is None:
        msg = f"the name {out} is of no format of a data dictionary"
        raise UsageError(msg, hint="add --format html, markdown or csv")
    return named


def _content(target: Target, settings: Settings, *, live: bool) -> DictionaryContent:
    """Describe the files, or the account with the notes of the files."""
    from schemactl.cli.target import report_warnings
    from schemactl.pipeline import read_account, validate_account
    from schemactl.report.dictionary_content import describe_files, describe_live, with_holders
    from schemactl.safety.earlier_counts import recent_usage

    loaded = validate_account(target)
    report_warnings(loaded.warnings, settings)
    content = describe_files(loaded.desired)
    if live:
        content = describe_live(read_account(target).schema, loaded.desired)
    return with_holders(content, recent_usage(target))
