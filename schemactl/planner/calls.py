"""Gives each call its place in a plan: its number, and what must have been done before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from schemactl.model.plan import Call, CallDraft


def number_calls(
    drafts: Sequence[CallDraft], needs: Mapping[str, tuple[str, ...]]
) -> tuple[Call, ...]:
    """Give each call its number, and the numbers of the calls that must be done before."""
    calls: list[Call] = []
    serving: defaultdict[str, list[int]] = defaultdict(list)
    for number, draft in enumerate(drafts, start=1):
        awaited = {
            earlier
            for change in draft.serves
            for source in (change, *needs.get(change, ()))
            for earlier in serving[source]
        }
        calls.append(
            Call(
                number=number,
                request=draft.request,
                arguments=draft.arguments,
                serves=draft.serves,
                needs=tuple(sorted(awaited)),
            )
        )
        for change in draft.serves:
            serving[change].append(number)
    return tuple(calls)
