"""Write the journal of one run: a line is kept for good before what it announces starts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Final, Protocol, Self

from schemactl.errors import JournalError
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.json_text import call_json, cleanup_json
from schemactl.model.plan import Call, CallDraft, JsonObject, JsonValue, Plan
from schemactl.model.run import Outcome, OutcomeStatus, Run
from schemactl.store.journal.lines import FORMAT_VERSION
from schemactl.store.state.interface import StateFile

MAX_DETAIL: Final = 300
"""Characters of a server's words that are kept; they are bounded on the wire already."""


class Journal(Protocol):
    """Where an apply writes what it is about to do and what came of it.

    Every method raises `JournalError` where the line could not be written and synced.
    """

    def call_started(self, call: Call) -> None:
        """Write that a call is about to be sent; if that fails it must not be sent."""
        ...

    def call_finished(self, call: Call, outcome: Outcome) -> None:
        """Write what was answered to a call."""
        ...

    def call_settled(self, call: Call, *, shown: bool) -> None:
        """Write whether the account shows what a call should do."""
        ...

    def call_skipped(self, call: Call, why: str) -> None:
        """Write that a call is skipped."""
        ...

    def cleanup_started(self, cleanup: PendingCleanup) -> None:
        """Write that the tags of an earlier run are about to be taken off the carrier."""
        ...

    def cleanup_finished(self, cleanup: PendingCleanup, outcome: Outcome) -> None:
        """Write what was answered to it."""
        ...

    def run_finished(self, run: Run) -> None:
        """Write what reading the account proved."""
        ...


class JournalFile:
    """A new journal in the state store; see `Journal`."""

    def __init__(self, file: StateFile, *, now: Callable[[], datetime]) -> None:
        """Start a new journal; `now` returns the time of each line.

        Raises:
            JournalError: It cannot be made, or exists already.
        """
        self._now = now
        self._file = file
        try:
            self._log = file.store.new_log(file.parts)
        except OSError as error:
            raise _unwritable(file, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._log.close()

    def run_started(
        self,
        run_id: str,
        plan: Plan,
        *,
        address: str,
        digest: str,
        app_id: str = "",
        by: str = "",
        commit: str = "",
        resumes: str | None = None,
        earlier: Iterable[int] = (),
    ) -> None:
        """Write what is about to be done: every call of the plan.

        Args:
            run_id: Name of the run.
            plan: What will be executed.
            address: Where the account answers.
            digest: Of the plan.
            app_id: Fingerprint of the app id; empty for an embedded account.
            by: Who applies; empty if unknown.
            commit: What git had checked out; empty if unknown.
            resumes: The run that this one resumes.
            earlier: Numbers of calls that were made before.
        """
        self._append(
            "run-started",
            {
                "format_version": FORMAT_VERSION,
                "run": run_id,
                "address": address,
                **_known(app_id_fingerprint=app_id, by=by, commit=commit),
                **self._lease(),
                "plan": digest,
                "follows": resumes,
                "earlier": tuple(sorted(earlier)),
                **_plan_members(plan),
            },
        )

    def probe_started(
        self, run_id: str, *, account: str, backend: str, identity: AccountIdentity
    ) -> None:
        """Write that a probe starts: from now on, all that its names can mean is pending.

        Args:
            run_id: Name of the run.
            account: Its name in the project file.
            backend: The API to it.
            identity: Which account it is.
        """
        self._append(
            "run-started",
            {
                "format_version": FORMAT_VERSION,
                "run": run_id,
                "probe": True,
                "address": identity.address,
                **_known(app_id_fingerprint=identity.app_id),
                **self._lease(),
                "plan": "",
                "follows": None,
                "earlier": (),
                "account": account,
                "backend": backend,
                "permissions": (),
                "calls": (),
            },
        )

    def try_started(self, draft: CallDraft) -> None:
        """Write that a call of a probe is about to be sent."""
        self._append("try-started", {"request": draft.request, "arguments": draft.arguments})

    def try_finished(self, outcome: Outcome) -> None:
        """Write what was answered to it."""
        self._append("try-finished", _outcome_members(outcome))

    def scratch_removed(self, run_id: str) -> None:
        """Write that the account, read again, shows nothing any more that a probe made."""
        done = {"outcome": str(OutcomeStatus.DONE), "detail": ""}
        self._append("cleanup-finished", {"run": run_id, **done})

    def call_started(self, call: Call) -> None:
        """Write that a call is about to be sent."""
        self._append("call-started", {"call": call.number, "request": call.request})

    def call_finished(self, call: Call, outcome: Outcome) -> None:
        """Write what was answered to a call."""
        self._append("call-finished", {"call": call.number, **_outcome_members(outcome)})

    def call_settled(self, call: Call, *, shown: bool) -> None:
        """Write whether the account shows what a call should do."""
        self._append("call-settled", {"call": call.number, "shown": shown})

    def call_skipped(self, call: Call, why: str) -> None:
        """Write that a call is skipped."""
        self._append("call-skipped", {"call": call.number, "why": why[:MAX_DETAIL]})

    def cleanup_started(self, cleanup: PendingCleanup) -> None:
        """Write that the tags of an earlier run are about to be taken off the carrier."""
        self._append("cleanup-started", cleanup_json(cleanup))

    def cleanup_finished(self, cleanup: PendingCleanup, outcome: Outcome) -> None:
        """Write what was answered to it."""
        # Without the tags: the room that is reserved for this line is limited.
        self._append("cleanup-finished", {"run": cleanup.run, **_outcome_members(outcome)})

    def run_finished(self, run: Run) -> None:
        """Write what reading the account proved."""
        verdicts = tuple(
            {
                "change": verdict.change,
                "verdict": str(verdict.status),
                "detail": verdict.detail[:MAX_DETAIL],
            }
            for verdict in run.verdicts
        )
        reason = run.reason[:MAX_DETAIL]
        self._append(
            "run-finished",
            {"status": str(run.status), "reason": reason, "verdicts": verdicts},
        )

    def _lease(self) -> JsonObject:
        number = self._file.store.lease_number
        return {"lease": number} if number else {}

    def _append(self, event: str, members: Mapping[str, JsonValue]) -> None:
        line = {"event": event, "at": self._now().isoformat(timespec="milliseconds"), **members}
        text = json.dumps(line, ensure_ascii=False) + "\n"
        # Half a character pair, as no server should send, becomes an escape that JSON has.
        data = text.encode(errors="backslashreplace")
        try:
            self._log.append(data)
        except OSError as error:
            raise _unwritable(self._file, error) from error


def _known(**members: str) -> JsonObject:
    """Return the members that are not empty."""
    return {name: text for name, text in members.items() if text}


def _plan_members(plan: Plan) -> JsonObject:
    return {
        "account": plan.account,
        "backend": plan.backend,
        "permissions": tuple(map(str, plan.permissions)),
        "calls": tuple(call_json(call) for call in plan.calls),
    }


def _outcome_members(outcome: Outcome) -> JsonObject:
    return {"outcome": str(outcome.status), "detail": outcome.detail[:MAX_DETAIL]}


def _unwritable(file: StateFile, error: OSError) -> JournalError:
    reason = error.strerror or str(error)
    if file.store.is_shared:
        hint = "no call is made without its journal: make the state store answer"
    else:
        hint = "no call is made without its journal: make the folder writable, and room on its "
        hint += "disk"
    return JournalError(
        f"the journal {file} cannot be written: {reason}", hint=f"{hint}, then apply again"
    )
