"""`schemactl usage`: count who holds each custom field, option and tag."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode

if TYPE_CHECKING:
    from schemactl.model.count import SurveyForecast
    from schemactl.model.pace import Pace
    from schemactl.model.usage import Usage
    from schemactl.report.usage import UsageFormat


@click.command(
    cls=ProjectCommand,
    name="usage",
    epilog="""\b
Examples:
  schemactl usage -a production
  schemactl usage --unused --section Sales
  schemactl usage --sort held --format csv --out usage.csv
  schemactl usage --format html --out usage.html
""",
)
@format_option("text", "json", "csv", "html")
@click.option("--unused", is_flag=True, help="Only what no contact holds.")
@click.option(
    "--section",
    "sections",
    metavar="NAME",
    multiple=True,
    help="Only the fields of this section; may be repeated.",
)
@click.option(
    "--sort",
    type=click.Choice(["account", "name", "held"]),
    default="account",
    show_default=True,
    help="Order: as in the account, by name, or by how many hold it.",
)
@out_option("File to write, instead of standard output.")
@project_options
def command(
    *,
    settings: Settings,
    form: str,
    unused: bool,
    sections: tuple[str, ...],
    sort: str,
    out: Path | None,
) -> ExitCode:
    """Count who holds each custom field, option and tag.

    Only reads the account. It asks for each number, or reads all contacts where that takes
    fewer requests. It prints beforehand which way it counts and about how long that takes,
    and keeps the result with its date. An interrupted count goes on where it stopped. "No
    contact holds a value" does not mean that nothing uses a field: forms and automations may.
    """
    from schemactl.report.usage import Order, Selection, UsageFormat, write_usage_report
    from schemactl.store.files import write_file

    selection = Selection(only_unheld=unused, sections=frozenset(sections), order=Order(sort))
    shape = UsageFormat(form)
    text = _disarmed(write_usage_report(_count(settings, sections), shape, selection), shape)
    if out is None:
        settings.terminal.write(text)
        return ExitCode.OK
    write_file(out, text)
    settings.terminal.note(f"Wrote the usage to {out}.")
    return ExitCode.OK


def _count(settings: Settings, sections: tuple[str, ...]) -> Usage:
    from schemactl.cli.target import open_target
    from schemactl.pipeline import usage_account

    target = open_target(settings)
    return usage_account(target, _Notes(settings, target.pace), sections)


class _Notes:
    """Prints what a count of a whole account will take, and how far it is."""

    def __init__(self, settings: Settings, pace: Pace) -> None:
        self._settings = settings
        self._pace = pace

    def starts(self, forecast: SurveyForecast, total: int) -> None:
        """Print which way the numbers are counted, and about how long that takes."""
        from schemactl.report.usage import forecast_in_words

        self._settings.terminal.note(forecast_in_words(forecast, total, self._pace))

    def counted(self, usage: Usage, total: int) -> None:
        """Print how many numbers are counted."""
        self._settings.terminal.note(f"Counted {len(usage.items):,} of {total:,}.")


def _disarmed(text: str, form: UsageFormat) -> str:
    """Return the text without commands that a CI service takes out of its log."""
    from schemactl.model.log_commands import disarm, disarm_json, disarm_markup
    from schemactl.report.usage import UsageFormat

    match form:
        case UsageFormat.JSON:
            return disarm_json(text)
        case UsageFormat.HTML:
            return disarm_markup(text)
        case UsageFormat.TEXT | UsageFormat.CSV:
            return disarm(text)
