"""The files of a package: only YAML files, within bounds, with one checksum for all of them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final, TypeAlias

from schemactl.document.confinement import is_yaml_name
from schemactl.errors import SchemactlError
from schemactl.store.own_file import read_ordinary
from schemactl.text import quoted_short

Content: TypeAlias = Mapping[str, bytes]
"""The files of a package by their names, with `/` between folders."""

MAX_FILES: Final = 10_000
MAX_BYTES: Final = 64 * 1024**2
"""Of all files of a package together."""
MAX_DEPTH: Final = 20


class PackageError(SchemactlError):
    """A package cannot be fetched or read; what was there before is unchanged."""


def is_schema_name(name: str) -> bool:
    """Whether a name can be that of a file of a package.

    It stays in the folder of the package, no part of it is hidden, and it ends as a YAML file.
    """
    path = PurePosixPath(name)
    parts = name.split("/")
    return (
        path.suffix.lower() in {".yaml", ".yml"}
        and len(parts) <= MAX_DEPTH
        and name.isprintable()
        and "\\" not in name
        and all(part and not part.startswith(".") for part in parts)
    )


def checksum(content: Content) -> str:
    """Return a SHA-256 of all names and files; no two contents have the same bytes."""
    digest = hashlib.sha256()
    for name in sorted(content):
        shown = name.encode()
        digest.update(b"%d:%s%d:" % (len(shown), shown, len(content[name])))
        digest.update(content[name])
    return digest.hexdigest()


def check_bounds(content: Content, *, about: str) -> None:
    """Check that a package has files, and not too many.

    Raises:
        PackageError: It has none, or more than is taken.
    """
    if not content:
        msg = f"{about} has no schema file: none of its files ends in .yaml or .yml"
        raise PackageError(msg, hint="look at `folder:` of the package")
    size = sum(map(len, content.values()))
    if len(content) > MAX_FILES or size > MAX_BYTES:
        msg = (
            f"{about} has {len(content):,} files of {size:,} bytes; a package has at most "
            f"{MAX_FILES:,} files of {MAX_BYTES:,} bytes together"
        )
        raise PackageError(msg, hint="choose a folder of it")


def read_folder(folder: Path) -> Content:
    """Return the YAML files of a folder; links, and whatever is hidden, are skipped.

    Raises:
        PackageError: A file cannot be read, or there are too many.
    """
    found: dict[str, bytes] = {}
    left = MAX_BYTES
    for name in sorted(_names(folder, folder)):
        if not is_schema_name(name):
            continue
        try:
            found[name] = read_ordinary(folder / name, max_bytes=left)
        except OSError as error:
            msg = f"{quoted_short(name)} of {folder} cannot be read: {error.strerror or error}"
            raise PackageError(msg) from error
        left -= len(found[name])
        if len(found) > MAX_FILES:
            break
    return found


def read_exactly(folder: Path) -> Content | None:
    """Return the files of a fetched package; None where anything else is in its folder."""
    try:
        names = list(_names(folder, folder, hidden=True))
        if not all(map(is_schema_name, names)) or not all(
            stat.S_ISREG((folder / name).lstat().st_mode) and is_yaml_name(folder / name)
            for name in names
        ):
            return None
        return read_folder(folder)
    except (OSError, PackageError):
        return None


def _names(folder: Path, root: Path, *, hidden: bool = False, depth: int = 0) -> Iterator[str]:
    """Yield the names of all files below a folder; no link to a folder is followed."""
    if depth > MAX_DEPTH:
        msg = f"{root} has folders in folders, more than {MAX_DEPTH} deep"
        raise PackageError(msg)
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") and not hidden:
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                yield from _names(path, root, hidden=hidden, depth=depth + 1)
            elif hidden or entry.is_file(follow_symlinks=False):
                yield path.relative_to(root).as_posix()
