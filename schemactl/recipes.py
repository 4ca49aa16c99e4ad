"""Recipes for CI services: the files that `init --ci` writes into a user's repository."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path
from types import MappingProxyType
from typing import Final

from schemactl.errors import OutputError
from schemactl.files import write_new_files
from schemactl.resources import recipe_text


@unique
class Service(StrEnum):
    """A service that there are recipes for."""

    GITHUB = "github"
    GITLAB = "gitlab"


_PLACES: Final[Mapping[Service, Mapping[str, str]]] = MappingProxyType(
    {
        Service.GITHUB: {
            ".github/workflows/schemactl.yml": "workflow.yml",
            ".github/actions/schemactl/action.yml": "action.yml",
        },
        Service.GITLAB: {".gitlab/schemactl.yml": "schemactl.yml"},
    }
)
"""Where each file of a recipe goes, from the repository's top."""
_FOLDERS: Final = MappingProxyType(
    {
        Service.GITHUB: 'folder: "."',
        Service.GITLAB: 'SCHEMACTL_FOLDER: "."',
    }
)
"""What in a recipe says that the project stands at the top."""


def write_recipe(service: Service, project: Path) -> tuple[Path, ...]:
    """Write a recipe into the repository that a project stands in; give what was written.

    Raises:
        OutputError: One of the files exists, or cannot be written. Nothing is left of the
            others.
    """
    top = repository_of(project)
    files = {top / place: text for place, text in recipe_files(service, project, top).items()}
    present = [str(path) for path in files if path.exists() or path.is_symlink()]
    if present:
        msg = f"these files exist already, so no recipe was written: {', '.join(present)}"
        raise OutputError(msg, hint="move them away, or change them by hand")
    write_new_files(files)
    return tuple(files)


def recipe_files(service: Service, project: Path, top: Path) -> Mapping[str, str]:
    """Give the text of each file of a recipe, by its place in the repository.

    Args:
        service: Whose.
        project: The project's folder.
        top: That of the repository.
    """
    folder = project.resolve().relative_to(top.resolve()).as_posix()
    at_top = _FOLDERS[service]
    named = at_top.replace('"."', f'"{folder}"')
    return {
        place: recipe_text(service, name).replace(at_top, named)
        for place, name in _PLACES[service].items()
    }


def repository_of(project: Path) -> Path:
    """Find the top of the repository that a folder is in; the folder itself outside of any."""
    start = project.resolve()
    for folder in (start, *start.parents):
        if (folder / ".git").exists():
            return folder
    return start
