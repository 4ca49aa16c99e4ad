"""Projects of many accounts on one emulator, each as a target with a host of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from schemactl.account.target import Target
from schemactl.emulator import EmulatorServer, serve
from schemactl.fleet.runner import FleetRun
from schemactl.host import Host
from schemactl.model.fleet import AccountResult
from schemactl.project import load_project

BASE = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Budget, type: price}
      - {name: Status, type: tdrop, options: [New, Won]}
tags: [VIP]
"""


def ignore(result: AccountResult) -> None:
    """Take no note of a result."""
    del result


def raise_bug(error: BaseException) -> str:
    raise error


def a_fleet_run(jobs: int = 4, halt: Event | None = None) -> FleetRun:
    return FleetRun(jobs=jobs, halt=halt or Event(), on_result=ignore, keep_bug=raise_bug)


def write_fleet_project(
    folder: Path, urls: Sequence[str], *, backend: str = "rest", base: str = BASE
) -> None:
    """Write a project with the account `client-N` for each address, from 1."""
    accounts = "".join(
        f"  client-{number}: {{backend: {backend}, url: '{url}', schema: [base.yaml]}}\n"
        for number, url in enumerate(urls, start=1)
    )
    (folder / "schemactl.yaml").write_text(f"version: 1\naccounts:\n{accounts}")
    (folder / "base.yaml").write_text(base)


def fleet_environ(folder: Path, number: int, host: str) -> dict[str, str]:
    """Return the variables that open the accounts of such a project."""
    return {
        "XDG_STATE_HOME": str(folder / ".state"),
        **{f"CLIENT_{each}_APP_ID": f"2_test_{each}" for each in range(1, number + 1)},
        **{f"CLIENT_{each}_API_KEY": "any" for each in range(1, number + 1)},
        **{f"CLIENT_{each}_HOST": host for each in range(1, number + 1)},
    }


def a_fleet_host(environ: dict[str, str], home: Path, halt: Event | None = None) -> Host:
    """Return a host on which nothing takes time and every run is equal."""
    return Host(
        environ=environ,
        home=home,
        now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        clock=lambda: 0.0,
        sleep=lambda _: None,
        token=lambda: "0000",
        is_interrupted=halt.is_set if halt else lambda: False,
    )


def targets_of(folder: Path, environ: dict[str, str]) -> tuple[Target, ...]:
    """Return every account of a project."""
    project = load_project(folder)
    return tuple(
        Target(project=project, account=account, host=a_fleet_host(environ, folder))
        for account in project.accounts
    )


@contextmanager
def a_served_fleet(
    folder: Path, number: int, *, backend: str = "rest", base: str = BASE
) -> Iterator[tuple[EmulatorServer, tuple[Target, ...]]]:
    """Serve accounts and yield the server with their targets."""
    with serve(accounts=number) as server:
        url = server.rest_url if backend == "rest" else server.url
        write_fleet_project(folder, [url] * number, backend=backend, base=base)
        host = server.base_url.removeprefix("http://")
        yield server, targets_of(folder, fleet_environ(folder, number, host))
