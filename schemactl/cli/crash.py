"""Keep the traceback of a bug in a file that is safe to send to a stranger.

It contains only the lines of code and messages that are about code, never the values of
variables: `int("…")` quotes what it got, and that could be the value of a contact. App ids and
keys of the environment and of opened accounts are redacted.
"""

from __future__ import annotations

import gc
import os
import platform
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import schemactl
from schemactl.errors import SchemactlError
from schemactl.host import find_state_folder
from schemactl.model.credentials import Credentials

_SECRET_ENDINGS: Final = ("_APP_ID", "_API_KEY")
_ABOUT_CODE: Final = (
    SchemactlError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    MemoryError,
    NameError,
    OSError,
    RecursionError,
    TypeError,
)
"""Errors whose messages are about code or files, and never quote data."""


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
    trace = "\n".join(_sections(error))
    return (
        f"schemactl {schemactl.__version__}, Python {platform.python_version()}, "
        f"{sys.platform}\n\n{_redact(trace, environ)}"
    )


def _sections(error: BaseException) -> Iterator[str]:
    """Yield the traceback of an error after those of the errors that led to it."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _sections(cause)
        yield "That error led to this one:\n"
    kind, module = type(error).__qualname__, type(error).__module__
    name = kind if module == "builtins" else f"{module}.{kind}"
    is_ours = isinstance(error, SchemactlError)
    is_shown = isinstance(error, _ABOUT_CODE) and (is_ours or module == "builtins")
    message = str(error) if is_shown else "(the message is not shown: it may quote data)"
    lines = "".join(traceback.format_tb(error.__traceback__))
    yield f"Traceback (most recent call last):\n{lines}{name}: {message}\n"


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
