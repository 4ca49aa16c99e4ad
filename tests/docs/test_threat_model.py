"""The threat model promises nothing without a test, and names none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(test_\w+)`", PAGE))


def existing_tests() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    texts = (path.read_text(encoding="utf-8") for path in files)
    return {
        name for text in texts for name in re.findall(r"^ *def (test_\w+)", text, re.MULTILINE)
    }


def test_every_test_that_is_named_exists() -> None:
    assert NAMED
    assert NAMED - existing_tests() == set()


def test_every_defence_names_a_test() -> None:
    head = "| threat | defence | proved by |"
    parts = PAGE.split(head)[1:]
    rows = [
        row
        for part in parts
        for row in part.partition("\n\n")[0].splitlines()
        if row.startswith("| ") and "---" not in row
    ]
    assert rows
    assert [row for row in rows if "`test_" not in row] == []
