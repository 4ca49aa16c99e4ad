"""No option is ignored: each changes what a command does, or the command refuses it.

Every command is run in each of its ways, with and without each of its options. A new command
needs an entry in `WAYS`, a new option a value in `VALUES`; one that is ignored is found here.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from schemactl.cli.group import COMMANDS, root
from schemactl.errors import ExitCode
from tests.cli.conftest import Copies
from tests.cli.program import run
from tests.cli.projects import edit_account

BOUNDS = {"locked", "jobs", "wait_s", "stop_at_first", "overwrite"}
"""Bounds and precautions: they have an effect only where something fails or takes long."""
SHARED = {
    "folder",
    "account",
    "every_account",
    "excepted",
    "shard",
    "changed_since",
    "quiet",
    "verbose",
}
"""Taken by many commands alike, and tried elsewhere."""
UNSEEN = {
    ("emulator", "seed"),
    ("emulator", "crowd"),
    *((command, "identity") for command in ("apply", "undo", "values export", "values erase")),
}
"""Options that change only what a new account has, or read backups that are encrypted."""
VALUES = {
    "accepted": "tag: Extra",
    "accounts": "2",
    "against": "live.json",
    "allow": "removes-option",
    "audience": "client",
    "base_from": "HEAD",
    "contact": "1",
    "crowd": "3",
    "db": "other.sqlite",
    "edits": "add-tag New",
    "engine": "dask",
    "faults": "add_section:slow:seconds=2",
    "form": "json",
    "identity": "live.json",
    "item": "Sales / Other",
    "keys": "2_1_x:abc",
    "label": "Pet",
    "layer": "crm/sales.yaml",
    "latency": "1",
    "out": "out.csv",
    "outputs": "json=out.json",
    "plans_folder": "plans",
    "port": "18099",
    "rate_limit": "5",
    "sections": "Sales",
    "scheduler": "tcp://127.0.0.1:9",
    "seed": "live.json",
    "service": "github",
    "sort": "name",
    "source": "git+https://example.com/x@0123456",
    "switches": "no-tags=empty-body",
    "title": "Other",
}
UNTRIED = {"help", "version", "completion", "schema", "explain", "probe", "state"}
"""Only with shared options; and `probe`, which takes seconds and has one way."""
WAYS = {
    "init": ("new", "--ci github"),
    "validate": ("",),
    "lint": ("", "--live"),
    "fetch": ("",),
    "fmt": ("", "--check", "crm/sales.yaml"),
    "plan": ("", "--against live.json", "--out plan.out"),
    "show": ("plan.json",),
    "apply": ("--yes", "--yes plan.json"),
    "undo": ("--yes", "--out undo.json"),
    "drift": ("", "--accept 'tag: Extra' --yes"),
    "compare": ("demo live.json",),
    "report": ("merge shard.json",),
    "usage": ("", "--out usage.html"),
    "render": ("",),
    "values": ("list", "show last", "export last", "delete last", "erase --contact 1"),
    "docs": ("", "--live"),
    "import": ("", "--out new.yaml --force"),
    "snapshot": ("",),
    "journal": ("", "last"),
    "accounts": ("",),
    "emulator": (
        *("--list-switches", "--list-faults", "--list-edits"),
        "--db new.sqlite --edit 'add-tag VIP'",
    ),
}
"""What decides which options of a command have an effect."""
PROJECT = (
    "version: 1\npackages: {own: {path: crm}}\n"
    "accounts:\n  demo: {backend: legacy, url: emulator, schema: [crm/*.yaml]}\n"
)
SALES = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Telex, type: text}
      - {name: Stage, type: tdrop, options: [New, Won]}
      - name: Notes
        type:   longtext
        note: For the team.
"""
TAGS = "version: 1\ntags:\n  - VIP #1\n  - Old\n"
WITHOUT_TELEX = SALES.replace("- {name: Telex, type: text}", "- {name: Value, type: price}")
REMOVED = "removed: {fields: [{section: Sales, name: Telex}]}\n"


def test_every_command_is_tried_unless_it_has_only_shared_options() -> None:
    assert set(WAYS) | UNTRIED == set(COMMANDS)
    assert {name for name in UNTRIED if list(options_of(name))} == {"probe"}


def options_of(name: str) -> Iterator[click.Option]:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    for param in command.params:
        if isinstance(param, click.Option) and param.name not in SHARED | BOUNDS:
            yield param


def make_project(folder: Path) -> None:
    """Make a project where every option can have an effect: values, drift, orphan, hazard."""
    (folder / "crm").mkdir(parents=True)
    (folder / "schemactl.yaml").write_text(PROJECT)
    (folder / "crm/tags.yaml").write_text(TAGS)
    (folder / "crm/sales.yaml").write_text(SALES)
    assert run("-C", folder, "fetch").status == ExitCode.OK
    assert run("-C", folder, "apply", "--yes").status == ExitCode.OK
    edit_account(folder, "set-value 1 Telex one", "set-value 1 Stage Won", "add-tag Extra")
    (folder / "crm/sales.yaml").write_text(WITHOUT_TELEX + REMOVED)
    assert run("-C", folder, "apply", "--yes", "--allow", "removes-field").status == ExitCode.OK
    (folder / "crm/tags.yaml").write_text(TAGS.replace("Old", "New"))
    shard = run("-C", folder, "drift", "--all", "--shard", "1/1", "--format", "json").out
    (folder / "shard.json").write_text(shard)
    run("-C", folder, "snapshot", "--out", folder / "live.json")
    (folder / "crm/sales.yaml").write_text(WITHOUT_TELEX.replace(", Won", "") + REMOVED)
    run("-C", folder, "plan", "--allow", "removes-option", "--out", folder / "plan.json")


@pytest.mark.parametrize(
    ("command", "way"), [(name, way) for name, ways in WAYS.items() for way in ways]
)
def test_no_option_is_ignored(
    command: str,
    way: str,
    copies: Copies,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def done(*more: str) -> tuple[object, ...]:
        folder = tmp_path / "project"
        shutil.rmtree(folder, ignore_errors=True)
        monkeypatch.chdir(copies.of(make_project, folder))
        ended = run(command, *shlex.split(way), *more)
        written = {
            path: without_times(path.read_text(encoding="utf-8"))
            for path in folder.rglob("*")
            if path.suffix in {".json", ".csv", ".html", ".yaml"}
            and ".schemactl" not in path.parts
        }
        return ended.status, without_times(ended.out), without_times(ended.err), written

    plain = done()
    given = {word for word in shlex.split(way) if word.startswith("--")}
    ignored = []
    for option in options_of(command):
        name = max(option.opts, key=len)
        ways = {command, f"{command} {way.partition(' ')[0]}"}
        if name in given or any((one, option.name) in UNSEEN for one in ways):
            continue
        value = () if option.is_flag else (VALUES[option.name or ""],)
        if done(name, *value) == plain:
            ignored.append(name)
    assert ignored == []


def without_times(text: str) -> str:
    return re.sub(r"[0-9a-f]{6,}|\d+", "0", text)
