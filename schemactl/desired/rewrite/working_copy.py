"""Accept items of drift into the texts of schema files, and verify each by reading them again.

Writes nothing: the texts are kept in memory until the caller asks for the edits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import yaml

from schemactl.desired.load import Loaded
from schemactl.desired.rewrite.accepting import DriftAcceptance
from schemactl.desired.rewrite.at_once import independent_items, join_edits
from schemactl.desired.rewrite.edits import CannotEditError
from schemactl.desired.rewrite.formatting import CannotFormatError, format_text
from schemactl.desired.rewrite.layering import NO_CHOICE, LayerAcceptance, LayerChoice
from schemactl.desired.rewrite.neighbours import changed_neighbour, touches_only_section
from schemactl.desired.rewrite.source import BOM
from schemactl.errors import InvalidFilesError, Problem, Severity, UsageError
from schemactl.model.drift import Attribute, Drift, DriftItem, ObjectKind
from schemactl.model.schema import Schema
from schemactl.text import nearest
from schemactl.values import NamedTuple, replace

MIN_AT_ONCE: Final = 2
"""Fewer items are accepted by themselves, with the reason where one is refused."""


class FileEdit(NamedTuple):
    """A file's text before and after; `path` is the file in the project.

    `shared_with` lists the other accounts whose schema patterns match the file.
    """

    file: str
    path: Path
    before: str
    after: str
    shared_with: tuple[str, ...] = ()


class LoadTexts(Protocol):
    """Reads and checks the schema files, with other texts instead of some."""

    def __call__(self, texts: Mapping[str, str]) -> Loaded:
        """Read them; raises `InvalidFilesError` if they break a rule."""


class WorkingCopy:
    """The texts of a project's schema files, and the items of drift accepted into them.

    Args:
        folder: The project's folder.
        loaded: The files as they were read.
        live: What the account has.
        load: Reads the texts again.
        drift_of: Compares loaded files with the account.
        choice: Into which layer items are accepted.
        printed: How reports print a title, with escapes for invisible characters.
    """

    def __init__(
        self,
        folder: Path,
        loaded: Loaded,
        live: Schema,
        *,
        load: LoadTexts,
        drift_of: Callable[[Loaded], Drift],
        choice: LayerChoice = NO_CHOICE,
        printed: Callable[[str], str] = str,
    ) -> None:
        self._folder = folder
        self._loaded = loaded
        self._live = live
        self._load = load
        self._drift_of = drift_of
        self._choice = choice
        self._printed = printed
        names = [path.as_posix() for path in loaded.files]
        self._before = {name: (folder / name).read_bytes().decode("utf-8") for name in names}
        self._now = dict(self._before)
        self._first = drift_of(loaded)
        self._compared = loaded, self._first

    def accept_all(self, names: Sequence[str]) -> None:
        """Accept items, fields before their sections.

        Accepting a section may rename it, and then its fields would not be found by their
        titles.

        Raises:
            UsageError: There is no such item, or it cannot be accepted.
        """
        items = list(dict.fromkeys(self._item(name) for name in names))
        for item in self._each_alone(sorted(items, key=_turn)):
            self.accept(item)

    def find_refused(self, items: Sequence[DriftItem]) -> tuple[DriftItem, ...]:
        """Return the items that cannot be accepted together with the others."""
        in_turn = sorted(items, key=_turn)
        found = [item for item in in_turn if not self._is_named(item)]
        for item in self._each_alone([item for item in in_turn if item not in found]):
            try:
                self.accept(item)
            except UsageError:
                found.append(item)
        return tuple(found)

    def _is_named(self, item: DriftItem) -> bool:
        """Whether the title that reports print names one item."""
        try:
            self._item(self._printed(item.title))
        except UsageError:
            return False
        return True

    def _each_alone(self, items: Sequence[DriftItem]) -> Iterator[DriftItem]:
        """Yield in turn what must be accepted by itself; the rest is accepted at once.

        If anything is wrong with several items at once, all that are left are yielded: each
        is accepted or refused as if there were no others.
        """
        redirected = [item for item in items if self._layer_of(item) is not None]
        yield from redirected
        left = [item for item in items if item not in redirected]
        while left:
            together = independent_items(left, self._loaded.desired, self._drift)
            if len(together) < MIN_AT_ONCE:
                yield left.pop(0)
            elif done := self._accept_at_once(together):
                left = [item for item in left if item not in done]
            else:
                yield from left
                return

    def _accept_at_once(self, items: Sequence[DriftItem]) -> tuple[DriftItem, ...]:
        """Accept some of several independent items; return which, or none if that is wrong."""
        before, drift, texts = self._loaded, self._drift, dict(self._now)
        acceptance = DriftAcceptance(before.desired, self._live, self._now)
        joined = join_edits(items, acceptance)
        for file, text in joined.texts.items():
            self._now[file] = _keep_byte_order_mark(self._now[file], text)
        try:
            self._loaded = self._load(self._now)
            if self._are_done(joined.items, drift, before):
                return joined.items
        except (yaml.YAMLError, InvalidFilesError):
            pass
        self._now, self._loaded = texts, before
        return ()

    def _are_done(self, items: Sequence[DriftItem], drift: Drift, before: Loaded) -> bool:
        """Whether items no longer differ, and nothing else changed in files or drift."""
        titles = {item.title for item in items}
        others = [_seen(item) for item in drift.items if item.title not in titles]
        rest = [_seen(item) for item in self._drift.items if item.title not in titles]
        return (
            all(_rest_of(item, self._drift) is None for item in items)
            and rest == others
            and not changed_neighbour(before.desired, self._loaded.desired, items)
        )

    @property
    def _drift(self) -> Drift:
        """What differs from the files as they are now; compared once."""
        if self._compared[0] is not self._loaded:
            self._compared = self._loaded, self._drift_of(self._loaded)
        return self._compared[1]

    def accept(self, item: DriftItem) -> None:
        """Accept one item, unless an earlier one has done so already.

        Raises:
            UsageError: It cannot be accepted. The texts are as before.
        """
        if item.question:
            raise _refusal(item.title, f"decide first: {item.question}")
        texts, loaded = dict(self._now), self._loaded
        try:
            # A new type may need other options: then the same item still differs, but in less.
            for _ in Attribute:
                drift = self._drift
                rest = _item_of(item, drift)
                if rest is None or self._step(rest, drift):
                    return
        except UsageError:
            self._now, self._loaded = texts, loaded
            raise

    def _step(self, item: DriftItem, drift: Drift) -> bool:
        """Accept one item and read the texts again; return whether the item is done."""
        before = self._loaded
        try:
            changed = self._acceptance(item).accept(item)
            for one in changed:
                self._now[one.file] = _keep_byte_order_mark(self._now[one.file], one.text)
            self._loaded = self._load(self._now)
        except CannotEditError as error:
            raise _refusal(item.title, str(error)) from error
        except yaml.YAMLError as error:
            words = "it is written in a form that schemactl cannot edit"
            raise _refusal(item.title, words) from error
        except InvalidFilesError as error:
            problem = _first_error(error.problems)
            raise _refusal(item.title, f"{problem.location}: {problem.message}") from error
        self._verify(item, drift, before)
        return _rest_of(item, self._drift) is None

    def _acceptance(self, item: DriftItem) -> DriftAcceptance:
        desired, file = self._loaded.desired, self._layer_of(item)
        if file is None:
            return DriftAcceptance(desired, self._live, self._now)
        decides = self._deciding_file(item)
        if decides and not self._choice.is_later(file, than=decides):
            raise _refusal(item.title, f"{decides} decides it, and {file} is not a later layer")
        return LayerAcceptance(desired, self._live, self._now, file)

    def _layer_of(self, item: DriftItem) -> str | None:
        """Return the file of a later layer that an item is accepted into, if it is one."""
        return self._choice.instead_of(self._deciding_file(item))

    def _deciding_file(self, item: DriftItem) -> str:
        """Return the file that has the entry of an item, or where its neighbours are."""
        desired = self._loaded.desired
        sections = desired.of(item.custom_object).sections
        inside = [one for one in sections if one.name == item.section]
        near = [one.location for one in inside or sections]
        if item.object is ObjectKind.TAG:
            named = [tag.location for tag in desired.tags if tag.name == item.name]
            near = [tag.location for tag in desired.tags]
        elif item.object is ObjectKind.FIELD:
            fields = [field for one in inside for field in one.fields]
            named = [one.location for one in fields if one.field.name == item.name]
        else:
            named = [one.location for one in inside]
        own = [item.location] if item.location is not None else []
        places = named or own or near
        return places[-1].file if places else next(iter(self._now), "")

    def _verify(self, item: DriftItem, drift: Drift, before: Loaded) -> None:
        """Check that the item differs in less, and that nothing else changed."""
        after = self._drift
        wrong = _made_worse(item, drift, after) or _not_better(item, after)
        if wrong is not None:
            raise _refusal(item.title, f"then {wrong.title} would differ")
        other = changed_neighbour(before.desired, self._loaded.desired, (item,))
        if other:
            raise _refusal(item.title, f"{other} would change with it")

    def edits(self) -> tuple[FileEdit, ...]:
        """Return each file that changed; a file in the canonical style stays in it."""
        return tuple(
            FileEdit(name, self._folder / name, before, _as_formatted(before, text))
            for name, text in self._now.items()
            if text != (before := self._before[name])
        )

    def _item(self, name: str) -> DriftItem:
        """Find an item by its title, as it is or as reports print it."""
        # A title pasted from a report is as printed, even if another item has that exact title.
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
        closest = nearest(name, titles)
        near = inner or ([] if closest is None else [closest])
        meant = " or ".join(f"'{title}'" for title in near)
        hint = f"did you mean {meant}?" if near else "schemactl drift lists the items by name"
        msg = f"nothing called '{name}' differs"
        raise UsageError(msg, hint=hint)


def _as_formatted(before: str, after: str) -> str:
    """Return the new text in the canonical style if the old one is in it, else as it is."""
    try:
        return format_text(after) if format_text(before) == before else after
    except CannotFormatError:
        return after


_TURNS = (ObjectKind.FIELD, ObjectKind.SECTION, ObjectKind.CUSTOM_OBJECT, ObjectKind.TAG)


def _turn(item: DriftItem) -> int:
    return _TURNS.index(item.object)


def _seen(item: DriftItem) -> DriftItem:
    """Return an item without its place in the files, which edits above it change."""
    return replace(item, location=None)


def _item_of(item: DriftItem, drift: Drift) -> DriftItem | None:
    return next((one for one in drift.items if one.title == item.title), None)


def _first_error(problems: Sequence[Problem]) -> Problem:
    """Return the first error; warnings do not prevent an edit."""
    errors = (one for one in problems if one.severity is Severity.ERROR)
    return next(errors, problems[0])


def _keep_byte_order_mark(before: str, after: str) -> str:
    """Keep the byte order mark that some editors write."""
    return BOM + after if before.startswith(BOM) and not after.startswith(BOM) else after


def _refusal(title: str, why: str) -> UsageError:
    msg = f"{title} cannot be accepted into the files: {why}"
    return UsageError(msg, hint="nothing was written; change the file by hand")


def _rest_of(item: DriftItem, after: Drift) -> DriftItem | None:
    """Return what still differs in an item; None if it is no longer a difference."""
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
    """Return an item that differs only now; a renamed section changes all titles in it."""
    known = {one.title for one in before.items}
    new = next((one for one in after.items if one.title not in known), None)
    return None if touches_only_section(item) and len(after.items) < len(before.items) else new
