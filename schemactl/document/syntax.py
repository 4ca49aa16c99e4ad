"""Problems for errors of the YAML parser, in words that need no knowledge of its grammar.

Every message of the parser (libyaml 0.2.5) has an entry here; the message itself is not shown.
The position is the parser's, except for a bracket or quote that is never closed: there it is
the opening one, because the parser reports the end of the file.
"""

from __future__ import annotations

import re
from typing import Final

from yaml import Mark, MarkedYAMLError, YAMLError

from schemactl.document.codes import ProblemCode
from schemactl.document.comments import has_cut
from schemactl.errors import Location, Problem
from schemactl.text import quoted_short

_Words = tuple[str, str | None]

_NOT_CLOSED: Final[dict[str, _Words]] = {
    "did not find expected ',' or ']'": (
        'the list that opens here with "[" is not closed, or a comma is missing',
        'write "]" at its end and a comma between its entries',
    ),
    "did not find expected ',' or '}'": (
        'the mapping that opens here with "{" is not closed, or a comma is missing',
        'write "}" at its end and a comma between its entries',
    ),
    "found unexpected end of stream": (
        "the quote that opens here is never closed",
        "write the same quote at the end of the text",
    ),
}
_DIRECTIVE: Final[_Words] = (
    'a line that begins with "%" is an instruction to YAML readers, and this one is wrong',
    "delete the line, or write the text in quotes",
)
_VERSION: Final[_Words] = (
    'a line such as "%YAML 1.1" is not of this form, or names another version of YAML',
    "delete the line",
)
_TAG: Final[_Words] = (
    'a text that begins with "!" is a YAML tag, and this one is not complete',
    "write the text in quotes",
)
_ESCAPE: Final[_Words] = (
    "this escape is not a character",
    "write the character itself",
)
_BLOCK: Final[_Words] = (
    'nothing may follow "|" or ">" on the line',
    "write the text in quotes, or begin it in the next line",
)
_MARK: Final[_Words] = (
    'a text that begins with "*" or "&" must be in quotes',
    "write the text in quotes",
)
_TAB: Final[_Words] = ("this line is indented with a tab", "indent with spaces")
_NOT_TEXT: Final[_Words] = ("these bytes are not text", "save the file as UTF-8")
_INDENTATION: Final[_Words] = (
    "the indentation of this line does not fit the lines around it",
    "begin the entries of one list or mapping in one column, and check quotes and brackets",
)
_SAID: Final[dict[str, _Words]] = {
    "mapping values are not allowed in this context": (
        "there is a colon here, but no key is possible here",
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
        "there is more text after the end of the value",
        "check brackets and quotes before this place",
    ),
    "found unknown escape character": (
        "the character after the backslash has no meaning in double quotes",
        "write the text in single quotes, where a backslash is a backslash",
    ),
    "did not find expected alphabetic or numeric character": _MARK,
    "found undefined alias": _MARK,
    "found duplicate anchor; first occurrence": (
        "the same name is marked with & twice",
        "use a different name for each",
    ),
    "found a tab character where an indentation space is expected": _TAB,
    "found a tab character that violates indentation": _TAB,
    "block sequence entries are not allowed in this context": (
        'a list entry "- …" is not allowed here',
        "begin the list in a line of its own",
    ),
    "mapping keys are not allowed in this context": (
        'a "?" that begins a key is not allowed here',
        "put the text in quotes if the character belongs to it",
    ),
    "found unexpected ':'": (
        "there is a colon here, but no key is possible here",
        "put the text in quotes if the colon belongs to it",
    ),
    "found unexpected document indicator": (
        'a quoted text goes over a line "---" or "...", which ends the document',
        "write the same quote at the end of the text, before this line",
    ),
    "did not find expected <stream-start>": ("the file is not YAML", None),
    "found invalid Unicode character escape code": _ESCAPE,
    "did not find expected hexdecimal number": _ESCAPE,
    "could not find expected directive name": _DIRECTIVE,
    "found unexpected non-alphabetical character": _DIRECTIVE,
    "found unknown directive name": _DIRECTIVE,
    "found duplicate %TAG directive": _DIRECTIVE,
    "did not find expected whitespace": _DIRECTIVE,
    "did not find expected '!'": _DIRECTIVE,
    "found duplicate %YAML directive": _VERSION,
    "found extremely long version number": _VERSION,
    "found incompatible YAML document": _VERSION,
    "did not find expected version number": _VERSION,
    "did not find expected digit or '.' character": _VERSION,
    "did not find expected tag URI": _TAG,
    "did not find URI escaped octet": _TAG,
    "did not find the expected '>'": _TAG,
    "did not find expected whitespace or line break": _TAG,
    "found undefined tag handle": _TAG,
    "found an incorrect leading UTF-8 octet": _TAG,
    "found an incorrect trailing UTF-8 octet": _TAG,
    "found an indentation indicator equal to 0": _BLOCK,
    "did not find expected comment or line break": _BLOCK,
    "control characters are not allowed": _NOT_TEXT,
    "input is too long": ("the file is too long", "split it"),
}
_UNKNOWN: Final[_Words] = (
    "this is not YAML",
    "compare the line with its neighbours: indentation, quotes, brackets and colons",
)
_NO_LINE_END: Final = "did not find expected comment or line break"
_AFTER_A_TEXT: Final = frozenset(
    {
        "could not find expected ':'",
        "mapping values are not allowed in this context",
        "did not find expected key",
    }
)
"""Errors that the parser reports after a text that was meant as a key."""
GLUED_KEY: Final = r"\s*(?:- +)*(?P<key>[a-z_]+):(?=[^\s:/])"
"""A key of this format at the beginning of a line, with its value right after the colon."""
_CANNOT_BEGIN: Final = "found character that cannot start any token"


def syntax_problem(error: YAMLError, *, text: str, file: str) -> Problem:
    """Return the problem, with its position, that explains why a text is not YAML."""
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return _problem(Location(file, 1, 1), ("the file is not YAML", None))
    said = error.problem or "the file is not YAML"
    if said in _NOT_CLOSED and error.context_mark is not None:
        opened = _location(error.context_mark, file=file)
        message, hint = _NOT_CLOSED[said]
        if has_cut(text[error.context_mark.index : error.problem_mark.index]):
            hint = 'a "#" after a space begins a comment: put a text that has one in quotes'
        return _problem(opened, (message, hint))
    place = _location(error.problem_mark, file=file)
    if said == _CANNOT_BEGIN:
        return _problem(place, _cannot_begin(text, error.problem_mark))
    if said == _NO_LINE_END and text[: error.problem_mark.index].startswith("%"):
        return _problem(place, _DIRECTIVE)
    return _without_space(error, text=text, file=file) or _problem(
        place, _SAID.get(said, _UNKNOWN)
    )


def _without_space(error: MarkedYAMLError, *, text: str, file: str) -> Problem | None:
    """Return the problem of a key whose colon has no space after it, if that is the reason.

    Without the space, key and value are one text, and the next line cannot follow a text.
    """
    if error.problem not in _AFTER_A_TEXT or error.problem_mark is None:
        return None
    lines = text.split("\n")
    begins = error.context_mark or error.problem_mark
    for number in (begins.line, error.problem_mark.line - 1):
        line = lines[number] if 0 <= number < len(lines) else ""
        found = re.match(GLUED_KEY, line)
        if found is not None:
            place = Location(file, number + 1, found.start("key") + 1)
            return _problem(place, missing_space(found["key"]))
    return None


def missing_space(key: str) -> tuple[str, str]:
    """Return message and hint for a key without a space after its colon."""
    return (
        f"a space is missing after the colon of {quoted_short(f'{key}:')}",
        f'write "{key}: …" with a space',
    )


def _cannot_begin(text: str, mark: Mark) -> _Words:
    character = text[mark.index : mark.index + 1]
    if character == "\t":
        before = text[: mark.index].rpartition("\n")[2].strip()
        if before:
            shown = quoted_short(before if before in {"-", "?", ":"} else "the indicator")
            return f"there is a tab after {shown}", "write a space in its place"
        return _TAB
    return f"a text cannot begin with {quoted_short(character)}", "write the text in quotes"


def _location(mark: Mark, *, file: str) -> Location:
    return Location(file, mark.line + 1, mark.column + 1)


def _problem(place: Location, words: _Words) -> Problem:
    message, hint = words
    return Problem(place, ProblemCode.YAML_SYNTAX, message, hint)
