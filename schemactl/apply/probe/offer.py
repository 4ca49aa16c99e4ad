"""What a probe would make and send, for the question before it."""

from __future__ import annotations

from typing import Protocol

from schemactl.account.interface import LiveState
from schemactl.account.target import Target
from schemactl.apply.probe.sender import LATE_PAUSE_S
from schemactl.model.pace import RequestCost, seconds_for
from schemactl.model.probe import ProbeOffer
from schemactl.model.scratch import ScratchNames


class ProbeReviewer(Protocol):
    """Decides whether a probe may start."""

    def agrees(self, offer: ProbeOffer) -> bool:
        """Show what would be done, and return whether it may be.

        Raises:
            RefusedError: There is nobody to ask.
        """
        ...


def make_offer(
    target: Target, names: ScratchNames, live: LiveState, unfinished: tuple[str, ...]
) -> ProbeOffer:
    """Work out what a probe would send; `live` is the account as it was just read."""
    points = target.probe_points
    reads = live.calls * (3 + 3 * len(unfinished))
    requests = points.max_requests + len(unfinished) * points.max_removal + reads
    seconds = seconds_for(RequestCost(requests=requests, trips=requests), target.pace)
    # Once more at the end, and after each earlier probe, for calls without an answer.
    pauses = points.max_calls + 1 + len(unfinished)
    return ProbeOffer(
        account=target.account.name,
        names=names,
        points=tuple(each.point for each in points.points),
        unfinished=unfinished,
        made=points.max_made,
        requests=requests,
        seconds=seconds,
        pause_s=LATE_PAUSE_S,
        max_seconds=seconds + pauses * LATE_PAUSE_S,
    )
