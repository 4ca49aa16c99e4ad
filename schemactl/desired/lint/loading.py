"""Read schema files as the desired schema, with all findings at the project's severities."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemactl.desired.lint.rules import DEFAULTS, LIVE_RULES, file_findings, live_findings
from schemactl.desired.lint.severities import apply_severities
from schemactl.desired.load import Loaded, load_desired
from schemactl.desired.parsed_files import ParsedFiles
from schemactl.document.find import NOTHING_SKIPPED
from schemactl.errors import InvalidFilesError, Location, Severity
from schemactl.model.field_limits import AppliedLimit
from schemactl.model.lint import RuleSeverity
from schemactl.model.package import UsedPackage
from schemactl.model.schema import Schema
from schemactl.values import dataclass, replace

if TYPE_CHECKING:
    from schemactl.model.usage import KnownUsage
    from schemactl.model.value_call import CopiedSince

_NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaSource:
    """The schema files of one account, and the rules for reading them.

    Attributes:
        folder: The project's folder.
        patterns: Which files; `**` matches any number of folders.
        pattern_locations: Where each pattern is written.
        allowed_types: Field types that the account's API can create.
        backend: The API's name: `legacy` or `rest`.
        rules: Severities where the project changes them.
        field_limit: How many fields the account may have.
        skipped: Names of files that a pattern may match and does not mean.
        parsed_files: Files that were parsed before; None where each is read once.
        variables: The account's variables.
        packages: The packages that patterns mean.
    """

    folder: Path
    patterns: tuple[str, ...]
    pattern_locations: tuple[Location, ...]
    allowed_types: frozenset[str]
    backend: str
    rules: Mapping[str, RuleSeverity]
    field_limit: AppliedLimit
    skipped: frozenset[str] = NOTHING_SKIPPED
    parsed_files: ParsedFiles | None = None
    variables: Mapping[str, str] = _NO_TEXTS
    packages: tuple[UsedPackage, ...] = ()


def load_linted(
    source: SchemaSource,
    texts: Mapping[str, str] = _NO_TEXTS,
    *,
    live: Schema | None = None,
    usage: KnownUsage | None = None,
    copied: CopiedSince | None = None,
) -> Loaded:
    """Read and check schema files; findings that are no errors are in the result's warnings.

    Args:
        source: Which files.
        texts: Read instead of files, by their names from the project's folder.
        live: What the account has, for rules that need it; None if it was not read.
        usage: Who holds what, by an earlier count.
        copied: Since when what others replace was copied.

    Raises:
        InvalidFilesError: The files break a rule; every problem is in it, warnings too.
        PackageError: The lock file of packages cannot be read.
    """
    loaded = _load(source, texts)
    found = file_findings(loaded.desired, rules=source.rules, field_limit=source.field_limit)
    live_found = () if live is None else live_findings(loaded.desired, live, usage, copied)
    problems = apply_severities(
        (*loaded.warnings, *found, *live_found),
        rules=source.rules,
        waivers=loaded.waivers,
        checked=frozenset(DEFAULTS) - (LIVE_RULES if live is None else frozenset()),
    )
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InvalidFilesError(problems)
    return replace(loaded, warnings=problems)


def _load(source: SchemaSource, texts: Mapping[str, str]) -> Loaded:
    """Read the files, unless a package of them is not as it was locked."""
    if source.packages:
        from schemactl.store.packages.verifying import find_package_problems

        if unfit := tuple(find_package_problems(source.folder, source.packages)):
            raise InvalidFilesError(unfit)
    return load_desired(
        source.folder,
        source.patterns,
        allowed_types=source.allowed_types,
        backend=source.backend,
        pattern_locations=source.pattern_locations,
        texts=texts,
        skipped=source.skipped,
        parsed_files=source.parsed_files,
        variables=source.variables,
    )
