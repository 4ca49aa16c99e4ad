"""The table on a terminal while many accounts are worked on."""

from __future__ import annotations

import io
import time
from pathlib import Path
from threading import Event as Flag

from schemactl.cli.fleet_progress import FleetProgress
from schemactl.cli.interruption import FINISHING
from schemactl.cli.options import Settings
from schemactl.cli.output import Output
from schemactl.errors import ExitCode
from schemactl.model.account_choice import AccountChoice
from schemactl.model.event import (
    CallFinished,
    CallStarted,
    Event,
    ReadingBack,
    ReadingStarted,
    RequestSent,
    Waiting,
)
from schemactl.model.fleet import AccountFailure, AccountResult
from schemactl.model.run import Outcome, OutcomeStatus
from tests.cli.test_progress import CALL, STEP, Screen, a_terminal

MAX_S = 10.0
FAILED = AccountFailure(message="gone")
EVENTS: tuple[tuple[Event, str], ...] = (
    (ReadingStarted(), "reading the account"),
    (RequestSent(), "reading the account"),
    (CallStarted(call=CALL, step=STEP), "create section Orchard"),
    (CallFinished(call=CALL, outcome=Outcome(status=OutcomeStatus.DONE)), "create section"),
    (Waiting(seconds=12, why="too many calls"), "waiting 12 s: too many calls"),
    (ReadingBack(why="to verify the calls"), "reading the account to verify the calls"),
)


def a_progress(screen: Screen, halt: Flag, number: int) -> FleetProgress:
    settings = Settings(
        folder=Path(),
        chdir=None,
        choice=AccountChoice(),
        verbose=False,
        terminal=a_terminal(screen),
    )
    return FleetProgress(settings, Output(), halt, number=number)


def result(name: str) -> AccountResult:
    return AccountResult(account=name, labels=(), outcome=FAILED, exit_code=ExitCode.FAILED)


def wait_for(screen: Screen, words: str) -> None:
    end = time.monotonic() + MAX_S
    while words not in screen.getvalue():
        assert time.monotonic() < end, f"{words!r} never came: {screen.getvalue()!r}"
        time.sleep(0.01)


def test_it_shows_what_each_account_does_and_leaves_nothing() -> None:
    screen = Screen()
    progress = a_progress(screen, Flag(), number=2)
    listen = progress.listener("acme")
    for event, words in EVENTS:
        listen(event)
        wait_for(screen, words)
    wait_for(screen, "0 of 2 accounts")
    progress.note(result("acme"))
    wait_for(screen, "1 of 2 accounts, 1 failed")
    progress.note(result("bob"))
    shown = screen.getvalue()
    time.sleep(0.3)
    assert screen.getvalue() == shown
    assert shown.endswith(("\x1b[2K", "\x1b[?25h"))


def test_it_ends_when_the_user_stops_and_comes_back_after_a_question() -> None:
    screen, halt = Screen(), Flag()
    progress = a_progress(screen, halt, number=30)
    for number in range(30):
        progress.listener(f"client-{number}")(ReadingStarted())
    wait_for(screen, "10 more in progress")
    progress.close()
    progress.restart(5)
    progress.listener("acme")(ReadingStarted())
    wait_for(screen, "0 of 5 accounts")
    halt.set()
    progress.close()
    shown = screen.getvalue()
    progress.listener("acme")(ReadingStarted())
    progress.note(result("acme"))
    time.sleep(0.3)
    assert screen.getvalue() == shown


def test_a_log_has_no_table() -> None:
    log = io.StringIO()
    settings = Settings(
        folder=Path(),
        chdir=None,
        choice=AccountChoice(),
        verbose=False,
        terminal=a_terminal(log),
    )
    progress = FleetProgress(settings, Output(form="json"), Flag(), number=1)
    progress.listener("acme")(ReadingStarted())
    progress.note(result("acme"))
    progress.close()
    assert log.getvalue() == "[1/1] acme: failed: gone\n"


def test_it_reports_the_end_below_what_it_erases() -> None:
    screen, halt = Screen(), Flag()
    progress = a_progress(screen, halt, number=2)
    assert not progress.will_say(FINISHING)
    for account in ("acme", "bob"):
        progress.listener(account)(ReadingStarted())
    wait_for(screen, "0 of 2 accounts")
    assert progress.will_say(FINISHING)
    halt.set()
    wait_for(screen, f"{FINISHING}\n")
    assert screen.getvalue().endswith(f"\x1b[2K{FINISHING}\n")
    progress.close()
    assert not progress.will_say(FINISHING)
