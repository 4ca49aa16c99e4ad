"""Count for a whole account: question by question, or in all records where that takes less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TypeAlias

from schemactl.account.rest import requests as wire
from schemactl.account.rest.counting import (
    MAX_PAGES,
    CountRequests,
    count_questions,
    holds,
    requests_for,
)
from schemactl.account.rest.reader import Reader
from schemactl.account.rest.state import RestState
from schemactl.account.rest.values import FIELDS_AT_ONCE, PAGE_ROWS
from schemactl.model.count import Count, Counted, Question, SurveyForecast
from schemactl.model.field_types import FieldType
from schemactl.model.schema import CONTACTS

_OfField: TypeAlias = dict[Question, tuple[str, str]]
"""Name in the API and number of the option, by the question."""


def survey_questions(
    questions: Sequence[Question], state: RestState, reader: Reader
) -> tuple[Count, ...]:
    """Count in an account, in the order of the questions.

    Raises:
        AccountError: The user asked to stop while it had to wait.
    """
    by_object = _fields_by_object(questions, state)
    counts: dict[Question, Count] = {}
    for object_id, of_field in by_object.items():
        counts.update(_count_by_reading(object_id, of_field, reader))
    left = [one for one in questions if one not in counts]
    counts.update(zip(left, count_questions(left, state, reader), strict=True))
    return tuple(counts[one] for one in questions)


def forecast_survey(
    batches: Sequence[Sequence[Question]], state: RestState, reader: Reader
) -> SurveyForecast:
    """Return how `survey_questions` would count each batch, by a request an object."""
    each_batch = [_fields_by_object(batch, state) for batch in batches]
    contacts = state.of(CONTACTS).ref.id
    objects = tuple({contacts, *(one for by_object in each_batch for one in by_object)})
    asked = reader.read_numbers([wire.CountRecords(object_id=one) for one in objects])
    totals = dict(zip(objects, asked, strict=True))
    reading, asking = 0, sum(map(len, batches))
    for by_object in each_batch:
        for object_id, of_field in by_object.items():
            total = totals[object_id]
            requests = _requests_to_read(total, of_field)
            if requests is not None:
                reading += requests
                asking -= len(of_field)
            elif total is not None and total <= MAX_PAGES * PAGE_ROWS:
                # What a condition may not compare is read all the same.
                long = sum(one.type == FieldType.LONGTEXT for one in of_field)
                asking += long * (total // PAGE_ROWS)
    return SurveyForecast(records=totals[contacts], reading=reading, asking=asking)


def _fields_by_object(
    questions: Sequence[Question], state: RestState
) -> Mapping[int, _OfField]:
    """Return the questions about fields, by the number of the object."""
    by_object: dict[int, _OfField] = {}
    for question in questions:
        asked = requests_for(question, state)
        if isinstance(asked, CountRequests) and asked.field is not None:
            of_field = by_object.setdefault(asked.total.object_id, {})
            of_field[question] = asked.field, asked.option
    return by_object


def _requests_to_read(total: int | None, of_field: _OfField) -> int | None:
    """Return how many requests read all records; None if asking takes fewer."""
    if total is None:
        return None
    fields = {field for field, _ in of_field.values()}
    requests = (total // PAGE_ROWS + 1) * ceil(len(fields) / FIELDS_AT_ONCE)
    return requests if requests < len(of_field) else None


def _count_by_reading(
    object_id: int, of_field: _OfField, reader: Reader
) -> Mapping[Question, Count]:
    """Read all records, if there are few enough; nothing otherwise."""
    (total,) = reader.read_numbers((wire.CountRecords(object_id=object_id),))
    fields = tuple(dict.fromkeys(field for field, _ in of_field.values()))
    if total is None or _requests_to_read(total, of_field) is None:
        return {}
    pages = total // PAGE_ROWS + 1
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
