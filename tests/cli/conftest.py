"""Every command of these tests finds a home of its own, and a plain environment.

Projects on which many tests work are made once, and copied for each of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


class Copies:
    """Projects with embedded accounts, each made once; every test has a copy of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Callable[[Path], object], Path] = {}

    def of(self, make: Callable[[Path], object], folder: Path) -> Path:
        """Return a folder with what `make` makes in an empty one."""
        if make not in self._made:
            made = self._folder / str(len(self._made)) / folder.name
            make(made)
            self._made[make] = made
        shutil.copytree(self._made[make], folder)
        return folder


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Copies:
    return Copies(tmp_path_factory.mktemp("copies"))


@pytest.fixture(autouse=True)
def _own_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return home
