"""Standard output, standard error and standard input, as the commands use them.

Results go to stdout, everything else to stderr. Colours come from rich, which is imported only
if colours are shown. A reader that goes away (`| head`) is no error: the rest of the output is
dropped and the command continues. Errors of stderr are ignored too, but a stdout that cannot
be written is an error. Only an apply that destroys data stops if nobody can read its plan.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import Final, Self, TextIO

from schemactl.errors import OutputError
from schemactl.model.log_commands import disarm
from schemactl.report.style import Style
from schemactl.report.text.lines import Line, Span, line, plain_text
from schemactl.values import dataclass

PLAIN_WIDTH: Final = 80
"""Width of lines in a file or pipe, independent of the terminal."""
MAX_WIDTH: Final = 120
"""Longer lines are hard to read."""
_SLICE_S: Final = 0.2
_OFF: Final = frozenset({"0", "false"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """The three standard streams, and how much to print.

    Attributes:
        out: For results.
        err: For everything else.
        input: Where an answer is read from.
        environ: Environment variables; `NO_COLOR`, `FORCE_COLOR`,
            `CLICOLOR_FORCE`, `CLICOLOR` and `TERM` are obeyed.
        quiet: Whether only results, questions and errors are shown.
    """

    out: TextIO
    err: TextIO
    input: TextIO
    environ: Mapping[str, str]
    quiet: bool = False

    @classmethod
    def of_process(cls, *, quiet: bool = False) -> Self:
        """Return the current streams of the process."""
        return cls(
            out=sys.stdout, err=sys.stderr, input=sys.stdin, environ=os.environ, quiet=quiet
        )

    @property
    def width(self) -> int:
        """Cells of a line on stdout."""
        return _width(self.out)

    @property
    def error_width(self) -> int:
        """Cells of a line on stderr."""
        return _width(self.err)

    def shows_colours(self, stream: TextIO) -> bool:
        """Whether a stream gets colours: if the user wants them, and by default on a terminal.

        `NO_COLOR` decides first (no-color.org), then `FORCE_COLOR`, where `0` and `false`
        mean no colours, as Node reads it, then `CLICOLOR_FORCE` and `CLICOLOR`
        (bixense.com/clicolors).
        """
        if self.environ.get("NO_COLOR"):
            return False
        if forced := self.environ.get("FORCE_COLOR"):
            return forced.lower() not in _OFF
        if self.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
            return True
        return self.environ.get("CLICOLOR") != "0" and self.can_move_cursor(stream)

    def can_move_cursor(self, stream: TextIO) -> bool:
        """Whether a stream is a terminal on which a line can be overwritten."""
        return stream.isatty() and self.environ.get("TERM", "dumb") != "dumb"

    def write(self, text: str) -> None:
        """Write a result for programs unchanged, as UTF-8 whatever the locale is.

        The caller has made commands to CI services in it harmless, see `model.log_commands`;
        for all other text this class does so.

        JSON and YAML are UTF-8 by definition, and a file or pipe gets the same bytes that
        `--out` writes. A terminal gets what it can show.

        Raises:
            OutputError: It cannot be written; the same applies to all methods `write…`.
        """
        if isinstance(self.out, TextIOWrapper) and not self.out.isatty():
            # A lone surrogate becomes \udXXX, as in JSON.
            self.out.reconfigure(encoding="utf-8", errors="backslashreplace")
        self._write(text)

    def write_text(self, text: str) -> bool:
        """Write a part of a result that people read; return whether anybody can read it."""
        return self._write(disarm(text))

    def _write(self, text: str) -> bool:
        try:
            return _put(self.out, text)
        except OSError as error:
            raise _unwritable(self.out, error) from error

    def write_lines(self, lines: Iterable[Line]) -> bool:
        """Write a part of a result that people read, with colours where they are shown.

        Returns whether anybody can read it: not where the stream is closed.
        """
        return self.write_text(self._rendered(lines, self.out))

    def check_written(self) -> None:
        """Flush stdout.

        Raises:
            OutputError: Something that others wrote cannot be written.
        """
        try:
            _put(self.out, "")
        except OSError as error:
            raise _unwritable(self.out, error) from error

    def say_lines(self, lines: Iterable[Line]) -> bool:
        """Print lines that are no result and that quiet users need, too.

        Returns whether anybody can read them.
        """
        return self._tell(self._rendered(lines, self.err))

    def say(self, text: str, style: Style = Style.PLAIN) -> None:
        """Print one line that is no result and that quiet users need, too."""
        self.say_lines([line(Span(text, style))])

    def note(self, text: str, style: Style = Style.DIM) -> None:
        """Print one line that quiet users do not need."""
        if not self.quiet:
            self.say(text, style)

    def say_error(self, message: str, *, hint: str | None = None) -> None:
        """Print an error and what to do about it."""
        first, *rest = message.splitlines() or [""]
        self.say_lines([line(Span("error:", Style.ERROR), f" {first}")])
        self.say_lines(line(more) for more in rest)
        if hint is not None:
            self.say_lines([line(Span("hint:", Style.BOLD), f" {hint}")])

    def ask(self, question: str) -> str:
        """Ask on stderr and return the answer; the end of the input counts as an empty one.

        What was typed on a terminal before the question is no answer to it.
        """
        keyboard = self._keyboard()
        if keyboard is not None:
            import termios  # Not everywhere, and only for questions.

            termios.tcflush(keyboard, termios.TCIFLUSH)
        self._tell(f"{question} ")
        # In slices; otherwise a Ctrl-C right before reading would be lost.
        while keyboard is not None and not select.select([keyboard], [], [], _SLICE_S)[0]:
            pass
        return self.input.readline().strip()

    def agrees(self, question: str) -> bool:
        """Ask for the word `yes`; report another answer."""
        answer = self.ask(f"{question} Type 'yes' to continue:")
        if answer and answer != "yes":
            from schemactl.text import quoted_short

            self.note(f"You typed {quoted_short(answer)}.")
        return answer == "yes"

    def _keyboard(self) -> int | None:
        """Return the number of the open terminal that answers come from, if it is one."""
        if os.name != "posix" or not self.input.isatty():
            return None
        try:
            return self.input.fileno()
        except OSError:  # Only an imitation of a terminal.
            return None

    def _tell(self, text: str) -> bool:
        try:
            return _put(self.err, disarm(text))
        except OSError:
            _drop_the_rest(self.err)
            return False

    def _rendered(self, lines: Iterable[Line], stream: TextIO) -> str:
        if not self.shows_colours(stream):
            return plain_text(lines)
        from schemactl.cli.colours import coloured_text

        return coloured_text(lines)


def _width(stream: TextIO) -> int:
    if not stream.isatty():
        return PLAIN_WIDTH
    import shutil  # It loads every way to compress.

    return min(shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns, MAX_WIDTH)


def _put(stream: TextIO, text: str) -> bool:
    """Write a text; return whether anybody can read it."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _drop_the_rest(stream)
        return False
    return not isinstance(stream, _ClosedStream) and not _has_lost_its_reader(stream)


def _has_lost_its_reader(stream: TextIO) -> bool:
    """Whether a stream is a pipe whose other end is closed, even if writing succeeded."""
    if os.name != "posix":
        return False
    try:
        descriptor = stream.fileno()
    except OSError:  # Only an imitation of a stream.
        return False
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(found & (select.POLLERR | select.POLLHUP) for _, found in poll.poll(0))


class _ClosedStream(TextIOWrapper):
    """Replaces a standard stream that was closed before the start; drops what is written."""

    def __init__(self) -> None:
        super().__init__(Path(os.devnull).open("wb"), encoding="utf-8")  # noqa: SIM115


def _unwritable(stream: TextIO, error: OSError) -> OutputError:
    _drop_the_rest(stream)
    return OutputError(f"standard output cannot be written: {error.strerror or error}")


def _drop_the_rest(stream: TextIO) -> None:
    """Discard what is still buffered; otherwise Python reports an error at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def open_closed_streams() -> None:
    """Replace each standard stream that was closed before the start (`>&-`) by an empty one.

    Otherwise the next file that is opened would get its number.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")
    if sys.stdout is None:
        sys.stdout = _ClosedStream()
    if sys.stderr is None:
        sys.stderr = _ClosedStream()
