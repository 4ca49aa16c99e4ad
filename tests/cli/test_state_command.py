"""`schemactl state`: where state is kept, and what is refused before anything is moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from tests.cli.program import run
from tests.contract.state.conftest import s3  # noqa: F401 - a fixture
from tests.shared_state import BUCKET, KEY, SECRET, S3Server

pytestmark = pytest.mark.group("s3")
"""One server for all of them: it takes a second to start."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schemactl.yaml").write_text(
        "version: 1\naccounts:\n  demo: {backend: rest, schema: [crm.yaml]}\n"
    )
    (tmp_path / ".schemactl/usage").mkdir(parents=True)
    (tmp_path / ".schemactl/usage/demo.json").write_text("{}")
    return tmp_path


def test_state_is_shown_and_moved(
    folder: Path,
    s3: S3Server,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in s3.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder / "home"))
    place = f"s3://{BUCKET}/of-the-command"
    assert run("-C", folder, "state").out == "state: .schemactl, on this machine\n"
    moved = run("-C", folder, "state", "move", place)
    assert (moved.status, moved.out.partition(",")[0]) == (0, f"Moved 1 document to {place}")
    assert f"state: {place}" in moved.err
    file = folder / "schemactl.yaml"
    file.write_text(f"{file.read_text()}state: {place}\n")
    assert run("-C", folder, "state").out == f"state: {place}\n"
    assert not (folder / ".schemactl/usage/demo.json").exists()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("show s3://a-bucket", "takes no address"),
        ("move", "needs the place"),
        ("move .schemactl", "already"),
        (f"move s3://{KEY}:{SECRET}@bucket/x", "not a place for state"),
        ("move ../elsewhere", "not a place for state"),
    ],
)
def test_what_cannot_be_moved_is_refused(folder: Path, words: str, problem: str) -> None:
    ended = run("-C", folder, "state", *words.split())
    assert ended.status == ExitCode.USAGE
    assert problem in ended.err
    assert SECRET not in ended.err + ended.out
