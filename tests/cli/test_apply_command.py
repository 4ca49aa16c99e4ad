"""`schemactl apply`: what it shows, asks and does, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest

from schemactl.cli.interruption import Interruption
from schemactl.cli.options import Settings
from schemactl.cli.output import Output
from schemactl.cli.reviewer import TerminalReviewer
from schemactl.cli.terminal import Terminal
from schemactl.emulator import EmulatorServer
from schemactl.errors import ExitCode
from schemactl.model.account_choice import AccountChoice
from schemactl.planner import PlanResult
from schemactl.report.permit_command import APPLY_HERE
from tests.builders import a_call, a_plan
from tests.cli.program import PROGRAM, at_terminal, process_environ, run
from tests.cli.projects import (
    CREDENTIALS,
    SALES,
    calls_made,
    edit_account,
    served,
    write_project,
)

READING = {"key", "pull_tag", "search"}
REMOVING = SALES + "removed:\n  fields: [{section: Sales, name: Old}]\n"
TWO_CALLS = SALES.replace("tags: [VIP]", "  - {name: More, fields: [{name: X, type: text}]}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose account has nothing of what it wants."""
    return write_project(tmp_path / "project")


def requests_of(server: EmulatorServer) -> list[str]:
    return [call.request for call in server.runtime.calls()]


def test_a_plan_is_reported_executed_and_verified(folder: Path) -> None:
    ended = run("-C", folder, "apply", "--yes")
    assert ended.status == ExitCode.OK
    assert "4 to add" in ended.out
    assert "[5/10] create section Sales with 2 fields … done\n" in ended.err
    assert "[8/10] take new tag VIP off contact 1 again … done\n" in ended.err
    assert "reading the account to prove" in ended.err
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK
    assert len(list(folder.glob(".schemactl/journal/demo/*.jsonl"))) == 1


def test_where_nothing_is_to_be_done_that_is_said_and_nothing_asked(folder: Path) -> None:
    run("-C", folder, "apply", "--yes")
    before = len(calls_made(folder))
    ended = run("-C", folder, "apply")
    assert ended.status == ExitCode.OK
    assert ended.out
    assert set(calls_made(folder)[before:]) <= READING


def test_with_nobody_to_ask_it_refuses_and_changes_nothing(folder: Path) -> None:
    ended = run("-C", folder, "apply", stdin="yes\n")
    assert ended.status == ExitCode.REFUSED
    assert "4 to add" in ended.out
    assert ended.err.splitlines()[-2:] == [
        "error: there is no terminal to ask on; nothing was changed",
        "hint: read the plan, then add --yes to apply it",
    ]
    assert set(calls_made(folder)) <= READING


def test_a_hazard_is_refused_and_names_its_permission(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "removing", sales=REMOVING)
    edit_account(folder, "add-section Sales", "add-field Sales Old text")
    ended = run("-C", folder, "apply", "--yes", "--allow", "many-removals")
    assert ended.status == ExitCode.REFUSED
    assert "Old" in ended.out
    assert "removes-field" in ended.err
    assert set(calls_made(folder)) <= READING
    allowed = run("-C", folder, "apply", "--yes", "--allow", "removes-field,many-removals")
    assert allowed.status == ExitCode.OK
    assert "remove_field" in calls_made(folder)


@pytest.mark.parametrize("yes", [True, False])
def test_a_refused_apply_writes_the_plan_in_every_format_that_was_asked_for(
    tmp_path: Path, *, yes: bool
) -> None:
    """Refused for a hazard, or because nobody can be asked."""
    folder = write_project(tmp_path / "removing", sales=REMOVING if yes else SALES)
    if yes:
        edit_account(folder, "add-section Sales", "add-field Sales Old text")
    page, findings = tmp_path / "run.html", tmp_path / "run.sarif"
    ended = run(
        *("-C", str(folder), "apply", "--format", "json", *(["--yes"] if yes else [])),
        *("--output", f"html={page}", "--output", f"sarif={findings}"),
    )
    assert ended.status == ExitCode.REFUSED
    result = json.loads(ended.out)
    assert result["kind"] == "plan"
    named = {one["permission"] for one in result["hazards"]}
    assert named == ({"removes-field", "many-removals"} if yes else set())
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads(findings.read_text(encoding="utf-8"))["version"]


def test_a_name_may_hold_any_word_on_the_embedded_account(tmp_path: Path) -> None:
    sales = SALES.replace("name: Value", "name: Has embedded video")
    folder = write_project(tmp_path / "project", sales=sales)

    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")])
def test_a_plan_that_names_the_accounts_key_is_refused_before_anything_is_sent(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    sales = SALES.replace("[New, Won]", f"[New, {CREDENTIALS['DEMO_API_KEY']}]")
    with served(tmp_path, sales=sales) as server:
        ended = run("-C", tmp_path, *command, environ=CREDENTIALS)
        assert set(requests_of(server)) <= READING

    assert ended.status == ExitCode.REFUSED
    assert "secret-in-name: a name or an option (crm/sales.yaml:5:" in ended.err
    assert CREDENTIALS["DEMO_API_KEY"] not in ended.out + ended.err


def test_json_is_all_that_stdout_holds_where_it_is_asked_for(folder: Path) -> None:
    ended = run("-C", folder, "apply", "--yes", "--format", "json")
    result = json.loads(ended.out)
    assert ended.status == ExitCode.OK
    assert result["format_version"] == 1
    assert "4 to add" in ended.err


def test_quiet_leaves_out_the_progress(folder: Path) -> None:
    ended = run("-C", folder, "apply", "--yes", "-q")
    assert (ended.status, ended.err) == (ExitCode.OK, "")


def test_a_stopped_run_reports_where_and_has_its_own_status(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with served(folder, "add_section:lying-success"):
        ended = run("-C", folder, "apply", "--yes", environ=CREDENTIALS)
    assert ended.status == ExitCode.STOPPED
    assert "Status" in ended.out
    assert "k3y-value" not in ended.out + ended.err


def test_faults_of_the_files_are_reported_before_anybody_is_contacted(folder: Path) -> None:
    (folder / "crm/sales.yaml").write_text(SALES.replace("price", "prise"))
    ended = run("-C", folder, "apply", "--yes")
    assert (ended.status, ended.out) == (ExitCode.INVALID_FILES, "")
    assert "crm/sales.yaml:6:" in ended.err
    assert not (folder / ".schemactl").exists()


def test_an_account_that_cannot_be_reached_is_a_failure(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with served(folder):
        pass
    ended = run("-C", folder, "apply", "--yes", environ=CREDENTIALS)
    assert (ended.status, ended.out) == (ExitCode.FAILED, "")


def test_at_a_terminal_only_yes_will_do(folder: Path) -> None:
    with at_terminal("apply", folder=folder) as session:
        session.wait_for("4 calls. Type 'yes' to continue: ")
        session.type("y\n")
        assert session.end() == ExitCode.REFUSED
    assert 'You typed "y"' in session.shown
    assert session.shown.endswith("Nothing was changed.\n")
    assert set(calls_made(folder)) <= READING
    with at_terminal("apply", folder=folder) as session:
        session.wait_for("Type 'yes' to continue: ")
        session.type("yes\n")
        assert session.end() == ExitCode.OK
    assert "add_section" in calls_made(folder)


def test_what_is_typed_before_the_question_is_no_answer(folder: Path) -> None:
    with at_terminal("apply", folder=folder) as session:
        session.type("yes\n")
        session.wait_for("Type 'yes' to continue: ")
        session.type("no\n")
        assert session.end() == ExitCode.REFUSED
    assert set(calls_made(folder)) <= READING


def test_ctrl_c_at_the_question_changes_nothing(folder: Path) -> None:
    with at_terminal("apply", folder=folder) as session:
        session.wait_for("Type 'yes' to continue: ")
        session.process.send_signal(signal.SIGINT)
        assert session.end() == ExitCode.INTERRUPTED
    assert "interrupted" in session.shown
    assert "Nothing was changed." in session.shown
    assert set(calls_made(folder)) <= READING


def test_a_terminal_shows_the_call_under_way_and_the_time_left(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with (
        served(folder, "add_section:slow:seconds=1"),
        at_terminal("apply", "--yes", folder=folder, **CREDENTIALS) as session,
    ):
        session.wait_for("create section")
        session.wait_for(" left")
        assert session.end() == ExitCode.OK


@contextmanager
def applying(
    folder: Path, *, out: int = subprocess.PIPE, err: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """Run an apply as a process of its own; killed at the end of the block if it runs still."""
    process = subprocess.Popen(
        [*PROGRAM, "apply", "--yes"],
        cwd=folder,
        env=process_environ(folder, **CREDENTIALS),
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=60)


def wait_for_call(server: EmulatorServer, request: str) -> None:
    """Wait until the server has been sent such a call."""
    for _ in range(600):
        if request in requests_of(server):
            return
        server.runtime.wait(0.1)
    pytest.fail(f"no {request} came")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_finishes_the_call_under_way_and_stops_there(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "project"
    with (
        served(folder, "add_section:slow:seconds=2", sales=TWO_CALLS) as server,
        applying(folder) as process,
    ):
        wait_for_call(server, "add_section")
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        assert process.returncode == ExitCode.INTERRUPTED
        assert "finishing the current call" in err
        assert "create section Sales with 2 fields … done" in err
        assert requests_of(server).count("add_section") == 1
    (journal,) = folder.glob(".schemactl/journal/demo/*.jsonl")
    assert '"run-finished"' in journal.read_text().splitlines()[-1]


def test_a_second_signal_stops_at_once_and_says_what_is_not_known(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    with (
        served(folder, "add_section:slow:seconds=30") as server,
        applying(folder) as process,
    ):
        wait_for_call(server, "add_section")
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert any("finishing" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == ExitCode.INTERRUPTED
        assert "the current call may have been executed" in err


def test_a_log_that_nobody_reads_any_more_does_not_stop_an_apply(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        with applying(folder, out=write, err=write) as process:
            assert process.wait(timeout=60) == ExitCode.OK
    finally:
        os.close(write)
    assert run("-C", folder, "plan", "--detailed-exitcode").status == ExitCode.OK


class Keyboard(StringIO):
    """An input that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def a_reviewer(typed: str, *, form: str = "text") -> TerminalReviewer:
    """Somebody at a keyboard whose stdout goes to a file."""
    terminal = Terminal(out=StringIO(), err=StringIO(), input=Keyboard(typed), environ={})
    settings = Settings(
        folder=Path(), chdir=None, choice=AccountChoice(), verbose=False, terminal=terminal
    )
    interruption = Interruption(terminal.err)
    return TerminalReviewer(
        settings=settings,
        interruption=interruption,
        yes=False,
        output=Output(form=form),
        permit=APPLY_HERE,
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_question_never_comes_without_the_plan_above_it(form: str) -> None:
    reviewer = a_reviewer("yes\n", form=form)
    planned = PlanResult(plan=a_plan(calls=(a_call(),)), warnings=())
    reviewer.show(planned, None)
    assert reviewer.agrees(planned, calls=1)
    out, err = reviewer.settings.terminal.out, reviewer.settings.terminal.err
    assert isinstance(out, StringIO)
    assert isinstance(err, StringIO)
    assert "Account demo" in err.getvalue()
    assert "Apply to demo: 1 call." in err.getvalue()
    assert ("Account demo" in out.getvalue()) == (form == "text")


def test_signals_are_only_noted_from_the_agreement_on() -> None:
    agreed, declined = a_reviewer("yes\n"), a_reviewer("no\n")
    planned = PlanResult(plan=a_plan(calls=(a_call(),)), warnings=())
    assert agreed.agrees(planned, calls=1)
    assert not declined.agrees(planned, calls=1)
    assert agreed.interruption.armed
    assert not declined.interruption.armed


@pytest.mark.parametrize(("is_work_tree", "times"), [(True, 1), (False, 0)])
def test_git_is_asked_for_the_commit_once_and_only_in_a_work_tree(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_work_tree: bool,
    times: int,
) -> None:
    log, tools = tmp_path / "git.log", tmp_path / "tools"
    tools.mkdir()
    git = tools / "git"
    git.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\nexec "{shutil.which("git")}" "$@"\n')
    git.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
    if is_work_tree:
        subprocess.run(["git", "init", "-q", str(folder)], check=True, timeout=60)
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    asked = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    assert sum(" describe " in line for line in asked) == times
