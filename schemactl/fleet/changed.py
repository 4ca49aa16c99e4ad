"""Which accounts changed since a commit: by what their files mean, then and now.

The project is read as it was, from git, into a folder of its own, and each account is compared
with today's: its entry with all defaults, the rules for all accounts, its effective schema and
its base. A comment or a moved line changes no account; a file that cannot be read, then or now,
changes every account that has it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum, unique
from pathlib import Path, PurePosixPath
from typing import Final

from schemactl.account.embedded import STATE_FOLDER
from schemactl.account.target import Target
from schemactl.desired.fingerprint import fingerprint_desired
from schemactl.desired.lint.shared import SharedFiles
from schemactl.desired.parsed_files import ParsedFiles
from schemactl.document.confinement import YAML_SUFFIXES, repository_root
from schemactl.errors import InvalidFilesError, Location, UsageError
from schemactl.host import Host
from schemactl.model.package import LOCK_FILE, PACKAGES_FOLDER
from schemactl.project import PROJECT_FILE, Account, Project, load_project
from schemactl.store.git import (
    CommittedFile,
    branching_commit,
    changed_tracked_files,
    files_at_commit,
)
from schemactl.store.packages.content import PackageError
from schemactl.values import dataclass, replace

_NOWHERE: Final = Location(PROJECT_FILE, 1, 1)


@unique
class AccountChange(StrEnum):
    """What of an account changed first, in the order in which it is looked for."""

    NEW = "the account is new"
    ENTRY = "its entry in the project"
    RULES = "the rules for all accounts"
    BASE = "its base"
    SCHEMA = "its schema"
    UNKNOWN = "unknown, because files are not valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed since a commit.

    Attributes:
        commit: The commit, by its hash.
        accounts: The accounts that changed, by name, and what of them.
        gone: Names of accounts that are no longer in the project.
    """

    commit: str
    accounts: Mapping[str, AccountChange]
    gone: tuple[str, ...]


def changes_since(
    project: Project, accounts: Sequence[Account], commit: str, host: Host
) -> Changes:
    """Return which of some accounts changed since the branch left a commit.

    Raises:
        UsageError: The project is in no git repository.
        GitUnavailableError: Git does not answer, or has no such commit.
    """
    root = repository_root(project.folder)
    if root is None:
        msg = "--changed-since needs a git repository, and the project is not in one"
        raise UsageError(msg, hint="omit it to work on all chosen accounts")
    then = branching_commit(project.folder, commit, environ=host.environ)
    with _checked_out(root, then, host) as earlier_root:
        folder = earlier_root / os.path.relpath(os.path.realpath(project.folder), root)
        earlier = _project_of_then(project.folder, folder, earlier_root)
        changes = _Comparison(project, earlier, _changed_bases(project, then, host), host)
        found = {account.name: changes.of(account) for account in accounts}
    names = {account.name for account in project.accounts}
    before = () if earlier is None else earlier.accounts
    return Changes(
        commit=then,
        accounts={name: change for name, change in found.items() if change is not None},
        gone=tuple(account.name for account in before if account.name not in names),
    )


def _project_of_then(now: Path, then: Path, top: Path) -> Project | None:
    """Return the project as it was; None if it was not valid, or led out of its repository."""
    # A link of then could lead to today's files, with which nothing would differ.
    if os.path.realpath(then) != str(then):
        return None
    _copy_packages(now, then, top)
    try:
        return load_project(then)
    except InvalidFilesError:
        return None


class _Comparison:
    """Compares accounts of a project with what they were in an earlier state of it."""

    def __init__(
        self, now: Project, then: Project | None, bases: frozenset[str], host: Host
    ) -> None:
        self._now = now
        self._then = then
        self._bases = bases
        self._before = {} if then is None else {each.name: each for each in then.accounts}
        self._read_now = _Meaning(now, host)
        self._read_then = None if then is None else _Meaning(then, host)

    def of(self, account: Account) -> AccountChange | None:
        """Return what changed of an account; None for nothing."""
        if self._then is None or self._read_then is None:
            return AccountChange.UNKNOWN
        before = self._before.get(account.name)
        if before is None:
            return AccountChange.NEW
        if _without_places(before) != _without_places(account):
            return AccountChange.ENTRY
        if _rules(self._then) != _rules(self._now):
            return AccountChange.RULES
        if account.name in self._bases:
            return AccountChange.BASE
        now, then = self._read_now.of(account), self._read_then.of(before)
        if now is None or then is None:
            return AccountChange.UNKNOWN
        return None if now == then else AccountChange.SCHEMA


class _Meaning:
    """The fingerprints of what the files of accounts declare, in one state of a project."""

    def __init__(self, project: Project, host: Host) -> None:
        self._project = project
        self._host = host
        self._parsed, self._shared = ParsedFiles(), SharedFiles()

    def of(self, account: Account) -> str | None:
        """Return the fingerprint for one account; None if its files are not valid."""
        target = Target(
            project=self._project,
            account=account,
            host=self._host,
            parsed_files=self._parsed,
            shared_files=self._shared,
        )
        try:
            return fingerprint_desired(target.load_files().desired)
        except (InvalidFilesError, PackageError):
            return None


def _rules(project: Project) -> Project:
    """Return all that a project says of all accounts together."""
    return replace(
        project,
        folder=Path(),
        accounts=(),
        account_files=(),
        default_account=None,
        # Those that an account uses are compared with its entry.
        packages=(),
    )


def _without_places(account: Account) -> tuple[Account, object]:
    """Return an account as it is in every place; its schema files are compared on their own."""
    acknowledged = (replace(one, location=_NOWHERE) for one in account.acknowledged)
    values = {name: one.value for name, one in account.variables.items()}
    bare = replace(
        account,
        location=_NOWHERE,
        schema_locations=(),
        section_updates_location=None,
        packages=tuple(replace(one, location=_NOWHERE) for one in account.packages),
        acknowledged=tuple(acknowledged),
        variables={},
        not_schema=frozenset(),
        probed=None,
    )
    return bare, values


def _changed_bases(project: Project, commit: str, host: Host) -> frozenset[str]:
    """Return the names of accounts whose base is in git and changed."""
    folder = Path(STATE_FOLDER, "base")
    files = changed_tracked_files(project.folder, commit, folder, environ=host.environ)
    return frozenset(Path(file).stem for file in files)


@contextmanager
def _checked_out(root: Path, commit: str, host: Host) -> Iterator[Path]:
    """Yield a folder with all YAML files and links of a repository as they were in a commit."""
    with tempfile.TemporaryDirectory(prefix="schemactl-") as name:
        # The project may read all files of its repository, then as now.
        top = Path(name).resolve()
        (top / ".git").mkdir()
        files = tuple(files_at_commit(root, commit, _is_of_project, environ=host.environ))
        # Links come last, so that no file is written through one.
        for file in sorted(files, key=lambda one: one.is_link):
            write_committed(top, file)
        yield top


def _copy_packages(now: Path, then: Path, top: Path) -> None:
    """Have the packages of today beside the files of then, whose lock file they must match."""
    place = Path(*PACKAGES_FOLDER)
    if not Path(os.path.realpath(then / place)).is_relative_to(top):
        return
    with suppress(OSError, shutil.Error):
        shutil.copytree(now / place, then / place, symlinks=True)


def _is_of_project(name: str) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in YAML_SUFFIXES or path.name == LOCK_FILE


def write_committed(top: Path, file: CommittedFile) -> None:
    """Write one file; a name that git would not check out is skipped."""
    parts = PurePosixPath(file.name).parts
    path = top.joinpath(*parts)
    is_outside = not Path(os.path.realpath(path.parent)).is_relative_to(top)
    if is_outside or any(part == ".." or part.lower() == ".git" for part in parts):
        return
    # A forged commit can have a file and a folder of one name.
    with suppress(FileExistsError, NotADirectoryError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.is_link:
            path.symlink_to(os.fsdecode(file.content))
        else:
            path.write_bytes(file.content)
