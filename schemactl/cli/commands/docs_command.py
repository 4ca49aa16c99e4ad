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
""",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "markdown"]),
    default="html",
    show_default=True,
    help="How to write it.",
)
@out_option("File to write, instead of stdout.")
@click.option("--title", metavar="TEXT", help="What it is called, instead of by the account.")
@project_options
def command(*, settings: Settings, form: str, out: Path | None, title: str | None) -> ExitCode:
    """Write a data dictionary of the account from the files.

    Has sections with their descriptions, fields with types, options and
    notes (`note:` beside a field or tag), tags, and where each is defined. Every field has a
    link of its own. The page is one file that loads nothing. Contacts nobody.
    """
    from schemactl.cli.target import open_target, tell_warnings
    from schemactl.model.log_commands import disarm_markup
    from schemactl.pipeline import validate_account
    from schemactl.report.html import dictionary_page
    from schemactl.report.markdown.dictionary import dictionary_markdown
    from schemactl.store.files import write_file

    target = open_target(settings)
    loaded = validate_account(target)
    tell_warnings(loaded.warnings, settings)
    name = title or f"Fields of {target.account.name}"
    write = dictionary_page if form == "html" else dictionary_markdown
    text = disarm_markup(write(loaded.desired, title=name))
    if out is None:
        settings.terminal.write(text)
        return ExitCode.OK
    write_file(out, text)
    settings.terminal.note(f"The data dictionary stands in {out}.")
    return ExitCode.OK
