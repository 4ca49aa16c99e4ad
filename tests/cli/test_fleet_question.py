"""The one question of an apply to many accounts, and what keeps it from being asked unseen."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path
from typing import TextIO

import pytest

from schemactl.apply import ApplyOptions
from schemactl.cli.fleet_apply import FleetOptions, apply_many, undo_many
from schemactl.cli.options import EngineOptions, Settings
from schemactl.cli.output import Output
from schemactl.cli.terminal import Terminal
from schemactl.errors import ExitCode, OutputError, UnreportedError
from schemactl.model.account_choice import AccountChoice
from schemactl.report.text.fleet_review import review_totals
from tests.builders import a_hazard, a_plan
from tests.cli.program import run
from tests.cli.test_progress import Screen
from tests.fleets import write_fleet_project
from tests.unit.report.test_fleet_reports import FAX, adding, removing

BASE = "version: 1\nsections: [{name: Sales, fields: [{name: Budget, type: price}]}]\n"
REMOVED = """\
version: 1
sections: [{name: Sales, fields: [{name: Level, type: text}]}]
removed: {fields: [{section: Sales, name: Budget}]}
"""


class Keyboard(io.StringIO):
    """What the user types; there is nothing to wait for."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


class CtrlC(Keyboard):
    """The user presses Ctrl-C instead of an answer."""

    def fileno(self) -> int:
        raise KeyboardInterrupt


class Watching(Keyboard):
    """Notes which threads draw a table when an answer is read."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.drawing: list[list[str]] = []

    def fileno(self) -> int:
        names = [each.name for each in threading.enumerate()]
        self.drawing.append([name for name in names if "_draw" in name])
        return super().fileno()


def without_reader() -> TextIO:
    """Return a pipe whose reader is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


class Asked:
    """An apply to three embedded accounts by a user at a terminal."""

    def __init__(self, folder: Path, *, rollout: str = "") -> None:
        write_fleet_project(folder, ["emulator"] * 3, base=BASE)
        project = folder / "schemactl.yaml"
        project.write_text(project.read_text() + rollout)
        self.folder = folder
        self.err = Screen()

    def apply(
        self,
        keyboard: TextIO,
        *,
        yes: bool = False,
        out: TextIO | None = None,
        allow: tuple[str, ...] = (),
        output: Output | None = None,
    ) -> ExitCode:
        settings = self._settings(keyboard, out or Screen(), term="dumb")
        options = self._options(allow, yes=yes)
        return apply_many(settings, output or Output(), options)

    def undo(self, keyboard: TextIO, *, allow: tuple[str, ...]) -> ExitCode:
        settings = self._settings(keyboard, Screen(), term="xterm")
        return undo_many(settings, Output(), self._options(allow, yes=False), overwrites=False)

    def _settings(self, keyboard: TextIO, out: TextIO, *, term: str) -> Settings:
        environ = {"TERM": term, "COLUMNS": "100", "NO_COLOR": "1"}
        terminal = Terminal(out=out, err=self.err, input=keyboard, environ=environ)
        return Settings(
            folder=self.folder,
            chdir=self.folder,
            choice=AccountChoice(everything=True),
            verbose=False,
            terminal=terminal,
        )

    def _options(self, allow: tuple[str, ...], *, yes: bool) -> FleetOptions:
        engine: EngineOptions = {"jobs": 2, "engine": "threads", "scheduler": None}
        return FleetOptions(each=ApplyOptions(), allow=allow, engine=engine, yes=yes)


def test_only_the_number_of_accounts_goes_on(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    assert asked.apply(Keyboard("yes\n")) is ExitCode.REFUSED
    assert "Apply to 3 accounts: 6 to add; 3 calls." in asked.err.getvalue()
    assert "not 3." in asked.err.getvalue()
    assert asked.apply(Keyboard("\n")) is ExitCode.REFUSED
    assert asked.apply(Keyboard("3\n")) is ExitCode.OK


def test_no_table_is_drawn_over_the_question(tmp_path: Path) -> None:
    """The progress counts accounts of which some are not worked on: its table is closed."""
    asked = Asked(tmp_path)
    assert asked.apply(Keyboard("3\n")) is ExitCode.OK
    allow = ("removes-field=*", "removes-section=*", "many-removals=*")
    bare = [word.removesuffix("=*") for word in allow]
    ended = run("-C", tmp_path, "undo", "-a", "client-1", "--yes", "--allow", ",".join(bare))
    assert ended.status == 0, ended.err
    keyboard = Watching("2\n")
    assert asked.undo(keyboard, allow=allow) is ExitCode.OK
    assert keyboard.drawing == [[]]


def test_ctrl_c_at_the_question_changes_nothing(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        asked.apply(CtrlC())
    assert "Nothing was changed." in asked.err.getvalue()


def test_a_wave_is_asked_for_on_its_own(tmp_path: Path) -> None:
    asked = Asked(tmp_path, rollout="rollout: {waves: [1, rest]}\n")
    assert asked.apply(Keyboard("3\n1\n")) is ExitCode.STOPPED
    assert "in 2 waves (1: 1, rest: 2)" in asked.err.getvalue()
    assert "Next is wave 2 of 2 (rest): 2 accounts." in asked.err.getvalue()
    assert asked.apply(Keyboard("2\n")) is ExitCode.OK


def test_plans_that_destroy_and_that_nobody_can_see_are_not_applied(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    assert asked.apply(Keyboard(), yes=True) is ExitCode.OK
    (tmp_path / "base.yaml").write_text(REMOVED)
    allow = ("removes-field=*", "many-removals=*")
    with without_reader() as out, pytest.raises(OutputError, match="could not be shown"):
        asked.apply(Keyboard(), yes=True, out=out, allow=allow)
    assert asked.apply(Keyboard(), yes=True, allow=allow) is ExitCode.OK


def test_a_report_that_cannot_be_written_after_calls_has_its_own_status(tmp_path: Path) -> None:
    asked = Asked(tmp_path)
    output = Output(files=(("json", tmp_path / "missing" / "run.json"),))
    with pytest.raises(UnreportedError, match="calls were made"):
        asked.apply(Keyboard(), yes=True, output=output)
    with pytest.raises(OutputError) as caught:
        asked.apply(Keyboard(), yes=True, output=output)
    assert not isinstance(caught.value, UnreportedError)


def test_the_question_repeats_what_is_destroyed() -> None:
    plans = [adding("acme"), removing("bob"), a_plan(FAX, hazards=(a_hazard(FAX),))]
    text = review_totals(plans, calls=5)
    assert text == "2 to add, 1 to remove; 5 calls; 2 changes DESTROY DATA in 2 accounts"
    assert review_totals([removing("bob")], calls=0).endswith(
        "1 change DESTROYS DATA in 1 account"
    )
