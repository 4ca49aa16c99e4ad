"""One machine of several that share a state store: a process with a home of its own.

    python -m tests.contract.state.worker FOLDER NAME FIRST ROUNDS [ACTION]

In each round its files want another field than before, and it applies them. ACTION is what it
does to itself as its first call starts: `kill` or `stop`. It prints a JSON line for each run.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.errors import SchemactlError
from schemactl.host import Host
from schemactl.model.event import CallFinished, CallStarted, Event
from schemactl.model.lease_times import LeaseTimes
from schemactl.pipeline import apply_account
from schemactl.project import load_project
from schemactl.store.journal import files
from schemactl.values import replace
from tests.contract.live import ALL_PERMISSIONS, Agreeing

TIMES = LeaseTimes(renew_s=0.5, trust_s=1.5, expiry_s=3.0, poll_s=0.02)
PATIENCE_S = 60.0
KEPT = 10
"""How many journals are kept: 200 of them would be read again in each round."""


class Worker:
    """Applies, and notes when its calls are made."""

    def __init__(self, folder: Path, name: str, action: str) -> None:
        self.folder = folder
        self.name = name
        self.action = action
        self.calls: list[tuple[float, float]] = []
        self._started_s = 0.0
        self._host = Host(
            environ={**os.environ, "XDG_STATE_HOME": str(folder / "home")},
            home=folder,
            now=lambda: datetime.now(UTC),
            clock=time.monotonic,
            sleep=time.sleep,
            token=lambda: os.urandom(3).hex(),
            listener=self._note,
            lease_times=TIMES,
        )

    def apply(self, number: int) -> dict[str, object]:
        """Write files that want a field of this number, and apply them."""
        self.calls.clear()
        removed = "\n".join(
            f"    - {{section: S, name: {self.name}{gone}}}" for gone in range(number)
        )
        removed = f"removed:\n  fields:\n{removed}\n" if number else ""
        (self.folder / "crm.yaml").write_text(
            "version: 1\nsections:\n  - name: S\n    fields:\n"
            f"      - {{name: {self.name}{number}, type: text}}\n{removed}",
            encoding="utf-8",
        )
        project = load_project(self.folder)
        account = replace(project.account(None), calls_per_minute=None)
        target = Target(project=project, account=account, host=self._host)
        options = ApplyOptions(permissions=ALL_PERMISSIONS, wait_s=PATIENCE_S)
        try:
            run = apply_account(target, options=options, reviewer=Agreeing()).run
        except SchemactlError as error:
            return {"error": str(error), "calls": self.calls}
        assert run is not None
        return {"status": str(run.status), "reason": run.reason, "calls": self.calls}

    def _note(self, event: Event) -> None:
        if isinstance(event, CallStarted):
            self._started_s = time.monotonic()
            if self.action:
                signals = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
                action, self.action = self.action, ""
                os.kill(os.getpid(), signals[action])
        elif isinstance(event, CallFinished) and event.outcome.sent:
            self.calls.append((self._started_s, time.monotonic()))


def main() -> None:
    """Run as the module says."""
    folder, name, first, rounds, *action = sys.argv[1:]
    files.MAX_KEPT = KEPT  # type: ignore[misc]
    worker = Worker(Path(folder), name, action[0] if action else "")
    for number in range(int(first), int(first) + int(rounds)):
        print(json.dumps(worker.apply(number)), flush=True)  # noqa: T201 - its result


if __name__ == "__main__":
    main()
