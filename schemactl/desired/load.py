"""Read schema files as one desired state, or report every problem in all of them.

Finds the files, reads and checks each, checks them together, and only then builds. Nothing
here prints or contacts an account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final

from schemactl.desired.build import build_desired
from schemactl.desired.entries import Entries, read_entries
from schemactl.desired.layers import join_layers
from schemactl.desired.parsed_files import NOTHING_PARSED, ParsedFile, ParsedFiles
from schemactl.desired.validate import check_entries
from schemactl.desired.variables import USES, Substitution
from schemactl.desired.vocabulary import SCHEMA_FILE
from schemactl.desired.waivers import find_waivers
from schemactl.document.checker import Checker
from schemactl.document.codes import ProblemCode
from schemactl.document.confinement import project_root
from schemactl.document.files import read_bytes
from schemactl.document.find import NOTHING_SKIPPED, find_layers
from schemactl.document.problem_list import ProblemList
from schemactl.document.reader import garbage_collection_paused
from schemactl.errors import InvalidFilesError, Location, Problem, Severity
from schemactl.model.desired import Desired
from schemactl.model.lint import Waiver
from schemactl.values import dataclass

MAX_TOTAL_BYTES: Final = 64 * 1024**2
"""Of all schema files of an account; the largest known one takes less than 2 MiB."""
_NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """All schema files of one account.

    Attributes:
        desired: What they declare together.
        warnings: Problems that are no errors, in the order of the places.
        files: The files read, relative to the project folder, in their order.
        waivers: The lint findings that the files accept.
        used_variables: Names of the account's variables that they list.
    """

    desired: Desired
    warnings: tuple[Problem, ...]
    files: tuple[Path, ...]
    waivers: tuple[Waiver, ...] = ()
    used_variables: frozenset[str] = frozenset()


# The tree is freed when the function ends, which is before the collector runs again.
@garbage_collection_paused()
def load_desired(
    folder: Path,
    patterns: Sequence[str],
    *,
    allowed_types: frozenset[str],
    backend: str,
    pattern_locations: Sequence[Location] = (),
    texts: Mapping[str, str] = _NO_TEXTS,
    skipped: frozenset[str] = NOTHING_SKIPPED,
    parsed_files: ParsedFiles | None = None,
    variables: Mapping[str, str] = _NO_TEXTS,
) -> Loaded:
    """Read all schema files of an account.

    Args:
        folder: The project folder, where patterns and the names in problems start.
        patterns: Which files; `**` matches any number of folders.
        allowed_types: Field types that the account's backend can make.
        backend: The backend's name: `legacy` or `rest`.
        pattern_locations: Where each pattern is written, to report one that matches nothing.
        texts: Texts to read instead of files, by their names from the folder.
        skipped: Names of files that a pattern may match and does not mean.
        parsed_files: Files that were parsed before, for several accounts with the same files.
        variables: The account's variables, for files that use them.

    Raises:
        InvalidFilesError: The files have an error; it lists the warnings too.
    """
    found = _read_files(
        folder,
        patterns,
        allowed_types=allowed_types,
        backend=backend,
        pattern_locations=pattern_locations,
        texts=texts,
        skipped=skipped,
        parsed_files=parsed_files,
        variables=variables,
    )
    return _loaded(found)


def check_files(
    folder: Path,
    patterns: Sequence[str],
    *,
    allowed_types: frozenset[str],
    backend: str,
    pattern_locations: Sequence[Location] = (),
) -> tuple[Problem, ...]:
    """Return all problems of an account's schema files, warnings too, in order; never raises.

    Takes what `load_desired` takes.
    """
    with garbage_collection_paused():
        return _read_files(
            folder,
            patterns,
            allowed_types=allowed_types,
            backend=backend,
            pattern_locations=pattern_locations,
            texts=_NO_TEXTS,
            skipped=NOTHING_SKIPPED,
        ).problems


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    entries: Entries
    problems: tuple[Problem, ...]
    files: tuple[Path, ...]
    waivers: tuple[Waiver, ...]
    used: frozenset[str]


def _loaded(found: _Found) -> Loaded:
    if any(problem.severity is Severity.ERROR for problem in found.problems):
        raise InvalidFilesError(found.problems)
    desired = build_desired(found.entries)
    return Loaded(
        desired=desired,
        warnings=found.problems,
        files=found.files,
        waivers=found.waivers,
        used_variables=found.used,
    )


def _read_files(
    folder: Path,
    patterns: Sequence[str],
    *,
    allowed_types: frozenset[str],
    backend: str,
    pattern_locations: Sequence[Location],
    texts: Mapping[str, str],
    skipped: frozenset[str],
    parsed_files: ParsedFiles | None = None,
    variables: Mapping[str, str] = _NO_TEXTS,
) -> _Found:
    found_first: list[Problem] = []
    layers = find_layers(folder, patterns, pattern_locations, found_first, skipped=skipped)
    files = tuple(chain.from_iterable(layers))
    problems = ProblemList()
    problems.extend(found_first)
    known = NOTHING_PARSED if parsed_files is None else parsed_files
    root = project_root(folder)
    read = ((file, _bytes_of(folder, file, texts, root=root)) for file in files)
    each = _parse_files(read, known, problems, variables)
    joined = join_layers(
        [[each[file].entries for file in layer if file in each] for layer in layers]
    )
    problems.extend(joined.problems)
    problems.extend(check_entries(joined.entries, allowed_types=allowed_types, backend=backend))
    return _Found(
        entries=joined.entries,
        problems=_sorted(problems),
        files=tuple(Path(file) for file in files),
        waivers=tuple(chain.from_iterable(parsed.waivers for parsed in each.values())),
        used=frozenset(chain.from_iterable(parsed.used for parsed in each.values())),
    )


def _parse_files(
    files: Iterable[tuple[str, bytes | Problem]],
    known: ParsedFiles,
    problems: ProblemList,
    variables: Mapping[str, str],
) -> dict[str, ParsedFile]:
    """Parse files up to a number of bytes, and add their problems; return them by name."""
    checker = Checker("schema-file", SCHEMA_FILE)
    each: dict[str, ParsedFile] = {}
    left_bytes = MAX_TOTAL_BYTES
    for file, data in files:
        if isinstance(data, Problem):
            problems.append(data)
            continue
        left_bytes -= len(data)
        if left_bytes < 0:
            problems.append(_too_large_together(file))
            break
        # A file that lists no variables is the same for all accounts.
        given = variables if USES.encode() in data else _NO_TEXTS
        key = data + repr(sorted(given.items())).encode() if given else data
        parse = partial(_parse_file, file, data, checker, given)
        each[file] = known.get(file, key, parse)
        problems.extend(each[file].problems)
    return each


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(
        sorted(
            problems,
            key=lambda found: (found.location, found.code, found.message),
        )
    )


def _bytes_of(
    folder: Path, file: str, texts: Mapping[str, str], *, root: Path
) -> bytes | Problem:
    if file in texts:
        return texts[file].encode("utf-8")
    return read_bytes(folder / file, file=file, within=root)


def _parse_file(
    file: str, data: bytes, checker: Checker, variables: Mapping[str, str]
) -> ParsedFile:
    """Return what one file declares, and its problems."""
    substitution = Substitution(checker.read(data, file=file), variables)
    document = substitution.document()
    problems = [*document.problems, *substitution.problems]
    if document.root is not None:
        problems.extend(checker.check(document.root, file=file))
    entries = read_entries(document)
    if entries.is_empty and not problems:
        problems.append(_empty_file(file))
    return ParsedFile(
        entries=entries,
        problems=tuple(problems),
        waivers=find_waivers(entries),
        used=substitution.used,
    )


def _too_large_together(file: str) -> Problem:
    message = f"the files up to this one are larger than {MAX_TOTAL_BYTES // 1024**2} MiB"
    hint = "narrow the patterns: these are hardly all schema files"
    return Problem(Location(file, 1, 1), ProblemCode.FILE_TOO_LARGE, message, hint)


def _empty_file(file: str) -> Problem:
    message = "this file declares nothing"
    hint = "delete it, or list sections, tags or what is removed"
    place = Location(file, 1, 1)
    return Problem(place, ProblemCode.EMPTY_FILE, message, hint, Severity.WARNING)
