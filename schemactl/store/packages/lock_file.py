"""`schemactl.lock`: which content each package has; it is committed beside the project file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NotRequired, TypedDict

from schemactl.model.package import LOCK_FILE, PackageSource
from schemactl.model.plan import JsonObject
from schemactl.store.files import write_file
from schemactl.store.own_file import OwnFile
from schemactl.store.packages.content import PackageError
from schemactl.store.state.local import local_file
from schemactl.values import dataclass

_MAX_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedPackage:
    """What a package was when it was fetched first.

    Attributes:
        source: Where it came from.
        files: How many files it has.
        sha256: Checksum of all of them.
    """

    source: PackageSource
    files: int
    sha256: str


class _PackageDocument(TypedDict):
    name: str
    git: NotRequired[str]
    commit: NotRequired[str]
    folder: NotRequired[str]
    path: NotRequired[str]
    files: int
    sha256: str


class _LockDocument(TypedDict):
    packages: list[_PackageDocument]


_LOCK: Final[OwnFile[_LockDocument]] = OwnFile(
    kind="lock",
    version=1,
    max_bytes=_MAX_BYTES,
    error=PackageError,
    remedy="restore it from git, or delete it and run `schemactl fetch`",
)


def read_lock(folder: Path) -> Mapping[str, LockedPackage]:
    """Return the packages of a project's lock file, by their names; none without a file.

    Raises:
        PackageError: The file is none, or cannot be read.
    """
    path = folder / LOCK_FILE
    data = _LOCK.find(local_file(path), hint="it is an ordinary file that `fetch` writes")
    if data is None:
        return {}
    document = _LOCK.read_bytes(data, file=LOCK_FILE)
    return {one["name"]: _locked(one) for one in document["packages"]}


def write_lock(folder: Path, packages: Mapping[str, LockedPackage]) -> None:
    """Write the lock file.

    Raises:
        OutputError: It cannot be written.
    """
    rows = tuple(_row(name, packages[name]) for name in sorted(packages))
    write_file(folder / LOCK_FILE, _LOCK.text({"packages": rows}))


def _row(name: str, locked: LockedPackage) -> JsonObject:
    source = locked.source
    known = {
        "git": source.git,
        "commit": source.commit,
        "folder": source.folder,
        "path": source.path,
    }
    given = {key: text for key, text in known.items() if text}
    return {"name": name, **given, "files": locked.files, "sha256": locked.sha256}


def _locked(row: _PackageDocument) -> LockedPackage:
    return LockedPackage(
        source=PackageSource(
            git=row.get("git", ""),
            commit=row.get("commit", ""),
            folder=row.get("folder", ""),
            path=row.get("path", ""),
        ),
        files=row["files"],
        sha256=row["sha256"],
    )
