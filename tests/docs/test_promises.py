"""Each promise and defence of the docs has a test, and every test that they name exists."""

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


def table_rows(page: str, head: str) -> list[str]:
    """Return the rows of all tables of a page that have this head."""
    return [
        row
        for part in PAGES[page].split(head)[1:]
        for row in part.partition("\n\n")[0].splitlines()
        if row.startswith("| ") and "---" not in row
    ]


def test_every_test_that_is_named_exists() -> None:
    assert NAMED
    assert NAMED - existing_tests() == set()


@pytest.mark.parametrize(
    ("page", "head"),
    [
        ("proofs.md", "| promise | proved by |"),
        ("threat-model.md", "| threat | defence | proved by |"),
    ],
)
def test_every_row_names_a_test(page: str, head: str) -> None:
    rows = table_rows(page, head)
    assert rows
    assert [row for row in rows if "`test_" not in row] == []


def test_each_promise_has_its_row_among_the_proofs() -> None:
    page, _, _ = PAGES["promises.md"].partition("## What is not promised")
    promises = re.findall(r"^- \*\*(.+?)\*\*", page, re.MULTILINE | re.DOTALL)
    rows = table_rows("proofs.md", "| promise | proved by |")
    assert [re.sub(r"\s+", " ", one) for one in promises] == [
        row.split(" | ")[0][2:] for row in rows
    ]
