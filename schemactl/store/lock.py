"""One apply at a time on an account, over all processes and project folders of this machine.

The lock is the operating system's own on an open file, so it ends with the process that
holds it, however that ends. A file beside it says who holds it, for the messages of others; if
the process died, that file still says where its journal is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemactl.errors import AccountError, LockedError, OutputError
from schemactl.host import Host
from schemactl.model.event import Waiting
from schemactl.model.json_text import canonical_json
from schemactl.store.files import write_file
from schemactl.store.own_file import read_ordinary
from schemactl.store.strict_json import parse_json
from schemactl.text import date_and_time, duration
from schemactl.values import dataclass

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from schemactl.model.plan import JsonObject

POLL_S: Final = 0.1
_HOLDER: Final = ".holder.json"
_LOOKS: Final = 10
_MAX_HOLDER_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a lock.

    Attributes:
        process: Its number, on this machine.
        since: When it took the lock, as ISO 8601 writes it.
        folder: The project's folder that it works from.
        journals: Folder of its journals.
    """

    process: int
    since: str
    folder: str
    journals: str

    def __str__(self) -> str:
        return f"process {self.process}, since {date_and_time(self.since)}, in {self.folder}"


@contextmanager
def hold(file: Path, holder: Holder, *, wait_s: float, host: Host) -> Iterator[Holder | None]:
    """Hold the lock, and yield who held it last and died before releasing it.

    Args:
        file: The lock; made where it is missing, never deleted.
        holder: Who takes it.
        wait_s: How long to wait while somebody else holds it.
        host: Reports the wait, and says whether the user interrupted it.

    Raises:
        LockedError: Somebody else holds it.
        AccountError: The file cannot be made or locked.
    """
    beside = file.with_name(f"{file.name}{_HOLDER}")
    lock = _acquire(file, beside, wait_s=wait_s, host=host)
    try:
        left_behind = _read(beside)
        _write(beside, holder)
        yield left_behind
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        lock.release()


def refuse_held(state_folder: Path, project: Path) -> None:
    """Refuse where an apply of a project holds any account.

    Args:
        state_folder: Where the locks of this user are.
        project: The project's folder.

    Raises:
        LockedError: One does.
    """
    folder = str(project.resolve())
    holder = _find_holder(state_folder, lambda one: one.folder == folder)
    if holder is not None:
        msg = f"an apply works on an account of this project, and nothing was moved: {holder}"
        raise LockedError(msg, hint="wait for it to end, then run it again")


def find_apply(state_folder: Path, journals: str) -> Holder | None:
    """Return the apply that works with some journals, if one does.

    Args:
        state_folder: Where its lock is.
        journals: Where its journals are.
    """
    return _find_holder(state_folder, lambda one: one.journals == journals)


def _find_holder(state_folder: Path, is_meant: Callable[[Holder], bool]) -> Holder | None:
    """Return who holds a lock, among those that are meant."""
    from filelock import FileLock, Timeout

    for beside in sorted(state_folder.glob(f"*{_HOLDER}")):
        holder = _read(beside)
        if holder is None or not is_meant(holder):
            continue
        lock = FileLock(beside.with_name(beside.name.removesuffix(_HOLDER)), mode=0o600)
        try:
            with lock.acquire(blocking=False):
                continue
        except Timeout:
            return holder
    return None


def _acquire(file: Path, beside: Path, *, wait_s: float, host: Host) -> BaseFileLock:
    # Imported only here: most commands take no lock.
    from filelock import FileLock, Timeout

    # Never a lock by the existence of a file: it would outlive a process that was killed.
    lock = FileLock(file, mode=0o600, preserve_lock_file=True)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(Timeout):
            lock.acquire(blocking=False)
            return lock
        if wait_s > 0:
            why = f"another apply works on this account ({_describe_holder(beside)})"
            host.listener(Waiting(seconds=wait_s, why=why))
            lock.acquire(wait_s, POLL_S, cancel_check=host.is_interrupted)
            return lock
    except Timeout:
        pass
    except (OSError, NotImplementedError) as error:
        msg = f"the account cannot be locked with {file}: {error}"
        hint = "make that folder writable, or name another by XDG_STATE_HOME"
        raise AccountError(msg, hint=hint) from error
    still = (
        f" still works on this account after {duration(wait_s)}"
        if wait_s
        else (" works on this account")
    )
    msg = f"account-locked: another apply{still}, and nothing was changed: " + _describe_holder(
        beside
    )
    longer = "longer: " if wait_s else "for it: "
    hint = f"wait for it to end, or let this one wait {longer}--wait {max(600, 2 * wait_s):g}"
    raise LockedError(msg, hint=hint)


def _describe_holder(beside: Path) -> str:
    """Return who holds the lock; who has just taken it may not have written that yet."""
    for _ in range(_LOOKS):
        holder = _read(beside)
        if holder is not None:
            return str(holder)
        time.sleep(POLL_S)
    return "who holds it is unknown"


def _read(beside: Path) -> Holder | None:
    """Read who holds the lock; None where nobody does, or the file does not say who."""
    try:
        text = read_ordinary(beside, max_bytes=_MAX_HOLDER_BYTES).decode("utf-8")
        document = parse_json(text)
    except (OSError, ValueError, RecursionError):
        return None
    match document:
        case {
            "process": int() as process,
            "since": str() as since,
            "folder": str() as folder,
            "journals": str() as journals,
        }:
            return Holder(process=process, since=since, folder=folder, journals=journals)
        case _:
            return None


def _document(holder: Holder) -> JsonObject:
    return {
        "process": holder.process,
        "since": holder.since,
        "folder": holder.folder,
        "journals": holder.journals,
    }


def _write(beside: Path, holder: Holder) -> None:
    try:
        write_file(beside, canonical_json(_document(holder)))
    except OutputError as error:
        msg = f"who holds the account is unknown to others: {error}"
        hint = "make that folder writable, and room on its disk"
        raise AccountError(msg, hint=hint) from error
