"""What a change of schema files means for the other accounts of the project that share them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from schemactl.diff import diff_schemas
from schemactl.errors import InvalidFilesError, UsageError
from schemactl.model.difference import UnmanagedKind
from schemactl.text import counted
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.account.target import Target
    from schemactl.desired.lint import SchemaSource
    from schemactl.desired.load import Loaded
    from schemactl.desired.rewrite.working_copy import FileEdit
    from schemactl.project import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchedAccount:
    """Another account that has a changed file.

    Attributes:
        name: Its name.
        changes: How many changes its next plan can have more or less; 0 if a later layer of
            its own decides.
    """

    name: str
    changes: int

    def __str__(self) -> str:
        effect = counted(self.changes, "change") if self.changes else "no change"
        return f"{self.name} ({effect})"


def find_touched(target: Target, edits: Sequence[FileEdit]) -> tuple[TouchedAccount, ...]:
    """Return the other accounts that edits change files of, in the project's order.

    Raises:
        UsageError: The files of one would not be valid any more.
    """
    texts = {edit.file: edit.after for edit in edits}
    names = {name for edit in edits for name in edit.shared_with}
    counts = _Counts(texts)
    return tuple(
        TouchedAccount(name=account.name, changes=counts.of(target, account))
        for account in target.project.accounts
        if account.name in names
    )


class _Counts:
    """Counts the changes of accounts; those with the same files and settings once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, target: Target, account: Account) -> int:
        """Return how much more or less is declared in an account."""
        source = replace(target, account=account, shared_files=None).schema_source
        key = (source.patterns, source.backend, tuple(sorted(source.variables.items())))
        if key not in self._known:
            self._known[key] = self._count(source, account)
        return self._known[key]

    def _count(self, source: SchemaSource, account: Account) -> int:
        from schemactl.desired.lint import load_linted

        try:
            before = load_linted(source)
        except InvalidFilesError:
            return 0  # They are invalid already, and every command says so.
        try:
            after = load_linted(source, self._texts)
        except InvalidFilesError as error:
            problem = error.problems[0]
            msg = (
                f"the files of {account.name} would not be valid: {problem.location}: "
                f"{problem.message}"
            )
            hint = (
                "accept it into a layer of this account alone, with --layer FILE; if it has "
                "none, add a pattern for one under its schema:, and a file with `version: 1`"
            )
            raise UsageError(msg, hint=hint) from error
        return sum(1 for _ in _differences(before, after))


def _differences(before: Loaded, after: Loaded) -> Iterator[object]:
    """Yield what differs between two states of the files, as a plan would count it."""
    found = diff_schemas(desired=after.desired, live=before.desired.schema)
    yield from found.changes
    yield from (one for one in found.unmanaged if one.kind is not UnmanagedKind.SECTION)


def shared_with(target: Target, path: Path) -> tuple[str, ...]:
    """Return the names of the project's other accounts that have a file, too."""
    from schemactl.document.find import find_files

    project = target.project
    return tuple(
        other.name
        for other in project.accounts
        if other.name != target.account.name
        and any(
            path.samefile(project.folder / name)
            for name in find_files(
                project.folder, other.schema, (), [], skipped=other.not_schema
            )
        )
    )
