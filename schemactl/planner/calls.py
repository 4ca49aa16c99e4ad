"""Number the calls of a plan, and find the calls that each depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from schemactl.model.plan import Call, CallDraft
from schemactl.planner.value_calls import depends_on_nothing


def number_calls(
    drafts: Sequence[CallDraft], needs: Mapping[str, tuple[str, ...]]
) -> tuple[Call, ...]:
    """Return the calls with their numbers, and those of the calls that come before."""
    calls: list[Call] = []
    serving: defaultdict[str, list[int]] = defaultdict(list)
    for number, draft in enumerate(drafts, start=1):
        awaited = {
            earlier
            for change in draft.serves
            for source in (change, *needs.get(change, ()))
            for earlier in serving[source]
            if not depends_on_nothing(draft)
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
