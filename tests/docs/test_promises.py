"""Each promise and defence that a page lists names a test, and every named one exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
NAMED = set(re.findall(r"`(test_\w+)`", "\n".join(PAGES.values())))


def existing_tests() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    texts = (path.read_text(encoding="utf-8") for path in files)
    return {
        name for text in texts for name in re.findall(r"^ *def (test_\w+)", text, re.MULTILINE)
    }


def test_every_test_that_is_named_exists() -> None:
    assert NAMED
    assert NAMED - existing_tests() == set()


@pytest.mark.parametrize(
    ("page", "head"),
    [
        ("promises.md", "| promise | how it is kept | proved by |"),
        ("threat-model.md", "| threat | defence | proved by |"),
    ],
)
def test_every_row_names_a_test(page: str, head: str) -> None:
    parts = PAGES[page].split(head)[1:]
    rows = [
        row
        for part in parts
        for row in part.partition("\n\n")[0].splitlines()
        if row.startswith("| ") and "---" not in row
    ]
    assert rows
    assert [row for row in rows if "`test_" not in row] == []
