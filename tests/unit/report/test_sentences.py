"""report/sentences.py: code in our own sentences, and no code in names."""

from __future__ import annotations

import pytest

from schemactl.report.sentences import sentence_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('write `was: ["Old"]` beside it', ["write ", '|was: ["Old"]|', " beside it"]),
        ('move the values of "`Z`" over', ['move the values of "`Z`" over']),
        ('"a`b" is `c`, and "`" too', ['"a`b" is ', "|c|", ', and "`" too']),
        ("``two`` are none", ["``two`` are none"]),
        ("", []),
    ],
)
def test_only_what_a_sentence_has_between_backticks_is_code(
    text: str, parts: list[str]
) -> None:
    found = [f"|{one}|" if is_code else one for one, is_code in sentence_parts(text)]
    assert found == parts
