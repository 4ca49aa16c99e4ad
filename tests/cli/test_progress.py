"""cli.progress and cli.progress_line: why nothing happens, in a log and on a terminal."""

from __future__ import annotations

import io
import time
from dataclasses import replace

from schemactl.cli.progress import plain_lines, reading_progress, waiting_lines
from schemactl.cli.progress_line import moving_line
from schemactl.cli.reading_line import ReadingLine
from schemactl.cli.request_counter import RequestCounter
from schemactl.cli.terminal import Terminal
from schemactl.model.event import (
    CallFinished,
    CallStarted,
    Event,
    ReadingFinished,
    ReadingStarted,
    RequestSent,
    Step,
    Waiting,
)
from schemactl.model.run import Outcome, OutcomeStatus
from tests.builders import a_call

TOO_MANY = "the server says that too many calls were made"
STEP = Step(before=3, after=5, total=9)
CALL = a_call(1, "add_section", {"section": "Orchard", "fields": ()}, serves=("c1",))


class Screen(io.StringIO):
    """Text that is taken for a terminal."""

    def isatty(self) -> bool:
        return True


def a_terminal(err: io.StringIO) -> Terminal:
    environ = {"TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}
    return Terminal(out=io.StringIO(), err=err, input=io.StringIO(), environ=environ)


def test_a_log_gets_a_line_for_a_wait() -> None:
    for lines in (plain_lines, waiting_lines):
        log = io.StringIO()
        lines(a_terminal(log))(Waiting(seconds=41.7, why=TOO_MANY))
        assert log.getvalue() == f"waiting 42 s: {TOO_MANY}\n"


def test_a_call_that_never_left_is_not_reported_as_refused() -> None:
    log = io.StringIO()
    outcome = Outcome(status=OutcomeStatus.REFUSED, detail="no connection", sent=False)
    show = plain_lines(a_terminal(log))
    show(CallStarted(call=CALL, step=STEP))
    show(CallFinished(call=CALL, outcome=outcome))
    assert log.getvalue() == "[3/9] create section Orchard … not sent (no connection)\n"


def test_a_terminal_counts_down_and_then_shows_the_call_again() -> None:
    screen = Screen()
    with moving_line(a_terminal(screen)) as report:
        report(CallStarted(call=CALL, step=STEP, remaining_s=90))
        report(Waiting(seconds=2.4, why=TOO_MANY))
        time.sleep(2.8)
        shown = screen.getvalue()
        report(CallFinished(call=CALL, outcome=Outcome(status=OutcomeStatus.DONE)))

    assert shown.index("waiting 2 s: the server says") < shown.index("waiting 1 s: the server")
    assert shown.rindex("create section Orchard") > shown.rindex("waiting 1 s")


def test_a_wait_that_ends_early_is_no_longer_shown() -> None:
    screen = Screen()
    with moving_line(a_terminal(screen)) as report:
        report(CallStarted(call=CALL, step=STEP, remaining_s=90))
        report(Waiting(seconds=60, why=TOO_MANY))
        report(CallStarted(call=CALL, step=STEP, remaining_s=90))
        before = len(screen.getvalue())
        time.sleep(0.3)
        assert "waiting" not in screen.getvalue()[before:]


def test_before_the_first_call_a_wait_is_a_line_of_its_own() -> None:
    screen = Screen()
    with moving_line(a_terminal(screen)) as report:
        report(Waiting(seconds=12, why=TOO_MANY))
    assert screen.getvalue() == f"waiting 12 s: {TOO_MANY}\n"


def test_reading_that_takes_long_is_shown_and_leaves_nothing() -> None:
    screen = Screen()
    listener = ReadingLine(a_terminal(screen), after_s=0.2)
    listener(ReadingStarted())
    for _ in range(3):
        listener(RequestSent())
    time.sleep(0.8)
    listener(ReadingFinished())
    assert "\r\x1b[Kreading the account: 1 s, 3 requests" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")
    assert "\n" not in screen.getvalue()


def test_reading_that_is_quick_is_not_shown() -> None:
    screen = Screen()
    listener = ReadingLine(a_terminal(screen))
    for _ in range(2):
        listener(ReadingStarted())
        time.sleep(0.2)
        listener(ReadingFinished())
    listener(ReadingFinished())
    assert screen.getvalue() == ""


def test_a_wait_while_reading_is_shown_at_once_and_counted_down() -> None:
    screen = Screen()
    listener = ReadingLine(a_terminal(screen), after_s=60)
    listener(ReadingStarted())
    listener(Waiting(seconds=2.4, why=TOO_MANY))
    time.sleep(1.2)
    listener(ReadingFinished())
    shown = screen.getvalue()
    assert shown.index(f"waiting 2 s: {TOO_MANY}") < shown.index("waiting 1 s")
    assert shown.endswith("\r\x1b[K")
    listener(Waiting(seconds=9, why="another apply works on the account"))
    assert screen.getvalue().endswith("waiting 9 s: another apply works on the account\n")


def test_reading_is_shown_on_a_terminal_only_and_not_to_the_quiet() -> None:
    loud = a_terminal(Screen())
    assert isinstance(reading_progress(loud), ReadingLine)
    for terminal in (a_terminal(io.StringIO()), replace(loud, quiet=True)):
        assert not isinstance(reading_progress(terminal), ReadingLine)


def test_an_apply_shows_that_it_reads_before_its_first_call_only() -> None:
    screen = Screen()
    with moving_line(a_terminal(screen)) as report:
        report(ReadingStarted())
        time.sleep(1.3)
        report(ReadingFinished())
        shown = screen.getvalue()
        assert shown.startswith("\r\x1b[Kreading the account: 1 s")
        assert shown.endswith("\r\x1b[K")
        report(CallStarted(call=CALL, step=STEP, remaining_s=90))
        report(ReadingStarted())
        time.sleep(1.3)
        report(ReadingFinished())
        assert "reading" not in screen.getvalue()[len(shown) :]


def test_requests_are_counted_and_what_was_sent_again_is_shown_as_extra() -> None:
    counter, shown = RequestCounter(), list[str]()
    next_step = Step(before=5, after=9, total=9)
    events: list[Event] = [
        *[RequestSent()] * 3,
        CallStarted(call=CALL, step=STEP),
        # A read and a call, and both once more.
        *[RequestSent()] * 4,
        CallStarted(call=CALL, step=STEP),
        CallStarted(call=CALL, step=next_step),
        *[RequestSent()] * 4,
    ]
    for event in events:
        counter.note(event)
        shown.append(str(counter))
    assert shown == [
        *["", "", ""],
        "3/9",
        *["4/9", "5/9", "5/9, 1 extra", "5/9, 2 extra"],
        *["5/9, 2 extra"] * 2,
        *["6/9, 2 extra", "7/9, 2 extra", "8/9, 2 extra", "9/9, 2 extra"],
    ]
