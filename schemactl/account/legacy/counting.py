"""How many contacts hold a value or an option: what to ask, and what the answers mean.

A search names a field without its section, and nothing public shows an answer to a counting
search. So each number is asked for in two ways, and counts only where both agree. Who holds an
option is also counted in the contacts themselves, because an account could keep numbers of
options in place of their texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from schemactl.account.legacy.answers import SearchAnswer
from schemactl.account.legacy.requests import SearchContacts
from schemactl.account.legacy.tally import ContactTally, is_unclear, parts_in
from schemactl.account.legacy.values import (
    PAGE_CONTACTS,
    Equation,
    Operator,
)
from schemactl.model.count import (
    Answers,
    Contradicting,
    Count,
    Counted,
    CountSubject,
    NotCounted,
    NotCountedReason,
    Question,
    SurveyForecast,
    confirmed,
)
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES
from schemactl.model.schema import Schema, fold_name

MAX_PAGES: Final = 4
"""Pages of contacts that are read to count who holds an option: two thousand contacts."""
VALUE_SEPARATOR: Final = ","
"""Separates alternatives in the value of a search (the vendor's examples)."""
ID: Final = "Contact ID"
"""What every contact has (clients search by it)."""

Search: TypeAlias = Callable[[Sequence[SearchContacts]], Sequence[SearchAnswer | None]]
"""Makes searches at once; None where one has no answer."""


class CountsOfContacts:
    """Counts in an account.

    Args:
        schema: The account's schema.
        search: Makes the searches.
    """

    def __init__(self, schema: Schema, search: Search) -> None:
        self._schema = schema
        self._search = search
        self._numbers: dict[Equation, int | None] = {}
        self._texts_of: dict[str, list[str] | None] = {}
        self._requests = 0

    def count(self, questions: Sequence[Question]) -> Answers:
        """Count, in the order of the questions; everything but pages at once."""
        possible = [one for one in questions if self._obstacle(one) is None]
        if possible:
            self._ask(*_CONTROLS, *map(_holding, possible), *map(_of_holders, possible))
            # That nobody holds a value is said only if a second search says so.
            self._ask(*(_blank(one.name) for one in possible if not self._held(one)))
        counts = tuple(self._count(one) for one in questions)
        return Answers(counts=counts, requests=self._requests)

    def survey(self, questions: Sequence[Question]) -> Answers:
        """Count for a whole account: in all contacts, if that takes fewer requests."""
        total = self._total()
        if total is None or not _is_read_whole(total, questions):
            return self.count(questions)
        tally = ContactTally(self._schema, questions)
        for page in range(1, _pages_of(total) + 1):
            self._requests += 1
            (answer,) = self._search((SearchContacts(equations=_CONTROLS[:1], page=page),))
            if answer is None:
                return self.count(questions)
            tally.add(answer.contacts)
        if tally.total != total:
            return self.count(questions)
        return Answers(counts=tally.counts(), requests=self._requests)

    def forecast(self, batches: Sequence[Sequence[Question]]) -> SurveyForecast:
        """Return how `survey` would count each batch."""
        total = self._total()
        reading = asking = 0
        for questions in batches:
            if total is not None and _is_read_whole(total, questions):
                reading += len(_CONTROLS) + _pages_of(total)
            else:
                asking += len(_CONTROLS) + _requests_to_ask(questions)
        return SurveyForecast(records=total, reading=reading, asking=asking)

    def _total(self) -> int | None:
        """Return how many contacts there are; None if the server does not search as known."""
        self._ask(*_CONTROLS)
        total, everybody, nobody = (self._numbers[one] for one in _CONTROLS)
        return total if total and (everybody, nobody) == (total, 0) else None

    def _held(self, question: Question) -> int | None:
        return self._numbers[_holding(question)]

    def holders(self, question: Question) -> int | None:
        """Return how many hold what a question is about; None where it cannot be counted."""
        is_unclear = self._is_unclear(question)
        if question.key.option and question.type in MULTIPLE_CHOICE_TYPES and not is_unclear:
            return self._holders_in_contacts(question)
        equation = _holding(question) if is_unclear else _of_holders(question)
        self._ask(equation)
        return self._numbers[equation]

    def _ask(self, *equations: Equation) -> None:
        """Ask how many contacts meet each equation, once.

        A server that ignores the request for a number returns contacts instead.
        """
        new = tuple(one for one in dict.fromkeys(equations) if one not in self._numbers)
        if not new:
            return
        searches = [SearchContacts(equations=(one,), count_only=True) for one in new]
        self._requests += len(searches)
        for equation, answer in zip(new, self._search(searches), strict=True):
            is_number = answer is not None and not answer.contacts
            self._numbers[equation] = answer.count if answer and is_number else None

    def _count(self, question: Question) -> Count:
        why = self._obstacle(question)
        if why is not None:
            return NotCounted(why=why)
        total, everybody, nobody = (self._numbers[one] for one in _CONTROLS)
        held = self._held(question)
        # A server that finds nothing by any search would seem to have no contact.
        if not total or held is None or (everybody, nobody) != (total, 0):
            return NotCounted(why=NotCountedReason.REFUSED)
        unheld = self._numbers.get(_blank(question.name), total - held)
        if unheld is None:
            return NotCounted(why=NotCountedReason.REFUSED)
        count = confirmed(total=total, held=held, unheld=unheld)
        if not isinstance(count, Counted) or not question.key.option:
            return count
        if self._is_unclear(question):
            return count
        return self._count_option(question, count)

    def _obstacle(self, question: Question) -> NotCountedReason | None:
        """Return why a question cannot be asked; None where it can."""
        if question.key.subject is not CountSubject.FIELD and not question.is_of_option:
            return NotCountedReason.NO_QUESTION
        if VALUE_SEPARATOR in question.key.option:
            return NotCountedReason.NO_QUESTION
        name = fold_name(question.name)
        alike = [one for _, one in self._schema.all_fields() if fold_name(one.name) == name]
        return None if len(alike) == 1 else NotCountedReason.AMBIGUOUS_NAME

    def _count_option(self, question: Question, field: Counted) -> Count:
        """Count the holders of an option among those who hold any value of its field."""
        if field.held > MAX_PAGES * PAGE_CONTACTS:
            return NotCounted(why=NotCountedReason.TOO_MANY)
        held = self._holders_in_contacts(question, expected=field.held)
        is_list = question.type in MULTIPLE_CHOICE_TYPES
        other = held if is_list else self._numbers[_of_holders(question)]
        if held is None or other is None:
            return NotCounted(why=NotCountedReason.NO_QUESTION)
        if held != other:
            return Contradicting(held=held, other=other, total=field.total)
        return Counted(held=held, total=field.total)

    def _holders_in_contacts(
        self, question: Question, *, expected: int | None = None
    ) -> int | None:
        """Read the contacts that hold any value, and count those that hold the option."""
        texts = self._texts(question)
        if texts is None or expected not in {None, len(texts)}:
            return None
        held = [parts_in(text, question.type) for text in texts]
        options = self._options(question)
        if any(held) and not any(part in options for parts in held for part in parts):
            # The account keeps something else than the texts of options.
            return None
        return sum(question.key.option in parts for parts in held)

    def _texts(self, question: Question) -> list[str] | None:
        if question.name not in self._texts_of:
            self._texts_of[question.name] = self._read_texts(question)
        return self._texts_of[question.name]

    def _read_texts(self, question: Question) -> list[str] | None:
        """Return the values of a field, of at most `MAX_PAGES`; None where one is missing."""
        equation = _holding(question)
        texts: list[str] = []
        for page in range(1, MAX_PAGES + 1):
            self._requests += 1
            (answer,) = self._search((SearchContacts(equations=(equation,), page=page),))
            if answer is None:
                return None
            for contact in answer.contacts:
                found = contact.text_of(question.section, question.name)
                if found is None:
                    return None
                texts.append(found)
            if len(answer.contacts) < PAGE_CONTACTS:
                break
        return texts

    def _is_unclear(self, question: Question) -> bool:
        """Whether nothing shows who holds an option: then all holders of its field count."""
        return bool(question.key.option) and is_unclear(question.type, self._options(question))

    def _options(self, question: Question) -> frozenset[str]:
        """Return the options of the field that a question is about."""
        return frozenset(
            option
            for section, field in self._schema.all_fields()
            if (section, field.name) == (question.section, question.name)
            for option in field.options or ()
        )


def _pages_of(total: int) -> int:
    return total // PAGE_CONTACTS + 1


def _is_read_whole(total: int, questions: Sequence[Question]) -> bool:
    """Whether reading all contacts takes fewer requests than asking."""
    return _pages_of(total) < len(questions)


def _requests_to_ask(questions: Sequence[Question]) -> int:
    """Return about how many requests ask: for each field and option, and pages for options."""
    equations = {one for each in questions for one in (_holding(each), _of_holders(each))}
    with_options = {(one.section, one.name) for one in questions if one.key.option}
    return len(equations) + len(with_options)


def requests_before(questions: Sequence[Question]) -> int:
    """Return how many requests at most count again right before a call."""
    return sum(
        MAX_PAGES if one.key.option and one.type in MULTIPLE_CHOICE_TYPES else 1
        for one in questions
    )


def _holding(question: Question) -> Equation:
    """Return who holds any value of a field."""
    return _blank(question.name, not_blank=True)


def _of_holders(question: Question) -> Equation:
    option = question.key.option
    if not option:
        return _holding(question)
    return Equation(field=question.name, operator=Operator.EQUAL, value=option)


def _blank(field: str, *, not_blank: bool = False) -> Equation:
    """Ask who has no value in a field, or who has one (the vendor's example)."""
    operator = Operator.NOT_EQUAL if not_blank else Operator.EQUAL
    return Equation(field=field, operator=operator, value="")


_CONTROLS: Final = (
    Equation(field=ID, operator=Operator.GREATER, value="0"),
    _blank(ID, not_blank=True),
    _blank(ID),
)
"""Every contact, the same in another way, and none: a server that finds anything else does not
search as the manual says. That the first one finds all is inferred."""
