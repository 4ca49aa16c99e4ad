"""Findings as JUnit XML: errors are failures, everything else passes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    return junit_suites([(suite, findings)])


def junit_suites(suites: Iterable[tuple[str, Sequence[Finding]]]) -> str:
    """Write several suites, each with its name and findings."""
    each = tuple(suites)
    root = Element("testsuites", {"name": "schemactl", **_numbers([one for _, one in each])})
    for suite, findings in each:
        within = SubElement(root, "testsuite", {"name": visible(suite), **_numbers([findings])})
        for finding in findings:
            _case(within, finding, suite)
        if not findings:
            SubElement(within, "testcase", name=_CALM, classname=visible(suite))
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _numbers(suites: Sequence[Sequence[Finding]]) -> dict[str, str]:
    tests = sum(max(len(findings), 1) for findings in suites)
    failures = sum(one.level is Level.ERROR for findings in suites for one in findings)
    return {"tests": str(tests), "failures": str(failures), "errors": "0"}


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
