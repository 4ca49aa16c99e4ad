"""Bytes of a YAML file to a tree of values, or to every problem that stands in the way.

Any bytes at all give a `Document`: what is no UTF-8, no YAML, too large or hides
characters is a problem with its line and column, never an exception.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Final

import yaml

from schemactl.document.codes import ProblemCode
from schemactl.document.comments import cut_texts
from schemactl.document.nodes import Value
from schemactl.document.syntax import syntax_problem
from schemactl.document.tree import StopReadingError, TreeBuilder
from schemactl.errors import Location, Problem

MAX_BYTES: Final = 16 * 1024 * 1024
_MAX_BAD_CHARACTERS: Final = 20
# All that YAML forbids; breaks that end a line for YAML but not for an editor, so that every
# place after one would be wrong; and marks that make a name look like another one, such as
# those that turn the direction of what follows.
_UNSEEN: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
)
_BAD_IN_FILE: Final = re.compile(f"[{_UNSEEN}]")
_BAD_IN_NAME: Final = re.compile(f"[{_UNSEEN}\t\r\n]")
_LINE_BREAK: Final = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file, read.

    Attributes:
        file: Its name, as problems show it.
        root: What it holds; None where that is nothing, or it could not be read.
        problems: All that was found on the way; keys that broke a rule are left out of `root`.
        cut: Where texts begin that a comment may have cut short, with its first word.
    """

    file: str
    root: Value | None
    problems: tuple[Problem, ...] = ()
    cut: tuple[tuple[Location, str], ...] = ()


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Keep the collector from walking a growing tree again and again.

    It frees nothing there, and takes a third of the time of reading 10,000 fields.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def has_bad_character(text: str) -> bool:
    """Whether a name holds a character that cannot be seen: no name in a file may."""
    return _BAD_IN_NAME.search(text) is not None


def read_document(
    data: bytes,
    *,
    file: str,
    numbers: frozenset[str] = frozenset(),
    truths: frozenset[str] = frozenset(),
) -> Document:
    """Read the bytes of a YAML file; never raises.

    Args:
        data: What the file holds.
        file: Its name, as problems are to show it.
        numbers: Keys whose value is taken as a whole number where it reads as one.
        truths: Keys whose value is taken as true or false where it reads so.
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
    # The decoder counts from after a byte order mark, if there is one.
    before = data.removeprefix(b"\xef\xbb\xbf")[:start].decode("utf-8", "replace")
    message = "the bytes here are not UTF-8"
    hint = "save the file as UTF-8"
    return Problem(_end_of(before, file=file), ProblemCode.NOT_UTF8, message, hint)


def _bad_characters(text: str, *, file: str) -> Iterator[Problem]:
    for match in _BAD_IN_FILE.finditer(text):
        place = _end_of(text[: match.start()], file=file)
        message = f"the character U+{ord(match[0]):04X} here cannot be seen"
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
        pass  # What stopped it stands in `problems`.
    # A file of comments and `---` alone holds one text without a character.
    return Document(
        file=builder.file,
        root=None if root == "" else root,
        problems=tuple(builder.problems),
        cut=cut,
    )
