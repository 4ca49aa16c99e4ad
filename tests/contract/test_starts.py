"""tests/contract/starts.py: a bench from a copy is as the first one was, and on its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.starts import Starts

TEXT = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: tdrop, options: [New, Old]}
tags: [Lead]
"""


@pytest.mark.parametrize("backend", ["legacy", "rest"])
def test_each_copy_is_as_the_apply_left_it_whatever_was_done_to_another(
    backend: str, starts: Starts, tmp_path: Path
) -> None:
    for name in ("one", "other"):
        folder = tmp_path / name
        with starts.bench(folder, TEXT, backend=backend) as bench:
            assert bench.plan().is_empty
            journals = set(folder.rglob("*.jsonl"))
            assert len(journals) == 1, "that of the start"

            bench.write(TEXT.replace("Old", "Won"))
            assert bench.run().calls_made > 0
            assert bench.plan().is_empty
            assert len(journals | set(folder.rglob("*.jsonl"))) == 2, "and one more"


def test_a_start_is_made_again_where_its_port_is_taken(starts: Starts, tmp_path: Path) -> None:
    with starts.bench(tmp_path / "one", TEXT) as first:
        with starts.bench(tmp_path / "other", TEXT) as other:
            assert other.server.base_url != first.server.base_url
            assert other.plan().is_empty
        assert first.plan().is_empty
