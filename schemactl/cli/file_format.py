"""The format of a file that --out names: its ending chooses it, unless --format does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click
from click.core import ParameterSource

from schemactl.errors import UsageError

_ENDINGS: Final = MappingProxyType(
    {
        ".csv": "csv",
        ".htm": "html",
        ".html": "html",
        ".json": "json",
        ".jsonl": "jsonl",
        ".markdown": "markdown",
        ".md": "markdown",
        ".txt": "text",
    }
)


def choose_format(form: str, out: Path | None, formats: Sequence[str]) -> str:
    """Return the format that --format names, or else the one of the file's ending.

    Args:
        form: The value of --format, given or by default.
        out: The file; None for standard output.
        formats: The formats of the result; the first is the default.

    Raises:
        UsageError: Both are given and differ, or the ending is of none of the formats.
    """
    ctx = click.get_current_context()
    is_given = ctx.get_parameter_source("form") is not ParameterSource.DEFAULT
    is_chosen = is_given and form in formats
    if out is None:
        return form if is_chosen else formats[0]
    ending = _ENDINGS.get(out.suffix.lower())
    named = ending if ending in formats else None
    if named is None and out.suffix and not is_chosen:
        from schemactl.text import and_list

        msg = f"cannot tell the format from the name {out.name}"
        raise UsageError(msg, hint=f"add --format {and_list(formats, link='or')}")
    if named is not None and is_chosen and named != form:
        msg = f"{out} looks like {named}, and --format is {form}"
        raise UsageError(msg, hint="omit --format, or choose another name for the file")
    return form if is_chosen else named or formats[0]
