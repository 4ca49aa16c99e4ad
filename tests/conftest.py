"""Holds for every test: nothing leaves the machine, nor do the processes that tests start.

A test over files that only some have (recorded answers of the server) is not there at
all where they are absent, rather than skipped.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.offline import sitecustomize

if TYPE_CHECKING:
    from tests.prefork import Prefork

_FOLDERS = [str(Path(sitecustomize.__file__).parent), os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(folder for folder in _FOLDERS if folder)

# Loading modules and tests makes objects that stay: to look through them for garbage again and
# again takes a tenth of the time of loading.
gc.set_threshold(50_000)

# Most of the time of tests that sync files is waited for a disk, and a killed process loses
# nothing in memory either.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest and tempfile make names of their own in it
_ENOUGH_BYTES = 2 * 1024**3
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))
    os.environ.setdefault("TMPDIR", str(_MEMORY))

# No deadline: how long one example takes says nothing on a busy machine. More examples
# are tried with `pytest --hypothesis-profile=thorough`.
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("quick")


@pytest.fixture(scope="session")
def prefork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefork]:
    """The program `schemactl` as a process that has imported everything when it starts."""
    # Imported only here: most tests need no process.
    from tests.prefork import Prefork

    with Prefork(tmp_path_factory.mktemp("prefork")) as running:
        yield running


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the stand-ins that pytest makes for tests without a single case."""
    without_case = [item for item in items if _has_no_case(item)]
    config.hook.pytest_deselected(items=without_case)
    items[:] = [item for item in items if item not in without_case]


def _has_no_case(item: pytest.Item) -> bool:
    return any(
        str(mark.kwargs.get("reason", "")).startswith("got empty parameter set")
        for mark in item.iter_markers("skip")
    )
