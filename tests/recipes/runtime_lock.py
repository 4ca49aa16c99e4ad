"""Write ci/requirements.txt: what schemactl needs to run and build, as pinned in the lock.

Run by `make lock`. Recipes install it with `--require-hashes --no-deps`, so it lists all
dependencies of dependencies, for Linux and the Python of the recipes.
"""

from __future__ import annotations

import re
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
STARTS = ("ontraport-schemactl", "hatchling")
HEADER = "# Written by `make lock`: dependencies of schemactl and of its build, with hashes.\n"


def needed(starts: tuple[str, ...]) -> frozenset[str]:
    """Return the names of all distributions that some depend on, themselves included."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        for line in requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return frozenset(found)


def runtime_lock() -> str:
    """Return the lines of the lock that belong to those names."""
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    entries = re.findall(r"^[A-Za-z0-9].*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    names = needed(STARTS)
    kept = [each for each in entries if canonicalize_name(re.split("[ =]", each)[0]) in names]
    text = HEADER + "".join(kept)
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("    #"))


if __name__ == "__main__":
    (ROOT / "ci/requirements.txt").write_text(runtime_lock(), encoding="utf-8")
