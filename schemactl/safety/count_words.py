"""Counts in words: `214 of 2,140 contacts`, `no contact`, or why there is no number."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from schemactl.model.change_title import title_of_change
from schemactl.model.count import (
    Contradicting,
    Count,
    Counted,
    CountSubject,
    NotCounted,
    NotCountedReason,
    Question,
)
from schemactl.model.schema import CONTACTS
from schemactl.model.usage import UsageItem, UsageKind
from schemactl.text import about_duration, counted, day_in_words

VENDOR_CALLS_PER_MINUTE: Final = 180
"""Requests that an account may make (the vendor's manual)."""
_MINUTE_S: Final = 60

REASONS: Final[Mapping[NotCountedReason, str]] = MappingProxyType(
    {
        NotCountedReason.DISABLED: "--no-count was given",
        NotCountedReason.SNAPSHOT: "a snapshot has no contacts",
        NotCountedReason.REFUSED: "the key may not search, or the server cannot answer",
        NotCountedReason.AMBIGUOUS_NAME: "the API counts by name, and another field has a "
        "similar one",
        NotCountedReason.NO_QUESTION: "the API has no way to ask for it",
        NotCountedReason.TOO_MANY: "it takes too many requests",
    }
)


def records_of(custom_object: str) -> str:
    """Return what holds the values of an object's fields, in the plural: `contacts`."""
    return "contacts" if custom_object == CONTACTS else f'records of "{custom_object}"'


def no_record_of(custom_object: str) -> str:
    """Return the phrase for a count of 0: `no contact`."""
    return "no contact" if custom_object == CONTACTS else f'no record of "{custom_object}"'


def holders_in_words(count: Counted, custom_object: str) -> str:
    """Return how many hold something: `214 of 2,140 contacts`, or `no contact`."""
    if not count.held:
        return no_record_of(custom_object)
    return f"{count.held:,} of {count.total:,} {records_of(custom_object)}"


def doubt_in_words(count: Contradicting | NotCounted, custom_object: str) -> str:
    """Return why there is no number, to follow a sentence."""
    match count:
        case NotCounted(why=why):
            return f"not counted: {REASONS[why]}"
        case Contradicting(held=held, other=other, total=total):
            return (
                f"two ways of counting contradict each other: {held:,} and {other:,} of "
                f"{total:,} {records_of(custom_object)}"
            )


def count_in_words(count: Count, custom_object: str) -> str:
    """Return a count for a list, beside the name of what was counted."""
    if isinstance(count, Counted):
        return holders_in_words(count, custom_object)
    return doubt_in_words(count, custom_object)


def effort_in_words(requests: int) -> str:
    """Return how many requests the writes take, and how long at the vendor's limit."""
    duration = about_duration(requests * _MINUTE_S / VENDOR_CALLS_PER_MINUTE)
    return f"{counted(requests, 'request')}, {duration}"


def usage_in_words(item: UsageItem) -> str:
    """Return who holds a thing, by a count of the whole account."""
    if item.is_held_by_nobody:
        verb = "has it" if item.kind is UsageKind.TAG else "holds a value"
        return f"{no_record_of(item.custom_object)} {'holds it' if item.option else verb}"
    words = count_in_words(item.count, item.custom_object)
    return words if item.share is None else f"{words}, {item.share:.0%}"


def dated_usage(item: UsageItem) -> str:
    """Return the same with the day on which it was counted."""
    return f"{usage_in_words(item)} (counted on {day_in_words(item.at)})"


def more_held_text(question: Question, reviewed: Counted, now: int | None) -> str:
    """Return that more is held than was reviewed, or that it can no longer be counted."""
    before = f"{reviewed.held:,} of {reviewed.total:,} were reviewed"
    if now is None:
        who, what = records_of(question.custom_object), _held_in_words(question, number=2)
        return f"how many {who} {what} cannot be counted any more; {before}"
    return f"{_holders_now(question, now)} now; {before}"


def not_backed_up_text(question: Question, saved: int, now: int) -> str:
    """Return that more is held than the backup of this run has."""
    verb = "is" if saved == 1 else "are"
    return f"{_holders_now(question, now)} now, and {saved:,} {verb} backed up"


def _holders_now(question: Question, now: int) -> str:
    """Return how many hold something: `3 contacts hold a value`, `1 contact holds a value`."""
    label = question.custom_object
    who = no_record_of(label).removeprefix("no ") if now == 1 else records_of(label)
    return f"{now:,} {who} {_held_in_words(question, number=now)}"


def _held_in_words(question: Question, *, number: int) -> str:
    about = f'"{title_of_change(question.key.change)}"'
    hold, have = ("holds", "has") if number == 1 else ("hold", "have")
    match question.key.subject:
        case CountSubject.TAG:
            return f'{have} the tag "{question.name}"'
        case CountSubject.OPTION | CountSubject.MOVED:
            return f'{hold} the option "{question.key.option}" of {about}'
        case CountSubject.FIELD | CountSubject.SHARED:
            return f"{hold} a value in {about}"
        case CountSubject.EMPTY:
            return f"{hold} no value in {about}"
