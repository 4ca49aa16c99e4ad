"""Which reads an apply makes between its calls, and so how many requests it makes in all.

The apply asks `parts_to_prove` before each call; the count of a plan's requests follows the
same rule through an apply that nothing disturbs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from schemactl.account.interface import Dialect, LiveState, Part
from schemactl.model.call_word import (
    DESTROYING_CALLS,
    REMOVING_CALLS,
    VALUE_CALLS,
    LegacyCallWord,
    RestCallWord,
)
from schemactl.model.count import Counted, CountSubject, counted_again
from schemactl.model.event import Step
from schemactl.model.pace import Pace, RequestCost
from schemactl.model.plan import Call, Plan
from schemactl.model.scratch import ScratchNames
from schemactl.planner.scratch_removal import removal_drafts
from schemactl.planner.value_calls import Renewals, count_value_requests, depends_on_nothing
from schemactl.values import dataclass


def must_be_proved(call: Call, dialect: Dialect) -> bool:
    """Whether a read must show the effect of a call, although it was answered with success."""
    return call.request in REMOVING_CALLS or dialect.proves_each_call


def parts_to_prove(
    call: Call, *, answered: Iterable[Call], unproved: AbstractSet[Part], dialect: Dialect
) -> frozenset[Part]:
    """Return the parts that must be proved before a call, and that its own guard does not read.

    "Success" may be false. So nothing is removed before a read has shown all that was done,
    and no call is made that needs an unproved one.

    Args:
        call: The next call.
        answered: Calls that were answered with success and wait for their proof.
        unproved: Parts in which changes were made that no read has shown.
        dialect: What the API can do.
    """
    if depends_on_nothing(call):
        return frozenset()
    waiting = tuple(answered)
    parts = {dialect.part_of(one) for one in waiting if one.number in call.needs}
    if call.request in VALUE_CALLS:
        return frozenset(parts | unproved)
    if call.request in DESTROYING_CALLS:
        parts |= {dialect.part_of(one) for one in waiting} | unproved
    if dialect.reads_part_before(call):
        parts.discard(dialect.part_of(call))
    return frozenset(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The requests of an apply that nothing disturbs, from its first read to its last.

    Attributes:
        again: The read for the plan, and the read after its review.
        first: The same, and what is put right before any call of the plan.
        starts: What comes before each call, by its number; in the order of the calls.
        ends: How many requests come before the call after each call.
        total: All of it.
    """

    again: RequestCost
    first: RequestCost
    starts: Mapping[int, RequestCost]
    ends: Mapping[int, int]
    total: RequestCost

    def step(self, call: Call) -> Step:
        """Return where the run is at a call."""
        return Step(
            before=self.starts[call.number].requests,
            after=self.ends[call.number],
            total=self.total.requests,
        )

    def left_at(self, call: Call) -> RequestCost:
        """Return what a call and everything after it costs."""
        return self.total - self.starts[call.number]


def schedule_requests(
    plan: Plan,
    live: LiveState,
    dialect: Dialect,
    pace: Pace,
    *,
    done: AbstractSet[int] = frozenset(),
) -> Schedule:
    """Return the requests of an apply of a plan, if nothing disturbs it.

    Args:
        plan: The plan, with what is put right before its calls.
        live: The account as it was read for the plan.
        dialect: What its API can do.
        pace: How many reads are made at once.
        done: Numbers of the calls that an earlier run made.
    """
    calls = [call for call in plan.calls if call.number not in done]
    count = _Count(live, dialect, pace)
    count.ask(plan.size.calls + plan.size.counting)
    if calls or plan.first:
        count.read({dialect.part_of(call) for call in plan.schema_calls})
    again = count.cost
    for probe in plan.pending_probes:
        count.clean_up(ScratchNames(run=probe.run), reads=plan.size.calls)
    count.send(len(plan.pending_cleanups))
    first = count.cost
    starts, renewals = dict[int, RequestCost](), Renewals(plan)
    for call in calls:
        count.prepare(call, renewals)
        starts[call.number] = count.cost
        count.follow(plan, call)
    count.read(count.changed)
    return Schedule(
        again=again,
        first=first,
        starts=starts,
        ends=_ends(starts, count.cost),
        total=count.cost,
    )


def _ends(starts: Mapping[int, RequestCost], total: RequestCost) -> dict[int, int]:
    """Return how many requests come before the call after each call, or in all."""
    ends = [cost.requests for cost in (*starts.values(), total)][1:]
    return dict(zip(starts, ends, strict=True))


class _Count:
    """Follows an apply from call to call."""

    def __init__(self, live: LiveState, dialect: Dialect, pace: Pace) -> None:
        self.cost = RequestCost()
        self._calls: dict[Part, list[Call]] = {}
        self._live = live
        self._dialect = dialect
        self._pace = pace
        self._tags = len(live.schema.tags)
        self._answered: list[Call] = []
        self._unproved: frozenset[Part] = frozenset()

    def ask(self, reads: int) -> None:
        """Make reads, several at once."""
        self.cost += RequestCost(requests=reads, trips=self._pace.trips(reads))

    def send(self, calls: int) -> None:
        """Make calls, one after another."""
        self.cost += RequestCost(requests=calls, trips=calls)

    def read(self, parts: AbstractSet[Part]) -> None:
        """Read parts, which proves all that was done in them."""
        self.ask(sum(map(self._count_reads, parts)))
        if parts:
            self._prove(parts)

    def _count_reads(self, part: Part) -> int:
        calls = self._calls.get(part, ())
        return self._dialect.count_reads(part, tags=self._tags, calls=calls)

    @property
    def changed(self) -> frozenset[Part]:
        """The parts to which calls were sent since they were read."""
        return frozenset(self._calls)

    def clean_up(self, names: ScratchNames, *, reads: int) -> None:
        """Remove what an interrupted probe made, and read the account; see `apply.probe`."""
        drafts = removal_drafts(names, self._live, self._dialect, sections=names.sections)
        for number, draft in enumerate(drafts, start=1):
            call = Call(
                number=number,
                request=draft.request,
                arguments=draft.arguments,
                serves=draft.serves,
            )
            self.ask(self._dialect.count_reads_before(call))
            self.send(1)
        if drafts:
            self.ask(reads)

    def prepare(self, call: Call, renewals: Renewals) -> None:
        """Make the reads that a call takes before it starts."""
        needed = parts_to_prove(
            call, answered=self._answered, unproved=self._unproved, dialect=self._dialect
        )
        self.read(needed & self.changed)
        self.send(renewals.requests(call, self._dialect))

    def follow(self, plan: Plan, call: Call) -> None:
        """Make a call of a plan, whatever it is about."""
        if call.request in VALUE_CALLS:
            self.send(count_value_requests(plan, call, self._dialect))
        else:
            self.make(call, counts=_counts_before(plan, call))

    def make(self, call: Call, *, counts: int) -> None:
        """Make a call, after the reads and the counts of its own check."""
        dialect, part = self._dialect, self._dialect.part_of(call)
        if dialect.reads_part_before(call):
            self._prove({part})
        self.ask(dialect.count_reads_before(call) + counts)
        self.send(1)
        self._calls.setdefault(part, []).append(call)
        if must_be_proved(call, dialect):
            self._answered.append(call)
        if call.request not in DESTROYING_CALLS:
            self._unproved |= {part}
        self._tags += _added_tags(call)

    def _prove(self, parts: AbstractSet[Part]) -> None:
        for part in parts:
            self._calls.pop(part, None)
        self._unproved -= parts
        self._answered = [
            call for call in self._answered if self._dialect.part_of(call) not in parts
        ]


def _counts_before(plan: Plan, call: Call) -> int:
    """Return how many requests count again right before a call what it destroys."""
    if call.request not in DESTROYING_CALLS:
        return 0
    moved = (
        one.count
        for one in plan.counts
        if one.key.subject is CountSubject.MOVED and one.key.change in call.serves
    )
    # That nobody holds a renamed option any more is counted too.
    left = sum(isinstance(one, Counted) and not one.by_reading for one in moved)
    return len(counted_again(plan.counts, call.serves)) + left


def _added_tags(call: Call) -> int:
    """Return by how many tags an account grows with a call."""
    if call.request == LegacyCallWord.ADD_TAG:
        tags = call.arguments["tags"]
        return len(tags) if isinstance(tags, tuple) else 0
    return (call.request == RestCallWord.CREATE_TAG) - (call.request == RestCallWord.DELETE_TAG)
