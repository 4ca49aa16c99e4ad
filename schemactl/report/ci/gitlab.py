"""Findings as a GitLab code quality report.

A fingerprint identifies a finding over time: it is made of the fact and the file, without the
line, so that a finding that moves stays the same.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from schemactl.model.json_text import canonical_json, compact_json
from schemactl.model.plan import JsonObject
from schemactl.report.ci.findings import Finding, Level
from schemactl.text import visible

_SEVERITIES: Final[Mapping[Level, str]] = MappingProxyType(
    {Level.ERROR: "major", Level.WARNING: "minor", Level.NOTE: "info"}
)
_ELSEWHERE: Final = "schemactl.yaml"
"""GitLab requires a place: what has none is reported at the project file."""


def gitlab_code_quality(findings: Sequence[Finding]) -> str:
    """Write all findings, in their order."""
    return canonical_json(tuple(_entries(findings)))


def _entries(findings: Sequence[Finding]) -> Iterator[JsonObject]:
    met: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        file = _ELSEWHERE if finding.location is None else finding.location.file
        same = (finding.code, finding.about, finding.message, file)
        met[same] += 1
        digest = hashlib.sha256(
            compact_json({"same": (*same, met[same])}).encode("utf-8", "surrogatepass")
        )
        yield {
            "description": visible(finding.text.replace("\n", " · ")),
            "check_name": finding.code,
            "fingerprint": digest.hexdigest(),
            "severity": _SEVERITIES[finding.level],
            "location": {
                "path": visible(file),
                "lines": {"begin": 1 if finding.location is None else finding.location.line},
            },
        }
