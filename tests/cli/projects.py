"""Small projects on disk, and the embedded account behind them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemactl.emulator import EmulatorServer, parse_fault, serve

CREDENTIALS = {
    "DEMO_APP_ID": "2_1_app",
    "DEMO_API_KEY": "k3y-value",
    "DEMO_HOST": "127.0.0.1",
}
PROJECT = """\
version: 1
accounts:
  demo:
    backend: legacy
    url: emulator
    schema: [crm/*.yaml]
    tag_carrier: 1
"""
SALES = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Status, type: tdrop, options: [New, Won]}
      - {name: Value, type: price}
tags: [VIP]
"""


def write_project(folder: Path, *, project: str = PROJECT, **schema_files: str) -> Path:
    """Write a project; each schema file under `crm/`, `sales` where none is given."""
    (folder / "crm").mkdir(parents=True)
    (folder / "schemactl.yaml").write_text(project, encoding="utf-8")
    for name, text in (schema_files or {"sales": SALES}).items():
        (folder / f"crm/{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@contextmanager
def served(folder: Path, *faults: str, sales: str = SALES) -> Iterator[EmulatorServer]:
    """Make a project on an emulator that runs in this process, where it can have faults."""
    with serve(faults=map(parse_fault, faults)) as server:
        project = (
            "version: 1\naccounts:\n  demo: {backend: legacy, schema: [crm/*.yaml],"
            f" url: '{server.url}', tag_carrier: 1}}\n"
        )
        write_project(folder, project=project, sales=sales)
        yield server


def edit_account(folder: Path, *edits: str, account: str = "demo") -> None:
    """Change an embedded account by hand."""
    path = folder / f".schemactl/emulator/{account}.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    with serve(path) as server:
        server.edit("\n".join(edits))


def calls_made(folder: Path, *, account: str = "demo") -> list[str]:
    """Return the request types that were sent to the embedded account, oldest first."""
    with serve(folder / f".schemactl/emulator/{account}.sqlite") as server:
        return [call.request for call in server.runtime.calls()]
