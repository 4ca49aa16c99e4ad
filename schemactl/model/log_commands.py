"""Escaping of text that a CI service would execute as a command from a log. Pure.

CI services read commands from the output of a job: lines that begin with `::word` and any
`##[word]` (GitHub), `##vso[` (Azure Pipelines), `##teamcity[` (TeamCity), and `section_start:`
(GitLab). Without escaping, anybody who can name a field could set outputs or variables of the
job that prints the name.
"""

from __future__ import annotations

import re
from typing import Final

_START: Final = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
"""The character that makes a line a command, after any spaces and colours."""
_SIGN: Final = re.compile(r"(?<=#)#(?=[A-Za-z]*\[)|(?<=section)_(?=(?:start|end):[0-9])")
"""A character that every command inside a line needs."""


def holds_command(text: str) -> bool:
    """Whether a text contains a command of a CI service."""
    return _START.search(text) is not None or _SIGN.search(text) is not None


def disarm(text: str) -> str:
    r"""Return a text for people with a backslash in each command: `\::word`, `#\#vso[`."""
    return _SIGN.sub(r"\\\g<0>", _START.sub(r"\1\\:", text))


def disarm_json(text: str) -> str:
    """Return the same JSON with an escape in each command; its values are unchanged.

    Our JSON has no line that begins with a colon, and no line break within a string.
    """
    return _SIGN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def disarm_quoted_yaml(text: str) -> str:
    """Return the same YAML with an escape in each command; it must be in double quotes."""
    return _SIGN.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)


def disarm_markup(text: str) -> str:
    """Return the same Markdown, HTML or XML with a character reference in each command."""
    return _SIGN.sub(lambda sign: f"&#{ord(sign[0])};", _START.sub(r"\1&#58;", text))
