"""Files that a command writes: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Thread

import pytest

from schemactl.errors import OutputError
from schemactl.files import write_file


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_file(tmp_path / "plan.json", "{}\n")
    assert (tmp_path / "plan.json").read_text() == "{}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_a_file_is_written_over_unless_that_is_forbidden(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_file(path, "old")
    write_file(path, "new")
    with pytest.raises(OutputError, match=r"plan\.json exists already"):
        write_file(path, "newer", overwrite=False)
    assert path.read_text() == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["plan.json"]


def test_a_new_file_is_made_where_overwriting_is_forbidden(tmp_path: Path) -> None:
    write_file(tmp_path / "a.yaml", "é", overwrite=False)
    assert (tmp_path / "a.yaml").read_bytes() == "é".encode()


def test_the_file_behind_a_link_is_written_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "file").write_text("old")
    write_file(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "new"


def test_what_cannot_be_written_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"nowhere/plan\.json cannot be written: No such"):
        write_file(tmp_path / "nowhere/plan.json", "{}")


def test_a_pipe_takes_the_text_as_it_comes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=write_file, args=(pipe, "through"))
    writer.start()
    assert pipe.read_text() == "through"
    writer.join(timeout=60)
    assert pipe.is_fifo()
