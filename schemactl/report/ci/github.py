"""Findings as GitHub annotations: workflow commands, one per line.

Whatever a file or an account holds stays inside its annotation: line breaks and the signs
that separate a command's members are escaped as GitHub requires.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from schemactl.report.ci.findings import Finding, Level
from schemactl.text import visible

_COMMANDS: Final[Mapping[Level, str]] = MappingProxyType(
    {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}
)


def github_annotations(findings: Sequence[Finding]) -> str:
    """Write one workflow command per finding; errors first, as GitHub shows ten of a kind."""
    order = list(_COMMANDS)
    ordered = sorted(findings, key=lambda finding: order.index(finding.level))
    return "".join(f"{_command(finding)}\n" for finding in ordered)


def _command(finding: Finding) -> str:
    members = {"title": finding.code}
    if finding.location is not None:
        members = {
            "file": finding.location.file,
            "line": str(finding.location.line),
            "col": str(finding.location.column),
            **members,
        }
    members_text = ",".join(
        f"{name}={_member(visible(value))}" for name, value in members.items()
    )
    message = "%0A".join(_data(visible(text)) for text in finding.text.split("\n"))
    return f"::{_COMMANDS[finding.level]} {members_text}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _member(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
