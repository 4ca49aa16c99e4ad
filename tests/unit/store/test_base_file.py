"""store.base_file: a base comes with a commit, so it is read as input."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schemactl.model.base import Applied, Base
from schemactl.model.schema import Schema
from schemactl.store.base_file import (
    MAX_BYTES,
    BaseError,
    base_from_text,
    base_text,
    read_base,
)
from schemactl.store.state.local import local_file


def test_where_no_apply_left_a_base_there_is_none(tmp_path: Path) -> None:
    assert read_base(local_file(tmp_path / "none.json")) is None
    (tmp_path / "file").touch()
    assert read_base(local_file(tmp_path / "file" / "demo.json")) is None


def test_a_link_is_no_base_and_shows_nothing_of_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("token: ghp_abc", encoding="utf-8")
    link = tmp_path / "demo.json"
    link.symlink_to(tmp_path / "secret")

    with pytest.raises(BaseError, match="cannot be read") as caught:
        read_base(local_file(link))

    assert "ghp_abc" not in str(caught.value)


def test_a_pipe_and_a_file_without_end_are_no_bases(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(BaseError, match="it is not a regular file"):
        read_base(local_file(tmp_path / "pipe.json"))

    with (tmp_path / "large.json").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(BaseError, match="it has more than 33,554,432 bytes"):
        read_base(local_file(tmp_path / "large.json"))


APPLIED = Applied(at="2026-11-23T09:00:00+00:00", by="ada", commit="", run="")
TEXT = base_text(
    Base(account="demo", backend="rest", address="x", applied=APPLIED, schema=Schema())
)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("{", "", "is not a base: not JSON that can be read"),
        ('"by": "ada"', '"by": "ada", "by": "bob"', '"by" appears twice in one object'),
        ('"kind": "base"', '"kind": "plan"', 'is not a base, but of kind "plan"'),
        ('_version": 1,\n  "ids', '_version": 2,\n  "ids', "format 2; this schemactl reads"),
        (
            '"by": "ada"',
            '"by": 7',
            'is not a valid base: $.applied.by: 7 is not of type "string"',
        ),
        ('"kind": "snapshot"', '"kind": "plan"', 'is not a snapshot, but of kind "plan"'),
    ],
)
def test_what_is_no_base_is_refused_with_the_reason(old: str, new: str, reason: str) -> None:
    assert old in TEXT

    with pytest.raises(BaseError) as caught:
        base_from_text(TEXT.replace(old, new, 1), file="demo.json")

    assert str(caught.value).startswith("demo.json is ")
    assert reason in str(caught.value)
    assert "delete it" in (caught.value.hint or "")
