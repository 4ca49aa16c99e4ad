"""Read the document of an apply again, with the plan that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NotRequired, TypedDict

from schemactl.model.plan import Plan
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.store.fleet_file import ShardFileError
from schemactl.store.own_file import OwnFile


class _VerdictDocument(TypedDict):
    change: str
    status: str
    detail: str


class _RunDocument(TypedDict):
    """All that is read of it; the rest follows from the plan."""

    id: str
    status: str
    reason: str
    calls_earlier: int
    calls_made: int
    calls_planned: int
    requests_made: int
    requests_planned: int
    ended_protection: NotRequired[list[object]]
    verdicts: list[_VerdictDocument]


_RUN_DOCUMENT: Final[OwnFile[_RunDocument]] = OwnFile(
    kind="run",
    version=1,
    max_bytes=200_000_000,
    error=ShardFileError,
    remedy="write it again with `schemactl apply --shard I/N --format json`",
)


def run_of_document(document: object, plan: Plan, *, cleaned: Sequence[str], file: str) -> Run:
    """Return the run that a part of a parsed file is about.

    Args:
        document: The document.
        plan: The plan that it applied.
        cleaned: Ids of the interrupted runs after which it cleaned up first.
        file: What the document is, for messages.

    Raises:
        ShardFileError: It breaks its JSON Schema.
        ValueError: It is of another plan.
    """
    found = _RUN_DOCUMENT.check(document, file=file)
    changes = [change.id for change in plan.changes]
    if [verdict["change"] for verdict in found["verdicts"]] != changes:
        message = "its verdicts are not on the changes of its plan"
        raise ValueError(message)
    return Run(
        id=found["id"],
        status=RunStatus(found["status"]),
        reason=found["reason"],
        calls_earlier=found["calls_earlier"],
        calls_made=found["calls_made"],
        calls_planned=found["calls_planned"],
        requests_made=found["requests_made"],
        requests_planned=found["requests_planned"],
        ended_protection=plan.ends_protection if "ended_protection" in found else (),
        cleaned=tuple(cleaned),
        verdicts=tuple(
            Verdict(
                change=verdict["change"],
                status=VerdictStatus(verdict["status"]),
                detail=verdict["detail"],
            )
            for verdict in found["verdicts"]
        ),
    )
