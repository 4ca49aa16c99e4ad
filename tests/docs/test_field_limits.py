"""Texts about the limit of fields: no reason to choose longtext without the word one-way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schemactl.model.field_limits import FIELD_LIMITS, FieldLimit

ROOT = Path(__file__).parents[2]
TEXTS = sorted(
    (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("schemas/*.json")),
    key=str,
)
CODES = ("exceeds-field-budget", "field-budget-near", "maybe-exceeds-field-budget")
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\n+|\n(?=[-|#])")
TEST_NAME = re.compile(r"`test_\w+`")
LONG_TEXT = re.compile(r"long ?text", re.IGNORECASE)
LIMIT = re.compile(r"\bbytes\b|budget|limit", re.IGNORECASE)


def unguarded(text: str) -> list[str]:
    """Return the sentences that name longtext beside a limit and not that it is one-way."""
    return [
        sentence
        for sentence in SENTENCE.split(TEST_NAME.sub("", text))
        if LONG_TEXT.search(sentence) and LIMIT.search(sentence) and "one-way" not in sentence
    ]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_about_a_limit_names_longtext_without_the_word_one_way(path: Path) -> None:
    assert unguarded(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("code", CODES)
def test_a_page_on_a_limit_names_longtext_only_as_one_way(code: str) -> None:
    text = (ROOT / "docs" / "codes" / f"{code}.md").read_text(encoding="utf-8")
    naming = [sentence for sentence in SENTENCE.split(text) if LONG_TEXT.search(sentence)]
    assert naming
    assert all("one-way" in sentence for sentence in naming)


@pytest.mark.parametrize("code", CODES)
def test_a_page_on_a_limit_names_both_limits_and_that_no_copy_has_a_date(code: str) -> None:
    text = (ROOT / "docs" / "codes" / f"{code}.md").read_text(encoding="utf-8")
    for facts in FIELD_LIMITS.values():
        assert f"{facts.maximum:,} {facts.unit}" in text
    assert re.search(r"no copy has a date|none of which has a date|without a date", text)
    assert any(f"field_limit: {limit}" in text or f"`{limit}`" in text for limit in FieldLimit)


def test_the_check_would_find_a_bare_advice() -> None:
    assert unguarded("Too many bytes? Use longtext to save bytes. It is one-way.") == [
        "Use longtext to save bytes."
    ]
