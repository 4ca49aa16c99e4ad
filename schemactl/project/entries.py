"""Accounts as the files have them: each with its own keys, and defaults for what it omits.

An account is an entry under `accounts:` of the project file, or a file of its own that a
pattern under `account_files:` matches. Every value knows the file that it is in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemactl.document.checker import Checker
from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import project_root
from schemactl.document.files import read_bytes
from schemactl.document.find import find_files
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.errors import Location, Problem
from schemactl.project.settings import PROJECT_FILE, BackendName
from schemactl.text import and_list
from schemactl.values import dataclass

if TYPE_CHECKING:
    from schemactl.document.problem_list import ProblemList
    from schemactl.document.vocabulary import Vocabulary

_REQUIRED: Final = MappingProxyType(
    {"backend": (BackendName.REST, BackendName.LEGACY), "schema": ("…",)}
)
"""What every account needs, in its own entry or in the defaults, and what to write there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One account as the files have it.

    Attributes:
        name: Its name.
        location: Where its name is written.
        own: Its own keys.
        file: The file that they are in.
        defaults: The keys of `defaults:` in the project file.
    """

    name: str
    location: Location
    own: Mapping
    file: str
    defaults: Mapping

    def get(self, key: str) -> Value | None:
        """Return its value of a key, or else the default one."""
        return self._deciding(key)[0].get(key)

    def text(self, key: str) -> str | None:
        """Return the text of a key, or None."""
        value = self.get(key)
        return value if isinstance(value, str) else None

    def mapping(self, key: str) -> Mapping:
        """Return the mapping of a key; an empty one for none."""
        value = self.get(key)
        return value if isinstance(value, Mapping) else Mapping()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the entries of a list."""
        items = self.get(key)
        return tuple(map(str, items)) if isinstance(items, Sequence) else ()

    def value_location(self, key: str) -> Location:
        """Return the position of the value that counts."""
        node, file = self._deciding(key)
        return node.value_location(key, file=file)

    def item_locations(self, key: str) -> tuple[Location, ...]:
        """Return the positions of the entries of a list."""
        node, file = self._deciding(key)
        items = node.get(key)
        if not isinstance(items, Sequence):
            return ()
        return tuple(items.item_location(index, file=file) for index in range(len(items)))

    def _deciding(self, key: str) -> tuple[Mapping, str]:
        """Return the mapping whose value of a key counts, and its file."""
        if key in self.own or key not in self.defaults:
            return self.own, self.file
        return self.defaults, PROJECT_FILE


def entries_of(root: Mapping) -> Iterator[Entry]:
    """Yield the accounts under `accounts:`; those of a wrong type are skipped."""
    accounts = root.get("accounts")
    if not isinstance(accounts, Mapping):
        return
    for name, node in accounts.items():
        if isinstance(node, Mapping):
            yield Entry(
                name=name,
                location=accounts.key_location(name, file=PROJECT_FILE),
                own=node,
                file=PROJECT_FILE,
                defaults=_defaults(root),
            )


def account_file_names(root: Mapping, folder: Path, problems: list[Problem]) -> tuple[str, ...]:
    """Return the files that the patterns under `account_files:` match; add what is wrong."""
    patterns = root.get("account_files")
    if not isinstance(patterns, Sequence):
        return ()
    locations = [
        patterns.item_location(index, file=PROJECT_FILE) for index in range(len(patterns))
    ]
    return find_files(folder, [str(one) for one in patterns], locations, problems)


def read_account_files(
    names: tuple[str, ...],
    root: Mapping,
    folder: Path,
    problems: ProblemList,
    vocabulary: Vocabulary,
) -> Iterator[Entry]:
    """Yield the account of each file; add the problems of files that break a rule."""
    checker = Checker("account-file", vocabulary)
    within = project_root(folder)
    for file in names:
        node = _read(file, folder / file, within, checker, problems)
        if node is not None and isinstance(name := node.get("name"), str) and name:
            location = node.value_location("name", file=file)
            yield Entry(
                name=name, location=location, own=node, file=file, defaults=_defaults(root)
            )


def _read(
    file: str, path: Path, within: Path, checker: Checker, problems: ProblemList
) -> Mapping | None:
    data = read_bytes(path, file=file, within=within)
    if isinstance(data, Problem):
        problems.append(data)
        return None
    document = checker.read(data, file=file)
    problems.extend(document.problems)
    if document.root is None:
        if not document.problems:
            message = "this file describes no account"
            problems.append(Problem(Location(file, 1, 1), ProblemCode.EMPTY_FILE, message))
        return None
    problems.extend(checker.check(document.root, file=file))
    return document.root if isinstance(document.root, Mapping) else None


def missing_keys(entry: Entry) -> Iterator[Problem]:
    """Yield what neither the account nor the defaults have, and every account needs."""
    for key, values in _REQUIRED.items():
        is_glued = any(found.startswith(f"{key}:") for found in entry.own)
        if entry.get(key) is None and not is_glued:
            place = _place_of(entry)
            message = f'this account has no key "{key}"'
            lines = and_list((f'"{key}: {value}"' for value in values), link="or")
            yield Problem(place, ProblemCode.MISSING_KEY, message, f"write {lines}")


def _place_of(entry: Entry) -> Location:
    """Return where the keys of an account begin."""
    return entry.own.key_location("", file=entry.file)


def _defaults(root: Mapping) -> Mapping:
    value = root.get("defaults")
    return value if isinstance(value, Mapping) else Mapping()
