"""Problems of the user's files as GitHub annotations: workflow commands, one a line.

Whatever a file holds stays inside its annotation: line breaks and the signs that
part a command's members are escaped as GitHub's workflow commands ask for.
"""

from __future__ import annotations

from collections.abc import Iterable

from schemactl.errors import Problem
from schemactl.report.wording import visible


def problems_github(problems: Iterable[Problem]) -> str:
    """Write one workflow command a problem, in the order of files and places."""
    ordered = sorted(problems, key=lambda problem: problem.location)
    return "".join(f"{_command(problem)}\n" for problem in ordered)


def _command(problem: Problem) -> str:
    location = problem.location
    members = {
        "file": location.file,
        "line": str(location.line),
        "col": str(location.column),
        "title": problem.code,
    }
    told = ",".join(f"{name}={_member(visible(value))}" for name, value in members.items())
    lines = [problem.message] if problem.hint is None else [problem.message, problem.hint]
    message = "%0A".join(_data(visible(text)) for text in lines)
    return f"::{problem.severity} {told}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _member(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
