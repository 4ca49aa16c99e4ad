"""Count who holds what in a whole account: every custom field, its options, and tags.

It counts in batches and keeps each, so that an interrupted count goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from schemactl.model.change import ChangeKind, change_id
from schemactl.model.count import Answers, Count, CountKey, CountSubject, Question
from schemactl.model.schema import CONTACTS, Field, Schema
from schemactl.model.usage import Usage, UsageItem, UsageKey, UsageKind
from schemactl.store.usage_file import read_usage, write_usage
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


def take_usage(
    target: Target,
    account: Backend,
    *,
    progress: Callable[[Usage, int], None] = lambda _, __: None,
) -> Usage:
    """Read an account, count, and keep the result with its date.

    Args:
        target: The account.
        account: The same, open for reading.
        progress: Gets the result so far after each batch, and how many things there are.

    Raises:
        AccountError: The account did not answer. What was counted is kept.
        UsageError: The file with an earlier count holds something else.
        OutputError: The result could not be kept.
    """
    live = account.read()

    def keep(usage: Usage, total: int) -> None:
        write_usage(target.usage_path, usage)
        progress(usage, total)

    usage = count_usage(
        _start(target),
        live.schema,
        partial(account.survey, live=live),
        now=target.host.now_in_utc,
        keep=keep,
    )
    write_usage(target.usage_path, usage)
    return usage


def _start(target: Target) -> Usage:
    """Return what an interrupted count has, or nothing."""
    identity, backend = target.identify(), target.dialect.name
    found = read_usage(target.usage_path, identity=identity, backend=backend)
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
    left = [one for one in asked if _key_of(one) not in known]
    usage = start
    for first in range(0, len(left), BATCH):
        batch = tuple(left[first : first + BATCH])
        answers = survey(batch)
        at = now()
        for question, count in zip(batch, answers.counts, strict=True):
            known[_key_of(question)] = _item(question, count, at)
        found = tuple(known[key] for one in asked if (key := _key_of(one)) in known)
        usage = replace(usage, items=found, requests=usage.requests + answers.requests)
        keep(usage, len(asked))
    found = tuple(known[_key_of(one)] for one in asked)
    return replace(usage, items=found, is_complete=True)


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


def _key_of(question: Question) -> UsageKey:
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
