"""How many records hold what a plan would destroy or restrict; numbers only, never values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from enum import StrEnum, unique
from typing import Final, TypeAlias

from schemactl.model.schema import CONTACTS
from schemactl.values import NamedTuple, dataclass


@unique
class CountSubject(StrEnum):
    """What is counted."""

    FIELD = "field"
    """Records that hold a value in a field."""
    OPTION = "option"
    """Records that hold one option of a field."""
    MOVED = "moved-option"
    """Records that hold an option which another one replaces."""
    TAG = "tag"
    """Records that have a tag."""
    EMPTY = "no-value"
    """Records that hold no value in a field."""
    SHARED = "shared-value"
    """Records that hold a value in a field which another record holds too."""


@unique
class NotCountedReason(StrEnum):
    """Why there is no number."""

    DISABLED = "disabled"
    SNAPSHOT = "snapshot"
    REFUSED = "refused"
    AMBIGUOUS_NAME = "ambiguous-name"
    NO_QUESTION = "no-question"
    TOO_MANY = "too-many"


DESTROYED: Final = frozenset({CountSubject.FIELD, CountSubject.OPTION, CountSubject.TAG})
"""What a call destroys; the other subjects are moved or restricted."""
HELD: Final = DESTROYED | {CountSubject.MOVED}
"""What records hold and a call concerns."""


class CountKey(NamedTuple):
    """What a number is about: the id of a change, and what of it."""

    change: str
    subject: CountSubject
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something to count.

    Attributes:
        key: What the number is about.
        custom_object: Label of the custom object; empty for contacts.
        section: Name of the section in the account; empty for a tag.
        name: Name of the field, or of the tag, in the account.
        declared: Name of the field in the files, which it has once the plan renamed it.
        type: Type of the field; empty for a tag.
    """

    key: CountKey
    custom_object: str = CONTACTS
    section: str = ""
    name: str
    declared: str = ""
    type: str = ""

    @property
    def is_of_option(self) -> bool:
        """Whether it is about one option of a field."""
        return self.key.subject in {CountSubject.OPTION, CountSubject.MOVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A number that was confirmed: `held` of `total` records.

    Attributes:
        by_reading: Whether the records themselves were read, because the server answers no
            question for the number. It is not counted again right before a call.
    """

    held: int
    total: int
    by_reading: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradicting:
    """Two ways of counting gave different numbers; which one is right is unknown."""

    held: int
    other: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCounted:
    """There is no number, and why."""

    why: NotCountedReason


Count: TypeAlias = Counted | Contradicting | NotCounted


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """A count of a plan."""

    key: CountKey
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers to questions, in their order, and how many requests they took."""

    counts: tuple[Count, ...]
    requests: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyForecast:
    """How a whole account will be counted, and about how many requests that takes.

    Attributes:
        records: How many contacts the account has; None if it does not say.
        reading: Requests that read all records.
        asking: Requests that ask for numbers.
    """

    records: int | None = None
    reading: int = 0
    asking: int = 0

    @property
    def requests(self) -> int:
        """About how many requests it takes in all."""
        return self.reading + self.asking


Counter: TypeAlias = Callable[[Sequence[Question]], Answers]
"""Answers questions about an account; never writes."""


def counts_nothing(why: NotCountedReason) -> Counter:
    """Return a counter that has no number, for one reason."""
    return lambda questions: Answers(counts=(NotCounted(why=why),) * len(questions))


def is_guarded_zero(count: Count) -> bool:
    """Whether nobody holds it, and the count right before the call shows who does by then."""
    return isinstance(count, Counted) and not count.held and not count.by_reading


def counted_again(counts: Iterable[ValueCount], changes: Collection[str]) -> list[ValueCount]:
    """Return the counts that are made again right before the call for some changes."""
    return [
        one
        for one in counts
        if one.key.change in changes
        and one.key.subject in DESTROYED
        and isinstance(one.count, Counted)
        and not one.count.by_reading
    ]


def confirmed(*, total: int, held: int, unheld: int) -> Count:
    """Return a number if those that hold something and those that do not make up all."""
    if held + unheld == total:
        return Counted(held=held, total=total)
    return Contradicting(held=held, other=max(total - unheld, 0), total=total)
