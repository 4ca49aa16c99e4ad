"""Names that a CI service would take for a command, made harmless in all that can reach a log.

Services read commands out of what a job prints: a line that begins with `::word` and any
`##[word]` (GitHub), `##vso[` (Azure Pipelines), `##teamcity[` (TeamCity), and
`section_start:` (GitLab). Whoever can name a field could otherwise set outputs or variables
of the job that prints it. Pure.
"""

from __future__ import annotations

import re
from typing import Final

_START: Final = re.compile(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
"""The sign that makes a line a command, behind whatever blanks and colours."""
_SIGN: Final = re.compile(r"(?<=#)#(?=[A-Za-z]*\[)|(?<=section)_(?=(?:start|end):[0-9])")
"""The sign without which a text is no command, wherever in a line."""


def holds_command(text: str) -> bool:
    """Whether a service could find a command in a text, or in one of its lines."""
    return _START.search(text) is not None or _SIGN.search(text) is not None


def disarm(text: str) -> str:
    r"""Return a text for people with a backslash in each command: `\::word`, `#\#vso[`."""
    return _SIGN.sub(r"\\\g<0>", _START.sub(r"\1\\:", text))


def disarm_json(text: str) -> str:
    """Return the same JSON with an escape in each command; it holds the very same values.

    Our JSON begins no line with a colon, and has no line break in a text.
    """
    return _SIGN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def disarm_quoted_yaml(text: str) -> str:
    """Return the same YAML with an escape in each command, which must be in double quotes."""
    return _SIGN.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)


def disarm_markup(text: str) -> str:
    """Return the same Markdown, HTML or XML with a character reference in each command."""
    return _SIGN.sub(lambda sign: f"&#{ord(sign[0])};", _START.sub(r"\1&#58;", text))
