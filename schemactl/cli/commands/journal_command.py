"""`schemactl journal`: show the history of applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from schemactl.cli.ineffective import Excludes
from schemactl.cli.names import format_option
from schemactl.cli.options import ProjectCommand, Settings, every_account_options
from schemactl.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemactl.model.recorded import RecordedRun


@click.command(
    cls=ProjectCommand,
    name="journal",
    rules=(Excludes(options=("item",), beside="run", why="it filters the list of applies"),),
    epilog="""\b
Examples:
  schemactl journal
  schemactl journal last
  schemactl journal -a production --item 'Sales Pipeline / Lead Status'
  schemactl journal 20260101T120000Z-1a2b3c --format json
""",
)
@click.argument("run", required=False)
@click.option(
    "--item",
    metavar="NAME",
    help="Only applies that changed this item, such as 'Sales Pipeline / Lead Status'.",
)
@format_option("text", "json")
@every_account_options
def command(*, settings: Settings, run: str | None, item: str | None, form: str) -> ExitCode:
    """Show the history of applies.

    Without RUN, lists the applies of this project, newest first: to all accounts, unless -a
    names some. RUN is the id of one, the start of its id, or 'last', and shows each of its
    calls. NAME of --item is a field, section or tag as reports name it; a section includes its
    fields. Needs no network, unless the state is in an object store.
    """
    from schemactl.report.text.journal import run_record_text, runs_text

    terminal = settings.terminal
    account, runs = _read(settings)
    settled = frozenset(name for one in runs for name in one.settled)
    if item is not None:
        item = _meant_item(runs, item, settings)
    chosen = _choose(runs, run, item)
    if form == "json":
        from schemactl.model.log_commands import disarm_json
        from schemactl.report.json.journal import journal_json

        terminal.write(disarm_json(journal_json(chosen, account=account, settled=settled)))
    elif run is None:
        lines = runs_text(chosen, account=account, width=terminal.width, item=item or "")
        terminal.write_lines(lines)
    else:
        is_settled = chosen[0].id in settled
        terminal.write_lines(
            run_record_text(chosen[0], width=terminal.width, is_settled=is_settled)
        )
    return ExitCode.OK


def _read(settings: Settings) -> tuple[str | None, tuple[RecordedRun, ...]]:
    """Read the runs of the account that is named or the only one, or of all accounts."""
    from schemactl.cli.target import chosen_or_all, open_project, open_target
    from schemactl.pipeline import read_journals

    project = open_project(settings)
    names = [each.name for each in chosen_or_all(project, settings).accounts]
    targets = [open_target(settings.for_account(each), project=project) for each in names]
    return names[0] if len(names) == 1 else None, read_journals(targets)


def _choose(
    runs: Sequence[RecordedRun], word: str | None, item: str | None
) -> tuple[RecordedRun, ...]:
    """Return the one run that a word means, or those that changed an item, or all."""
    from schemactl.report.text.journal import changes_about

    if word is not None:
        return (_find(runs, word),)
    return tuple(one for one in runs if item is None or changes_about(one, item))


def _meant_item(runs: Sequence[RecordedRun], item: str, settings: Settings) -> str:
    """Return the item that a name means in any of the spellings that reports have.

    A name that the journals do not have is returned as it is, and a similar one is printed.
    """
    from schemactl.report.text.journal import items_of
    from schemactl.text import nearest

    by_spelling = items_of(runs)
    means = by_spelling.get(item) or by_spelling.get(item.casefold()) or ()
    if len(means) == 1:
        return means[0]
    closest = nearest(item, by_spelling)
    near = means or (by_spelling[closest] if closest else ())
    if near:
        meant = " or ".join(f"'{one}'" for one in near)
        settings.terminal.note(f"Did you mean {meant}?")
    return item


def _find(runs: Sequence[RecordedRun], word: str) -> RecordedRun:
    """Return the one run that a word means.

    Raises:
        UsageError: There is none, or more than one.
    """
    found = runs[-1:] if word == "last" else [run for run in runs if run.id.startswith(word)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(run.id for run in found[:5])
        msg = f"'{word}' may mean {len(found)} runs: {names}"
        raise UsageError(msg, hint="write more of its id")
    if not runs:
        msg = "no apply is recorded in this project yet"
        raise UsageError(msg, hint="`schemactl apply` records one")
    msg = f"no apply has the id '{word}'"
    raise UsageError(msg, hint="`schemactl journal` lists all applies")
