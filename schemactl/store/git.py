"""What git knows: which files it tracks or ignores, and which commit is checked out.

Git itself is asked, because only git knows every place where files can be ignored. If git
cannot be asked, a credentials file counts as committed: a leaked key is worse than a needless
refusal. Files of state count as not tracked then, because they are verified like other input.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_SECONDS: Final = 10.0
_GIVEN_TO_GIT: Final = ("HOME", "PATH", "XDG_CONFIG_HOME")


def would_be_committed(path: Path, *, environ: Mapping[str, str]) -> bool:
    """Whether a file is in a git work tree that does not ignore it."""
    place = Path(os.path.realpath(path))
    if not _is_in_work_tree(place.parent):
        return False
    return not _is_ignored(place, environ)


def tracked_files(folder: Path, *, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the files of a folder that git tracks, from the folder; none outside of git."""
    if not _is_in_work_tree(folder.resolve()):
        return ()
    listed = _ask_git(folder, ("ls-files", "-z", "--", "."), environ)
    if listed is None:
        return ()
    return tuple(os.fsdecode(name) for name in listed.split(b"\0") if name)


def checked_out_commit(folder: Path, *, environ: Mapping[str, str]) -> str:
    """Return the checked-out commit, `-dirty` appended if files differ; empty if unknown."""
    asked = ("describe", "--always", "--abbrev=40", "--dirty", "--exclude=*")
    answer = _ask_git(folder, asked, environ)
    return "" if answer is None else answer.decode("ascii", "replace").strip()


def _is_in_work_tree(place: Path) -> bool:
    return any(os.path.lexists(folder / ".git") for folder in (place, *place.parents))


def _is_ignored(place: Path, environ: Mapping[str, str]) -> bool:
    # A tracked file is not ignored, whatever .gitignore says of it.
    asked = ("check-ignore", "--quiet", "--", place.name)
    return _ask_git(place.parent, asked, environ) is not None


def _ask_git(
    folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str]
) -> bytes | None:
    """Return what git prints; None if it fails or cannot be asked."""
    import shutil
    import subprocess

    git = shutil.which("git", path=environ.get("PATH"))
    if git is None:
        return None
    command = (git, "-C", str(folder), *arguments)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; names come after --
            command,
            # Nothing else: another account's key may be in the environment.
            env={name: environ[name] for name in _GIVEN_TO_GIT if name in environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
