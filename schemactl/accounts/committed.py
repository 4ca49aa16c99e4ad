"""Whether git would take a file along in a commit.

Asks git itself, as only it knows all places where files are ignored. Where it cannot be
asked the answer is yes: a key that was committed is lost, a needless refusal is not.
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
    if not any(os.path.lexists(folder / ".git") for folder in place.parents):
        return False
    return not _is_ignored(place, environ)


def _is_ignored(place: Path, environ: Mapping[str, str]) -> bool:
    import shutil
    import subprocess

    git = shutil.which("git", path=environ.get("PATH"))
    if git is None:
        return False
    # A tracked file is not ignored, whatever .gitignore says of it.
    command = (git, "-C", str(place.parent), "check-ignore", "--quiet", "--", place.name)
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; the name comes after --
            command,
            # Nothing else: another account's key may stand in the environment.
            env={name: environ[name] for name in _GIVEN_TO_GIT if name in environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
