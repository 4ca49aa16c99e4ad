"""Limits of the files that a project may read: its git repository, or else its own folder.

A pattern, a link or a folder on the path can come from a stranger's commit. All of them are
resolved before the check, and git's own folder counts as outside.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.errors import Location, Problem

YAML_SUFFIXES: Final = (".yaml", ".yml")
_GIT: Final = ".git"


def project_root(folder: Path) -> Path:
    """Return the real folder that must contain a project's files.

    This is the innermost git work tree around the project, or the project's own folder. A
    `.git` that does not belong to the owner of its folder is ignored.
    """
    root = repository_root(folder)
    return Path(os.path.realpath(folder)) if root is None else root


def repository_root(folder: Path) -> Path | None:
    """Return the real folder of the innermost git work tree around a folder, or None."""
    real = Path(os.path.realpath(folder))
    return next((above for above in (real, *real.parents) if _is_work_tree(above)), None)


def _is_work_tree(folder: Path) -> bool:
    try:
        return (folder / _GIT).lstat().st_uid == folder.stat().st_uid
    except OSError:
        return False


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path is inside a real folder after following links; it need not exist."""
    real = Path(os.path.realpath(path))
    return real.is_relative_to(root) and _GIT not in real.relative_to(root).parts


def root_of(path: Path, folder: Path) -> Path:
    """Return the real folder that must contain a file that a user named.

    A user may name any file, but a link in a project must not lead out of the project.

    Args:
        path: The file, as named.
        folder: The project's folder.
    """
    root = project_root(folder)
    named = Path(os.path.abspath(path))  # noqa: PTH100 - must not follow links
    return root if named.is_relative_to(root) else project_root(path.parent)


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a path in a project leads out of it through a link."""
    root = project_root(folder)
    named = Path(os.path.abspath(path))  # noqa: PTH100 - must not follow links
    return named.is_relative_to(root) and not is_inside(path, root)


def is_in_git_folder(path: Path, folder: Path) -> bool:
    """Whether a path leads into the `.git` folder of a project."""
    real, root = Path(os.path.realpath(path)), project_root(folder)
    return real.is_relative_to(root) and _GIT in real.relative_to(root).parts


def is_yaml_name(path: Path) -> bool:
    """Whether a file and the target of its links have the suffix of a YAML file."""
    names = (path, Path(os.path.realpath(path)))
    return all(name.suffix.lower() in YAML_SUFFIXES for name in names)


def outside_problem(shown: str, *, location: Location) -> Problem:
    """Return the problem for a file, folder or pattern that leads out of the project."""
    message = f"{shown} leads out of the project"
    hint = "a project reads only files in its git repository, or else in its own folder"
    return Problem(location, ProblemCode.OUTSIDE_PROJECT, message, hint)


def not_yaml_problem(shown: str, *, location: Location) -> Problem:
    """Return the problem for a file whose name or link target is not a YAML file."""
    message = f"{shown} is not named as a YAML file"
    hint = "only files that end in .yaml or .yml are read: rename it, or narrow the pattern"
    return Problem(location, ProblemCode.NOT_YAML, message, hint)
