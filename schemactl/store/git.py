"""What git knows of files: whether it would take one along, and which of a folder it tracks.

Asks git itself, as only it knows all places where files are ignored. Where it cannot be asked,
a file of credentials counts as taken along: a committed key is lost, a refusal in vain is not.
State counts as not tracked then, for it is verified like any other input.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_SECONDS: Final = 10.0
_GIVEN_TO_GIT: Final = ("HOME", "PATH", "XDG_CONFIG_HOME")


def would_be_committed(path: Path, *, environ: Mapping[str, str]) -> bool:
    """Say whether a file stands in a git work tree that does not ignore it."""
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


def _is_in_work_tree(place: Path) -> bool:
    return any(os.path.lexists(folder / ".git") for folder in (place, *place.parents))


def _is_ignored(place: Path, environ: Mapping[str, str]) -> bool:
    # A tracked file is not ignored, whatever .gitignore says of it.
    asked = ("check-ignore", "--quiet", "--", place.name)
    return _ask_git(place.parent, asked, environ) is not None


def _ask_git(
    folder: Path, arguments: tuple[str, ...], environ: Mapping[str, str]
) -> bytes | None:
    """Return what git writes; None where it says no or cannot be asked."""
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
