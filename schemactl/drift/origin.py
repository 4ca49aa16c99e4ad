"""Who applies, and from which commit, as far as the machine and git tell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from schemactl.host import Host
from schemactl.model.base import Applied

_SECONDS: Final = 10.0
_GIVEN_TO_GIT: Final = ("HOME", "PATH", "XDG_CONFIG_HOME")
_USERS: Final = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME")
"""Where CI services and systems say who is at work, the most telling first."""


def applied_now(host: Host, folder: Path, *, run: str) -> Applied:
    """Tell who applies just now.

    Args:
        host: The outside world.
        folder: The project's folder.
        run: Name of the apply's journal; empty where it has none.
    """
    return Applied(
        at=host.now().isoformat(timespec="seconds"),
        by=next((host.environ[name] for name in _USERS if host.environ.get(name)), ""),
        commit=_commit(folder, host.environ),
        run=run,
    )


def _commit(folder: Path, environ: Mapping[str, str]) -> str:
    """Ask git what it has checked out; empty where there is none, or git cannot be asked."""
    import shutil
    import subprocess

    git = shutil.which("git", path=environ.get("PATH"))
    if git is None:
        return ""
    command = (git, "-C", str(folder), "describe", "--always", "--abbrev=40", "--dirty")
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command in the project's folder
            (*command, "--exclude=*"),
            # Nothing else: an account's key may stand in the environment.
            env={name: environ[name] for name in _GIVEN_TO_GIT if name in environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
