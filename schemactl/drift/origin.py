"""Find out who applies, when and from which commit, as far as the machine and git know."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from schemactl.host import Host
from schemactl.model.base import Applied
from schemactl.store.git import checked_out_commit

_USERS: Final = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME")
"""Variables that hold the user's name, those of CI services first."""


def applied_now(host: Host, folder: Path, *, run: str) -> Applied:
    """Return who applies now, and from which commit.

    Args:
        host: The outside world.
        folder: The project's folder.
        run: Name of the apply's journal; empty where it has none.
    """
    return Applied(
        at=host.now().isoformat(timespec="seconds"),
        by=next((host.environ[name] for name in _USERS if host.environ.get(name)), ""),
        commit=checked_out_commit(folder, environ=host.environ),
        run=run,
    )


def left_now(host: Host, *, by: str, commit: str, run: str = "") -> Applied:
    """Return the end of an apply, of which author and commit were found out at its start."""
    return Applied(at=host.now().isoformat(timespec="seconds"), by=by, commit=commit, run=run)
