"""What the shell completes: commands, options, accounts, permissions, codes; never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.cli.completion import account_names
from schemactl.cli.group import COMMANDS
from schemactl.cli.output import REPORTS
from schemactl.document.resources import code_names, schema_names
from schemactl.model.plan import Permission
from tests.cli.program import run, run_process

PROJECT = """\
version: 1
accounts:
  demo: {backend: legacy, url: emulator, schema: [a.yaml]}
  production: {backend: legacy, schema: [a.yaml]}
"""


def completed(words: str, *, folder: Path, **environ: str) -> list[str]:
    """Return the completions of the last of the words, which may be empty."""
    ended = run_process(
        folder=folder,
        _SCHEMACTL_COMPLETE="bash_complete",
        COMP_WORDS=f"schemactl {words}",
        COMP_CWORD=str(words.count(" ") + 1),
        **environ,
    )
    assert (ended.status, ended.err) == (0, "")
    return [line.partition(",")[2] for line in ended.out.split()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a project in it, and another below."""
    (tmp_path / "schemactl.yaml").write_text(PROJECT)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/schemactl.yaml").write_text("accounts: {other: {}}\n")
    return tmp_path


def test_commands_complete(folder: Path) -> None:
    assert completed("", folder=folder) == list(COMMANDS)
    assert completed("e", folder=folder) == ["emulator", "explain"]


def test_options_complete(folder: Path) -> None:
    assert completed("plan --det", folder=folder) == ["--detailed-exitcode"]


@pytest.mark.parametrize("words", ["plan -a ", "-a ", "apply --account "])
def test_accounts_complete_from_the_project_file(folder: Path, words: str) -> None:
    assert completed(words, folder=folder) == ["demo", "production"]


@pytest.mark.parametrize("words", ["-C sub plan -a ", "plan -C sub -a ", "-C sub -a "])
def test_accounts_complete_from_the_folder_that_was_named(folder: Path, words: str) -> None:
    assert completed(words, folder=folder) == ["other"]


def test_formats_complete_to_those_of_the_command(folder: Path) -> None:
    assert completed("journal --format ", folder=folder) == ["text", "json"]
    assert completed("apply --format ", folder=folder) == list(REPORTS)
    assert completed("apply --output ju", folder=folder) == ["junit="]


def test_permissions_complete_after_a_comma_too(folder: Path) -> None:
    assert completed("apply --allow ", folder=folder) == list(map(str, Permission))
    assert completed("plan --allow removes-field,removes-", folder=folder) == [
        "removes-field,removes-section",
        "removes-field,removes-option",
        "removes-field,removes-tag",
    ]


def test_schemas_and_codes_complete(folder: Path) -> None:
    assert completed("schema ", folder=folder) == list(schema_names())
    assert completed("explain ", folder=folder) == list(code_names())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe",
        b"accounts",
        b"accounts: [a, b]\n",
        b"[1, 2]\n",
        b"accounts: {a: *x}\n",
        b"- " * 100_000,
    ],
)
def test_a_broken_project_file_completes_to_nothing(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "schemactl.yaml").write_bytes(text)
    assert account_names(tmp_path) == ()


def test_no_project_file_completes_to_nothing(tmp_path: Path) -> None:
    assert account_names(tmp_path) == ()
    (tmp_path / "schemactl.yaml").mkdir()
    assert account_names(tmp_path) == ()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_the_script_that_the_shell_loads(shell: str, tmp_path: Path) -> None:
    loaded = run_process(folder=tmp_path, _SCHEMACTL_COMPLETE=f"{shell}_source")
    ended = run("completion", shell)
    assert (loaded.status, ended.status) == (0, 0)
    assert ended.out.strip() == loaded.out.strip()
    assert "_SCHEMACTL_COMPLETE" in ended.out


def test_commands_complete_after_help_and_shells_after_completion(folder: Path) -> None:
    assert completed("help e", folder=folder) == ["emulator", "explain"]
    assert completed("completion ", folder=folder) == ["bash", "zsh", "fish"]
