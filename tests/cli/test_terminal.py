"""Colours, widths and questions of the standard streams."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from schemactl.cli.terminal import MAX_WIDTH, PLAIN_WIDTH, Terminal
from schemactl.report.style import Style
from schemactl.report.text.lines import Span, line
from tests.cli.program import at_terminal, run_process

LINES = (line(Span("+ Sales", Style.ADD), " new"), line("plain"))


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def a_terminal(
    environ: dict[str, str] | None = None,
    *,
    out: StringIO | None = None,
    quiet: bool = False,
    typed: str = "",
) -> Terminal:
    return Terminal(
        out=out or Screen(),
        err=StringIO(),
        input=StringIO(typed),
        environ=environ or {},
        quiet=quiet,
    )


def written(terminal: Terminal) -> str:
    terminal.write_lines(LINES)
    assert isinstance(terminal.out, StringIO)
    return terminal.out.getvalue()


def test_a_terminal_gets_colours() -> None:
    assert written(a_terminal({"TERM": "xterm"})) == "\x1b[32m+ Sales\x1b[0m new\nplain\n"


@pytest.mark.parametrize(
    ("out", "environ"),
    [
        (StringIO(), {"TERM": "xterm"}),
        (Screen(), {"TERM": "dumb"}),
        (Screen(), {}),
        (Screen(), {"TERM": "xterm", "NO_COLOR": "1"}),
        (Screen(), {"TERM": "xterm", "NO_COLOR": "1", "FORCE_COLOR": "1"}),
        (Screen(), {"TERM": "xterm", "NO_COLOR": "1", "CLICOLOR_FORCE": "1"}),
        (Screen(), {"TERM": "xterm", "FORCE_COLOR": "0"}),
        (Screen(), {"TERM": "xterm", "FORCE_COLOR": "False", "CLICOLOR_FORCE": "1"}),
        (Screen(), {"TERM": "xterm", "CLICOLOR": "0"}),
        (StringIO(), {"TERM": "xterm", "FORCE_COLOR": "0"}),
        (StringIO(), {"TERM": "xterm", "FORCE_COLOR": ""}),
        (StringIO(), {"TERM": "xterm", "CLICOLOR_FORCE": "0"}),
        (StringIO(), {"TERM": "xterm", "CLICOLOR": "1"}),
    ],
)
def test_where_colours_are_not_wanted_the_text_is_plain(
    out: StringIO, environ: dict[str, str]
) -> None:
    assert written(a_terminal(environ, out=out)) == "+ Sales new\nplain\n"


@pytest.mark.parametrize("environ", [{"FORCE_COLOR": "1"}, {"CLICOLOR_FORCE": "1"}])
def test_colours_can_be_forced_into_a_file(environ: dict[str, str]) -> None:
    assert "\x1b[32m" in written(a_terminal(environ, out=StringIO()))


def test_an_empty_no_color_means_nothing() -> None:
    assert "\x1b[32m" in written(a_terminal({"TERM": "xterm", "NO_COLOR": ""}))


def test_a_file_has_80_columns_whatever_the_terminal_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert a_terminal(out=StringIO()).width == PLAIN_WIDTH
    assert a_terminal().width == MAX_WIDTH


def test_quiet_leaves_notes_out_and_nothing_else() -> None:
    terminal = a_terminal(quiet=True)
    terminal.note("may be missed")
    terminal.say("matters")
    terminal.say_error("went wrong\nbadly", hint="do this")
    assert isinstance(terminal.err, StringIO)
    assert terminal.err.getvalue() == "matters\nerror: went wrong\nbadly\nhint: do this\n"


@pytest.mark.parametrize(("typed", "answer"), [("yes\n", "yes"), (" no \n", "no"), ("", "")])
def test_an_answer_is_one_line_without_its_spaces(typed: str, answer: str) -> None:
    terminal = a_terminal(typed=typed)
    assert terminal.ask("Really?") == answer
    assert isinstance(terminal.err, StringIO)
    assert terminal.err.getvalue() == "Really? "


def test_an_explanation_is_laid_out_at_a_terminal_and_markdown_elsewhere(
    tmp_path: Path,
) -> None:
    with at_terminal("explain", "removes-field", folder=tmp_path) as session:
        assert session.end() == 0
    assert "\x1b[" in session.shown
    assert "`was:" not in session.shown
    assert run_process("explain", "removes-field", folder=tmp_path).out.startswith(
        "# removes-field"
    )


def test_rich_is_not_imported_where_there_is_no_terminal(tmp_path: Path) -> None:
    ended = run_process("explain", folder=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert "schemactl.document.resources" in ended.err
    assert " rich" not in ended.err
