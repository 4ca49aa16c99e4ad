"""Find the changes that write values into contacts, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Final

from schemactl.account.record_writing import count_write_requests
from schemactl.model.change import Change, ChangeOptions
from schemactl.model.count import Count, Counted, CountKey, CountSubject
from schemactl.model.plan import Hazard, Permission, Plan
from schemactl.model.schema import every_record
from schemactl.safety.count_words import doubt_in_words, holders_in_words
from schemactl.safety.counts import Counts
from schemactl.safety.tightening import quoted_title
from schemactl.text import and_list, counted

VENDOR_CALLS_PER_MINUTE: Final = 180
"""Requests that an account may make (the vendor's manual)."""
_AUTOMATIONS: Final = "automations that react to the field may start"


def find_moves(changes: Iterable[Change], counts: Counts, plan: Plan) -> Iterator[Hazard]:
    """Yield one hazard for each field whose records get other values."""
    for change in changes:
        if isinstance(change, ChangeOptions) and change.renamed:
            found = [
                counts.get(CountKey(change.id, CountSubject.MOVED, one.was))
                for one in change.renamed
            ]
            yield Hazard(
                code=Permission.WRITES_CONTACTS,
                changes=(change.id,),
                message=_message(change, found, plan.backend),
                hint="pause automations that must not start, or rename the option by hand",
            )


def _message(change: ChangeOptions, found: Sequence[Count | None], backend: str) -> str:
    label = change.custom_object
    moved = and_list(
        f'"{one.was}" becomes "{one.name}" {_in_whom(count, label)}'
        for one, count in zip(change.renamed, found, strict=True)
    )
    removed = "it is removed once nobody holds it"
    if len(found) > 1:
        removed = "each is removed once nobody holds it"
    parts = [f"in {quoted_title(change)} the option {moved}: {removed}"]
    numbers = [count.held for count in found if isinstance(count, Counted)]
    if len(numbers) < len(found):
        parts.append(_AUTOMATIONS)
    elif any(numbers):
        parts.append(f"{_effort(sum(numbers), backend)}; {_AUTOMATIONS}")
    return "; ".join(parts)


def _in_whom(count: Count | None, label: str) -> str:
    """Return whose value changes."""
    if isinstance(count, Counted):
        return f"in {holders_in_words(count, label)}"
    plain = f"in {every_record(label)} that holds it"
    return plain if count is None else f"{plain} ({doubt_in_words(count, label)})"


def _effort(records: int, backend: str) -> str:
    """Return how many requests the writes take, and how long at the vendor's limit."""
    requests = count_write_requests(backend, records)
    minutes = ceil(requests / VENDOR_CALLS_PER_MINUTE)
    return f"{counted(requests, 'request')}, {counted(minutes, 'minute')} at most"
