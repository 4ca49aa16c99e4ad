"""What the YAML parser complains of, in words for somebody who never read its grammar.

Each saying of the parser (libyaml 0.2.5) has an entry here; one without is passed on as
it stands. The place is the parser's, except for what was opened and never closed: there
it is where it opens, since the parser only sees the end of the file.
"""

from __future__ import annotations

from typing import Final

from yaml import Mark, MarkedYAMLError, YAMLError

from schemactl.document.codes import ProblemCode
from schemactl.document.comments import has_cut
from schemactl.document.wording import quoted
from schemactl.errors import Location, Problem

_Words = tuple[str, str | None]

_NOT_CLOSED: Final[dict[str, _Words]] = {
    "did not find expected ',' or ']'": (
        'the list that opens here with "[" is not closed, or lacks a comma',
        'write "]" at its end and a comma between its entries',
    ),
    "did not find expected ',' or '}'": (
        'the mapping that opens here with "{" is not closed, or lacks a comma',
        'write "}" at its end and a comma between its entries',
    ),
    "found unexpected end of stream": (
        "the quote that opens here is never closed",
        "write the same quote at the end of the text",
    ),
}
_INDENTATION: Final[_Words] = (
    "this line does not fit the lines around it",
    "begin the entries of one list or mapping in one column, and check quotes and brackets",
)
_SAID: Final[dict[str, _Words]] = {
    "mapping values are not allowed in this context": (
        "there is a colon here where no key can stand",
        "put the text in quotes if the colon belongs to it, else check the indentation",
    ),
    "did not find expected key": _INDENTATION,
    "did not find expected '-' indicator": _INDENTATION,
    "could not find expected ':'": (
        "this key has no colon after it",
        'write "key: value", and begin the lines of one text in one column',
    ),
    "did not find expected node content": (
        "a value is missing before this character",
        "put the text in quotes if the character belongs to it",
    ),
    "did not find expected <document start>": (
        "there is more here after the end of the value",
        "check brackets and quotes before this place",
    ),
    "found unknown escape character": (
        "the character after the backslash means nothing in double quotes",
        "write the text in single quotes, where a backslash is a backslash",
    ),
    "did not find expected alphabetic or numeric character": (
        'a text that begins with "*" or "&" must stand in quotes',
        "write the text in quotes",
    ),
    "found a tab character where an indentation space is expected": (
        "this line is indented with a tab",
        "indent with blanks",
    ),
    "block sequence entries are not allowed in this context": (
        'a list entry "- …" cannot stand here',
        "begin the list in a line of its own",
    ),
    "found invalid Unicode character escape code": (
        "the escape here is no character",
        "write the character itself",
    ),
}
_CANNOT_BEGIN: Final = "found character that cannot start any token"


def syntax_problem(error: YAMLError, *, text: str, file: str) -> Problem:
    """Say in plain words and with its place why a text is not YAML."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return _problem(Location(file, 1, 1), ("the file is not YAML", None))
    said = error.problem or "the file is not YAML"
    if said in _NOT_CLOSED and error.context_mark is not None:
        opened = _location(error.context_mark, file=file)
        message, hint = _NOT_CLOSED[said]
        if has_cut(text[error.context_mark.index : error.problem_mark.index]):
            hint = 'a "#" after a blank begins a comment: put a text that has one in quotes'
        return _problem(opened, (message, hint))
    place = _location(error.problem_mark, file=file)
    if said == _CANNOT_BEGIN:
        return _problem(place, _cannot_begin(text, error.problem_mark))
    return _problem(place, _SAID.get(said, (f"this is not YAML: {said}", None)))


def _cannot_begin(text: str, mark: Mark) -> _Words:
    character = text[mark.index : mark.index + 1]
    if character == "\t":
        return "this line is indented with a tab", "indent with blanks"
    return f"a text cannot begin with {quoted(character)}", "write the text in quotes"


def _location(mark: Mark, *, file: str) -> Location:
    return Location(file, mark.line + 1, mark.column + 1)


def _problem(place: Location, words: _Words) -> Problem:
    message, hint = words
    return Problem(place, ProblemCode.YAML_SYNTAX, message, hint)
