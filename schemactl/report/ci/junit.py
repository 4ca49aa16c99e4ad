"""Findings as JUnit XML: errors are failures, everything else passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from schemactl.report.ci.findings import Finding, Level
from schemactl.text import visible

_CALM: Final = "nothing is found"


def junit(findings: Sequence[Finding], *, suite: str) -> str:
    """Write one test case per finding; if there is none, one that passes.

    Args:
        findings: What was found.
        suite: What was looked at, such as `plan of demo`.
    """
    failures = sum(finding.level is Level.ERROR for finding in findings)
    numbers = {"tests": str(max(len(findings), 1)), "failures": str(failures), "errors": "0"}
    root = Element("testsuites", {"name": "schemactl", **numbers})
    within = SubElement(root, "testsuite", {"name": visible(suite), **numbers})
    for finding in findings:
        _case(within, finding, suite)
    if not findings:
        SubElement(within, "testcase", name=_CALM, classname=visible(suite))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _case(within: Element, finding: Finding, suite: str) -> None:
    about = visible(finding.about or finding.message)
    case = SubElement(
        within, "testcase", name=f"{about} [{finding.code}]", classname=visible(suite)
    )
    place = "" if finding.location is None else f"\n{visible(str(finding.location))}"
    if finding.location is not None:
        case.set("file", visible(finding.location.file))
        case.set("line", str(finding.location.line))
    words = "\n".join(map(visible, finding.text.split("\n"))) + place
    if finding.level is Level.ERROR:
        failure = SubElement(
            case, "failure", message=visible(finding.message), type=finding.code
        )
        failure.text = words
    else:
        SubElement(case, "system-out").text = words
