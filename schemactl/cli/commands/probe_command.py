"""`schemactl probe`: find out how the account's server behaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemactl.cli.names import format_option
from schemactl.cli.numbers import Number
from schemactl.cli.options import ProjectCommand, Settings, project_options
from schemactl.errors import ExitCode, RefusedError
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.cli.interruption import Interruption
    from schemactl.model.probe import Probed, ProbeOffer


@click.command(
    cls=ProjectCommand,
    name="probe",
    epilog="""\b
Examples:
  schemactl probe -a production
  schemactl probe -a production --yes --report findings.json
  schemactl probe -a production --yes --format json > probe.json
""",
)
@click.option("--yes", is_flag=True, help="Probe without asking.")
@click.option(
    "--report",
    "out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the findings as JSON that names no account, for an issue.",
)
@click.option(
    "--wait",
    "wait_s",
    metavar="SECONDS",
    type=Number(min=0, max=86_400),
    default=0.0,
    help="Wait for an apply on the account to end instead of failing.",
)
@format_option("text", "json")
@project_options
def command(
    *, settings: Settings, yes: bool, out: Path | None, wait_s: float, form: str
) -> ExitCode:
    """Find out how the account's server behaves.

    Much of what the service does is not public, so plans assume the worst case. This command
    finds out: it creates a few sections and fields with unmistakable names, sends calls about
    them, removes them, and keeps what it found. Plans then use it, and say so. It asks first.
    The next probe or apply removes what an interrupted one left.
    """
    from schemactl.cli.interruption import Interruption

    with Interruption(settings.terminal.err) as interruption:
        try:
            target, probed = _probe(settings, interruption, yes=yes, wait_s=wait_s)
        except KeyboardInterrupt:
            if not interruption.armed:
                raise
            return _report_interruption(settings)
    if probed is None:
        settings.terminal.say("Nothing was changed.")
        return ExitCode.REFUSED
    _write_result(target, probed, settings, form)
    return _report_result(target, probed, settings, out)


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalReviewer:
    """Shows what a probe would do, and asks the user at the terminal.

    Attributes:
        settings: Where to show it.
        interruption: Armed before the first call.
        yes: Whether --yes was given.
    """

    settings: Settings
    interruption: Interruption
    yes: bool

    def agrees(self, offer: ProbeOffer) -> bool:
        """Ask for the word `yes`.

        Raises:
            RefusedError: There is nobody to ask.
        """
        from schemactl.report.text.probe import offer_text

        terminal = self.settings.terminal
        if not (self.yes and terminal.quiet):
            terminal.say_lines(offer_text(offer, width=terminal.error_width))
        if not self.yes:
            if not terminal.input.isatty():
                msg = "there is no terminal to ask on; nothing was changed"
                raise RefusedError(msg, hint="read what it would do, then add --yes")
            if not terminal.agrees(f"\nProbe {offer.account}?"):
                return False
        self.interruption.arm()
        return True


def _probe(
    settings: Settings, interruption: Interruption, *, yes: bool, wait_s: float
) -> tuple[Target, Probed | None]:
    from schemactl.cli.progress import progress
    from schemactl.cli.target import open_target
    from schemactl.pipeline import probe_account

    reviewer = TerminalReviewer(settings=settings, interruption=interruption, yes=yes)
    with progress(settings.terminal) as listener:
        target = open_target(settings, listener=listener, is_interrupted=interruption.is_asked)
        return target, probe_account(target, reviewer, wait_s)


def _write_result(target: Target, probed: Probed, settings: Settings, form: str) -> None:
    terminal = settings.terminal
    if form == "json":
        from schemactl.model.log_commands import disarm_json
        from schemactl.report.json.probe import probe_json

        account, backend = target.account.name, target.dialect.name
        terminal.write(disarm_json(probe_json(probed, account=account, backend=backend)))
    else:
        from schemactl.report.text.probe import findings_text

        terminal.write_lines(findings_text(probed, width=terminal.width))


def _report_result(
    target: Target, probed: Probed, settings: Settings, out: Path | None
) -> ExitCode:
    from schemactl.model.run import RunStatus

    terminal = settings.terminal
    if probed.status is RunStatus.INTERRUPTED:
        terminal.note("Interrupted: what was found is not used.")
        return ExitCode.INTERRUPTED
    terminal.note(f"Wrote what was found to {target.facts_file}; plans use it from now on.")
    if out is not None:
        _write_report(target, probed, out)
        terminal.note(f"Wrote the report to {out}; it names no account.")
    return ExitCode.STOPPED if probed.left else ExitCode.OK


def _write_report(target: Target, probed: Probed, out: Path) -> None:
    from schemactl.apply.probe.session import anonymous_report
    from schemactl.store.files import write_file

    write_file(out, anonymous_report(target, probed))


def _report_interruption(settings: Settings) -> ExitCode:
    settings.terminal.say_error(
        "stopped immediately; the current call may have been executed",
        hint="the next probe or apply removes what is left of this one",
    )
    return ExitCode.INTERRUPTED
