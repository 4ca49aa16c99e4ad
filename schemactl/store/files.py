"""Write files that users keep: each one whole or not at all.

The only writer of files that users keep: reports, plans, snapshots, schema files, bases and new
projects. Journals have a writer of their own, because they grow.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from schemactl.errors import OutputError, SchemactlError

_NEW_FILE_MODE: Final = 0o666
"""What a new file may allow at most; the user's umask takes away from it."""
_NAME_MAX: Final = 60
"""Characters of a file's name in that of its draft: at most 240 of the 255 bytes allowed."""
_DESCRIPTORS: Final = Path("/proc/self/fd")
"""Where Linux lists the open files of a process; a file without a name is linked from there."""
_NO_NAMELESS_FILES: Final = frozenset(
    {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}
)
"""The errors of opening a nameless file on a file system or kernel that has none."""


class LinkedStateError(SchemactlError):
    """A file or folder of schemactl's own is a link; nothing was read or written behind it."""


def own_path(root: Path, *parts: str) -> Path:
    """Return the path of a file or folder of schemactl's own, which no link leads to.

    Whoever can propose a commit could put a link there. What has the same name and more behind
    a dot or dash, such as the lock beside an account's file, may be no link either.

    Args:
        root: The folder that the user named; a link to it is the user's own.
        parts: The names from there on; what does not exist yet is no link.

    Raises:
        LinkedStateError: One of them is a symbolic link.
    """
    path = root
    for name in parts:
        path /= name
        _refuse_link(path)
    for beside in _beside(path):
        _refuse_link(beside)
    return path


def _beside(path: Path) -> list[Path]:
    """List what has the name of a file up to its ending, and another ending."""
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - one listing, without objects
    except OSError:
        return []
    return [path.parent / name for name in names if name.startswith(f"{path.stem}.")]


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        msg = f"{path} is a symbolic link, so nothing is read or written there"
        hint = (
            "schemactl makes no links: look at who put it there, and put a folder in its place"
        )
        raise LinkedStateError(msg, hint=hint)


def write_file(
    path: Path,
    text: str,
    *,
    overwrite: bool = True,
    make_folders: bool = False,
    nameless: bool = sys.platform == "linux",
) -> None:
    """Write a text so that a reader sees the old file or the new one, never half of it.

    A file that is replaced keeps its mode, owner, group and extended attributes. Of a symbolic
    link, the file that it points to is replaced, in its own folder.

    Args:
        path: Where.
        text: What; a lone surrogate in it, which UTF-8 cannot hold, is spelled out.
        overwrite: Whether an existing file may be replaced.
        make_folders: Whether to make missing folders on the way.
        nameless: Whether to try a draft without a name, which goes with a killed process.

    Raises:
        OutputError: The file exists and may not be replaced, or cannot be written.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        write_bytes(
            path, data, overwrite=overwrite, make_folders=make_folders, nameless=nameless
        )
    except FileExistsError as error:
        msg = f"{path} already exists"
        raise OutputError(msg, hint="add --force to overwrite it") from error
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}"
        raise OutputError(msg) from error


def write_bytes(
    path: Path,
    data: bytes,
    *,
    overwrite: bool = True,
    make_folders: bool = False,
    nameless: bool = sys.platform == "linux",
) -> None:
    """Write bytes in the same way; see `write_file`.

    Raises:
        FileExistsError: The file exists and may not be replaced.
        OSError: It cannot be written.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # A pipe or device takes it as it comes.
        return
    if make_folders:
        _make_folders(path.parent)
    if overwrite:
        _replace(Path(os.path.realpath(path)), data, nameless=nameless)
    else:
        _make_new(path, data, nameless=nameless)


def write_new_files(files: Mapping[Path, str]) -> tuple[Path, ...]:
    """Write several new files, all of them or none; return what was made, folders first.

    Raises:
        OutputError: A file exists, or cannot be written. What was made before it is removed.
    """
    made: list[Path] = []
    try:
        for path, text in files.items():
            made.extend(_missing_folders(path))
            write_file(path, text, overwrite=False, make_folders=True)
            made.append(path)
    except BaseException:
        remove_made(made)
        raise
    return tuple(made)


def rewrite_files(edits: Sequence[tuple[Path, str, str]]) -> None:
    """Replace the texts of several files, all of them or none.

    Args:
        edits: The path of each file, its text when it was read, and its new text.

    Raises:
        OutputError: A file is not as it was read, or cannot be written. The files that were
            written before it have their old texts again.
    """
    done: list[tuple[Path, str]] = []
    try:
        for path, before, after in edits:
            _check_unchanged(path, before, after)
            write_file(path, after)
            done.append((path, before))
    except BaseException:
        for path, before in reversed(done):
            with suppress(OutputError):
                write_file(path, before)
        raise


def _check_unchanged(path: Path, before: str, after: str) -> None:
    """Check that nobody has changed a file since it was read, as while a question was open.

    A file that has two names in one run holds its new text already.
    """
    try:
        is_unchanged = path.read_bytes() in (before.encode("utf-8"), after.encode("utf-8"))
    except OSError as error:
        msg = f"{path} cannot be read again: {error.strerror or error}"
        raise OutputError(msg) from error
    if not is_unchanged:
        msg = f"{path} was changed by somebody else in the meantime; it is left as it is"
        raise OutputError(msg, hint="run the command again")


def remove_made(made: Sequence[Path]) -> None:
    """Remove files and folders that `write_new_files` made.

    A folder in which somebody else has put something stays.
    """
    for path in reversed(made):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()


def _make_folders(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error


def _missing_folders(path: Path) -> list[Path]:
    """Return the folders on the way to a file that do not exist, the outermost first."""
    return [folder for folder in reversed(path.parents) if not folder.exists()]


def _make_new(path: Path, data: bytes, *, nameless: bool) -> None:
    with _draft(path, data, like=None, nameless=nameless) as draft:
        if _has_no_name(draft):
            _link(draft, path)
        else:
            # Unlike a check before, this also fails where a file was made a moment ago.
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW_FILE_MODE))
            try:
                draft.replace(path)
            except OSError:
                path.unlink()
                raise
    _sync(path.parent)


def _replace(path: Path, data: bytes, *, nameless: bool) -> None:
    like = path if path.exists() else None
    if like is not None and not os.access(like, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with _draft(path, data, like=like, nameless=nameless) as draft:
        named = path.parent / _free_name(path.name) if _has_no_name(draft) else draft
        try:
            if named != draft:
                # A file without a name can only be linked to a name that is free.
                _link(draft, named)
            named.replace(path)
        finally:
            named.unlink(missing_ok=True)
    _sync(path.parent)


@contextmanager
def _draft(path: Path, data: bytes, *, like: Path | None, nameless: bool) -> Iterator[Path]:
    """Write a synced file on the file system of another; yield a path to link it by.

    Args:
        path: The file that it becomes.
        data: What it holds.
        like: The file whose owner, mode and attributes it gets; None for a new file.
        nameless: Whether to try a file without a name.
    """
    descriptor, draft = _open_draft(path, nameless=nameless)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if like is not None:
                _take_on(like, file.fileno(), draft)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            yield draft
    finally:
        if not _has_no_name(draft):
            draft.unlink(missing_ok=True)


def _open_draft(path: Path, *, nameless: bool) -> tuple[int, Path]:
    """Open a file for writing in the folder of another; return a path to it too."""
    if nameless and sys.platform == "linux" and _DESCRIPTORS.is_dir():
        try:
            descriptor = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, _NEW_FILE_MODE)
        except OSError as error:
            if error.errno not in _NO_NAMELESS_FILES:
                raise
        else:
            return descriptor, _DESCRIPTORS / str(descriptor)
    named = path.parent / _free_name(path.name)
    return os.open(named, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW_FILE_MODE), named


def _has_no_name(draft: Path) -> bool:
    return draft.parent == _DESCRIPTORS


def _free_name(name: str) -> str:
    return f".{name[:_NAME_MAX]}.{os.urandom(4).hex()}"


def _take_on(like: Path, descriptor: int, draft: Path) -> None:
    """Set owner, group, mode and extended attributes of an open file to those of another.

    Raises:
        PermissionError: The other file has an owner or group that only root could set.
    """
    wanted, own = like.stat(), os.fstat(descriptor)
    if (wanted.st_uid, wanted.st_gid) != (own.st_uid, own.st_gid):
        try:
            os.chown(descriptor, wanted.st_uid, wanted.st_gid)
        except PermissionError as error:
            msg = "its owner or group is not yours, and replacing it would change that"
            raise PermissionError(error.errno, msg) from error
    import shutil  # It loads every way to compress.

    shutil.copystat(like, draft)
    os.utime(draft)


def _link(draft: Path, path: Path) -> None:
    """Link an open file that has no name to a path."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Python follows the link under /proc only where it is given a folder.
        os.link(draft, path, src_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def _sync(folder: Path) -> None:
    """Sync a folder, so that a new name in it survives a power failure, where that works."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
