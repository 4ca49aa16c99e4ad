"""How many requests of a run are done, for a line of progress."""

from __future__ import annotations

from schemactl.model.event import CallSkipped, CallStarted, Event, RequestSent, Step


class RequestCounter:
    """Counts the requests of a run beside those of an undisturbed one.

    Attributes:
        done: How many requests of an undisturbed run are done; it never decreases.
        total: How many there are in all; 0 before the first step.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self._sent = 0
        self._step: Step | None = None

    @property
    def extra(self) -> int:
        """How many requests were sent besides, such as those that were sent again."""
        return max(0, self._sent - self.done)

    def note(self, event: Event) -> None:
        """Take note of an event; those that are not about requests or calls are ignored."""
        if isinstance(event, CallStarted | CallSkipped):
            self._enter(event.step)
        elif isinstance(event, RequestSent):
            self._sent += 1
            if self._step is None or self.done < self._step.after:
                self.done += 1

    def _enter(self, step: Step) -> None:
        if step == self._step:
            return
        first = self._step is None
        self._step, self.total = step, step.total
        # What was sent before the first step may be more than an undisturbed run sends.
        self.done = step.before if first else max(self.done, step.before)

    def __str__(self) -> str:
        extra = f", {self.extra:,} extra" if self.extra else ""
        return f"{self.done:,}/{self.total:,}{extra}" if self.total else ""
