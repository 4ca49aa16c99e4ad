"""Packages: schema files of another place, pinned, as a project file names them."""

from __future__ import annotations

from typing import Final

from schemactl.errors import Location
from schemactl.values import dataclass, field

PACKAGES_FOLDER: Final = (".schemactl", "packages")
"""Where packages are in a project, each in a folder of its name."""
LOCK_FILE: Final = "schemactl.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSource:
    """Where the files of a package come from.

    Attributes:
        git: Address of a git repository; empty for a folder.
        commit: The commit, as its whole hash.
        folder: The folder of the repository; empty for all of it.
        path: A folder beside the project, in the same repository; empty for git.
    """

    git: str = ""
    commit: str = ""
    folder: str = ""
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return self.path
        inside = f", folder {self.folder}" if self.folder else ""
        return f"{self.git} at commit {self.commit[:12]}{inside}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package of a project.

    Attributes:
        name: Its name, before the colon of a pattern.
        source: Where it comes from.
        location: Position of its name in the project file.
    """

    name: str
    source: PackageSource
    location: Location = field(compare=False)

    @property
    def folder(self) -> str:
        """Where its files are, from the project folder."""
        return "/".join((*PACKAGES_FOLDER, self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedPackage:
    """A package that a pattern of an account means, and where the pattern is written."""

    package: Package
    location: Location


def is_of_package(file: str) -> bool:
    """Whether a schema file, named from the project folder, is part of a package."""
    return file.startswith("/".join((*PACKAGES_FOLDER, "")))
