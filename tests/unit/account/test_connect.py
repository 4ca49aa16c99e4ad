"""account/connect.py: which folders of other projects are read for journals."""

from __future__ import annotations

from pathlib import Path

from schemactl.account.connect import journals_left_behind
from schemactl.store.lock import Holder
from schemactl.store.state.local import local_folder


def a_holder(journals: Path | str) -> Holder:
    return Holder(process=7, since="noon", folder="/p", journals=str(journals))


def test_only_a_folder_named_as_journals_are_is_read_for_another_project(
    tmp_path: Path,
) -> None:
    mine = a_holder(tmp_path / "mine/.schemactl/journal/demo")
    true = tmp_path / "other/.schemactl/journal/demo"
    true.mkdir(parents=True)
    assert journals_left_behind(a_holder(true), mine) == (local_folder(true),)
    assert journals_left_behind(None, mine) == ()
    assert journals_left_behind(mine, mine) == ()
    for hostile in (
        tmp_path,
        "/etc",
        ".schemactl/journal/demo",
        "\0",
        f"{tmp_path}/x/../other/.schemactl/journal/demo",
        tmp_path / "gone/.schemactl/journal/demo",
    ):
        assert journals_left_behind(a_holder(hostile), mine) == ()
