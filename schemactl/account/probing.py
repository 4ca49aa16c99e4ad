"""What a probe's points are built on: a scratch part of one account, and what a try showed.

Each API has its points in its own folder, because they are about its requests. `apply.probe`
runs them, writes the journal around each call and removes everything afterwards.
"""

from __future__ import annotations

from typing import Final, Protocol

from schemactl.account.interface import LiveState
from schemactl.model.facts import Finding, NameStoring, OptionMatching, Point
from schemactl.model.plan import CallDraft
from schemactl.model.run import Outcome, OutcomeStatus
from schemactl.model.schema import Field
from schemactl.model.scratch import FIRST, FIRST_LOWER, SECTION_SUFFIXES, ScratchNames
from schemactl.values import dataclass

FIRST_CALLS: Final = 1
"""Calls that make the first section, `a` with the field `a1`, for every point to use."""
FIRST_MADE: Final = 2
"""Objects that they make."""


class InconclusiveError(Exception):
    """A point could not be found out; the message says why, as a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One call of a probe, and the account before and after it.

    Attributes:
        outcome: What the server answered; it never decides alone whether something was done.
        before: The account right before.
        after: The account, read after the call.
    """

    outcome: Outcome
    before: LiveState
    after: LiveState

    @property
    def is_refused(self) -> bool:
        """Whether the server refused; what it did nevertheless is for `after` to show.

        Raises:
            InconclusiveError: No answer came, so nobody knows what it would have been.
        """
        if self.outcome.status is OutcomeStatus.UNKNOWN:
            msg = f"no usable answer came: {self.outcome.detail}"
            raise InconclusiveError(msg)
        return self.outcome.status is OutcomeStatus.REFUSED

    def finds(self, section: str, field: str) -> Field | None:
        """Return the field of exactly this name and section after the call."""
        return field_of(self.after, section, field)

    def has_section(self, section: str) -> bool:
        """Whether the account lists a section of exactly this name after the call."""
        return any(one.name == section for one in self.after.schema.sections)


def stored_name(tried: Tried, section: str, name: str, spaced: str) -> NameStoring:
    """Return how an account stores a name that was sent with a space at its end.

    Raises:
        InconclusiveError: It has neither of the two names.
    """
    if tried.finds(section, spaced):
        return NameStoring.KEPT
    if tried.finds(section, name):
        return NameStoring.TRIMMED
    msg = "the account has no such field"
    raise InconclusiveError(msg)


class Scratch(Protocol):
    """The part of an account that a probe made, and may do with what it wants."""

    @property
    def names(self) -> ScratchNames:
        """The names that everything in it has."""
        ...

    @property
    def live(self) -> LiveState:
        """The account as it was read last."""
        ...

    def send(self, draft: CallDraft) -> Tried:
        """Send one call that names only scratch objects, and read what came of it.

        Raises:
            InconclusiveError: It could not be sent, or its outcome is unknown and nothing
                shows it.
            AccountError: The account could not be read.
            JournalError: The journal cannot be written.
        """
        ...


class ProbePoint(Protocol):
    """One open point of an API, and how it is found out."""

    @property
    def point(self) -> Point:
        """Which one it is."""
        ...

    @property
    def calls(self) -> int:
        """How many calls it sends at most."""
        ...

    @property
    def makes(self) -> int:
        """How many sections, fields and tags it makes at most."""
        ...

    def find(self, scratch: Scratch) -> Finding:
        """Try it, and return what the account shows.

        Raises:
            InconclusiveError: It does not show.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePoints:
    """All points of an API, and what trying them costs.

    Attributes:
        points: In the order in which they are tried.
        requests_per_call: How many requests a call takes at most, reads around it included.
        requests_per_removal: The same for a call that removes one object.
    """

    points: tuple[ProbePoint, ...]
    requests_per_call: int
    requests_per_removal: int

    @property
    def max_calls(self) -> int:
        """How many calls all points send at most."""
        return FIRST_CALLS + sum(point.calls for point in self.points)

    @property
    def max_made(self) -> int:
        """How many sections, fields and tags they make at most."""
        return FIRST_MADE + sum(point.makes for point in self.points)

    @property
    def max_requests(self) -> int:
        """How many requests they take at most, removing everything included."""
        return self.max_calls * self.requests_per_call + self.max_removal

    @property
    def max_removal(self) -> int:
        """How many requests it takes at most to remove everything."""
        return (self.max_made + len(SECTION_SUFFIXES)) * self.requests_per_removal


def field_of(live: LiveState, section: str, name: str) -> Field | None:
    """Return the field of exactly this name and section; None where there is none."""
    return next(
        (
            field
            for one in live.schema.sections
            if one.name == section
            for field in one.fields
            if field.name == name
        ),
        None,
    )


def options_of(field: Field | None) -> tuple[str, ...] | None:
    """Return a field's options, without surrounding spaces; None where there is no field."""
    return None if field is None else tuple(one.strip() for one in field.options or ())


def judge_option_matching(
    before: tuple[str, ...] | None, after: tuple[str, ...] | None
) -> OptionMatching:
    """Return how options are found, from those before and after `first` was removed.

    Raises:
        InconclusiveError: Something else happened to them.
    """
    if before == (FIRST, FIRST_LOWER) and after == (FIRST,):
        return OptionMatching.EXACT
    # Where case is ignored, the second may have been taken for the first when it was added.
    if before in {(FIRST, FIRST_LOWER), (FIRST,)} and after == ():
        return OptionMatching.IGNORES_CASE
    msg = f"the options are {before} before a removal and {after} after it"
    raise InconclusiveError(msg)
