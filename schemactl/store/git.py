"""Ask git which files it tracks or ignores, and which commit is checked out.

Only git knows every place where files can be ignored. If git does not answer inside a work
tree, a credentials file counts as committed, and files of state are not read: an unnecessary
refusal is better than a leaked key or a file that came with a commit.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from schemactl.errors import SchemactlError
from schemactl.text import quoted_short
from schemactl.values import dataclass

_SECONDS: Final = 10.0
_GIVEN_TO_GIT: Final = ("HOME", "PATH", "XDG_CONFIG_HOME")
_COMMIT: Final = r"[0-9A-Za-z][0-9A-Za-z._/~^-]*"
"""What can name a commit and is no option of git."""
_OF_COMMIT: Final = "ls-tree"
"""The request of git that names a commit."""
_SEARCH: Final = "grep"
_NO_SUCH_COMMIT: Final = ("Not a valid object name", "not a tree object", "bad object")
"""What git prints about a commit that it does not have; it gets no language from us."""
_LINK: Final = b"120000"
"""The mode of a symbolic link."""
_ORDINARY: Final = b"100"
"""What the mode of an ordinary file starts with; links and folders have another."""


class GitUnavailableError(SchemactlError):
    """Git does not answer about a folder inside a work tree; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _NoAnswer:
    """Why git did not answer."""

    why: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedFile:
    """One file of a commit.

    Attributes:
        name: Its name, from the top of the repository.
        content: What it holds; of a symbolic link, its target.
        is_link: Whether it is a symbolic link.
    """

    name: str
    content: bytes
    is_link: bool = False


def would_be_committed(path: Path, *, environ: Mapping[str, str]) -> bool:
    """Whether a file is in a git work tree that does not ignore it."""
    place = Path(os.path.realpath(path))
    if not _is_in_work_tree(place.parent):
        return False
    return not _is_ignored(place, environ)


def tracked_files(folder: Path, *, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files of a folder that git tracks, from the folder; none outside of git.

    Raises:
        GitUnavailableError: The folder is inside a work tree, and git does not answer.
    """
    if not _is_in_work_tree(folder.resolve()):
        return ()
    listed = _answer(folder, ("ls-files", "-z", "--", "."), environ)
    return tuple(os.fsdecode(name) for name in listed.split(b"\0") if name)


def checked_out_commit(folder: Path, *, environ: Mapping[str, str]) -> str:
    """Return the checked-out commit, `-dirty` appended if files differ; empty if unknown."""
    if not _is_in_work_tree(folder.resolve()):
        return ""
    asked = ("describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
    answer = _ask_git(folder, asked, environ)
    return answer.decode("ascii", "replace").strip() if isinstance(answer, bytes) else ""


def file_at_commit(
    folder: Path, path: Path, commit: str, *, environ: Mapping[str, str]
) -> bytes | None:
    """Return what an ordinary file holds at a commit; None where that commit has no such file.

    Args:
        folder: A folder inside the work tree.
        path: The file, from that folder.
        commit: The commit, by hash, branch or tag.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        GitUnavailableError: Git does not answer, or has no such commit.
    """
    _check_commit(commit)
    listed = _answer(folder, (_OF_COMMIT, "-z", commit, "--", path.as_posix()), environ)
    if not listed.startswith(_ORDINARY):
        return None
    blob = listed.partition(b"\t")[0].split()[-1].decode("ascii")
    return _answer(folder, ("cat-file", "blob", blob), environ)


def branching_commit(folder: Path, commit: str, *, environ: Mapping[str, str]) -> str:
    """Return the commit at which the checked-out branch left another commit's history.

    Raises:
        GitUnavailableError: Git does not answer, has no such commit, or not its history.
    """
    _check_commit(commit)
    answer = _ask_git(folder, ("merge-base", "HEAD", commit), environ)
    if isinstance(answer, _NoAnswer):
        msg = f"git does not know where this branch left {quoted_short(commit)}"
        hint = "`git log` lists the commits; in CI, fetch the full history (fetch-depth: 0)"
        raise GitUnavailableError(msg, hint=hint)
    return answer.decode("ascii", "replace").strip()


def changed_tracked_files(
    folder: Path, commit: str, below: Path, *, environ: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the names of files below a folder that git tracks and that differ from a commit.

    Args:
        folder: A folder inside the work tree; the names start from it.
        commit: A commit, by its hash.
        below: The folder whose files are compared, from the first one.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        GitUnavailableError: Git does not answer.
    """
    words = ("diff", "--name-only", "--no-renames", "--relative", "-z", commit)
    listed = _answer(folder, (*words, "--", below.as_posix()), environ)
    return tuple(os.fsdecode(name) for name in listed.split(b"\0") if name)


def files_at_commit(
    folder: Path, commit: str, is_meant: Callable[[str], bool], *, environ: Mapping[str, str]
) -> Iterator[CommittedFile]:
    """Yield files of a whole repository as they are in a commit.

    Args:
        folder: A folder inside the work tree.
        commit: A commit, by its hash.
        is_meant: Whether a file of that name is; every symbolic link is.
        environ: Environment variables, a few of which are passed to git.

    Raises:
        GitUnavailableError: Git does not answer.
    """
    listed = _answer(folder, ("ls-tree", "-r", "-z", "--full-tree", commit), environ)
    found = []
    for line in filter(None, listed.split(b"\0")):
        about, _, written = line.partition(b"\t")
        mode, _, blob = about.split()
        name, is_link = os.fsdecode(written), mode == _LINK
        if is_link or (mode.startswith(_ORDINARY) and is_meant(name)):
            found.append((name, is_link, blob))
    blobs = b"".join(blob + b"\n" for _, _, blob in found)
    contents = _answer(folder, ("cat-file", "--batch"), environ, given=blobs)
    place = 0
    for name, is_link, _ in found:
        # HASH SP blob SP SIZE LF CONTENT LF, or HASH SP missing LF
        start = contents.index(b"\n", place) + 1
        size = contents[place:start].split()[-1]
        if not size.isdigit():
            msg = f"git does not have {quoted_short(name)} of commit {commit}"
            raise GitUnavailableError(
                msg, hint="in CI, fetch the full history (fetch-depth: 0)"
            )
        end = start + int(size)
        yield CommittedFile(name=name, content=contents[start:end], is_link=is_link)
        place = end + 1


def files_at_commit_with(
    folder: Path, path: Path, text: str, commit: str, *, environ: Mapping[str, str]
) -> tuple[Path, ...]:
    """Return the files below a path that hold a text at a commit, from the folder.

    Takes what `file_at_commit` takes.

    Raises:
        GitUnavailableError: Git does not answer, or has no such commit.
    """
    _check_commit(commit)
    asked = (_SEARCH, "-l", "-z", "--fixed-strings", "-e", text, commit, "--", path.as_posix())
    found = _answer(folder, asked, environ).split(b"\0")
    names = (os.fsdecode(name).removeprefix(f"{commit}:") for name in found if name)
    return tuple(map(Path, names))


def _check_commit(commit: str) -> None:
    if not re.fullmatch(_COMMIT, commit):
        msg = f"{quoted_short(commit)} does not name a commit"
        raise GitUnavailableError(msg, hint="name it by its hash, a branch or a tag")


def _answer(
    folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str], given: bytes = b""
) -> bytes:
    answer = _ask_git(folder, arguments, environ, given)
    if isinstance(answer, _NoAnswer):
        raise GitUnavailableError(answer.why, hint=answer.hint)
    return answer


def _is_in_work_tree(place: Path) -> bool:
    return _work_tree(place) is not None


def _work_tree(place: Path) -> Path | None:
    candidates = (place, *place.parents)
    return next((each for each in candidates if os.path.lexists(each / ".git")), None)


def _is_ignored(place: Path, environ: Mapping[str, str]) -> bool:
    # A tracked file is not ignored, whatever .gitignore says of it.
    asked = ("check-ignore", "--quiet", "--", place.name)
    return isinstance(_ask_git(place.parent, asked, environ), bytes)


def _ask_git(
    folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str], given: bytes = b""
) -> bytes | _NoAnswer:
    """Return what git prints, or why it fails or cannot be asked; `given` is its input."""
    import shutil
    import subprocess

    git = shutil.which("git", path=environ.get("PATH"))
    if git is None:
        return _NoAnswer(
            why="git is not installed", hint="install git, in a container's image too"
        )
    command = (git, "-C", str(folder), *arguments)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; names come after --
            command,
            # Nothing else: another account's key may be in the environment.
            env={name: environ[name] for name in _GIVEN_TO_GIT if name in environ},
            input=given,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _NoAnswer(
            why=f"git does not answer ({error})", hint="make `git status` work here"
        )
    # A search that finds nothing is an answer, too.
    is_empty = arguments[0] == _SEARCH and done.returncode == 1 and not done.stderr
    is_answer = done.returncode == 0 or is_empty
    return done.stdout if is_answer else _refusal(folder, arguments, done.stderr)


def _refusal(folder: Path, arguments: tuple[str, ...], printed: bytes) -> _NoAnswer:
    """Return why git refused, in its own words, and what helps."""
    text = printed.decode("utf-8", "replace").strip()
    # Git names this setting, in every language, where a folder belongs to another user.
    if "safe.directory" in text:
        tree = shlex.quote(str(_work_tree(folder.resolve()) or folder))
        return _NoAnswer(
            why="git refuses the folder because it belongs to another user",
            hint=f"git config --global --add safe.directory {tree}",
        )
    # A damaged repository has missing objects too.
    if arguments[0] == _OF_COMMIT and any(words in text for words in _NO_SUCH_COMMIT):
        return _NoAnswer(
            why="git knows no such commit here",
            hint="`git log` lists the commits; in CI, fetch the full history (fetch-depth: 0)",
        )
    if "not a git repository" in text:
        return _NoAnswer(
            why="this folder is in no git repository",
            hint="run it in a clone of the repository, or without what needs git",
        )
    first_line = text.partition("\n")[0] or "no reason is given"
    return _NoAnswer(why=f"git refuses ({first_line})", hint="make `git status` work here")
