"""Keeps the traceback of a bug in a file that is safe to send to a stranger.

It contains only the lines of code and the error message, never the values of variables. App ids
and keys of the environment and of opened accounts are redacted.
"""

from __future__ import annotations

import gc
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import schemactl
from schemactl.host import find_state_folder
from schemactl.model.credentials import Credentials

_SECRET_ENDINGS: Final = ("_APP_ID", "_API_KEY")


def keep_traceback(error: BaseException, *, environ: Mapping[str, str]) -> Path | None:
    """Write a new file to the user's state folder, or to the temporary folder.

    Returns its path, or None if neither can be written.
    """
    text = _describe(error, environ)
    for folder in (find_state_folder(environ, Path.home()), Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(prefix="error-", suffix=".log", dir=folder)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError:
            continue
        return Path(name)
    return None


def keep_bug(error: BaseException) -> str:
    """Write down the traceback of a bug, and return a sentence on where."""
    path = keep_traceback(error, environ=os.environ)
    return f"details in {path}" if path else "its details could not be written to a file"


def _describe(error: BaseException, environ: Mapping[str, str]) -> str:
    trace = "".join(traceback.format_exception(error))
    return (
        f"schemactl {schemactl.__version__}, Python {platform.python_version()}, "
        f"{sys.platform}\n\n{_redact(trace, environ)}"
    )


def _redact(text: str, environ: Mapping[str, str]) -> str:
    found = {
        Credentials(value.strip(), value.strip())
        for name, value in environ.items()
        if name.endswith(_SECRET_ENDINGS) and value.strip() and value.strip().isprintable()
    }
    opened = _opened_credentials()
    for each in sorted({*found, *opened}, key=lambda one: len(one.app_id), reverse=True):
        text = each.redact(text)
    return text


def _opened_credentials() -> set[Credentials]:
    """Return the credentials in memory, which came from a file or a keyring."""
    return {each for each in gc.get_objects() if isinstance(each, Credentials)}
