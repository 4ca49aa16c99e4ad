"""Reading of the bytes of a YAML file into a tree of values, or into problems.

Any bytes result in a `Document`. Input that is not UTF-8, not YAML, too large or has invisible
characters is a problem with line and column, never an exception.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

import yaml

from schemactl.document.codes import ProblemCode
from schemactl.document.comments import cut_texts
from schemactl.document.nodes import Value
from schemactl.document.syntax import syntax_problem
from schemactl.document.tree import StopReadingError, TreeBuilder
from schemactl.errors import Location, Problem
from schemactl.values import dataclass

MAX_BYTES: Final = 16 * 1024 * 1024
_MAX_BAD_CHARACTERS: Final = 20
# Characters that YAML forbids; line breaks for YAML that are none for an editor, so that every
# later position would be wrong; and marks that make a name look like another one, such as those
# that change the direction of text.
_UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
)
_BAD_IN_FILE: Final = re.compile(f"[{_UNSEEN}]")
_BAD_IN_NAME: Final = f"[{_UNSEEN}\t\r\n]"
_LINE_BREAK: Final = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The content of one file.

    Attributes:
        file: Its name, for problems.
        root: Its value; None if it is empty or could not be read.
        problems: Problems found while reading; keys that break a rule are not in `root`.
        cut: Positions of texts that a comment may have cut short, with its first word.
    """

    file: str
    root: Value | None
    problems: tuple[Problem, ...] = ()
    cut: tuple[tuple[Location, str], ...] = ()


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Pause the garbage collector, which would visit a growing tree many times.

    It finds nothing to free there, and takes a third of the time of reading 10,000 fields.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def has_bad_character(text: str) -> bool:
    """Whether a name contains an invisible character, which names in files must not."""
    return re.search(_BAD_IN_NAME, text) is not None


def read_document(
    data: bytes,
    *,
    file: str,
    numbers: frozenset[str] = frozenset(),
    truths: frozenset[str] = frozenset(),
) -> Document:
    """Read the bytes of a YAML file; never raises.

    Args:
        data: The content of the file.
        file: Its name, for problems.
        numbers: Keys whose value becomes an integer if its text is one.
        truths: Keys whose value becomes a boolean if its text is true or false.
    """
    if len(data) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1024**2} MiB"
        hint = "split it: a project can have many files"
        return _unread(Problem(Location(file, 1, 1), ProblemCode.FILE_TOO_LARGE, message, hint))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _unread(_not_utf8(data, error.start, file=file))
    bad = tuple(islice(_bad_characters(text, file=file), _MAX_BAD_CHARACTERS))
    if bad:
        return _unread(*bad)
    return _read_text(text, TreeBuilder(file=file, numbers=numbers, truths=truths))


def _unread(*problems: Problem) -> Document:
    return Document(file=problems[0].location.file, root=None, problems=problems)


def _not_utf8(data: bytes, start: int, *, file: str) -> Problem:
    # The decoder counts from the end of the byte order mark, if there is one.
    before = data.removeprefix(b"\xef\xbb\xbf")[:start].decode("utf-8", "replace")
    message = "these bytes are not UTF-8"
    hint = "save the file as UTF-8"
    return Problem(_end_of(before, file=file), ProblemCode.NOT_UTF8, message, hint)


def _bad_characters(text: str, *, file: str) -> Iterator[Problem]:
    for match in _BAD_IN_FILE.finditer(text):
        place = _end_of(text[: match.start()], file=file)
        message = f"the character U+{ord(match[0]):04X} is invisible"
        yield Problem(place, ProblemCode.BAD_CHARACTER, message, "delete it")


def _end_of(text: str, *, file: str) -> Location:
    lines = _LINE_BREAK.split(text)
    return Location(file, len(lines), len(lines[-1]) + 1)


def _read_text(text: str, builder: TreeBuilder) -> Document:
    root: Value | None = None
    cut: tuple[tuple[Location, str], ...] = ()
    try:
        root = builder.build(text)
        cut = cut_texts(text, file=builder.file)
    except yaml.YAMLError as error:
        builder.problems.append(syntax_problem(error, text=text, file=builder.file))
    except StopReadingError:
        pass  # The reason is in `problems`.
    # A file with nothing but comments and `---` holds one empty text.
    return Document(
        file=builder.file,
        root=None if root == "" else root,
        problems=tuple(builder.problems),
        cut=cut,
    )
