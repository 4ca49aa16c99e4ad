"""The usage of an account in every format: which of it, in which order, and in which words."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from enum import StrEnum, unique
from io import StringIO
from itertools import groupby
from typing import Final

from schemactl.model.count import Counted, SurveyForecast
from schemactl.model.field_types import type_label
from schemactl.model.pace import Pace, RequestCost, seconds_for
from schemactl.model.schema import in_object
from schemactl.model.usage import Usage, UsageItem, UsageKind
from schemactl.report.csv.cells import cell
from schemactl.report.html.page import Group, Page, Row, State, Tone, Whole
from schemactl.report.html.render import page_html
from schemactl.safety.count_words import count_in_words, usage_in_words
from schemactl.store.usage_file import usage_text
from schemactl.text import about_duration, counted, date_and_time, named, visible
from schemactl.values import dataclass, replace

_INDENT: Final = 4


@unique
class UsageFormat(StrEnum):
    """The formats of the usage of an account."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


@unique
class Order(StrEnum):
    """How items are sorted."""

    ACCOUNT = "account"
    NAME = "name"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of the usage is shown.

    Attributes:
        only_unheld: Only what nobody holds.
        sections: Only fields of these sections; empty for everything.
        order: How it is sorted.
    """

    only_unheld: bool = False
    sections: frozenset[str] = frozenset()
    order: Order = Order.ACCOUNT


def select_usage(usage: Usage, selection: Selection) -> Usage:
    """Return the selected part of the usage, in the selected order."""
    return replace(usage, items=_select(usage.items, selection))


def write_usage(chosen: Usage, form: UsageFormat) -> str:
    """Write the usage of an account, or the selected part of it, in a format."""
    match form:
        case UsageFormat.TEXT:
            return _text(chosen)
        case UsageFormat.JSON:
            return usage_text(chosen)
        case UsageFormat.CSV:
            return _csv(chosen)
        case UsageFormat.HTML:
            return _html(chosen)


def forecast_in_words(forecast: SurveyForecast, total: int, pace: Pace) -> str:
    """Return which way the numbers are counted, and about how long that takes."""
    requests = forecast.requests
    cost = RequestCost(requests=requests, trips=pace.trips(requests))
    price = f"about {counted(requests, 'request')}, {about_duration(seconds_for(cost, pace))}"
    numbers = counted(total, "number")
    if not forecast.reading:
        return f"Counting {numbers}, each with a request of its own: {price}."
    records = "all records" if forecast.records is None else f"{forecast.records:,} contacts"
    if not forecast.asking:
        return f"Counting {numbers} in one walk over {records}: {price}."
    way = f"in one walk over {records} where that takes fewer requests than asking"
    return f"Counting {numbers}, {way}: {price}."


def _select(items: Sequence[UsageItem], selection: Selection) -> tuple[UsageItem, ...]:
    chosen = [
        item
        for item in items
        if (not selection.only_unheld or item.is_held_by_nobody)
        and (not selection.sections or item.section in selection.sections)
    ]
    match selection.order:
        case Order.ACCOUNT:
            pass
        case Order.NAME:
            chosen.sort(key=lambda item: (item.name.casefold(), item.option.casefold()))
        case Order.HELD:
            chosen.sort(key=_held)
    return tuple(chosen)


def _held(item: UsageItem) -> int:
    """Sort what nobody holds first, and what was not counted last."""
    return item.count.held if isinstance(item.count, Counted) else 1 << 62


def _title(item: UsageItem) -> str:
    if item.kind is UsageKind.TAG:
        return "Tags"
    return in_object(item.custom_object, item.section)


def _name(item: UsageItem) -> str:
    """Return the name of an item; an option belongs to the field above it."""
    return visible(item.option) if item.option else named(item.name)


def _summary(usage: Usage) -> str:
    if not usage.items:
        return "No custom field, option or tag to show"
    nobody = sum(item.is_held_by_nobody for item in usage.items)
    when = f", on {date_and_time(usage.items[-1].at)}" if usage.items else ""
    requests = f" in {counted(usage.requests, 'request')}" if usage.requests else ""
    items = counted(len(usage.items), "item")
    return f"{items} counted{requests}{when}; no contact holds {nobody:,} of them"


def _text(usage: Usage) -> str:
    lines = [f"Account {named(usage.account)} · {usage.backend}"]
    for title, group in groupby(usage.items, key=_title):
        items = list(group)
        lines += ["", visible(title)]
        widest = max(len(_name(item)) + bool(item.option) * _INDENT for item in items)
        for item in items:
            indent = " " * (_INDENT * (2 if item.option else 1))
            room = widest + _INDENT - len(indent) + _INDENT
            lines.append(f"{indent}{_name(item):<{room}}{usage_in_words(item)}")
    return "\n".join([*lines, "", f"{_summary(usage)}.", ""])


def _csv(usage: Usage) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ("kind", "object", "section", "name", "option", "type", "held", "total", "why", "at")
    )
    for item in usage.items:
        count = item.count
        has_number = isinstance(count, Counted)
        row = (
            item.kind,
            item.custom_object or "Contacts",
            item.section,
            item.name,
            item.option,
            type_label(item.type) if item.type else "",
            str(count.held) if isinstance(count, Counted) else "",
            str(count.total) if isinstance(count, Counted) else "",
            "" if has_number else count_in_words(count, item.custom_object),
            item.at,
        )
        writer.writerow(tuple(map(cell, row)))
    return text.getvalue()


def _html(usage: Usage) -> str:
    nobody = sum(item.is_held_by_nobody for item in usage.items)
    verdict = f"No contact holds {nobody:,} of {len(usage.items):,} fields, options and tags."
    return page_html(
        Page(
            title=f"Usage of {usage.account}",
            about=f"{usage.backend} · {_summary(usage)}",
            verdict=verdict,
            tone=Tone.ATTENTION if nobody else Tone.CALM,
            labels={State.ALONE: "no contact", State.SAME: "held"},
            groups=tuple(_groups(usage)),
        )
    )


def _groups(usage: Usage) -> Iterator[Group]:
    for title, group in groupby(usage.items, key=_title):
        name = Whole.TAGS if title == "Tags" else title
        yield Group(name=name, rows=tuple(map(_row, group)))


def _row(item: UsageItem) -> Row:
    name = f"{item.name}: {item.option}" if item.option else item.name
    return Row(
        name=named(name),
        state=State.ALONE if item.is_held_by_nobody else State.SAME,
        type=type_label(item.type) if item.kind is UsageKind.FIELD else "",
        words=(usage_in_words(item),),
    )
