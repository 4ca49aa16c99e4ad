"""The id of a run, which is also the name of its files."""

from __future__ import annotations

import re
from typing import Final

_RUN_ID: Final = r"[0-9A-Za-z][0-9A-Za-z-]{0,63}"
"""An id is the name of the journal file, so it has no character with a meaning in paths. The
JSON Schema `journal-line` has the same pattern."""


def is_run_id(text: str) -> bool:
    """Whether a text can be the id of a run, and therefore the name of a file."""
    return re.fullmatch(_RUN_ID, text) is not None
