"""A project of files, an emulated account, and the pipeline between them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from schemactl.account.target import Target
from schemactl.apply import ApplyOptions
from schemactl.apply.review import Applied
from schemactl.emulator.server import EmulatorServer
from schemactl.host import Host, never
from schemactl.model.event import Event, Listener, RequestSent
from schemactl.model.plan import Permission, Plan
from schemactl.model.recorded import FoundRun
from schemactl.model.run import Run, VerdictStatus
from schemactl.model.schema import Schema
from schemactl.pipeline import apply_account, plan_account, snapshot_account
from schemactl.planner import PlanResult
from schemactl.project import Account, load_project
from schemactl.store.snapshot import schema_from_snapshot
from tests.in_process import reached_in_process
from tests.killing import KilledError

ALL_PERMISSIONS = frozenset(Permission)


class Agreeing:
    """A reviewer who agrees to everything; `before_agreeing` may meddle first."""

    def __init__(self, before_agreeing: Callable[[], None] = lambda: None) -> None:
        self.before_agreeing = before_agreeing
        self.shown: list[Plan] = []

    def show(self, planned: PlanResult, found: FoundRun | None) -> None:
        del found
        self.shown.append(planned.plan)

    def agrees(self, planned: PlanResult, *, calls: int) -> bool:
        del planned, calls
        self.before_agreeing()
        return True


@dataclass
class Bench:
    """One account under test; `write` puts a schema file into its project."""

    target: Target
    server: EmulatorServer
    folder: Path
    events: list[Event] = field(default_factory=list)

    def write(self, text: str) -> None:
        (self.folder / "crm.yaml").write_text(text, encoding="utf-8")

    def plan(self, *permissions: Permission, prune: bool = False) -> Plan:
        target = self.target.with_prune(prune=prune)
        return plan_account(target, permissions=frozenset(permissions)).plan

    def apply(
        self,
        permissions: frozenset[Permission] = ALL_PERMISSIONS,
        reviewer: Agreeing | None = None,
        *,
        prune: bool = False,
        plan_file: Path | None = None,
    ) -> Applied:
        return apply_account(
            self.target.with_prune(prune=prune),
            options=ApplyOptions(permissions=permissions, plan_file=plan_file),
            reviewer=reviewer or Agreeing(),
        )

    def uncounted(self) -> Bench:
        """Return the same project for plans that do not count who holds what."""
        return replace(self, target=self.target.without_counts())

    def opened_by(self, app_id: str) -> Bench:
        """Return the same project, its account opened by another app id."""
        environ = {**self.target.host.environ, "LIVE_APP_ID": app_id}
        host = replace(self.target.host, environ=environ)
        return replace(self, target=replace(self.target, host=host))

    def with_account(self, account: Account) -> Bench:
        """Return the same project with another entry for its account."""
        return replace(self, target=replace(self.target, account=account))

    def with_values(self, rules: str) -> Bench:
        """Return the same project with other rules for values, as its file has them."""
        path = self.folder / "schemactl.yaml"
        text = path.read_text(encoding="utf-8").partition("values:")[0]
        path.write_text(f"{text}values: {{{rules}}}\n", encoding="utf-8")
        project, account = load_project(self.folder), self.target.account
        account = replace(account, values=project.account(account.name).values)
        return replace(self, target=replace(self.target, project=project, account=account))

    def elsewhere(self, folder: Path) -> Bench:
        """Return the same project in another folder, as on another machine."""
        folder.mkdir()
        for name in ("schemactl.yaml", "crm.yaml"):
            (folder / name).write_bytes((self.folder / name).read_bytes())
        environ = {**self.target.host.environ, "XDG_STATE_HOME": str(folder / ".state")}
        host = replace(self.target.host, environ=environ, home=folder)
        project = load_project(folder)
        account = replace(project.account(None), calls_per_minute=None)
        return replace(
            self, target=Target(project=project, account=account, host=host), folder=folder
        )

    def listening(self, listener: Listener) -> Bench:
        """Return the same project, whose events go to a listener."""
        host = replace(self.target.host, listener=listener)
        return replace(self, target=replace(self.target, host=host))

    def killed_at(self, moment: int, kind: type[Event] = RequestSent) -> Bench:
        """Return the same project; an apply is killed at the n-th event of a kind, from 0."""
        seen = itertools.count()

        def kill(event: Event) -> None:
            if isinstance(event, kind) and next(seen) == moment:
                raise KilledError

        return self.listening(kill)

    def snapshot(self) -> Schema:
        """Read the account, as the product would write it down."""
        return schema_from_snapshot(snapshot_account(self.target), file="live")

    def forget_calls(self) -> None:
        """Have the calls of this minute made long ago: nothing here waits for a clock."""
        for count in self.target.host.state_folder.glob("calls-*.sqlite3"):
            count.unlink()

    def run(self) -> Run:
        run = self.apply().run
        assert run is not None
        return run


class Hurry:
    """A sleep that takes no time; what sleeps until a clock has moved would never end."""

    MAX_NAPS = 1000

    def __init__(self) -> None:
        self._naps = 0

    def __call__(self, seconds: float) -> None:
        del seconds
        self._naps += 1
        assert self._naps < self.MAX_NAPS, "it waits for a clock: see `Bench.forget_calls`"


@contextmanager
def a_bench(
    folder: Path,
    server: EmulatorServer,
    *,
    settings: Mapping[str, object] | None = None,
    sleep: Callable[[float], None] | None = None,
    is_interrupted: Callable[[], bool] = never,
    backend: str = "legacy",
    first_token: int = 0,
    over_http: bool = False,
    state: str = ".schemactl",
) -> Iterator[Bench]:
    """Yield a project that describes an account, over one of the two APIs.

    The account answers in this process, unless HTTP itself is tried. Calls are not limited,
    unless `settings` say so.
    """
    with server, nullcontext() if over_http else reached_in_process(server):
        url = server.url if backend == "legacy" else server.rest_url
        lines = {"tag_carrier": 1, **(settings or {})}
        extra = "".join(f"    {name}: {value}\n" for name, value in lines.items())
        (folder / "schemactl.yaml").write_text(
            f"version: 1\nstate: {state}\naccounts:\n  live:\n    backend: {backend}\n"
            f"    url: {url}\n    schema: [crm.yaml]\n{extra}",
            encoding="utf-8",
        )
        events: list[Event] = []
        tokens = itertools.count(first_token)
        host = Host(
            environ={
                "LIVE_APP_ID": "app-7f3a9c",
                "LIVE_API_KEY": "key-5d1e8b",
                "LIVE_HOST": "127.0.0.1",
                "XDG_STATE_HOME": str(folder / ".state"),
            },
            home=folder,
            now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            clock=time.monotonic,
            sleep=sleep or Hurry(),
            token=lambda: f"{next(tokens):04d}",
            listener=events.append,
            is_interrupted=is_interrupted,
        )
        project = load_project(folder)
        account = project.account(None)
        if "calls_per_minute" not in lines:
            account = replace(account, calls_per_minute=None)
        target = Target(project=project, account=account, host=host)
        yield Bench(target=target, server=server, folder=folder, events=events)


def verdicts_of(run: Run) -> dict[str, VerdictStatus]:
    """Return each change's verdict by its id."""
    return {verdict.change: verdict.status for verdict in run.verdicts}
