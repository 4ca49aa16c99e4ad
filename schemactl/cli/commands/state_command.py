"""`schemactl state`: show where state is kept, and move it."""

from __future__ import annotations

import click

from schemactl.cli.choice_options import folder_option
from schemactl.cli.options import ProjectCommand, Settings, verbosity_options
from schemactl.errors import ExitCode, UsageError
from schemactl.text import counted


@click.command(
    cls=ProjectCommand,
    name="state",
    epilog="""\b
Examples:
  schemactl state
  schemactl state move s3://acme-crm-state/production
  schemactl state move .schemactl
""",
)
@click.argument("action", type=click.Choice(["show", "move"]), default="show")
@click.argument("to", metavar="[TO]", required=False)
@folder_option
@verbosity_options
def command(*, settings: Settings, action: str, to: str | None) -> ExitCode:
    """Show where state is kept, and move it.

    State is what schemactl remembers of accounts: base, journals, plans, backed-up values,
    counts. `show` prints where it is and which applies hold an account. `move` copies all
    of it to TO, compares each copy, and deletes the old one; TO is `.schemactl` or an
    address such as s3://BUCKET/PREFIX. No apply can run meanwhile. If the move is
    interrupted, run the same command again. Afterwards write `state: TO` into
    schemactl.yaml.
    """
    if action == "show":
        if to is not None:
            msg = "state show takes no address"
            raise UsageError(msg, hint="to move the state there: schemactl state move TO")
        return _show(settings)
    if to is None:
        msg = "state move needs the place to move to"
        raise UsageError(msg, hint="such as s3://BUCKET/PREFIX, or .schemactl")
    return _move(settings, to)


def _show(settings: Settings) -> ExitCode:
    from schemactl.account.shared_state import holders_of
    from schemactl.cli.process import this_host
    from schemactl.cli.target import open_project
    from schemactl.report.text.lines import Line, Span
    from schemactl.store.state.address import LOCAL

    project, terminal = open_project(settings), settings.terminal
    place = project.state or f"{LOCAL}, on this machine"
    terminal.write_lines([Line((Span(f"state: {place}"),))])
    for holder in holders_of(project, host=this_host()):
        terminal.write_lines([Line((Span(f"an apply holds an account: {holder}"),))])
    return ExitCode.OK


def _move(settings: Settings, to: str) -> ExitCode:
    from schemactl.account.shared_state import move_state
    from schemactl.cli.process import this_host
    from schemactl.cli.progress import reading_progress
    from schemactl.cli.target import open_project
    from schemactl.report.text.lines import Line, Span
    from schemactl.store.state.address import StateAddress, is_state_address

    if not is_state_address(to):
        msg = "this is not a place for state"
        hint = "write s3://BUCKET/PREFIX, gs://…, az://… or .schemactl, without credentials"
        raise UsageError(msg, hint=hint)
    terminal, project = settings.terminal, open_project(settings)
    host = this_host(listener=reading_progress(terminal))
    moved = move_state(project, StateAddress.of(to), host=host)
    documents = counted(moved.documents, "document")
    text = f"Moved {documents} to {to}, and compared each with the old one."
    terminal.write_lines([Line((Span(text),))])
    if moved.left:
        left = counted(moved.left, "document")
        terminal.note(f"{left} could not be deleted in the old place: run it again.")
    terminal.note(f"Now write into schemactl.yaml: state: {to}")
    return ExitCode.OK
