"""base.shelf: a base comes with a commit, so it is read as input."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schemactl.store.base_file import BaseError
from schemactl.store.base_files import MAX_BYTES, read_base


def test_where_no_apply_left_a_base_there_is_none(tmp_path: Path) -> None:
    assert read_base(tmp_path / "none.json") is None
    (tmp_path / "file").touch()
    assert read_base(tmp_path / "file" / "demo.json") is None


def test_a_link_is_no_base_and_shows_nothing_of_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("token: ghp_abc", encoding="utf-8")
    link = tmp_path / "demo.json"
    link.symlink_to(tmp_path / "secret")

    with pytest.raises(BaseError, match="cannot be read") as caught:
        read_base(link)

    assert "ghp_abc" not in str(caught.value)


def test_a_pipe_and_a_file_without_end_are_no_bases(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(BaseError, match="it is no ordinary file"):
        read_base(tmp_path / "pipe.json")

    with (tmp_path / "large.json").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(BaseError, match="it has more than 33,554,432 bytes"):
        read_base(tmp_path / "large.json")
