"""Whether the packages of a project are there, and have the content that the lock file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from schemactl.document.codes import ProblemCode
from schemactl.errors import Problem
from schemactl.model.package import LOCK_FILE, PACKAGES_FOLDER, Package, UsedPackage
from schemactl.store.files import own_path
from schemactl.store.packages.content import checksum, read_exactly
from schemactl.store.packages.lock_file import LockedPackage, read_lock
from schemactl.text import quoted_short


def find_package_problems(folder: Path, used: Sequence[UsedPackage]) -> Iterator[Problem]:
    """Yield a problem for each pattern whose package cannot be used as it is.

    Raises:
        PackageError: The lock file cannot be read.
        LinkedStateError: A link leads to packages.
    """
    locked = read_lock(folder) if used else {}
    for one in used:
        why = _why_not(folder, one.package, locked)
        if why is not None:
            code, message = why
            yield Problem(one.location, code, message, "run `schemactl fetch`")


def is_as_locked(folder: Path, package: Package, locked: LockedPackage | None) -> bool:
    """Whether the files of a package are there, as the lock file has them.

    Raises:
        LinkedStateError: A link leads there.
    """
    if locked is None or locked.source != package.source:
        return False
    content = read_exactly(own_path(folder, *PACKAGES_FOLDER, package.name))
    return content is not None and checksum(content) == locked.sha256


def _why_not(
    folder: Path, package: Package, locked: Mapping[str, LockedPackage]
) -> tuple[ProblemCode, str] | None:
    name, known = quoted_short(package.name), locked.get(package.name)
    if known is None:
        message = f"the package {name} is not fetched yet: {LOCK_FILE} does not have it"
        return ProblemCode.PACKAGE_NOT_FETCHED, message
    if known.source != package.source:
        message = (
            f"the package {name} is of {package.source}, and {LOCK_FILE} has {known.source}"
        )
        return ProblemCode.PACKAGE_NOT_FETCHED, message
    if not own_path(folder, *PACKAGES_FOLDER, package.name).is_dir():
        return ProblemCode.PACKAGE_NOT_FETCHED, f"the package {name} is not fetched here"
    if not is_as_locked(folder, package, known):
        message = (
            f"the files of the package {name} in {package.folder} are not those that "
            f"{LOCK_FILE} was made for"
        )
        return ProblemCode.PACKAGE_CHANGED, message
    return None
