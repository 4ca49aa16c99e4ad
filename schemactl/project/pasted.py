"""Whether a value can be an app id or key, or was copied wrong."""

from __future__ import annotations

import re
from typing import Final

COPY_AGAIN: Final = "copy it again, without anything around it"


def fault_in(value: str) -> str | None:
    """Return what is wrong with a value, without quoting it; None if it can be right."""
    if re.search(r"\s", value) or not value.isprintable():
        return "holds a space, a line break or a control character"
    return None
