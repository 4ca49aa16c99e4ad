"""Count who holds what in a whole account: every custom field, its options, and tags.

It counts in batches and keeps each, so that the next run continues an interrupted count.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from schemactl.errors import UsageError
from schemactl.model.change import ChangeKind, change_id
from schemactl.model.count import (
    Answers,
    Count,
    CountKey,
    CountSubject,
    Question,
    SurveyForecast,
)
from schemactl.model.schema import CONTACTS, Field, Schema
from schemactl.model.usage import Usage, UsageItem, UsageKey, UsageKind
from schemactl.store.usage_file import read_usage, write_usage
from schemactl.text import nearest, quoted_short
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.interface import Backend
    from schemactl.account.target import Target

BATCH: Final = 200
"""Questions of a batch: what an interruption can cost is one of them."""


class Survey(Protocol):
    """Answers questions about an account; it may read all records if that takes less."""

    def __call__(self, questions: tuple[Question, ...]) -> Answers:
        """Return an answer to each question, in their order."""
        ...


class UsageListener(Protocol):
    """Is informed of what a count of a whole account will take, and how far it is."""

    def starts(self, forecast: SurveyForecast, total: int) -> None:
        """Take how the numbers will be counted, and how many there are to count."""
        ...

    def counted(self, usage: Usage, total: int) -> None:
        """Take the result so far after each batch, and how many numbers there are."""
        ...


def take_usage(
    target: Target,
    account: Backend,
    listener: UsageListener,
    *,
    sections: Collection[str] = (),
) -> Usage:
    """Read an account, count, and keep the result with its date.

    Args:
        target: The account.
        account: The same, open for reading.
        listener: Is informed before it counts, and after each batch.
        sections: Sections that the account must have, of any object.

    Raises:
        AccountError: The account did not answer. What was counted is kept.
        UsageError: The account does not have one of the sections. Nothing was counted.
        UsageFileError: The file with an earlier count holds something else.
        OutputError: The result could not be kept.
    """
    live = account.read()
    for section in sections:
        _refuse_unknown_section(section, live.schema)
    start = _start(target)
    if batches := tuple(_batches(_left_to_count(start, live.schema))):
        forecast = account.forecast_survey(batches, live)
        listener.starts(forecast, sum(map(len, batches)))

    def keep(usage: Usage, total: int) -> None:
        write_usage(target.usage_file, usage)
        listener.counted(usage, total)

    survey, now = partial(account.survey, live=live), target.host.now_in_utc
    usage = count_usage(start, live.schema, survey, now=now, keep=keep)
    write_usage(target.usage_file, usage)
    return usage


def _refuse_unknown_section(wanted: str, schema: Schema) -> None:
    labels = (CONTACTS, *(each.label for each in schema.objects))
    names = {each.name for label in labels for each in schema.of(label).sections}
    if wanted in names:
        return
    near = nearest(wanted, names)
    msg = f"the account has no section {quoted_short(wanted)}"
    raise UsageError(msg, hint=f"did you mean {quoted_short(near)}?" if near else None)


def _start(target: Target) -> Usage:
    """Return what an interrupted count has, or nothing."""
    identity, backend = target.identify(), target.dialect.name
    found = read_usage(target.usage_file, identity=identity, backend=backend)
    if found is not None and not found.is_complete:
        return found
    return Usage(
        account=target.account.name, backend=backend, identity=identity, is_complete=False
    )


def count_usage(
    start: Usage,
    schema: Schema,
    survey: Survey,
    *,
    now: Callable[[], str],
    keep: Callable[[Usage, int], None],
) -> Usage:
    """Count everything that an interrupted count has not counted.

    Args:
        start: What an interrupted count has; without items for a new one.
        schema: The account.
        survey: Counts in it.
        now: Returns the time as ISO 8601 writes it, in UTC.
        keep: Gets the result so far after each batch, and how many things there are.

    Raises:
        AccountError: The account did not answer. What was counted before is kept.
    """
    known = {item.key: item for item in start.items}
    asked = tuple(_everything(schema))
    usage = start
    for batch in _batches(_left_to_count(start, schema)):
        answers = survey(batch)
        at = now()
        for question, count in zip(batch, answers.counts, strict=True):
            known[usage_key(question)] = _item(question, count, at)
        found = tuple(known[key] for one in asked if (key := usage_key(one)) in known)
        usage = replace(usage, items=found, requests=usage.requests + answers.requests)
        keep(usage, len(asked))
    found = tuple(known[usage_key(one)] for one in asked)
    return replace(usage, items=found, is_complete=True)


def _left_to_count(start: Usage, schema: Schema) -> tuple[Question, ...]:
    """Return what an interrupted count has not counted."""
    known = {item.key for item in start.items}
    return tuple(one for one in _everything(schema) if usage_key(one) not in known)


def _batches(questions: Sequence[Question]) -> Iterator[tuple[Question, ...]]:
    for first in range(0, len(questions), BATCH):
        yield tuple(questions[first : first + BATCH])


def _everything(schema: Schema) -> Iterator[Question]:
    for label in (CONTACTS, *(each.label for each in schema.objects)):
        for section, field in schema.of(label).all_fields():
            if field.custom:
                yield from _of_field(label, section, field)
    for tag in schema.tags:
        key = CountKey(change_id(ChangeKind.REMOVE_TAG, (tag,)), CountSubject.TAG)
        yield Question(key=key, name=tag)


def _of_field(label: str, section: str, field: Field) -> Iterator[Question]:
    path = (*((label,) if label else ()), section, field.name)
    whole = Question(
        key=CountKey(change_id(ChangeKind.REMOVE_FIELD, path), CountSubject.FIELD),
        custom_object=label,
        section=section,
        name=field.name,
        declared=field.name,
        type=field.type,
    )
    yield whole
    options = change_id(ChangeKind.CHANGE_OPTIONS, path)
    for option in field.options or ():
        yield replace(whole, key=CountKey(options, CountSubject.OPTION, option))


def usage_key(question: Question) -> UsageKey:
    """Return what distinguishes the number that a question asks for."""
    kind = UsageKind(question.key.subject)
    return UsageKey(
        kind, question.custom_object, question.section, question.name, question.key.option
    )


def _item(question: Question, count: Count, at: str) -> UsageItem:
    return UsageItem(
        kind=UsageKind(question.key.subject),
        custom_object=question.custom_object,
        section=question.section,
        name=question.name,
        type=question.type,
        option=question.key.option,
        count=count,
        at=at,
    )
