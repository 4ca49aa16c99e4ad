"""What a CI recipe installs schemactl from: a wheel in the repository, or a git commit.

Never a name on a package index: whoever owns that name there would run code beside the key.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final, TypeAlias

from schemactl.errors import UsageError
from schemactl.values import dataclass

SOURCE_FORMS: Final = (
    "use --install-from with a wheel in the repository (tools/ontraport_schemactl-….whl) or "
    "with git+https://…@COMMIT (all 40 digits of the commit)"
)
_WHEEL: Final = re.compile(r"ontraport_schemactl-([0-9][A-Za-z0-9.+!]*)-py3-none-any\.whl")
_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9._+/-]+")
_COMMIT: Final = re.compile(
    r"git\+https://[A-Za-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9._/~-]+@[0-9a-f]{40}"
)

_BRANCH: Final = re.compile(r"git\+https://[^\s@/]+/[^\s@]+@(?P<name>[A-Za-z0-9._/…-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelSource:
    """A wheel that is committed to the repository.

    Attributes:
        place: Its path from the top of the repository.
        sha256: Hash of its bytes, in hexadecimal digits.
    """

    place: str
    sha256: str

    @property
    def requirement(self) -> str:
        """The line of pip's requirements that installs it."""
        return f"./{self.place} --hash=sha256:{self.sha256}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSource:
    """A commit of a git repository, as pip's URL."""

    url: str


InstallSource: TypeAlias = WheelSource | CommitSource


def parse_source(text: str, *, top: Path, version: str) -> InstallSource:
    """Return the source that a user names.

    Args:
        text: A wheel's path from the current folder, or pip's URL of a git commit.
        top: The folder of the repository.
        version: Version of schemactl that writes the recipe.

    Raises:
        UsageError: It is neither, or the wheel is missing, outside of the repository, or of
            another version.
    """
    if _COMMIT.fullmatch(text):
        return CommitSource(url=text)
    path = Path(text)
    named = _WHEEL.fullmatch(path.name)
    if named is None or "://" in text:
        branch = _BRANCH.fullmatch(text)
        if branch is not None:
            msg = f"--install-from names no commit: '{branch['name']}' can be another one later"
            hint = "write all 40 digits of the commit: `git rev-parse HEAD` prints them"
            raise UsageError(msg, hint=hint)
        msg = "--install-from is neither a wheel of schemactl nor a commit of a git repository"
        raise UsageError(msg, hint=SOURCE_FORMS)
    if named.group(1) != version:
        msg = f"the wheel {path.name} is not version {version}, which writes this recipe"
        raise UsageError(msg, hint=f"take the wheel of version {version}")
    return _wheel(path, top=top.resolve())


def _wheel(path: Path, *, top: Path) -> WheelSource:
    try:
        data = path.read_bytes()
    except OSError as error:
        msg = f"the wheel {path} cannot be read: {error.strerror}"
        raise UsageError(msg, hint=SOURCE_FORMS) from error
    whole = path.resolve()
    place = whole.relative_to(top).as_posix() if whole.is_relative_to(top) else ""
    if not _PLAIN_PATH.fullmatch(place):
        msg = f"the wheel {path} is not in the repository, or its path has a special character"
        raise UsageError(msg, hint="put it into a folder of the repository such as tools/")
    return WheelSource(place=place, sha256=hashlib.sha256(data).hexdigest())
