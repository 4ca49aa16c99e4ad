"""Try whether a store really keeps conditions: without them two applies could collide.

A server that ignores a condition answers as if it had kept it. So each condition is tried
where it must fail.
"""

from __future__ import annotations

from collections.abc import Callable

from schemactl.errors import AccountError, RefusedError
from schemactl.store.state.interface import (
    ChangedMeanwhileError,
    Name,
    StateStore,
    Version,
)


def refuse_unfit(store: StateStore, token: str) -> None:
    """Check that a store keeps the conditions of writes.

    Args:
        store: The store; a document is made in it and deleted again.
        token: A random word.

    Raises:
        RefusedError: It does not; nothing else was written.
        AccountError: It does not answer.
    """
    name = ("trial", f"{token}.json")
    try:
        why = _find_fault(store, name, token.encode())
        store.delete(name)
    except OSError as error:
        place = store.describe(name)
        msg = f"the state store cannot be written: {place}: {error.strerror or error}"
        hint = "check bucket, credentials and their permissions: get, put, list and delete"
        raise AccountError(msg, hint=hint) from error
    if why:
        msg = (
            f"the state store {store.describe(())} cannot be used: {why}, so nothing would "
            "keep two applies apart; nothing was changed"
        )
        hint = "use a store with conditional writes, or state: .schemactl"
        raise RefusedError(msg, hint=hint)


def _find_fault(store: StateStore, name: Name, token: bytes) -> str:
    """Return which condition the store does not keep; empty for none."""
    first = store.create(name, token + b" 1")
    if _succeeds(lambda: store.create(name, token + b" 2")):
        return "it writes over an object that a write says must not exist (If-None-Match)"
    try:
        second = store.replace(name, token + b" 3", first)
    except (ChangedMeanwhileError, FileExistsError):
        return "it refuses a write whose condition holds (If-Match)"
    if second == first:
        return "it does not distinguish two versions of an object (ETag)"
    if _succeeds(lambda: store.replace(name, token + b" 4", first)):
        return "it writes over a version that a write says must be another (If-Match)"
    return ""


def _succeeds(write: Callable[[], Version]) -> bool:
    try:
        write()
    except (ChangedMeanwhileError, FileExistsError):
        return False
    return True
