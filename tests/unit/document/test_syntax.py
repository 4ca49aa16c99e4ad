"""document/syntax.py: errors of the parser, in plain words and with a useful position."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from schemactl.document.reader import read_document
from schemactl.document.syntax import syntax_problem


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("a:\n\t- b\n", "2:1: error: this line is indented with a tab (indent with spaces)"),
        (
            "a: |\n\tb\n c\n",
            "2:1: error: this line is indented with a tab (indent with spaces)",
        ),
        ("a: @b\n", '1:4: error: a text cannot begin with "@" (write the text in quotes)'),
        ("a: `b\n", '1:4: error: a text cannot begin with "`" (write the text in quotes)'),
        ("a: [b\nc: d\n", '1:4: error: the list that opens here with "[" is not closed'),
        ("{a: b\n", '1:1: error: the mapping that opens here with "{" is not closed'),
        ("a: 'b\nc: d\n", "1:4: error: the quote that opens here is never closed"),
        ("a: b: c\n", "1:5: error: there is a colon here, but no key is possible here"),
        (
            "a:\n  b: 1\n c: 2\n",
            "3:2: error: the indentation of this line does not fit",
        ),
        (
            "- a\nb: c\n",
            "2:1: error: the indentation of this line does not fit",
        ),
        ("a: }\n", "1:4: error: a value is missing before this character"),
        ("a: &\n", '1:5: error: a text that begins with "*" or "&" must be in quotes'),
        (
            "%YAML 3.0\n---\na: b\n",
            '1:1: error: a line such as "%YAML 1.1" is not of this form, or names another',
        ),
        ("a:\n-\tb: 1\n", '2:2: error: there is a tab after "-" (write a space in its place)'),
        (
            "a: 1\ntype:text\n",
            '2:1: error: a space is missing after the colon of "type:" (write "type: …" with',
        ),
        (
            "- a: 1\n- name:B\n  type: x\n",
            '2:3: error: a space is missing after the colon of "name:"',
        ),
        ("a: 'b\n---\nc'\n", '2:1: error: a quoted text goes over a line "---"'),
        ("a: >x\n b\n", '1:5: error: nothing may follow "|" or ">" on the line'),
    ],
)
def test_a_syntax_error_is_reported_in_plain_words(text: str, reported: str) -> None:
    (problem,) = read_document(text.encode(), file="a.yaml").problems
    assert str(problem).startswith(f"a.yaml:{reported}")
    assert problem.code == "yaml-syntax"


def messages_of_the_parser() -> set[str]:
    """Return all texts of the compiled parser that begin like its error messages."""
    begins = b"found |did not find |could not find |mapping (?:keys|values) |block sequence "
    spec = find_spec("yaml._yaml")
    assert spec is not None
    assert spec.origin is not None
    data = Path(spec.origin).read_bytes()
    found = re.findall(rb"\0((?:" + begins + rb")[ -~]+)(?=\0)", data)
    return {text.decode("ascii") for text in found}


def test_no_message_of_the_parser_is_shown_unchanged() -> None:
    messages = messages_of_the_parser()
    assert len(messages) > 30, "the parser keeps its messages elsewhere now"
    mark = yaml.Mark("a.yaml", 0, 0, 0, None, 0)
    for message in messages:
        error = yaml.MarkedYAMLError("while", mark, message, mark)
        problem = syntax_problem(error, text="a\n", file="a.yaml")
        assert message not in str(problem)
        assert problem.hint or "not YAML" in problem.message
        assert problem.message != "this is not YAML", f"nothing is known of: {message}"
