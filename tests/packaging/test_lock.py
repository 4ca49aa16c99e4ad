"""The lock file covers what `pyproject.toml` asks for, and ties nobody to a registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ \\]+)", re.MULTILINE)


def wanted_requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [
        Requirement(line)
        for line in (
            *project["build-system"]["requires"],
            *project["project"]["dependencies"],
            *project["dependency-groups"]["dev"],
        )
    ]


def test_every_dependency_is_locked_at_a_version_that_is_asked_for() -> None:
    pins = {canonicalize_name(pin["name"]): pin["version"] for pin in PIN.finditer(LOCK)}
    unmet = [
        str(wanted)
        for wanted in wanted_requirements()
        if pins.get(canonicalize_name(wanted.name), "") not in wanted.specifier
    ]
    assert unmet == [], "run `make lock`"


def test_every_locked_package_has_a_hash() -> None:
    entries = re.split(r"\n(?=[a-z])", LOCK)
    assert [entry for entry in entries[1:] if "--hash=sha256:" not in entry] == []


def test_the_lock_names_no_registry_and_no_folder() -> None:
    options = [line for line in LOCK.splitlines() if line.startswith("-")]
    assert options == []
    assert "://" not in LOCK
