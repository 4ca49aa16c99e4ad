"""`schemactl docs`: write a data dictionary of the account."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

import click

from schemactl.cli.file_format import choose_format
from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, fleet_options, jobs_option
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.errors import Problem
    from schemactl.fleet.commands import FileText
    from schemactl.report.dictionary_content import DictionaryContent


_FORMATS: Final = ("html", "markdown", "csv")


class _Asked(TypedDict):
    """Options of a data dictionary, as the command line has them."""

    form: str
    audience: str
    live: bool
    title: str | None


@click.command(
    cls=ProjectCommand,
    name="docs",
    epilog="""\b
Examples:
  schemactl docs --out dictionary.html
  schemactl docs -a production --out docs/fields.md
  schemactl docs --live --out account.html
  schemactl docs --audience client --out fields.csv
  schemactl docs -a @dental --format markdown --out dictionaries
""",
)
@format_option(*_FORMATS)
@click.option(
    "--audience",
    type=click.Choice(["team", "client"]),
    default="team",
    show_default=True,
    help="Readers: file names and earlier names are only for the team.",
)
@click.option(
    "--live", is_flag=True, help="Describe what the account has, not what the files declare."
)
@out_option(
    "File to write, instead of standard output; its ending chooses the format. For several "
    "accounts, a folder."
)
@click.option(
    "--title", metavar="TEXT", help="Title of the document. Default: the account's name."
)
@jobs_option
@fleet_options
def command(
    *,
    settings: Settings,
    out: Path | None,
    jobs: int,
    **asked: Unpack[_Asked],
) -> ExitCode:
    """Write a data dictionary of the account.

    Lists what the files declare: sections with their descriptions, fields with types, options
    and notes (`note:` beside a field or tag), and tags. Every field has a link of its own. The
    HTML page is one file that loads nothing else.

    With --live, reads the account and describes everything that it has, including what no file
    declares, with the notes of the files.
    """
    from schemactl.cli.target import open_target, report_warnings
    from schemactl.store.files import write_file

    if settings.choice.is_fleet:
        return _describe_many(settings, out, asked, jobs=jobs)
    form = choose_format(asked["form"], out, _FORMATS)
    made = _dictionary(open_target(settings), form, asked)
    report_warnings(made.warnings, settings)
    if out is None:
        settings.terminal.write(made.text)
        return ExitCode.OK
    write_file(out, made.text)
    settings.terminal.note(f"Wrote the data dictionary to {out}.")
    return ExitCode.OK


def _describe_many(
    settings: Settings, out: Path | None, asked: _Asked, *, jobs: int
) -> ExitCode:
    """Write a data dictionary for each account.

    Raises:
        UsageError: An option is for one account.
    """
    from schemactl.cli.fleet import FleetFiles, refuse_for_fleet, write_each
    from schemactl.model.fleet import FleetCommand

    refuse_for_fleet(settings, title=asked["title"])
    form = asked["form"]
    files = FleetFiles(
        command=FleetCommand.DOCS,
        suffix=_ENDINGS[form],
        text_for=lambda target, _: _dictionary(target, form, asked),
    )
    return write_each(settings, out, files, jobs=jobs)


def _dictionary(target: Target, form: str, asked: _Asked) -> FileText:
    from datetime import UTC, datetime

    from schemactl.fleet.commands import FileText
    from schemactl.report.dictionary import Audience, Dictionary
    from schemactl.report.formats import DictionaryFormat, write_dictionary

    content, warnings = _content(target, live=asked["live"])
    dictionary = Dictionary(
        content=content,
        title=asked["title"] or f"Fields of {target.account.name}",
        day=datetime.now(UTC).date(),
        audience=Audience(asked["audience"]),
    )
    text = write_dictionary(dictionary, DictionaryFormat(form))
    return FileText(text=text, warnings=warnings)


_ENDINGS: Final = MappingProxyType({"csv": ".csv", "html": ".html", "markdown": ".md"})


def _content(target: Target, *, live: bool) -> tuple[DictionaryContent, tuple[Problem, ...]]:
    """Describe the files, or the account with the notes of the files; return warnings, too."""
    from schemactl.pipeline import read_account, validate_account
    from schemactl.report.dictionary_content import describe_files, describe_live, with_holders
    from schemactl.safety.earlier_counts import recent_usage

    loaded = validate_account(target)
    content = describe_files(loaded.desired)
    if live:
        content = describe_live(read_account(target).schema, loaded.desired)
    return with_holders(content, recent_usage(target)), loaded.warnings
