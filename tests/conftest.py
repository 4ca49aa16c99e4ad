"""Holds for every test: nothing leaves the machine, nor do the processes that tests start."""

from __future__ import annotations

import os
from pathlib import Path

from tests.offline import sitecustomize

_FOLDERS = [str(Path(sitecustomize.__file__).parent), os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(folder for folder in _FOLDERS if folder)
