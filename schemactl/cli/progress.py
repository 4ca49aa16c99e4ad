"""Progress on stderr: one updated line on a terminal, a line per call in a log.

An error here must not stop an apply.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schemactl.cli.request_counter import RequestCounter
from schemactl.cli.terminal import Terminal
from schemactl.model.event import (
    BackupsDeleted,
    BackupsKept,
    CallFinished,
    CallSkipped,
    CallStarted,
    CleaningUp,
    Event,
    Listener,
    ReadingBack,
    ReadingFinished,
    ReadingStarted,
    RequestAnswered,
    RequestSent,
    Waiting,
    ignore_events,
)
from schemactl.model.plan import Call
from schemactl.report.call_words import call_in_words
from schemactl.report.style import Style
from schemactl.text import and_list, counted, duration, visible


@contextmanager
def progress(terminal: Terminal) -> Iterator[Listener]:
    """Yield a listener that shows the progress of an apply as the terminal allows."""
    if terminal.quiet:
        yield ignore_events
    elif terminal.can_move_cursor(terminal.err):
        from schemactl.cli.progress_line import moving_line

        with moving_line(terminal) as listener:
            yield listener
    else:
        yield plain_lines(terminal)


def plain_lines(terminal: Terminal) -> Listener:
    """Return a listener that writes a line for each call once its outcome is known."""
    counter = RequestCounter()

    def show(event: Event) -> None:
        counter.note(event)
        match event:
            case (
                CallStarted()
                | ReadingStarted()
                | ReadingFinished()
                | RequestSent()
                | RequestAnswered()
            ):
                pass
            case CallFinished():
                terminal.say(finished_call(event, counter), Style.PLAIN)
            case CallSkipped():
                terminal.say(skipped_call(event, counter), Style.WARNING)
            case CleaningUp() | BackupsDeleted() | BackupsKept():
                terminal.say(tidying(event), Style.PLAIN)
            case ReadingBack():
                terminal.say(f"reading the account {event.why}", Style.DIM)
            case Waiting():
                terminal.say(waiting(event), Style.DIM)

    return show


def reading_progress(terminal: Terminal) -> Listener:
    """Return a listener for commands that only read: a line on a terminal, waits in a log."""
    if terminal.quiet or not terminal.can_move_cursor(terminal.err):
        return waiting_lines(terminal)
    from schemactl.cli.reading_line import ReadingLine

    return ReadingLine(terminal)


def waiting_lines(terminal: Terminal) -> Listener:
    """Return a listener that reports only waits."""

    def show(event: Event) -> None:
        if isinstance(event, Waiting):
            terminal.note(waiting(event))

    return show


def waiting(event: Waiting) -> str:
    """Return the text for a pause: `waiting 12 s: a request failed and is tried again`."""
    return f"waiting {duration(max(event.seconds, 1))}: {event.why}"


def finished_call(event: CallFinished, counter: RequestCounter) -> str:
    """Return the text for the outcome of a call: `[9/31] create section Sales … done`."""
    outcome = event.outcome
    how = outcome.status if outcome.sent else "not sent"
    detail = f" ({visible(outcome.detail)})" if outcome.detail else ""
    return f"{counted_call(event.call, counter)} … {how}{detail}"


def skipped_call(event: CallSkipped, counter: RequestCounter) -> str:
    """Return the text for a skipped call: `[9/31] remove tag VIP … skipped (it needs …)`."""
    return f"{counted_call(event.call, counter)} … skipped ({visible(event.why)})"


def counted_call(call: Call, counter: RequestCounter) -> str:
    """Return a call in words behind the requests that are done, of all requests."""
    return f"[{counter}] {call_in_words(call)}"


def tidying(event: CleaningUp | BackupsDeleted | BackupsKept) -> str:
    """Return the text for what becomes of the remains of earlier applies."""
    if isinstance(event, CleaningUp):
        contact = visible(event.cleanup.contact)
        return f"taking tags of an earlier apply off contact {contact}"
    applies = and_list([visible(run) for run in event.runs])
    if isinstance(event, BackupsKept):
        return (
            f"backups that cannot be read or deleted stay, whatever their age: {applies}; "
            "`schemactl values list` shows why, `schemactl values delete RUN` deletes them"
        )
    return f"deleted the backups that are older than {counted(event.days, 'day')}: {applies}"


def remaining(seconds: float) -> str:
    """Return the text for the remaining time: `about 12 s left`."""
    return f"about {duration(max(seconds, 0))} left"


def countdown(
    seconds: float, *, clock: Callable[[], float] = time.monotonic
) -> Callable[[], float]:
    """Return a function that returns the seconds that are left; never negative."""
    end = clock() + seconds
    return lambda: max(end - clock(), 0.0)
