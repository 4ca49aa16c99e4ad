"""A copy of the schema files that takes items in, each proved by reading the copy again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from schemactl.desired.load import Loaded
from schemactl.errors import InvalidFilesError, UsageError
from schemactl.model.drift import Attribute, Drift, DriftItem, DriftStatus, ObjectKind
from schemactl.model.schema import Schema
from schemactl.rewrite.accepting import Acceptance
from schemactl.rewrite.edits import CannotEditError
from schemactl.rewrite.source import BOM


class FileEdit(NamedTuple):
    """A file as it is and as it would be; `path` is the one in the project."""

    file: str
    path: Path
    before: str
    after: str


class Load(Protocol):
    """Reads and checks the schema files in a folder."""

    def __call__(self, folder: Path) -> Loaded:
        """Read them; raises `InvalidFilesError` where they break a rule."""


class Copy:
    """Schema files in a folder of their own; use it as a context.

    Args:
        folder: The project's.
        loaded: The files as they were read there.
    """

    def __init__(self, folder: Path, loaded: Loaded) -> None:
        self._folder = folder
        self._names = [path.as_posix() for path in loaded.files]
        self._loaded = loaded
        self._own = tempfile.TemporaryDirectory(prefix="schemactl-")
        self._before: dict[str, str] = {}
        self._known: set[str] = set()

    def __enter__(self) -> Self:
        outside = [name for name in self._names if ".." in Path(name).parts]
        if outside:
            msg = f"{outside[0]} stands outside of the project's folder"
            raise UsageError(msg, hint="nothing was written; change it by hand")
        for name in self._names:
            data = (self._folder / name).read_bytes()
            self._before[name] = data.decode("utf-8")
            self._write(name, self._before[name])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._own.cleanup()

    def take(
        self,
        title: str,
        live: Schema,
        *,
        load: Load,
        drift_of: Callable[[Loaded], Drift],
    ) -> None:
        """Take one item in; what an earlier one has taken along is done already.

        Raises:
            UsageError: There is no such item, or it cannot be taken in. The copy is as before.
        """
        before = {name: self._read(name) for name in self._names}
        loaded = self._loaded
        try:
            # A new type may want other options: then the same item differs in less than before.
            for _ in Attribute:
                drift = drift_of(self._loaded)
                item = self._item(title, drift)
                if item is None or self._step(item, drift, live, load, drift_of):
                    return
        except UsageError:
            self._loaded = loaded
            for name, text in before.items():
                self._write(name, text)
            raise

    def _step(
        self,
        item: DriftItem,
        drift: Drift,
        live: Schema,
        load: Load,
        drift_of: Callable[[Loaded], Drift],
    ) -> bool:
        """Take one item in and read again; say whether it is done."""
        texts = {name: self._read(name) for name in self._names}
        try:
            changed = Acceptance(self._loaded.desired, live, texts).take(item)
        except CannotEditError as error:
            raise _refusal(item.title, str(error)) from error
        name = changed.file
        self._write(name, _with_mark_of(texts[name], changed.text))
        try:
            self._loaded = load(Path(self._own.name))
        except InvalidFilesError as error:
            problem = error.problems[0]
            raise _refusal(item.title, f"{problem.location}: {problem.message}") from error
        after = drift_of(self._loaded)
        wrong = _made_worse(item, drift, after) or _not_better(item, after)
        if wrong is not None:
            raise _refusal(item.title, f"then {wrong.title} would differ")
        return _rest_of(item, after) is None

    def edits(self) -> tuple[FileEdit, ...]:
        """Give each file that is other than it was."""
        now = {name: self._read(name) for name in self._names}
        return tuple(
            FileEdit(name, self._folder / name, self._before[name], text)
            for name, text in now.items()
            if text != self._before[name]
        )

    def _item(self, title: str, drift: Drift) -> DriftItem | None:
        found = next((item for item in drift.items if item.title == title), None)
        self._known |= {item.title for item in drift.items}
        if found is None and title not in self._known:
            near = get_close_matches(title, self._known, n=1)
            told = f"did you mean '{near[0]}'?" if near else "drift lists the items by name"
            msg = f"nothing called '{title}' differs"
            raise UsageError(msg, hint=told)
        return found

    def _read(self, name: str) -> str:
        return (Path(self._own.name) / name).read_bytes().decode("utf-8")

    def _write(self, name: str, text: str) -> None:
        path = Path(self._own.name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def _with_mark_of(before: str, after: str) -> str:
    """Keep the byte order mark that some editors write."""
    return BOM + after if before.startswith(BOM) and not after.startswith(BOM) else after


def _refusal(title: str, why: str) -> UsageError:
    msg = f"{title} cannot be taken into the files: {why}"
    return UsageError(msg, hint="nothing was written; change the file by hand")


def _rest_of(item: DriftItem, after: Drift) -> DriftItem | None:
    """Give what still differs of an item; what need not go any more may be left alone."""
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
    """Give what differs only now; what is in a section goes by other names once it does."""
    known = {one.title for one in before.items}
    new = next((one for one in after.items if one.title not in known), None)
    is_renamed = item.object is ObjectKind.SECTION and item.status is DriftStatus.ALTERED
    return None if is_renamed and len(after.items) < len(before.items) else new
