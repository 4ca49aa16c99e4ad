"""The packages of a project file, and what patterns of accounts mean by them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import is_inside, outside_problem, project_root
from schemactl.document.nodes import Mapping
from schemactl.errors import Location, Problem
from schemactl.model.package import Package, PackageSource, UsedPackage
from schemactl.project.entries import Entry
from schemactl.project.settings import PROJECT_FILE
from schemactl.text import nearest, quoted_short

_REFERENCE: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]*):(.*)", re.DOTALL)
"""A pattern within a package; a file with such a name is written with `./` before it."""


def read_packages(root: Mapping) -> tuple[Package, ...]:
    """Return the packages of a project file, in its order."""
    named = root.get("packages")
    if not isinstance(named, Mapping):
        return ()
    return tuple(
        Package(
            name=name,
            source=PackageSource(
                git=_text(node, "git"),
                commit=_text(node, "commit"),
                folder=_text(node, "folder"),
                path=_text(node, "path"),
            ),
            location=named.key_location(name, file=PROJECT_FILE),
        )
        for name, node in named.items()
        if isinstance(node, Mapping)
    )


def check_packages(
    packages: Sequence[Package], entries: Sequence[Entry], folder: Path
) -> Iterator[Problem]:
    """Yield packages that lead out of the project, and patterns that mean no package."""
    root = project_root(folder)
    for package in packages:
        path = package.source.path
        if package.source.git and not package.source.commit:
            message = 'this package has no key "commit"'
            hint = "name the commit by its whole hash: a branch or tag can be moved"
            yield Problem(package.location, ProblemCode.MISSING_KEY, message, hint)
        if path and not is_inside(folder / path, root):
            yield outside_problem(quoted_short(path), location=package.location)
    names = [package.name for package in packages]
    seen: set[Location] = set()
    for entry in entries:
        for pattern, place in zip(
            entry.texts("schema"), entry.item_locations("schema"), strict=False
        ):
            reference = _REFERENCE.fullmatch(pattern)
            # A pattern of the defaults is that of many accounts.
            if reference is None or place in seen:
                continue
            seen.add(place)
            yield from _check_reference(reference[1], reference[2], place, names)


def _check_reference(
    name: str, inside: str, place: Location, names: Sequence[str]
) -> Iterator[Problem]:
    if name not in names:
        right = nearest(name, names)
        message = f"there is no package {quoted_short(name)}"
        hint = f"write {right}" if right else f"describe it under packages: in {PROJECT_FILE}"
        yield Problem(place, ProblemCode.UNKNOWN_PACKAGE, message, hint)
    elif not inside or inside.startswith("/") or ".." in inside.split("/"):
        message = f"{quoted_short(inside)} leads out of the package {quoted_short(name)}"
        hint = 'write a pattern from the folder of the package, such as "*.yaml"'
        yield Problem(place, ProblemCode.OUTSIDE_PROJECT, message, hint)


def patterns_in_project(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return patterns from the project's folder: those within packages mean fetched files."""
    return tuple(map(_in_project, patterns))


def _in_project(pattern: str) -> str:
    reference = _REFERENCE.fullmatch(pattern)
    if reference is None:
        return pattern
    folder = Package(name=reference[1], source=PackageSource(), location=_NOWHERE).folder
    return f"{folder}/{reference[2]}"


def used_packages(
    patterns: Sequence[str], places: Sequence[Location], packages: Sequence[Package]
) -> tuple[UsedPackage, ...]:
    """Return the packages that patterns mean, each once, at the first pattern."""
    by_name = {package.name: package for package in packages}
    used: dict[str, UsedPackage] = {}
    for pattern, place in zip(patterns, places, strict=False):
        reference = _REFERENCE.fullmatch(pattern)
        if reference is not None and (package := by_name.get(reference[1])) is not None:
            used.setdefault(package.name, UsedPackage(package=package, location=place))
    return tuple(used.values())


_NOWHERE: Final = Location(PROJECT_FILE, 1, 1)


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value if isinstance(value, str) else ""
