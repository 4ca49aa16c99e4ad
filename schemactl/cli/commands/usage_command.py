"""`schemactl usage`: count who holds each custom field, option and tag."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

from schemactl.cli.file_format import choose_format
from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, fleet_options, jobs_option
from schemactl.cli.output import out_option
from schemactl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.model.count import SurveyForecast
    from schemactl.model.pace import Pace
    from schemactl.model.usage import Usage
    from schemactl.report.usage import Selection, UsageFormat


_FORMATS: Final = ("text", "json", "csv", "html")


@click.command(
    cls=ProjectCommand,
    name="usage",
    epilog="""\b
Examples:
  schemactl usage -a production
  schemactl usage --unused --section Sales
  schemactl usage --sort held --format csv
  schemactl usage --out usage.html
  schemactl usage --all --format csv --out usage
""",
)
@format_option(*_FORMATS)
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
@out_option("File to write, whose ending chooses the format; for several accounts, a folder.")
@jobs_option
@fleet_options
def command(
    *,
    settings: Settings,
    form: str,
    unused: bool,
    sections: tuple[str, ...],
    sort: str,
    out: Path | None,
    jobs: int,
) -> ExitCode:
    """Count who holds each custom field, option and tag.

    Only reads the account. It asks for each number, or reads all contacts where that takes
    fewer requests. It prints beforehand which way it counts and about how long that takes,
    and keeps the result with its date. Run it again to continue an
    interrupted count. "No contact holds a value" does not mean that nothing uses a field: forms
    and automations may.
    """
    from schemactl.report.usage import Order, Selection, UsageFormat, select_usage
    from schemactl.store.files import write_file

    selection = Selection(only_unheld=unused, sections=frozenset(sections), order=Order(sort))
    if settings.choice.is_fleet:
        return _count_many(settings, UsageFormat(form), selection, out, jobs=jobs)
    shape = UsageFormat(choose_format(form, out, _FORMATS))
    text = _text(select_usage(_count(settings, sections), selection), shape)
    if out is None:
        settings.terminal.write(text)
        return ExitCode.OK
    write_file(out, text)
    settings.terminal.note(f"Wrote the usage to {out}.")
    return ExitCode.OK


def _count_many(
    settings: Settings, shape: UsageFormat, selection: Selection, out: Path | None, *, jobs: int
) -> ExitCode:
    """Count in each account; write a report of all, or with --out a file for each.

    Raises:
        UsageError: The format has no report of several accounts.
    """
    from schemactl.cli.fleet import FleetFiles, open_fleet, report_fleet, write_each
    from schemactl.cli.output import Output
    from schemactl.fleet.commands import FileText, usage_fleet
    from schemactl.model.fleet import FleetCommand
    from schemactl.pipeline import usage_account
    from schemactl.report.usage import UsageFormat, select_usage

    def count(target: Target) -> Usage:
        found = usage_account(target, _Silence(), tuple(sorted(selection.sections)))
        return select_usage(found, selection)

    if out is not None:
        files = FleetFiles(
            command=FleetCommand.USAGE,
            suffix=_ENDINGS[shape],
            text_for=lambda target, _: FileText(text=_text(count(target), shape)),
        )
        return write_each(settings, out, files, jobs=jobs)
    if shape not in {UsageFormat.TEXT, UsageFormat.JSON}:
        msg = f"--format {shape} writes a file for each account, and no folder is named"
        raise UsageError(msg, hint="add --out with the name of a folder")
    output = Output(form=shape)
    call = open_fleet(settings, output, jobs=jobs)
    fleet = usage_fleet(call.run, call.targets, count)
    return report_fleet(fleet, settings, output, whole=call.whole)


class _Silence:
    """Prints nothing of a count, because many accounts are counted at once."""

    def starts(self, forecast: SurveyForecast, total: int) -> None:
        """Ignore which way the numbers are counted."""

    def counted(self, usage: Usage, total: int) -> None:
        """Ignore how many numbers are counted."""


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


_ENDINGS: Final = MappingProxyType(
    {"csv": ".csv", "html": ".html", "json": ".json", "text": ".txt"}
)


def _text(usage: Usage, form: UsageFormat) -> str:
    """Return the report without commands that a CI service takes out of its log."""
    from schemactl.model.log_commands import disarm, disarm_json, disarm_markup
    from schemactl.report.usage import UsageFormat, write_usage

    text = write_usage(usage, form)
    match form:
        case UsageFormat.JSON:
            return disarm_json(text)
        case UsageFormat.HTML:
            return disarm_markup(text)
        case UsageFormat.TEXT | UsageFormat.CSV:
            return disarm(text)
