"""Find the calls of a plan that fill values into contacts again."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from math import ceil

from schemactl.account.batch_sizes import TAGGED_AT_ONCE, count_write_requests
from schemactl.model.call_word import ValueCallWord
from schemactl.model.plan import Hazard, Permission, Plan
from schemactl.model.schema import in_object
from schemactl.model.value_call import FillValues, restore_of
from schemactl.safety.count_words import effort_in_words, no_record_of, records_of


def _holders(fill: FillValues) -> str:
    if fill.held == 1:
        return no_record_of(fill.custom_object).replace("no ", "1 ", 1)
    return f"{fill.held:,} {records_of(fill.custom_object)}"


def find_fills(plan: Plan, changes: AbstractSet[str]) -> Iterator[Hazard]:
    """Yield one hazard for each field into which values are filled again."""
    for call in plan.calls:
        if call.request == ValueCallWord.FILL_VALUES and changes >= frozenset(call.serves):
            fill = restore_of(call)
            if fill.tag:
                yield _tagging(fill, call.serves)
                continue
            title = in_object(fill.custom_object, f"{fill.section} / {fill.name}")
            requests = count_write_requests(plan.backend, fill.held)
            newer = "also where they hold a newer value" if fill.overwrites else ""
            where = f"in {_holders(fill)}"
            yield Hazard(
                code=Permission.WRITES_CONTACTS,
                changes=call.serves,
                message=f'"{title}" gets its values again {where}'
                + (f", {newer}" if newer else "")
                + f"; {effort_in_words(requests)}; "
                f"automations that react to the field may start{_other_api(fill)}",
                hint="pause automations that must not start",
            )


def _tagging(fill: FillValues, changes: tuple[str, ...]) -> Hazard:
    effort = effort_in_words(ceil(fill.held / TAGGED_AT_ONCE))
    return Hazard(
        code=Permission.WRITES_CONTACTS,
        changes=changes,
        message=f'the tag "{fill.tag}" is put again on {_holders(fill)} that had it; '
        f"{effort}; automations that react to the tag may start",
        hint="pause automations that must not start",
    )


def _other_api(fill: FillValues) -> str:
    """Return what is assumed where values were backed up over the other API."""
    if not fill.over:
        return ""
    return (
        f"; they were backed up over the other API ({fill.over}), and the ids of contacts are "
        "taken to be the same over both"
    )
