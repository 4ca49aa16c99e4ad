"""How many records hold a value, an option or a tag: what to ask, and what the answers mean.

What an operator does on an account's server is often unknown. The server may refuse it, ignore
it so that every record is counted, or find nothing by it. A count that is too low would be
dangerous, so an operator must first give the known number of records with an id. Whatever must
not be missed is asked for in a second way, and a number counts only where both agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from schemactl.account.rest import requests as wire
from schemactl.account.rest.conditions import (
    Condition,
    contains_option,
    everything,
    has_no_value,
    has_option,
    has_value,
    is_like_option,
)
from schemactl.account.rest.reader import Reader
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import LIST_SEPARATOR, PAGE_ROWS, RestField
from schemactl.model.count import (
    DESTROYED,
    Contradicting,
    Count,
    Counted,
    CountSubject,
    NotCounted,
    NotCountedReason,
    Question,
    confirmed,
)
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, FieldType, empty_forms
from schemactl.model.schema import fold_name
from schemactl.values import dataclass

MAX_PAGES: Final = 20
"""Pages of values that are read where no number can be asked for: a thousand records."""
ASKED_AT_MOST: Final = 2
"""How often a question is asked: people may write between two of its answers."""
ID: Final = "id"
"""What every record has (recorded answers)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Control:
    """A request whose number is known if the server understands its operators.

    Attributes:
        finds_all: Whether it must find every record; otherwise it must find none.
    """

    request: wire.CountRecords
    finds_all: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRequests:
    """The requests for one question.

    Attributes:
        total: How many records there are.
        holders: Who holds it.
        check: The second way; None where there is none.
        is_complement: Whether `check` asks for those that do not hold it.
        controls: Requests whose results are known beforehand.
        field: Name in the API of the field that it is about; None for a tag.
        option: The number of the option that it is about; empty for none.
    """

    total: wire.CountRecords
    holders: wire.CountRead
    check: wire.CountRecords | None = None
    is_complement: bool = False
    controls: tuple[_Control, ...] = ()
    field: str | None = None
    option: str = ""


def count_questions(
    questions: Sequence[Question], state: RestState, reader: Reader
) -> tuple[Count, ...]:
    """Count in an account; ask again where two answers contradict each other.

    Raises:
        AccountError: The user asked to stop while it had to wait.
    """
    counts: dict[Question, Count] = {}
    for _ in range(ASKED_AT_MOST):
        left = [one for one in questions if not _is_final(counts.get(one))]
        counts.update(zip(left, _Counting(state, reader).count(left), strict=True))
    return tuple(counts[one] for one in questions)


def holders_request(
    question: Question, *, object_id: int, field: RestField
) -> wire.CountRecords | None:
    """Return the request for how many records hold what a question about a field is about."""
    asked = _requests_for_field(question, object_id, field)
    holders = None if isinstance(asked, NotCounted) else asked.holders
    return holders if isinstance(holders, wire.CountRecords) else None


def _is_final(count: Count | None) -> bool:
    return count is not None and not isinstance(count, Contradicting)


class _Counting:
    """One round of questions: first everything at once, then what has to be confirmed."""

    def __init__(self, state: RestState, reader: Reader) -> None:
        self._state = state
        self._reader = reader
        self._numbers: dict[wire.CountRead, int | None] = {}

    def count(self, questions: Sequence[Question]) -> tuple[Count, ...]:
        """Count, in the order of the questions."""
        asked = [requests_for(one, self._state) for one in questions]
        pairs = tuple(zip(questions, asked, strict=True))
        self._ask(
            request
            for one in asked
            if not isinstance(one, NotCounted)
            for request in (one.total, one.holders, *(each.request for each in one.controls))
        )
        self._ask(
            one.check
            for question, one in pairs
            if not isinstance(one, NotCounted)
            and one.check is not None
            and self._must_be_confirmed(question, one)
        )
        return tuple(
            one if isinstance(one, NotCounted) else self._evaluate(question, one)
            for question, one in pairs
        )

    def _ask(self, requests: Iterable[wire.CountRead]) -> None:
        new = tuple(one for one in dict.fromkeys(requests) if one not in self._numbers)
        if new:
            self._numbers.update(zip(new, self._reader.read_numbers(new), strict=True))

    def _must_be_confirmed(self, question: Question, asked: CountRequests) -> bool:
        """Whether a number needs a second way: it is 0, or could be too low."""
        is_plain = question.key.subject in DESTROYED and question.type in _COMPARABLE
        return not is_plain or not self._numbers[asked.holders]

    def _evaluate(self, question: Question, asked: CountRequests) -> Count:
        total = self._numbers[asked.total]
        if total is None:
            return NotCounted(why=NotCountedReason.REFUSED)
        count = self._by_numbers(question, asked, total)
        is_refused = count == NotCounted(why=NotCountedReason.REFUSED)
        if is_refused or question.key.subject is CountSubject.SHARED:
            return self._by_reading(question, asked, total)
        return count

    def _by_numbers(self, question: Question, asked: CountRequests, total: int) -> Count:
        held = self._numbers[asked.holders]
        if held is None or not self._are_as_known(asked, total):
            return NotCounted(why=NotCountedReason.REFUSED)
        if asked.check is None or not self._must_be_confirmed(question, asked):
            return Counted(held=min(held, total), total=total)
        check = self._numbers[asked.check]
        if check is None:
            return NotCounted(why=NotCountedReason.REFUSED)
        unheld = check if asked.is_complement else total - check
        count = confirmed(total=total, held=held, unheld=unheld)
        if question.key.subject is CountSubject.EMPTY and isinstance(count, Counted):
            return Counted(held=unheld, total=total)
        return count

    def _are_as_known(self, asked: CountRequests, total: int) -> bool:
        return all(
            self._numbers[one.request] == (total if one.finds_all else 0)
            for one in asked.controls
        )

    def _by_reading(self, question: Question, asked: CountRequests, total: int) -> Count:
        """Count in the records themselves, where they are few enough to be read."""
        if asked.field is None:
            return NotCounted(why=NotCountedReason.REFUSED)
        if total > MAX_PAGES * PAGE_ROWS:
            return NotCounted(why=NotCountedReason.TOO_MANY)
        rows = self._reader.read_values(
            asked.total.object_id, (asked.field,), pages=MAX_PAGES + 1
        )
        texts: list[str] = []
        for row in rows:
            if row is None:
                return NotCounted(why=NotCountedReason.REFUSED)
            texts.append(row[0])
        if len(texts) != total:
            return Contradicting(held=len(texts), other=total, total=total)
        held = _held_in(texts, question, asked.option)
        return Counted(held=held, total=total, by_reading=True)


def _held_in(texts: Sequence[str], question: Question, option: str) -> int:
    """Return how many of the texts are what a question asks for."""
    held = [text for text in texts if holds(text, question, option)]
    match question.key.subject:
        case CountSubject.FIELD | CountSubject.TAG | CountSubject.OPTION | CountSubject.MOVED:
            return len(held)
        case CountSubject.EMPTY:
            return len(texts) - len(held)
        case CountSubject.SHARED:
            # What the server takes for equal is unknown: case makes no difference here.
            alike = Counter(fold_name(text) for text in held)
            return sum(number for number in alike.values() if number > 1)


def holds(text: str, question: Question, option: str) -> bool:
    """Whether the text of a field holds a value, or the option that is asked for."""
    if question.is_of_option:
        return option in text.split(LIST_SEPARATOR)
    return text not in empty_forms(question.type)


_COMPARABLE: Final = frozenset(FieldType) - {FieldType.LONGTEXT}
"""Types whose fields a condition can certainly compare. Long text is in another database (the
vendor's page on field limits), and how a condition compares it is unknown."""


def requests_for(question: Question, state: RestState) -> CountRequests | NotCounted:
    """Return the requests for a question in an account that was read."""
    part = state.of(question.custom_object)
    if question.key.subject is CountSubject.TAG:
        ids = [tag.id for tag in state.tags if tag.name == question.name]
        if len(ids) != 1:
            return NotCounted(why=NotCountedReason.AMBIGUOUS_NAME)
        return CountRequests(
            total=wire.CountRecords(object_id=part.ref.id),
            holders=wire.CountTagged(tag_id=ids[0]),
        )
    places = part.places(question.section, question.name)
    if len(places) != 1:
        return NotCounted(why=NotCountedReason.AMBIGUOUS_NAME)
    return _requests_for_field(question, part.ref.id, places[0].field)


def _requests_for_field(
    question: Question, object_id: int, field: RestField
) -> CountRequests | NotCounted:
    total = wire.CountRecords(object_id=object_id)
    if not question.is_of_option:
        return CountRequests(
            total=total,
            holders=_where(object_id, has_value(field.field, question.type)),
            check=_where(object_id, has_no_value(field.field, question.type)),
            is_complement=True,
            controls=(
                _Control(request=_where(object_id, has_value(ID, "")), finds_all=True),
                _Control(request=_where(object_id, has_no_value(ID, "")), finds_all=False),
            ),
            field=field.field,
        )
    labelled = zip(field.option_ids, field.options or (), strict=False)
    ids = [number for number, text in labelled if text == question.key.option]
    if len(ids) != 1:
        return NotCounted(why=NotCountedReason.NO_QUESTION)
    option = str(ids[0])
    is_list = question.type in MULTIPLE_CHOICE_TYPES
    one = contains_option if is_list else has_option
    return CountRequests(
        total=total,
        holders=_where(object_id, one(field.field, option)),
        check=_where(object_id, is_like_option(field.field, option, in_list=is_list)),
        controls=(_Control(request=_where(object_id, everything(ID)), finds_all=True),),
        field=field.field,
        option=option,
    )


def _where(object_id: int, condition: Condition) -> wire.CountRecords:
    return wire.CountRecords(object_id=object_id, condition=condition)
