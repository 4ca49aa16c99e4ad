"""`schemactl docs`: a data dictionary of the account, from the files."""

from __future__ import annotations

from pathlib import Path

import click

from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode


@click.command(
    cls=ProjectCommand,
    name="docs",
    epilog="""\b
Examples:
  schemactl docs --out dictionary.html
  schemactl docs -a production --format markdown --out docs/fields.md
  schemactl docs --audience client --format csv --out fields.csv
""",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "markdown", "csv"]),
    default="html",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--audience",
    type=click.Choice(["team", "client"]),
    default="team",
    show_default=True,
    help="Who reads it; a client sees no file names and no earlier names.",
)
@out_option("File to write, instead of stdout.")
@click.option(
    "--title", metavar="TEXT", help="Title of the document, instead of the account's name."
)
@project_options
def command(
    *, settings: Settings, form: str, audience: str, out: Path | None, title: str | None
) -> ExitCode:
    """Write a data dictionary of the account from the files.

    Lists sections with their descriptions, fields with types, options and notes (`note:` beside
    a field or tag), tags, and where each is defined. Every field has a link of its own. The
    page is one file that loads nothing. Contacts nobody.
    """
    from datetime import UTC, datetime

    from schemactl.cli.target import open_target, tell_warnings
    from schemactl.pipeline import validate_account
    from schemactl.report.dictionary import Audience, Dictionary
    from schemactl.report.formats import DictionaryFormat, write_dictionary
    from schemactl.store.files import write_file

    target = open_target(settings)
    loaded = validate_account(target)
    tell_warnings(loaded.warnings, settings)
    dictionary = Dictionary(
        desired=loaded.desired,
        title=title or f"Fields of {target.account.name}",
        day=datetime.now(UTC).date(),
        audience=Audience(audience),
    )
    text = write_dictionary(dictionary, DictionaryFormat(form))
    if out is None:
        settings.terminal.write(text)
        return ExitCode.OK
    write_file(out, text)
    settings.terminal.note(f"The data dictionary is in {out}.")
    return ExitCode.OK
