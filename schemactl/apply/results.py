"""How the calls of one plan have ended so far, and which changes that finishes.

A plan can have thousands of calls, so nothing here looks at all of them for each one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from schemactl.account.interface import Part
from schemactl.apply.sender import CallResult, CallStatus
from schemactl.model.plan import Call, Plan
from schemactl.planner.value_calls import depends_on_nothing

_ENDS_ALL: Final = frozenset({CallStatus.UNSETTLED, CallStatus.UNSENT, CallStatus.HARMFUL})
"""After these the rest is not tried: the account is out of reach, or changes unasked."""


class CallResults(Mapping[int, CallResult]):
    """The result of each call that has one, by its number.

    Attributes:
        must_stop: Whether a call ended in a way after which no other one is tried.
    """

    def __init__(
        self, plan: Plan, *, done: Iterable[int], part_of: Callable[[Call], Part]
    ) -> None:
        """Start with the calls that an earlier run made.

        Args:
            plan: The plan.
            done: Numbers of those calls.
            part_of: Returns the part of the account that a call can change.
        """
        self.must_stop = False
        self._results: dict[int, CallResult] = {}
        self._served: set[str] = set()
        self._finished: set[str] = set()
        self._open = Counter(change for call in plan.calls for change in set(call.serves))
        self._serving: dict[Part, set[str]] = {}
        for call in plan.schema_calls:
            self._serving.setdefault(part_of(call), set()).update(call.serves)
        for number in sorted(done):
            self.record(plan.calls[number - 1], CallResult(status=CallStatus.DONE))

    def __getitem__(self, number: int) -> CallResult:
        return self._results[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def record(self, call: Call, result: CallResult) -> None:
        """Keep how a call ended; what was answered with success may fail its proof later."""
        was_done = self.is_done(call)
        self._results[call.number] = result
        if not depends_on_nothing(call):
            self._served.update(call.serves)
        self.must_stop = self.must_stop or result.status in _ENDS_ALL
        if self.is_done(call) != was_done:
            self._count(call, -1 if self.is_done(call) else 1)

    def _count(self, call: Call, more: int) -> None:
        """Count by how many the calls that are left to do for each served change grow."""
        for change in set(call.serves):
            self._open[change] += more
            if self._open[change]:
                self._finished.discard(change)
            else:
                self._finished.add(change)

    def status(self, call: Call) -> CallStatus | None:
        """Return how a call ended; None if it has not."""
        end = self._results.get(call.number)
        return None if end is None else end.status

    def is_done(self, call: Call) -> bool:
        """Whether a call is done, as far as is known."""
        return self.status(call) is CallStatus.DONE

    @property
    def served(self) -> AbstractSet[str]:
        """The ids of changes that calls with a result serve, without what only reads."""
        return self._served

    @property
    def finished(self) -> AbstractSet[str]:
        """The ids of changes whose calls are all done; it follows the results."""
        return self._finished

    def finished_in(self, parts: AbstractSet[Part]) -> frozenset[str]:
        """Return the ids of finished changes that are about some parts alone."""
        others = (changes for part, changes in self._serving.items() if part not in parts)
        return frozenset(self._finished).difference(*others)
