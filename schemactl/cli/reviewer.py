"""The user as the reviewer of a plan: shows it, asks, and refuses what nobody can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemactl.cli.options import Settings, render_options
from schemactl.cli.output import Output
from schemactl.errors import OutputError, RefusedError
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.cli.interruption import Interruption
    from schemactl.model.plan import Plan
    from schemactl.model.recorded import FoundRun
    from schemactl.planner import PlanResult
    from schemactl.report.permit_command import PermitCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalReviewer:
    """Shows a plan and asks the user at the terminal.

    Attributes:
        settings: Where to show it.
        interruption: Armed before the first call.
        yes: Whether --yes was given.
        output: Where the result goes; a JSON result does not contain the plan.
        permit: The command that adds permissions to a plan.
    """

    settings: Settings
    interruption: Interruption
    yes: bool
    output: Output
    permit: PermitCommand

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        """Write the plan to where the result goes, and to where the question will be."""
        from functools import partial

        from schemactl.cli.target import report_warnings
        from schemactl.report.text.plan import plan_text
        from schemactl.report.text.recovered_run import found_text

        terminal, verbose = self.settings.terminal, self.settings.verbose
        show = partial(plan_text, planned.plan, verbose=verbose, permit=self.permit)
        report_warnings(planned.warnings, self.settings)
        if found is not None:
            terminal.say_lines(found_text(found, width=terminal.error_width))
        is_result, is_shown = self.output.form == "text", False
        if is_result:
            is_shown = terminal.write_lines(show(width=terminal.width))
        if not is_result or (self._will_ask(planned.plan) and not terminal.out.isatty()):
            is_shown |= terminal.say_lines(show(width=terminal.error_width))
        if not is_shown:
            _refuse_unseen(planned.plan, "output" if is_result else "error")
        if planned.plan.refusals:
            self._write_plan(planned)

    def agrees(self, planned: PlanResult, *, calls: int) -> bool:
        """Ask for the word `yes`.

        Raises:
            RefusedError: There is nobody to ask.
        """
        if not self.yes:
            if not self.settings.terminal.input.isatty():
                self._write_plan(planned)
                msg = "there is no terminal to ask on; nothing was changed"
                raise RefusedError(msg, hint="read the plan, then add --yes to apply it")
            if not self._ask(planned.plan, calls):
                self._write_plan(planned)
                return False
        self.interruption.arm()
        return True

    def _ask(self, plan: Plan, calls: int) -> bool:
        try:
            return self.settings.terminal.agrees(_question(plan, calls))
        except KeyboardInterrupt:
            self.settings.terminal.note("\nNothing was changed.")
            raise

    def _write_plan(self, planned: PlanResult) -> None:
        """Write the plan in place of the result of an apply that does not take place.

        Raises:
            OutputError: It cannot be written.
        """
        from functools import partial

        from schemactl.report.formats import write_plan

        look = render_options(self.settings, schema=planned.live, permit=self.permit)
        rendered = partial(write_plan, planned.plan)
        if self.output.form == "text":
            self.output.write_files(look, rendered)
        else:
            self.output.write(self.settings.terminal, look, rendered)

    def _will_ask(self, plan: Plan) -> bool:
        asks = bool(plan.calls or plan.first or plan.ends_protection)
        return asks and not self.yes and self.settings.terminal.input.isatty()


def _refuse_unseen(plan: Plan, stream: str) -> None:
    """Refuse a plan that destroys data and that nobody can have seen.

    Raises:
        OutputError: It would be applied, and the stream that it was written to is closed.
    """
    if (plan.hazards and not plan.refusals) or plan.ends_protection:
        msg = f"the plan destroys and could not be shown: standard {stream} is closed"
        hint = "keep it open, or send it to a file or to /dev/null; nothing was changed"
        raise OutputError(msg, hint=hint)


def _question(plan: Plan, calls: int) -> str:
    """Return the question before the first call; it repeats that data is destroyed."""
    from schemactl.report.plan_index import PlanIndex
    from schemactl.text import counted

    summary = plan.summary
    numbers = ((summary.add, "add"), (summary.change, "change"), (summary.remove, "remove"))
    parts = [", ".join(f"{number:,} to {word}" for number, word in numbers if number)]
    if calls:
        parts.append(counted(calls, "call"))
    if losses := len(PlanIndex(plan).destroying):
        parts.append(f"{counted(losses, 'change')} DESTROY{'S' if losses == 1 else ''} DATA")
    if plan.ends_protection:
        parts.append(f"ends the protection of {counted(len(plan.ends_protection), 'field')}")
    what = "; ".join(part for part in parts if part)
    return f"\nApply to {plan.account}: {what}."
