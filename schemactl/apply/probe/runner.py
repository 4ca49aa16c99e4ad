"""Try each open point, then remove everything that was made."""

from __future__ import annotations

from schemactl.account.interface import Backend, Dialect, LiveState
from schemactl.account.probing import InconclusiveError, ProbePoints
from schemactl.apply.probe.removal import remove_scratch
from schemactl.apply.probe.sender import ProbeInterruptedError, ScratchSender
from schemactl.errors import AccountError
from schemactl.host import Host
from schemactl.model.change import AddField, AddSection
from schemactl.model.event import Step
from schemactl.model.facts import Finding, Point
from schemactl.model.probe import Probed
from schemactl.model.run import Run, RunStatus
from schemactl.model.schema import Field
from schemactl.model.scratch import ScratchNames
from schemactl.store.journal.writing import JournalFile


def run_probe(
    points: ProbePoints,
    names: ScratchNames,
    *,
    backend: Backend,
    live: LiveState,
    journal: JournalFile,
    host: Host,
    step: Step,
) -> Probed:
    """Try each point, then remove everything, however the tries ended.

    Raises:
        AccountError: The account could not be read, so what is left of the probe is removed
            by the next probe or apply.
        JournalError: The journal cannot be written.
    """
    sender = ScratchSender(
        names, backend=backend, journal=journal, host=host, live=live, step=step
    )
    findings: list[Finding] = []
    unclear: dict[Point, str] = {}
    status = RunStatus.COMPLETED
    try:
        _try_points(points, sender, backend.dialect, findings, unclear)
    except ProbeInterruptedError:
        status = RunStatus.INTERRUPTED
    sender.await_late_calls()
    live = _live_now(sender, backend)
    removal = remove_scratch(
        names, backend, journal, host, live, sections=sender.sections, step=step
    )
    end_journal(journal, names, removal.left)
    return Probed(
        run=names.run,
        status=RunStatus.INCOMPLETE if removal.left else status,
        findings=tuple(findings),
        unclear=unclear,
        left=removal.left,
    )


def _try_points(
    points: ProbePoints,
    sender: ScratchSender,
    dialect: Dialect,
    findings: list[Finding],
    unclear: dict[Point, str],
) -> None:
    """Make the first section, then try each point; what was found so far is kept."""
    try:
        _make_first_section(sender, dialect)
    except InconclusiveError as why:
        unclear.update((point.point, str(why)) for point in points.points)
        return
    for point in points.points:
        try:
            findings.append(point.find(sender))
        except InconclusiveError as why:
            unclear[point.point] = str(why)


def _make_first_section(sender: ScratchSender, dialect: Dialect) -> None:
    """Make a section with a field, as a plan would.

    Where even that is refused, the refusal of anything else says nothing.

    Raises:
        InconclusiveError: The account does not show it afterwards.
    """
    name = sender.names.name
    field = Field(name=name("a1"), type="text")
    changes = (
        AddSection(section=name("a")),
        AddField(section=name("a"), after=field),
    )
    for draft in dialect.calls_for(changes, sender.live):
        tried = sender.send(draft)
        if tried.finds(name("a"), field.name) is None:
            reason = tried.outcome.detail or "it reported success, and made nothing"
            msg = f"the account did not make a section with a field: {reason}"
            raise InconclusiveError(msg)


def _live_now(sender: ScratchSender, backend: Backend) -> LiveState:
    """Return the account; read again, because a server may have acted late on a lost call."""
    try:
        return backend.read()
    except AccountError:
        # Removing is tried on what is known: each call reads the account before it is sent.
        return sender.live


def end_journal(journal: JournalFile, names: ScratchNames, left: tuple[str, ...]) -> None:
    """Write the end of a probe: completed if nothing is left of it, whatever it found."""
    run = Run(
        id=names.run,
        status=RunStatus.INCOMPLETE if left else RunStatus.COMPLETED,
        reason="; ".join(left),
        calls_made=0,
        calls_planned=0,
        verdicts=(),
    )
    journal.run_finished(run)
