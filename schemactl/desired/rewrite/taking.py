"""Take items of drift into the texts of schema files, each proved by reading the texts again.

Writes nothing: the texts are kept here until somebody asks for the edits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, Protocol

import yaml

from schemactl.desired.load import Loaded
from schemactl.desired.rewrite.accepting import DriftAcceptance
from schemactl.desired.rewrite.edits import CannotEditError
from schemactl.desired.rewrite.neighbours import changed_neighbour, touches_only_section
from schemactl.desired.rewrite.source import BOM
from schemactl.errors import InvalidFilesError, Problem, Severity, UsageError
from schemactl.model.drift import Attribute, Drift, DriftItem, ObjectKind
from schemactl.model.schema import Schema


class FileEdit(NamedTuple):
    """A file as it is and as it would be; `path` is the one in the project.

    `shared_with` has the other accounts whose schema patterns match the file.
    """

    file: str
    path: Path
    before: str
    after: str
    shared_with: tuple[str, ...] = ()


class Load(Protocol):
    """Reads and checks the schema files, with other texts in the place of some."""

    def __call__(self, texts: Mapping[str, str]) -> Loaded:
        """Read them; raises `InvalidFilesError` where they break a rule."""


class WorkingCopy:
    """The texts of a project's schema files, into which items are taken.

    Args:
        folder: The project's.
        loaded: The files as they were read there.
        live: What the account has.
        load: Reads the texts again.
        drift_of: Compares what was read with the account.
        printed: How reports print a title: invisible characters are spelled out.
    """

    def __init__(
        self,
        folder: Path,
        loaded: Loaded,
        live: Schema,
        *,
        load: Load,
        drift_of: Callable[[Loaded], Drift],
        printed: Callable[[str], str] = str,
    ) -> None:
        self._folder = folder
        self._loaded = loaded
        self._live = live
        self._load = load
        self._drift_of = drift_of
        self._printed = printed
        names = [path.as_posix() for path in loaded.files]
        self._before = {name: (folder / name).read_bytes().decode("utf-8") for name in names}
        self._now = dict(self._before)
        self._first = drift_of(loaded)

    def take_all(self, names: Sequence[str]) -> None:
        """Take items in, fields before the sections that they are in.

        A section may be named otherwise once it is taken in, and then its fields would not
        be found by their names.

        Raises:
            UsageError: There is no such item, or it cannot be taken in.
        """
        items = list(dict.fromkeys(self._item(name) for name in names))
        for item in sorted(items, key=lambda one: _TURNS.index(one.object)):
            self.take(item)

    def refused(self, items: Sequence[DriftItem]) -> tuple[DriftItem, ...]:
        """Return those that cannot be taken in after, or along with, the others."""
        found: list[DriftItem] = []
        for item in sorted(items, key=lambda one: _TURNS.index(one.object)):
            try:
                self._item(self._printed(item.title))
                self.take(item)
            except UsageError:
                found.append(item)
        return tuple(found)

    def take(self, item: DriftItem) -> None:
        """Take one item in; what an earlier one has taken with it is done already.

        Raises:
            UsageError: It cannot be taken in. The texts are as before.
        """
        if item.question:
            raise _refusal(item.title, f"decide first: {item.question}")
        texts, loaded = dict(self._now), self._loaded
        try:
            # A new type may need other options: then the same item differs in less than before.
            for _ in Attribute:
                drift = self._drift_of(self._loaded)
                rest = _item_of(item, drift)
                if rest is None or self._step(rest, drift):
                    return
        except UsageError:
            self._now, self._loaded = texts, loaded
            raise

    def _step(self, item: DriftItem, drift: Drift) -> bool:
        """Take one item in and read again; return whether it is done."""
        before = self._loaded
        try:
            changed = DriftAcceptance(before.desired, self._live, self._now).take(item)
            for one in changed:
                self._now[one.file] = _with_mark_of(self._now[one.file], one.text)
            self._loaded = self._load(self._now)
        except CannotEditError as error:
            raise _refusal(item.title, str(error)) from error
        except yaml.YAMLError as error:
            words = "it is written in a form that no edit knows"
            raise _refusal(item.title, words) from error
        except InvalidFilesError as error:
            problem = _gravest(error.problems)
            raise _refusal(item.title, f"{problem.location}: {problem.message}") from error
        self._prove(item, drift, before)
        return _rest_of(item, self._drift_of(self._loaded)) is None

    def _prove(self, item: DriftItem, drift: Drift, before: Loaded) -> None:
        """Check that the item differs in less, and that nothing else changed."""
        after = self._drift_of(self._loaded)
        wrong = _made_worse(item, drift, after) or _not_better(item, after)
        if wrong is not None:
            raise _refusal(item.title, f"then {wrong.title} would differ")
        other = changed_neighbour(before.desired, self._loaded.desired, item)
        if other:
            raise _refusal(item.title, f"{other} would change with it")

    def edits(self) -> tuple[FileEdit, ...]:
        """Return each file that is other than it was."""
        return tuple(
            FileEdit(name, self._folder / name, self._before[name], text)
            for name, text in self._now.items()
            if text != self._before[name]
        )

    def _item(self, name: str) -> DriftItem:
        """Find an item by its title, as it is or as reports print it."""
        # What was pasted from a report is as printed, also where another item is called that.
        for as_shown in (self._printed, str):
            named = [item for item in self._first.items if as_shown(item.title) == name]
            if len(named) == 1:
                return named[0]
            if named:
                things = " and ".join(f"a {item.object.replace('-', ' ')}" for item in named)
                msg = f"'{name}' names {things}"
                raise UsageError(msg, hint="rename one of them, or change the files by hand")
        titles = [item.title for item in self._first.items]
        inner = [item.title for item in self._first.items if item.name == name]
        near = inner or get_close_matches(name, titles, n=1)
        meant = " or ".join(f"'{title}'" for title in near)
        hint = f"did you mean {meant}?" if near else "schemactl drift lists the items by name"
        msg = f"nothing called '{name}' differs"
        raise UsageError(msg, hint=hint)


_TURNS = (ObjectKind.FIELD, ObjectKind.SECTION, ObjectKind.CUSTOM_OBJECT, ObjectKind.TAG)


def _item_of(item: DriftItem, drift: Drift) -> DriftItem | None:
    return next((one for one in drift.items if one.title == item.title), None)


def _gravest(problems: Sequence[Problem]) -> Problem:
    """Return the first error; a warning stands in nobody's way."""
    errors = (one for one in problems if one.severity is Severity.ERROR)
    return next(errors, problems[0])


def _with_mark_of(before: str, after: str) -> str:
    """Keep the byte order mark that some editors write."""
    return BOM + after if before.startswith(BOM) and not after.startswith(BOM) else after


def _refusal(title: str, why: str) -> UsageError:
    msg = f"{title} cannot be taken into the files: {why}"
    return UsageError(msg, hint="nothing was written; change the file by hand")


def _rest_of(item: DriftItem, after: Drift) -> DriftItem | None:
    """Return what still differs of an item; what need not go any more may be left alone."""
    return next(
        (
            one
            for one in after.items
            if one.title == item.title and (one.is_difference or one.status is item.status)
        ),
        None,
    )


def _not_better(item: DriftItem, after: Drift) -> DriftItem | None:
    rest = _rest_of(item, after)
    if rest is None:
        return None
    is_alike = (rest.status, rest.alterations) == (item.status, item.alterations)
    return rest if is_alike else None


def _made_worse(item: DriftItem, before: Drift, after: Drift) -> DriftItem | None:
    """Return what differs only now; in a section that is renamed, all has other titles."""
    known = {one.title for one in before.items}
    new = next((one for one in after.items if one.title not in known), None)
    return None if touches_only_section(item) and len(after.items) < len(before.items) else new
