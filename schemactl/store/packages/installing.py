"""Fetches packages into `.schemactl/packages`, each whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from schemactl.document.confinement import is_inside, project_root
from schemactl.model.package import LOCK_FILE, PACKAGES_FOLDER, Package
from schemactl.store.files import own_path
from schemactl.store.packages.content import (
    Content,
    PackageError,
    check_bounds,
    checksum,
    read_folder,
)
from schemactl.store.packages.git_source import read_commit
from schemactl.store.packages.lock_file import LockedPackage, read_lock, write_lock
from schemactl.store.packages.verifying import is_as_locked
from schemactl.text import quoted_short
from schemactl.values import dataclass

_READ_ONLY: Final = 0o444
_IGNORE: Final = ".gitignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPackage:
    """A package after a fetch.

    Attributes:
        package: The package.
        files: How many files it has.
        is_new: Whether its files were fetched now.
    """

    package: Package
    files: int
    is_new: bool


def fetch_all(
    folder: Path,
    packages: Sequence[Package],
    *,
    environ: Mapping[str, str],
    is_locked: bool = False,
    updates: bool = False,
) -> tuple[FetchedPackage, ...]:
    """Fetch the packages that are not there as the lock file has them, and write that file.

    Args:
        folder: The project's folder.
        packages: All packages of the project; the lock file has no other ones afterwards.
        environ: Environment variables, a few of which are passed to git.
        is_locked: Whether to refuse where the lock file would change.
        updates: Whether other content of the same source is taken.

    Raises:
        PackageError: One cannot be fetched, or has other content than the lock file says.
        LinkedStateError: A link leads to packages.
    """
    before, after, fetched = read_lock(folder), {}, []
    for package in packages:
        known = before.get(package.name)
        is_there = not updates and is_as_locked(folder, package, known)
        if known is None or not is_there:
            content = _read(folder, package, environ)
            found = LockedPackage(
                source=package.source, files=len(content), sha256=checksum(content)
            )
            _refuse_other_content(package, known, found, is_locked=is_locked, updates=updates)
            _install(folder, package, content)
            known = found
        after[package.name] = known
        one = FetchedPackage(package=package, files=known.files, is_new=not is_there)
        fetched.append(one)
    _write_changed(folder, before, after, is_locked=is_locked)
    return tuple(fetched)


def _write_changed(
    folder: Path,
    before: Mapping[str, LockedPackage],
    after: Mapping[str, LockedPackage],
    *,
    is_locked: bool,
) -> None:
    if after == before:
        return
    if is_locked:
        msg = f"{LOCK_FILE} would change: it has packages that the project has no longer"
        raise PackageError(msg, hint="run `schemactl fetch` without --locked, and commit it")
    write_lock(folder, after)


def _refuse_other_content(
    package: Package,
    known: LockedPackage | None,
    found: LockedPackage,
    *,
    is_locked: bool,
    updates: bool,
) -> None:
    name = quoted_short(package.name)
    if is_locked and (known is None or known.source != found.source):
        msg = f"{LOCK_FILE} does not have the package {name} as {package.source}"
        raise PackageError(msg, hint="run `schemactl fetch` without --locked, and commit it")
    is_same_source = known is not None and known.source == found.source
    if is_same_source and known != found and (is_locked or not updates):
        msg = f"the package {name} of {package.source} has other content than {LOCK_FILE} says"
        hint = "look at what changed there; `schemactl fetch --update` takes it"
        raise PackageError(msg, hint=hint)


def _read(folder: Path, package: Package, environ: Mapping[str, str]) -> Content:
    source = package.source
    if source.git:
        return read_commit(source, environ=environ)
    path = folder / source.path
    if not is_inside(path, project_root(folder)):
        msg = f"the package {quoted_short(package.name)} leads out of the project's repository"
        raise PackageError(msg, hint="use a git address for what is elsewhere")
    if not path.is_dir():
        msg = f"the package {quoted_short(package.name)} has no folder {source.path}"
        raise PackageError(msg, hint="paths start from the folder of schemactl.yaml")
    content = read_folder(path)
    check_bounds(content, about=source.path)
    return content


def _install(folder: Path, package: Package, content: Content) -> None:
    """Put files into the folder of a package, in the place of what was there.

    Raises:
        PackageError: They cannot be written.
    """
    place = own_path(folder, *PACKAGES_FOLDER, package.name)
    new, old = (
        place.with_name(f".{package.name}-{secrets.token_hex(6)}-{word}")
        for word in ("new", "old")
    )
    try:
        new.mkdir(parents=True)
        _keep_out_of_git(place.parent)
        for name, data in content.items():
            file = new / name
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READ_ONLY)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
        with suppress(FileNotFoundError):
            place.rename(old)
        new.rename(place)
    except OSError as error:
        msg = f"the package {quoted_short(package.name)} cannot be written: {error.strerror}"
        raise PackageError(msg) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def _keep_out_of_git(folder: Path) -> None:
    """Have git ignore packages: the lock file alone is committed."""
    with suppress(FileExistsError):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        descriptor = os.open(folder / _IGNORE, flags, 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(b"*\n")
