"""document/syntax.py: what the parser complains of, in plain words and at a useful place."""

from __future__ import annotations

import pytest

from schemactl.document.reader import read_document


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a:\n\t- b\n", "2:1: error: this line is indented with a tab (indent with blanks)"),
        (
            "a: |\n\tb\n c\n",
            "2:1: error: this line is indented with a tab (indent with blanks)",
        ),
        ("a: @b\n", '1:4: error: a text cannot begin with "@" (write the text in quotes)'),
        ("a: `b\n", '1:4: error: a text cannot begin with "`" (write the text in quotes)'),
        ("a: [b\nc: d\n", '1:4: error: the list that opens here with "[" is not closed'),
        ("{a: b\n", '1:1: error: the mapping that opens here with "{" is not closed'),
        ("a: 'b\nc: d\n", "1:4: error: the quote that opens here is never closed"),
        ("a: b: c\n", "1:5: error: there is a colon here where no key can stand"),
        ("a:\n  b: 1\n c: 2\n", "3:2: error: this line does not fit the lines around it"),
        ("- a\nb: c\n", "2:1: error: this line does not fit the lines around it"),
        ("a: }\n", "1:4: error: a value is missing before this character"),
        ("a: &\n", '1:5: error: a text that begins with "*" or "&" must stand in quotes'),
        (
            "%YAML 3.0\n---\na: b\n",
            "1:1: error: this is not YAML: found incompatible YAML document",
        ),
    ],
)
def test_a_syntax_error_is_told_in_plain_words(text: str, told: str) -> None:
    (problem,) = read_document(text.encode(), file="a.yaml").problems
    assert str(problem).startswith(f"a.yaml:{told}")
    assert problem.code == "yaml-syntax"
