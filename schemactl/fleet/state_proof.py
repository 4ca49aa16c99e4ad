"""Proof that the workers of a cluster see the state and the locks that a command sees.

Two applies on one account are kept apart by its lock, and an apply that was cut off is finished
from its journal. Both are of no use to a worker that has others. So the command writes a word
that nobody can guess into the state, and each worker has to find it there. State in a folder
has its locks in a folder of the user: the command holds one there, and each worker has to find
it held. A folder of the same name on another machine has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from schemactl.account.state_paths import local_state
from schemactl.account.target import Target
from schemactl.errors import AccountError, SchemactlError
from schemactl.store.state.interface import StateFile, StateStore
from schemactl.values import dataclass

_FOLDER: Final = "cluster"
_TOKEN: Final = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
_TOKEN_WORDS: Final = 4

ProofWords: TypeAlias = tuple[str, bool, bool]
"""A proof as plain values; see `StateProof`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateProof:
    """What a worker has to find.

    Attributes:
        token: The word in the state; empty where a command uses none.
        in_folder: Whether it is in the state of the project's folder, with a lock beside.
        in_store: Whether it is in the shared store of the project.
    """

    token: str = ""
    in_folder: bool = False
    in_store: bool = False

    @property
    def words(self) -> ProofWords:
        """The proof as values that every version of Python and schemactl can read."""
        return (self.token, self.in_folder, self.in_store)


@contextmanager
def prove_state(targets: Sequence[Target]) -> Iterator[StateProof]:
    """Yield what workers have to find in the state of some accounts, while it is there.

    Raises:
        AccountError: The state, or the folder of locks, cannot be written.
        RefusedError: The state was moved elsewhere.
    """
    shared = [one for one in targets if _is_shared(one)]
    if not targets:
        yield StateProof()
        return
    host = targets[0].host
    token = "".join(host.token() for _ in range(_TOKEN_WORDS))
    in_folder = len(shared) < len(targets)
    with ExitStack() as stack:
        try:
            if shared:
                stack.enter_context(_written(shared[0].state, token))
            if in_folder:
                stack.enter_context(_written(local_state(targets[0].folder), token))
                stack.enter_context(_locked(host.state_folder, token))
        except OSError as error:
            msg = f"the state cannot be written, which an apply has to: {error}"
            hint = "make it writable, or the store answer; nothing was changed"
            raise AccountError(msg, hint=hint) from error
        yield StateProof(token=token, in_folder=in_folder, in_store=bool(shared))


def min_wait_s(targets: Sequence[Target]) -> float:
    """Return how long an apply has to wait at least for another one on its account.

    It may be one of a worker that was lost: only after a time it is sure that it has ended. The
    lock of a process on this machine ends with it.
    """
    times = [one.host.lease_times for one in targets if _is_shared(one)]
    return max((one.trust_s + 2 * one.poll_s for one in times), default=0.0)


def state_refusal(targets: Sequence[Target], words: ProofWords) -> str:
    """Return why a worker does not have the state of a command; empty if it has.

    Args:
        targets: All accounts of the project, as the worker has it.
        words: The proof, from the command.
    """
    token, in_folder, in_store = words
    if not token:
        return ""
    if not _TOKEN.fullmatch(token):
        return "was sent a proof of the state that is none"
    shared = [one for one in targets if _is_shared(one)]
    try:
        if in_store and not (shared and _finds(shared[0].state, token)):
            return "reaches another state store than this command"
        if in_folder:
            folder, host = targets[0].folder, targets[0].host
            if not _finds(local_state(folder), token):
                return f"has other state in {folder} than this command"
            if not _finds_locked(host.state_folder, token):
                return f"has other locks in {host.state_folder} than this command"
    except (OSError, SchemactlError) as error:
        return f"cannot read the state: {str(error).partition(chr(10))[0]}"
    return ""


def _is_shared(target: Target) -> bool:
    return target.project.state is not None and not target.account.is_embedded


def _file(store: StateStore, token: str) -> StateFile:
    store.check((_FOLDER, token))
    return StateFile.at(store, (_FOLDER, token))


@contextmanager
def _written(store: StateStore, token: str) -> Iterator[None]:
    file = _file(store, token)
    store.make_private((_FOLDER,))
    file.write_private(token.encode())
    try:
        yield
    finally:
        with suppress(OSError):
            file.delete()


def _finds(store: StateStore, token: str) -> bool:
    return _file(store, token).find(max_bytes=len(token)) == token.encode()


def _lock_file(folder: Path, token: str) -> Path:
    return folder / f"{_FOLDER}-{token}.lock"


@contextmanager
def _locked(folder: Path, token: str) -> Iterator[None]:
    from filelock import FileLock

    file = _lock_file(folder, token)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    held: AbstractContextManager[object] = FileLock(file, mode=0o600).acquire(blocking=False)
    with ExitStack() as stack:
        stack.callback(partial(file.unlink, missing_ok=True))
        stack.enter_context(held)
        yield


def _finds_locked(folder: Path, token: str) -> bool:
    from filelock import FileLock, Timeout

    file = _lock_file(folder, token)
    if not file.exists():
        return False
    try:
        with FileLock(file, mode=0o600).acquire(blocking=False):
            return False
    except Timeout:
        return True
