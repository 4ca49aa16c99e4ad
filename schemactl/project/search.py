"""Find the project that a folder is in."""

from __future__ import annotations

import os
from pathlib import Path

from schemactl.document.confinement import repository_root
from schemactl.project.settings import PROJECT_FILE


def find_project(start: Path, *, home: Path) -> Path | None:
    """Return the real folder of the project that a folder is in; None if it is in none.

    A folder that has a project file is its own project. Otherwise, inside a git work tree, the
    folders above are searched, up to the top of the work tree or to the home folder. Outside of
    git nobody knows where a project ends: `/tmp/schemactl.yaml` can be anybody's. For the same
    reason a folder above counts only if it belongs to the user, or to the owner of `start`.
    """
    real = Path(os.path.realpath(start))
    if (real / PROJECT_FILE).exists():
        return real
    root, top_of_home = repository_root(real), Path(os.path.realpath(home))
    if root is None or real in {root, top_of_home}:
        return None
    owners = {os.geteuid(), real.stat().st_uid}
    for folder in real.parents:
        if (folder / PROJECT_FILE).exists():
            return folder if folder.stat().st_uid in owners else None
        if folder in {root, top_of_home}:
            return None
    return None
