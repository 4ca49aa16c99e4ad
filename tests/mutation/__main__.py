"""`make mutants`: puts mistakes into what decides over removals; reports which no test notices.

Each mutant runs the tests of its module in a process of its own, on a copy.
The page `docs/mutation-testing.md` holds the result of the last run, and why each survivor
does no harm.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from tests.mutation.mutants import Mutant, mutants_of

ROOT: Final = Path(__file__).parents[2]
_REST_WIRE: Final = (
    "unit/account/rest",
    "unit/apply",
    "contract/test_answers_of_other_requests.py",
    "contract/test_identity_over_rest.py",
    "contract/test_hostile_wire.py",
    "contract/exhaustive/test_other_users.py",
)
"""The tests of the REST API, the cheapest first, because the first failure ends a trial."""
TESTS: Final = MappingProxyType(
    {
        "planner/verification.py": ("cli/test_saved_plan.py", "properties/test_plan_files.py"),
        "apply/saved_plan.py": ("cli/test_saved_plan.py", "properties/test_plan_files.py"),
        "apply/base.py": (
            "cli/test_ending_protection.py",
            "cli/test_base_from.py",
            "contract/test_protection_of_cut_off_applies.py",
        ),
        "apply/review.py": ("cli/test_saved_plan.py",),
        "store/journal/finding.py": ("unit/store/journal", "cli/test_journals_as_input.py"),
        "store/journal/notices.py": ("unit/store/journal", "cli/test_journals_as_input.py"),
        "account/rest/backend.py": _REST_WIRE,
        "account/rest/reader.py": _REST_WIRE,
        "account/rest/decoder.py": _REST_WIRE,
        "account/rest/sightings.py": _REST_WIRE,
        "account/rest/state.py": _REST_WIRE,
        "safety": ("unit/safety", "unit/apply"),
        "apply": ("unit/apply", "unit/safety"),
        "store/journal": ("unit/store/journal", "unit/apply"),
        "store/plan": ("unit/store/plan", "unit/planner"),
        "planner": ("unit/planner", "unit/store/plan"),
        "account/rest": ("unit/account/rest", "unit/apply"),
    }
)
"""The packages and modules that get mistakes, each with the tests that should notice them.

A module with tests of its own comes before its package, whose turn skips it."""
MAX_SECONDS: Final = 120


def main() -> int:
    """Try every mutant; print the survivors, and how many there were of each module."""
    survivors = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for folder_name in ("schemactl", "schemas", "docs", "tests"):
            shutil.copytree(ROOT / folder_name, copy / folder_name)
        shutil.copy(ROOT / "pyproject.toml", copy)
        modules = list(_modules(copy))
        for tests in sorted({tests for _, tests in modules}):
            if not _passes(copy, tests):
                say(f"{' and '.join(tests)} fail without any mistake")
                return 1
        for path, tests in modules:
            name, source = path.relative_to(copy), path.read_text(encoding="utf-8")
            mutants = list(mutants_of(source))
            lived = [mutant for mutant in mutants if _survives(mutant, path, copy, tests)]
            path.write_text(source, encoding="utf-8")
            tried += len(mutants)
            survivors += len(lived)
            say(f"{name}: {len(mutants)} mutants, {len(lived)} survived")
            for mutant in lived:
                say(f"  line {mutant.line}: {mutant.words}")
    say(f"{tried} mutants, {survivors} survived")
    return 0


def say(words: str) -> None:
    """Write a line at once: the whole takes minutes."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _modules(copy: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    wanted = sys.argv[1:]
    seen: set[Path] = set()
    for package, tests in TESTS.items():
        root = copy / "schemactl" / package
        for path in [root] if root.is_file() else sorted(root.glob("*.py")):
            name = path.relative_to(copy).as_posix()
            if path not in seen and (not wanted or any(word in name for word in wanted)):
                yield path, tests
            seen.add(path)


def _survives(mutant: Mutant, path: Path, copy: Path, tests: Sequence[str]) -> bool:
    path.write_text(mutant.source, encoding="utf-8")
    return _passes(copy, tests)


def _passes(copy: Path, tests: Sequence[str]) -> bool:
    """Run the tests in a forked process: what tests import again is the copy alone."""
    child = os.fork()
    if child == 0:
        os._exit(_run(copy, tests))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run(copy: Path, tests: Sequence[str]) -> int:
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    for name in [name for name in sys.modules if name.split(".")[0] in {"schemactl", "tests"}]:
        del sys.modules[name]
    options = ["-x", "-q", "-p", "no:cacheprovider"]
    quiet = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - ends with the process
    with redirect_stdout(quiet), redirect_stderr(quiet):
        paths = [f"tests/{name}" for name in tests]
        return int(pytest.main([*options, f"--timeout={MAX_SECONDS}", *paths]))


if __name__ == "__main__":
    sys.exit(main())
