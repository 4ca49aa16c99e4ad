"""The progress of an apply on a terminal: one line that is updated, and removed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
)
from rich.table import Column
from rich.text import Text

from schemactl.cli.progress import (
    countdown,
    remaining,
    tidying,
    waiting,
)
from schemactl.cli.reading_line import ReadingLine
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
)
from schemactl.report.call_words import call_in_words


class _CurrentStep(ProgressColumn):
    """Shows the call, or why nothing is sent and for how many seconds."""

    def __init__(self) -> None:
        super().__init__(Column(no_wrap=True, overflow="ellipsis"))
        self._why = ""
        self._left: Callable[[], float] | None = None

    def wait(self, event: Waiting) -> None:
        """Count down from now; afterwards the call is shown again."""
        self._why, self._left = event.why, countdown(event.seconds)

    def go_on(self) -> None:
        """Forget a wait that ended early."""
        self._left = None

    def render(self, task: Task) -> Text:
        left_s = 0.0 if self._left is None else self._left()
        if left_s > 0:
            return Text(waiting(Waiting(seconds=left_s, why=self._why)))
        return Text(task.description)


class _Requests(ProgressColumn):
    """Shows how many requests are done, and how many were sent besides."""

    def __init__(self, counter: RequestCounter) -> None:
        super().__init__()
        self._counter = counter

    def render(self, task: Task) -> Text:
        del task
        return Text(str(self._counter))


class _Remaining(ProgressColumn):
    """Counts down between the estimates of the run."""

    def __init__(self) -> None:
        super().__init__()
        self.left: Callable[[], float] | None = None

    def render(self, task: Task) -> Text:
        del task
        return Text(remaining(self.left()) if self.left is not None else "")


@contextmanager
def moving_line(terminal: Terminal) -> Iterator[Listener]:
    """Yield a listener that updates one line of the terminal, from the first call on."""
    console = Console(
        file=terminal.err,
        no_color=not terminal.shows_colours(terminal.err),
        highlight=False,
    )
    counter, doing, left = RequestCounter(), _CurrentStep(), _Remaining()
    bar = Progress(
        _Requests(counter),
        BarColumn(bar_width=20),
        doing,
        left,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    try:
        moving = _listener(bar, counter, doing, left)
        yield _until_first_call(bar, counter, before=ReadingLine(terminal), after=moving)
    finally:
        with suppress(OSError):
            bar.stop()


def _listener(
    bar: Progress, counter: RequestCounter, doing: _CurrentStep, left: _Remaining
) -> Listener:
    task = bar.add_task("", total=None)

    def show(event: Event) -> None:
        # The terminal may be gone; the run goes on.
        with suppress(OSError):
            doing.go_on()
            bar.update(task, completed=counter.done, total=counter.total or None)
            match event:
                case CallStarted():
                    seconds = event.remaining_s
                    left.left = None if seconds is None else countdown(seconds)
                    bar.update(task, description=call_in_words(event.call))
                    bar.start()
                case CleaningUp() | BackupsDeleted() | BackupsKept():
                    bar.console.print(tidying(event), markup=False, highlight=False)
                case ReadingBack():
                    bar.update(task, description=f"reading the account {event.why}")
                case Waiting():
                    doing.wait(event)
                case ReadingStarted() | ReadingFinished():
                    pass  # `ReadingBack` says why.
                case CallFinished() | CallSkipped() | RequestSent() | RequestAnswered():
                    pass

    return show


def _until_first_call(
    bar: Progress, counter: RequestCounter, *, before: Listener, after: Listener
) -> Listener:
    """Return one listener of two: a question may follow before the first call."""

    def listen(event: Event) -> None:
        counter.note(event)
        is_moving = bar.live.is_started or isinstance(event, CallStarted)
        (after if is_moving else before)(event)

    return listen
