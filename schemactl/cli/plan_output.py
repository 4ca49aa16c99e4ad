"""Writes a plan to stdout in the format asked for: the same words whoever made it."""

from __future__ import annotations

from schemactl.cli.options import Settings
from schemactl.model.plan import Plan


def write_plan(plan: Plan, form: str, settings: Settings) -> None:
    """Write a plan as text, JSON or Markdown."""
    terminal = settings.terminal
    match form:
        case "json":
            from schemactl.plan_file import plan_text

            terminal.write(plan_text(plan))
        case "markdown":
            from schemactl.report.plan_markdown import plan_markdown

            terminal.write(plan_markdown(plan))
        case _:
            from schemactl.report import plan_text as report

            terminal.write_lines(
                report.plan_text(plan, width=terminal.width, verbose=settings.verbose)
            )
