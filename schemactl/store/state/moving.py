"""Moves all that schemactl remembers from one state store to another.

At no moment do both stores count: the source is closed before the first document is copied, and
the target is opened after the last one was read again and compared. A move that was killed at
any moment is finished by the same command.

    source   in-use   moving-out   moving-out   moved       moved
    target   -        moving-in    moving-in    moving-in   in-use
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from schemactl.errors import AccountError, RefusedError
from schemactl.store.git import GitUnavailableError
from schemactl.store.state.interface import Name, StateStore
from schemactl.store.state.standing import (
    Standing,
    StoreStanding,
    forget_standing,
    name_of,
    read_standing,
    refuse_moved,
    write_standing,
)
from schemactl.values import dataclass

KINDS: Final[Mapping[str, int]] = {
    "base": 0,
    "journal": 1,
    "plans": 1,
    "probe": 0,
    "rollouts": 0,
    "usage": 0,
    "vault": 2,
}
"""The folders of a store, and how many levels of folders are in each."""
FROM_COMMITS: Final = frozenset({"base"})
"""What may have come with a commit; all else that git tracks is not read from a folder."""
MAX_BYTES: Final = 512_000_000
_AT_ONCE: Final = 8
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was moved.

    Attributes:
        documents: How many documents are in the target now that were in the source.
        left: How many could not be deleted in the source.
    """

    documents: int
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move of the state of a project.

    Attributes:
        source: Where it is.
        target: Where it goes.
        stays: Names of accounts whose state stays: embedded ones.
        refuse_busy: Raises where an apply works on the state of a store.
        environ: Environment variables, a few of which are passed to git.
    """

    source: StateStore
    target: StateStore
    stays: Collection[str]
    refuse_busy: Callable[[StateStore], None]
    environ: Mapping[str, str]

    def run(self) -> Moved:
        """Move everything, or go on with a move that was interrupted.

        Raises:
            RefusedError: An apply works on it, the target holds other state, or either store
                takes part in another move. Nothing was copied.
            AccountError: A store does not answer; the same command goes on.
            OutputError: The standing of a store cannot be written; the same command goes on.
        """
        try:
            return self._run()
        except OSError as error:
            msg = f"the state cannot be moved: {error.strerror or error}"
            hint = "make both stores answer, and run the same command again to continue"
            raise AccountError(msg, hint=hint) from error

    def _run(self) -> Moved:
        before = self._standing(self.source, Standing.MOVING_OUT, self.target)
        names = tuple(self._names(self.source))
        if before is not Standing.MOVED:
            self._refuse_tracked(names)
            self._close(names)
            self._copy(names)
            self._write(self.source, Standing.MOVED, other=self.target)
        else:
            self._refuse_moved_on()
        if self.target.is_shared:
            self._write(self.target, Standing.IN_USE)
        else:
            forget_standing(self.target)
        return Moved(documents=len(names), left=self._delete(names))

    def _close(self, names: tuple[Name, ...]) -> None:
        """Close both stores, then make sure that nobody came in before."""
        self._standing(self.target, Standing.MOVING_IN, self.source)
        self._refuse_other_state(names)
        self.refuse_busy(self.source)
        self.refuse_busy(self.target)
        self._write(self.target, Standing.MOVING_IN, other=self.source)
        self._write(self.source, Standing.MOVING_OUT, other=self.target)
        self.refuse_busy(self.source)
        self.refuse_busy(self.target)

    def _standing(self, store: StateStore, step: Standing, other: StateStore) -> Standing:
        """Return the standing of a store; refuse one that takes part in another move."""
        found = read_standing(store)
        if found is None:
            return Standing.IN_USE
        is_this = found.other == name_of(other)
        is_back = found.standing is Standing.MOVED and step is Standing.MOVING_IN
        if found.standing is Standing.IN_USE or is_back:
            return Standing.IN_USE
        if is_this and found.standing in {step, Standing.MOVED}:
            return found.standing
        msg = (
            f"the state store {name_of(store)} takes part in another move: it is "
            f"{found.standing}, the other store is {found.other}"
        )
        raise RefusedError(msg, hint="finish that move first")

    def _refuse_moved_on(self) -> None:
        """Refuse to open a target from which the state has moved on."""
        found = read_standing(self.target)
        if found is not None and found.standing is not Standing.IN_USE:
            is_open = (found.standing, found.other) == (
                Standing.MOVING_IN,
                name_of(self.source),
            )
            if not is_open:
                refuse_moved(self.target, found)

    def _write(
        self, store: StateStore, standing: Standing, *, other: StateStore | None = None
    ) -> None:
        write_standing(
            store,
            StoreStanding(
                address=store.locate(()),
                standing=standing,
                other="" if other is None else name_of(other),
            ),
            over=read_standing(store),
        )

    def _refuse_tracked(self, names: tuple[Name, ...]) -> None:
        """Refuse what would not be read where it is, since it came with a commit."""
        for kind in sorted({name[0] for name in names} - FROM_COMMITS):
            try:
                tracked = self.source.tracked((kind,), environ=self.environ)
            except GitUnavailableError as error:
                place = self.source.describe((kind,))
                msg = f"{place} is not moved: it may have come with a commit, and {error}"
                raise RefusedError(msg, hint=error.hint) from error
            if tracked:
                msg = (
                    f"git tracks {self.source.describe((kind, tracked[0]))}, so it is not moved"
                )
                hint = "git rm -r --cached it, then look at who put it there, and why"
                raise RefusedError(msg, hint=hint)

    def _refuse_other_state(self, names: tuple[Name, ...]) -> None:
        """Refuse a target that holds anything that is not of this move."""
        known = frozenset(names)
        for name in self._names(self.target):
            if name not in known or not self._is_same(name):
                raise self._other_state(name)

    def _is_same(self, name: Name) -> bool:
        """Whether both stores hold the same under a name."""
        one, other = (
            store.find(name, max_bytes=MAX_BYTES) for store in (self.source, self.target)
        )
        return (
            one is not None and other is not None and _digest(one.data) == _digest(other.data)
        )

    def _other_state(self, name: Name) -> RefusedError:
        place = self.target.describe(name)
        msg = f"the target holds other state, which is not written over: {place}"
        return RefusedError(msg, hint="move to another prefix, or look at whose state that is")

    def _copy(self, names: tuple[Name, ...]) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for _ in threads.map(self._copy_one, names):
                pass

    def _copy_one(self, name: Name) -> None:
        """Copy a document, read it again and compare; what is there already must be equal."""
        found = self.source.find(name, max_bytes=MAX_BYTES)
        if found is not None and not self.target.exists(name):
            self._create(name, found.data)
        if found is not None and not self._is_same(name):
            raise self._other_state(name)

    def _create(self, name: Name, data: bytes) -> None:
        if name[0] == "vault":
            self.target.make_private(name[:-1])
            self.target.write_private(name, data)
        else:
            self.target.create(name, data)

    def _delete(self, names: tuple[Name, ...]) -> int:
        """Delete what was moved; return how much of it stayed."""
        left = 0
        for name in names:
            try:
                self.source.delete(name)
            except OSError:
                left += 1
        return left

    def _names(self, store: StateStore) -> Iterator[Name]:
        """Yield the name of each document of the state.

        Raises:
            RefusedError: A name is none that schemactl writes.
        """
        for kind, depth in KINDS.items():
            yield from self._names_in(store, (kind,), depth)

    def _names_in(self, store: StateStore, folder: Name, depth: int) -> Iterator[Name]:
        store.check(folder)
        for one in store.names(folder):
            is_account = len(folder) == 1
            if one == ".gitignore" or (is_account and one.removesuffix(".json") in self.stays):
                continue
            if not _NAME.fullmatch(one):
                msg = f"{store.describe((*folder, one))} is named as nothing of schemactl"
                raise RefusedError(msg, hint="look at what put it there, and move it away")
            if depth:
                yield from self._names_in(store, (*folder, one), depth - 1)
            else:
                yield (*folder, one)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
