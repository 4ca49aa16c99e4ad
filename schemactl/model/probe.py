"""A probe: what it would do, and what it found."""

from __future__ import annotations

from collections.abc import Mapping

from schemactl.model.facts import Finding, Point
from schemactl.model.run import RunStatus
from schemactl.model.scratch import ScratchNames
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeOffer:
    """What a probe would do, before anybody agreed to it.

    Attributes:
        account: Its name in the project file.
        names: Those that all it makes would have.
        points: What it would try.
        unfinished: Ids of earlier probes whose scratch objects it removes first.
        made: How many sections, fields and tags it makes at most.
        requests: How many requests it sends at most, reads included.
        seconds: How long these take, without waits.
        pause_s: How long it waits after a call that shows no effect.
        max_seconds: How long it takes at most, if all calls show none.
    """

    account: str
    names: ScratchNames
    points: tuple[Point, ...]
    unfinished: tuple[str, ...]
    made: int
    requests: int
    seconds: float
    pause_s: float
    max_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a probe found out, and whether it left anything.

    Attributes:
        run: Id of the run.
        status: How it ended; only a completed one left nothing behind.
        findings: What was found.
        unclear: Why other points could not be found out.
        left: What is still in the account, in words.
    """

    run: str
    status: RunStatus
    findings: tuple[Finding, ...]
    unclear: Mapping[Point, str]
    left: tuple[str, ...]
