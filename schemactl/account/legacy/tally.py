"""Who holds what, counted in the contacts themselves, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemactl.account.legacy.answers import ContactRecord
from schemactl.account.legacy.values import TAG_FIELD, TAG_SEPARATOR
from schemactl.account.value_forms import holds_separator
from schemactl.model.count import (
    Count,
    Counted,
    CountSubject,
    NotCounted,
    NotCountedReason,
    Question,
)
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, FieldType
from schemactl.model.schema import Schema


def parts_in(text: str, kind: str) -> tuple[str, ...]:
    """Return the options or tags in a text of a contact; of other types, the text itself."""
    parts = text.split(TAG_SEPARATOR) if kind in MULTIPLE_CHOICE_TYPES else [text]
    return tuple(part for part in parts if part.strip())


def is_unclear(kind: str, options: Iterable[str]) -> bool:
    """Whether a value of a list can mean several options: one holds what separates them."""
    return kind in MULTIPLE_CHOICE_TYPES and any(map(holds_separator, options))


class ContactTally:
    """Counts some questions in contacts; keeps numbers, and no contact.

    Args:
        schema: The account's schema, for the options of fields.
        questions: What to count.

    Attributes:
        total: How many contacts were counted.
    """

    def __init__(self, schema: Schema, questions: Sequence[Question]) -> None:
        self.total = 0
        self._questions = questions
        self._held = [0] * len(questions)
        self._missing = [False] * len(questions)
        self._unknown = [0] * len(questions)
        self._options = {
            (section, field.name): frozenset(field.options or ())
            for section, field in schema.all_fields()
        }

    def add(self, contacts: Iterable[ContactRecord]) -> None:
        """Count more contacts."""
        for contact in contacts:
            self.total += 1
            texts = {(one.section, one.field): one.text for one in contact.values}
            tags = next((one.text for one in contact.values if one.field == TAG_FIELD), None)
            for place, question in enumerate(self._questions):
                is_tag = question.key.subject is CountSubject.TAG
                text = tags if is_tag else texts.get((question.section, question.name))
                self._note(place, question, text)

    def _note(self, place: int, question: Question, text: str | None) -> None:
        if text is None:
            self._missing[place] = True
            return
        is_tag = question.key.subject is CountSubject.TAG
        parts = parts_in(text, FieldType.LIST if is_tag else question.type)
        match question.key.subject:
            case CountSubject.TAG:
                self._held[place] += question.name in parts
            case CountSubject.OPTION | CountSubject.MOVED:
                known = self._options[question.section, question.name]
                if is_unclear(question.type, known):
                    self._held[place] += bool(parts)
                    return
                self._held[place] += question.key.option in parts
                self._unknown[place] += bool(parts) and known.isdisjoint(parts)
            case CountSubject.FIELD | CountSubject.EMPTY | CountSubject.SHARED:
                self._held[place] += bool(parts)

    def counts(self) -> tuple[Count, ...]:
        """Return the numbers; none where contacts do not show the field or its options."""
        return tuple(map(self._count, range(len(self._questions))))

    def _count(self, place: int) -> Count:
        if self._missing[place]:
            return NotCounted(why=NotCountedReason.REFUSED)
        if self._unknown[place]:
            # The account keeps something else than the texts of options.
            return NotCounted(why=NotCountedReason.NO_QUESTION)
        return Counted(held=self._held[place], total=self.total, by_reading=True)
