"""What contacts hold and no file says anything about: shown at a terminal, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.errors import ExitCode
from tests.cli.program import at_terminal, run_process

PROJECT = """\
version: 1
accounts:
  demo: {{backend: rest, url: "{url}", schema: [crm.yaml]}}
"""
START = """\
version: 1
sections: [{name: Sales, fields: [{name: Old, type: text}]}]
"""
FILLED = """\
version: 1
sections:
  - name: Sales
    fields: [{name: New, type: tdrop, options: [A], from: {section: Sales, name: Old}}]
"""
ENVIRON = {"DEMO_APP_ID": "app-7f3a9c", "DEMO_API_KEY": "key-5d1e8b", "DEMO_HOST": "127.0.0.1"}
VALUE = "s3cret retial"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with EmulatorServer() as server:
        text = PROJECT.format(url=server.rest_url)
        (tmp_path / "schemactl.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "crm.yaml").write_text(START, encoding="utf-8")
        assert run_process("apply", "--yes", folder=tmp_path, **ENVIRON).status == ExitCode.OK
        (tmp_path / "crm.yaml").write_text(FILLED, encoding="utf-8")
        server.edit(f'add-contact "Old={VALUE}"\nadd-contact Old=\u202eevil')
        yield tmp_path


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_refusal_shows_no_value_where_nobody_sits(folder: Path, form: str) -> None:
    ended = run_process("plan", "--format", form, folder=folder, **ENVIRON)
    assert ended.status == ExitCode.REFUSED
    assert "2 hold one that is not mapped (2 different values)" in ended.err
    assert "write others:" in ended.err
    assert "s3cret" not in ended.out + ended.err
    files = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    assert not any(b"s3cret" in text for text in files)


def test_a_terminal_shows_what_most_contacts_hold(folder: Path) -> None:
    with at_terminal("plan", folder=folder, **ENVIRON) as session:
        assert session.end() == ExitCode.REFUSED
        assert f'"{VALUE}" (1)' in session.shown
        assert "\u202e" not in session.shown
