"""document/files.py: the bytes of a file, or the problem that prevents reading it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.document.files import read_bytes
from schemactl.errors import Location, Problem


def test_a_file_is_read_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xffa\r\n")
    assert read_bytes(tmp_path / "a.yaml", file="a.yaml") == b"\xffa\r\n"


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_an_unreadable_file_is_a_problem(tmp_path: Path, name: str) -> None:
    problem = read_bytes(tmp_path / name, file="a.yaml")
    assert isinstance(problem, Problem)
    assert problem.location == Location("a.yaml", 1, 1)
    assert problem.code == "file-unreadable"
    assert problem.message.startswith("the file cannot be read: ")
