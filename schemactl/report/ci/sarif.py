"""Findings as SARIF 2.1.0, the format of code scanning services.

Columns count characters from 1, as everywhere in schemactl, and the run says so:
readers would otherwise take them for UTF-16 units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

from schemactl import __version__
from schemactl.document.resources import code_names, code_page
from schemactl.errors import Location
from schemactl.model.json_text import canonical_json
from schemactl.model.plan import JsonObject
from schemactl.report.ci.findings import Finding

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
"""Where readers look the format up; it is named, never fetched."""
_BASE: Final = "%SRCROOT%"
"""Stands for the folder that relative files start from, as other checkers name it."""
_BASE_WORDS: Final = "The root of the git repository, else the folder where schemactl ran."


def sarif(findings: Sequence[Finding]) -> str:
    """Write all findings as one SARIF run, in their order."""
    codes = sorted({finding.code for finding in findings})
    indexes = {code: index for index, code in enumerate(codes)}
    known = frozenset(code_names())
    driver: JsonObject = {
        "name": "schemactl",
        "version": __version__,
        "rules": tuple(_rule(code, known) for code in codes),
    }
    return canonical_json(
        {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": (
                {
                    "tool": {"driver": driver},
                    "columnKind": "unicodeCodePoints",
                    "originalUriBaseIds": {_BASE: {"description": {"text": _BASE_WORDS}}},
                    "results": tuple(_result(finding, indexes) for finding in findings),
                },
            ),
        }
    )


def _rule(code: str, known: frozenset[str]) -> JsonObject:
    if code not in known:
        return {"id": code}
    page = code_page(code)
    title = page.partition("\n")[0].lstrip("# ").removeprefix(f"{code}: ")
    return {
        "id": code,
        "shortDescription": {"text": title},
        "help": {"text": page, "markdown": page},
    }


def _result(finding: Finding, indexes: Mapping[str, int]) -> JsonObject:
    place = finding.location
    below = () if place is None else place.below
    related = tuple(
        {
            "physicalLocation": _place(one),
            "message": {"text": "an earlier layer says something else here"},
        }
        for one in below
    )
    return {
        "ruleId": finding.code,
        "ruleIndex": indexes[finding.code],
        "level": finding.level,
        "message": {"text": _literal(finding.text)},
        "locations": () if place is None else ({"physicalLocation": _place(place)},),
        **({"relatedLocations": related} if related else {}),
    }


def _literal(text: str) -> str:
    """Keep a reader from taking a user's braces for placeholders, brackets for a link.

    SARIF 2.1.0, 3.11.5 and 3.11.6: braces are doubled, a backslash frees a bracket.
    """
    return text.replace("{", "{{").replace("}", "}}").replace("](", "\\](")


def _place(location: Location) -> JsonObject:
    return {
        "artifactLocation": _artifact(location.file),
        "region": {"startLine": location.line, "startColumn": location.column},
    }


def _artifact(file: str) -> JsonObject:
    """Name a file by URI: a relative one stays so; a colon must not look like a scheme."""
    # Bytes that are no UTF-8 in a file's name stay what they are.
    escaped = quote(file, errors="surrogateescape")
    if PurePosixPath(file).is_absolute():
        return {"uri": f"file://{escaped}"}
    return {"uri": escaped, "uriBaseId": _BASE}
