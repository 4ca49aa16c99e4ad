"""Count for a whole account: question by question, or in all records where that takes less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TypeAlias

from schemactl.account.rest import requests as wire
from schemactl.account.rest.counting import Asked, count_questions, holds, requests_for
from schemactl.account.rest.reader import Reader
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import FIELDS_AT_ONCE, PAGE_ROWS
from schemactl.model.count import Count, Counted, Question

_OfField: TypeAlias = dict[Question, tuple[str, str]]
"""Name in the API and number of the option, by the question."""


def survey_questions(
    questions: Sequence[Question], state: RestState, reader: Reader
) -> tuple[Count, ...]:
    """Count in an account, in the order of the questions.

    Raises:
        AccountError: The user asked to stop while it had to wait.
    """
    by_object: dict[int, _OfField] = {}
    for question in questions:
        asked = requests_for(question, state)
        if isinstance(asked, Asked) and asked.field is not None:
            of_field = by_object.setdefault(asked.total.object_id, {})
            of_field[question] = asked.field, asked.option
    counts: dict[Question, Count] = {}
    for object_id, of_field in by_object.items():
        counts.update(_count_by_reading(object_id, of_field, reader))
    left = [one for one in questions if one not in counts]
    counts.update(zip(left, count_questions(left, state, reader), strict=True))
    return tuple(counts[one] for one in questions)


def _count_by_reading(
    object_id: int, of_field: _OfField, reader: Reader
) -> Mapping[Question, Count]:
    """Read all records, if there are few enough; nothing otherwise."""
    (total,) = reader.read_numbers((wire.CountRecords(object_id=object_id),))
    fields = tuple(dict.fromkeys(field for field, _ in of_field.values()))
    if total is None:
        return {}
    pages = total // PAGE_ROWS + 1
    if pages * ceil(len(fields) / FIELDS_AT_ONCE) >= len(of_field):
        return {}
    counts: dict[Question, Count] = {}
    for first in range(0, len(fields), FIELDS_AT_ONCE):
        chunk = fields[first : first + FIELDS_AT_ONCE]
        own = {one: at for one, at in of_field.items() if at[0] in chunk}
        # Others may add records meanwhile: a few pages more than there seem to be.
        counts.update(_count_in(object_id, chunk, own, reader, pages=pages + 2))
    return counts


def _count_in(
    object_id: int, fields: Sequence[str], of_field: _OfField, reader: Reader, *, pages: int
) -> Mapping[Question, Count]:
    held = dict.fromkeys(of_field, 0)
    total = 0
    for row in reader.read_values(object_id, fields, pages=pages):
        if row is None:
            return {}
        total += 1
        texts = dict(zip(fields, row, strict=True))
        for question, (field, option) in of_field.items():
            held[question] += holds(texts[field], question, option)
    return {
        question: Counted(held=number, total=total, by_reading=True)
        for question, number in held.items()
    }
