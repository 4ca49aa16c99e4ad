"""Reports the setting `section_updates: part`, on which a plan's updates may lose fields. Pure.

It can come from `defaults:`, for every account at once, and no change or call of a plan would
show that it decides anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemactl.errors import Location
from schemactl.model.difference import Notice, NoticeCode
from schemactl.model.facts import Facts, OmittedFields
from schemactl.model.plan import Call
from schemactl.model.schema import CONTACTS, in_object
from schemactl.text import and_list, named_each


def notice_partial_updates(
    calls: Sequence[Call], place: Location | None, facts: Facts
) -> Iterator[Notice]:
    """Yield a notice if calls omit the fields of a section, unless that is known to be safe.

    Args:
        calls: The calls of a plan.
        place: Where the files set that updates omit fields; None where they do not.
        facts: What a probe found out.
    """
    sections = tuple(dict.fromkeys(_updated_in_part(calls)))
    if place is None or not sections or facts.show(OmittedFields.KEPT):
        return
    if facts.show(OmittedFields.DELETED):
        known = f"a probe found on {facts.found_at[:10]} that the account deletes these"
    else:
        known = "whether the account then deletes these is unknown"
    names = and_list(tuple(named_each(sections)))
    message = (
        f'"section_updates: part" is set at {place}, so updates of {names} '
        f"do not send the fields that stay as they are; {known}, with all their values. No "
        "permission is asked for that and nothing is backed up: it is only reported afterwards"
    )
    yield Notice(
        code=NoticeCode.UPDATES_IN_PART,
        about="section_updates",
        message=message,
        location=place,
    )


def _updated_in_part(calls: Sequence[Call]) -> Iterator[str]:
    """Yield the section of each call whose arguments say that it sends a part of it."""
    for call in calls:
        section, label = call.arguments.get("section"), call.arguments.get("object")
        if call.arguments.get("sends") == "part" and isinstance(section, str):
            yield in_object(label if isinstance(label, str) else CONTACTS, section)
