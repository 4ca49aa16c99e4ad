"""A probe from its journal to the file with what it found."""

from __future__ import annotations

from datetime import UTC

from schemactl.account.interface import Backend, LiveState
from schemactl.account.target import Target
from schemactl.apply.probe.offer import ProbeReviewer, make_offer
from schemactl.apply.probe.removal import remove_left_behind
from schemactl.apply.probe.runner import end_journal, run_probe
from schemactl.errors import RefusedError
from schemactl.model.account_identity import SNAPSHOT, AccountIdentity
from schemactl.model.event import Step
from schemactl.model.facts import Facts
from schemactl.model.probe import Probed, ProbeOffer
from schemactl.model.recorded import RecordedRun
from schemactl.model.run import RunStatus
from schemactl.model.scratch import ScratchNames
from schemactl.store.facts_file import report_text, write_facts
from schemactl.store.journal.files import file_of_run, forget_oldest
from schemactl.store.journal.history import History
from schemactl.store.journal.writing import JournalFile
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedProbe:
    """A probe that was not started yet.

    Attributes:
        offer: What it would do.
        identity: The account.
        history: Earlier runs.
        live: The account as it was just read.
    """

    offer: ProbeOffer
    identity: AccountIdentity
    history: History
    live: LiveState


def probe_held(
    target: Target,
    identity: AccountIdentity,
    history: History,
    backend: Backend,
    reviewer: ProbeReviewer,
) -> Probed | None:
    """Probe an account that is locked, and remember what was found.

    Raises:
        AccountError: The account could not be read; the next probe removes what is left.
        RefusedError: There is nobody to ask, or an earlier probe left what is in use now.
        JournalError: The journal cannot be written; no call was made.
        OutputError: What was found cannot be written.
    """
    prepared = prepare_probe(target, identity, history, backend)
    if not reviewer.agrees(prepared.offer):
        return None
    probed = probe_prepared(prepared, target, backend)
    if probed.status is not RunStatus.INTERRUPTED:
        write_facts(target.facts_file, facts_of(target, identity, probed))
    return probed


def prepare_probe(
    target: Target, identity: AccountIdentity, history: History, backend: Backend
) -> PreparedProbe:
    """Read the account, and work out what a probe would make and send."""
    host = target.host
    live = backend.read()
    names = ScratchNames(run=f"{host.now().astimezone(UTC):%Y%m%dT%H%M%SZ}-{host.token()}")
    offer = make_offer(target, names, live, history.unfinished_probes)
    return PreparedProbe(offer=offer, identity=identity, history=history, live=live)


def probe_prepared(prepared: PreparedProbe, target: Target, backend: Backend) -> Probed:
    """Remove what earlier probes left, then probe, with a journal around every call.

    Raises:
        RefusedError: What an earlier probe made cannot be removed; nothing was probed.
    """
    offer, host, live = prepared.offer, target.host, prepared.live
    step = Step(before=live.calls, after=offer.requests, total=offer.requests)
    file = file_of_run(target.journal_folder, offer.names.run)
    with JournalFile(file, now=host.now) as journal:
        journal.probe_started(
            offer.names.run,
            account=target.account.name,
            backend=target.dialect.name,
            identity=prepared.identity,
        )
        for run in prepared.history.unfinished_runs:
            removal = remove_left_behind(run, backend, journal, host, live, step=step)
            live = removal.live
            if removal.left:
                end_journal(journal, offer.names, ())
                raise _refuse_to_go_on(run, removal.left)
        probed = run_probe(
            target.probe_points,
            offer.names,
            backend=backend,
            live=live,
            journal=journal,
            host=host,
            step=step,
        )
    forget_oldest(target.journal_folder, prepared.history.forgettable)
    return probed


def facts_of(target: Target, identity: AccountIdentity, probed: Probed) -> Facts:
    """Return what a probe found out about an account, dated."""
    return Facts.of(
        probed.findings,
        backend=target.dialect.name,
        identity=identity,
        found_at=target.host.now_in_utc(),
    )


def anonymous_report(target: Target, probed: Probed) -> str:
    """Return what a probe found as JSON that names no account."""
    return report_text(facts_of(target, SNAPSHOT, probed), probed.unclear)


def _refuse_to_go_on(run: RecordedRun, left: tuple[str, ...]) -> RefusedError:
    msg = f"what the probe {run.id} made cannot be removed: {'; '.join(left)}"
    hint = f"remove it by hand, delete the journal {run.id}.jsonl, and probe again"
    return RefusedError(msg, hint=hint)
