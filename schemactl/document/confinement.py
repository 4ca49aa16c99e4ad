"""Which files a project may read: those of its git repository, else those of its folder.

A pattern, a link or a folder in the way can come from a stranger's commit. All of them are
resolved before the question is asked, and git's own folder counts as outside.
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
    """Return the real folder that a project's files must be in.

    That is the innermost git work tree around the project, or the project's own folder. A
    `.git` that another user than the folder's owner made widens nothing.
    """
    root = repository_root(folder)
    return Path(os.path.realpath(folder)) if root is None else root


def repository_root(folder: Path) -> Path | None:
    """Return the real folder of the innermost git work tree around a folder; None for none."""
    real = Path(os.path.realpath(folder))
    return next((above for above in (real, *real.parents) if _is_work_tree(above)), None)


def _is_work_tree(folder: Path) -> bool:
    try:
        return (folder / _GIT).lstat().st_uid == folder.stat().st_uid
    except OSError:
        return False


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path leads into a real folder, links followed; it need not exist."""
    real = Path(os.path.realpath(path))
    return real.is_relative_to(root) and _GIT not in real.relative_to(root).parts


def root_of(path: Path, folder: Path) -> Path:
    """Return the real folder that a file must be in that a user named.

    A person may name a file anywhere, but a link in a project may not lead out of it.

    Args:
        path: The file, as named.
        folder: The project's.
    """
    root = project_root(folder)
    named = Path(os.path.abspath(path))  # noqa: PTH100 - must not follow links
    return root if named.is_relative_to(root) else project_root(path.parent)


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a file seems to be in a project and is a link, or behind one, that leads out."""
    root = project_root(folder)
    named = Path(os.path.abspath(path))  # noqa: PTH100 - must not follow links
    return named.is_relative_to(root) and not is_inside(path, root)


def is_in_git_folder(path: Path, folder: Path) -> bool:
    """Whether a path leads into the folder of a project in which git keeps its own files."""
    real, root = Path(os.path.realpath(path)), project_root(folder)
    return real.is_relative_to(root) and _GIT in real.relative_to(root).parts


def is_yaml_name(path: Path) -> bool:
    """Whether a file, and what it links to, have the ending of a YAML file."""
    names = (path, Path(os.path.realpath(path)))
    return all(name.suffix.lower() in YAML_SUFFIXES for name in names)


def outside_problem(shown: str, *, location: Location) -> Problem:
    """Return the problem of a file, folder or pattern that leads out; reads nothing of it."""
    message = f"{shown} leads out of the project"
    hint = "a project reads only files in its git repository, or else in its own folder"
    return Problem(location, ProblemCode.OUTSIDE_PROJECT, message, hint)


def not_yaml_problem(shown: str, *, location: Location) -> Problem:
    """Return the problem of a file that has, or links to, a name of another kind."""
    message = f"{shown} is not named as a YAML file"
    hint = "only files that end in .yaml or .yml are read: rename it, or narrow the pattern"
    return Problem(location, ProblemCode.NOT_YAML, message, hint)
