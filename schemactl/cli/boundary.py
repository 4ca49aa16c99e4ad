"""Turn every error into a message and an exit status.

Nothing else ends the process or prints an error. The traceback of a bug goes to a file, which
the message names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import Final

import click
from click.exceptions import NoArgsIsHelpError

from schemactl.cli.group import PROGRAM, root
from schemactl.cli.terminal import Terminal, open_closed_streams
from schemactl.errors import (
    ExitCode,
    InvalidFilesError,
    OutputError,
    SchemactlError,
    UnmappedValuesError,
)
from schemactl.report.text.lines import line

MAX_VALUES: Final = 20
MAX_VALUE_LENGTH: Final = 60


def run(arguments: Sequence[str], *, program: click.Command = root) -> int:
    """Run one command and return its exit status; report every error and raise none."""
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A character that the terminal's encoding does not have is escaped, not an error.
            stream.reconfigure(errors="backslashreplace")
    terminal = Terminal.of_process()
    try:
        return _outcome(arguments, program, terminal)
    except OSError as error:
        return _report_oserror(error, terminal)
    except Exception as error:  # noqa: BLE001 - a bug: reported, and kept in a file
        return _report_bug(error, terminal)


def _outcome(arguments: Sequence[str], program: click.Command, terminal: Terminal) -> int:
    try:
        status: object = program.main(list(arguments), prog_name=PROGRAM, standalone_mode=False)
    except click.Abort:
        terminal.say_error("interrupted")
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        return _report_misuse(error, terminal)
    except SchemactlError as error:
        return _report_foreseen(error, terminal)
    return status if isinstance(status, int) else ExitCode.OK


def _report_misuse(error: click.ClickException, terminal: Terminal) -> ExitCode:
    if isinstance(error, NoArgsIsHelpError):
        terminal.say_lines(line(words) for words in error.format_message().splitlines())
        return ExitCode.USAGE
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context is not None else PROGRAM
    terminal.say_error(error.format_message(), hint=f"see {path} --help")
    return ExitCode.USAGE


def _report_foreseen(error: SchemactlError, terminal: Terminal) -> ExitCode:
    if isinstance(error, InvalidFilesError):
        from schemactl.document.codes import ProblemCode
        from schemactl.report.text.problems import problems_text

        first = error.problems[0]
        if first.code == ProblemCode.NO_PROJECT:
            # A file that does not exist has no lines.
            terminal.say_error(f"{first.message} [{first.code}]", hint=first.hint)
            return error.exit_code
        terminal.say_lines(problems_text(error.problems, width=terminal.error_width))
    else:
        terminal.say_error(str(error), hint=error.hint)
    if isinstance(error, UnmappedValuesError) and sys.stderr.isatty():
        # What contacts hold is for who sits here, and for no log.
        terminal.say_lines(line(f"  {text} ({number:,})") for text, number in _shown(error))
    return error.exit_code


def _shown(error: UnmappedValuesError) -> Iterator[tuple[str, int]]:
    """Yield the values that most records hold, shortened and safe for a terminal."""
    from schemactl.text import quoted, shortened

    for text, number in error.values[:MAX_VALUES]:
        yield quoted(shortened(text, MAX_VALUE_LENGTH)), number
    if len(error.values) > MAX_VALUES:
        left = error.values[MAX_VALUES:]
        yield f"and {len(left):,} more", sum(number for _, number in left)


def _report_oserror(error: OSError, terminal: Terminal) -> ExitCode:
    """Report that standard output cannot be written, or a bug."""
    try:
        terminal.check_written()
    except OutputError as unwritable:
        return _report_foreseen(unwritable, terminal)
    return _report_bug(error, terminal)


def _report_bug(error: Exception, terminal: Terminal) -> ExitCode:
    from schemactl.cli.crash import keep_traceback

    path = keep_traceback(error, environ=os.environ)
    where = f"details in {path}" if path else "its details could not be written to a file"
    terminal.say_error(
        f"internal error ({type(error).__name__}); {where}",
        hint="please report it, with that file; it holds no keys and no contact data",
    )
    return ExitCode.BUG
