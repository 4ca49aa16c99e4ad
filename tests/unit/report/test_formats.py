"""report/formats.py: the same results in every format, for programs and for people."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.drift.items import drift_of
from schemactl.errors import Problem, Severity
from schemactl.model.change import AddField, RemoveField
from schemactl.model.difference import Difference
from schemactl.model.drift import Drift
from schemactl.model.plan import Permission
from schemactl.model.run import Run, RunStatus, Verdict, VerdictStatus
from schemactl.report.ci.findings import Finding, Level, findings_of_plan
from schemactl.report.ci.github import github_annotations
from schemactl.report.ci.gitlab import gitlab_code_quality
from schemactl.report.ci.junit import junit
from schemactl.report.ci.sarif import sarif
from schemactl.report.formats import (
    Format,
    LongRendered,
    RenderOptions,
    write_drift,
    write_plan,
    write_problems,
    write_run,
)
from schemactl.report.text.lines import plain_text
from tests.builders import a_field, a_hazard, a_location, a_plan
from tests.unit.report.golden import golden, without_assets
from tests.unit.report.samples import every_plan
from tests.unit.report.sarif_standard import faults_of

LOOK = RenderOptions(width=80)
ENDINGS = {
    Format.TEXT: "txt",
    Format.JSON: "json",
    Format.MARKDOWN: "md",
    Format.HTML: "html",
    Format.SARIF: "sarif",
    Format.JUNIT: "xml",
    Format.GITHUB: "github.txt",
    Format.GITLAB: "gitlab.json",
}
FINDINGS = (Format.SARIF, Format.JUNIT, Format.GITHUB, Format.GITLAB)
ANY_TEXT = st.text(max_size=20)


def every_drift() -> Drift:
    plan = every_plan()
    return drift_of(
        Difference(changes=plan.changes, unmanaged=plan.unmanaged, notices=plan.notices),
        account="demo",
        backend="legacy",
    )


def a_stopped_run() -> Run:
    changes = every_plan().changes
    statuses = list(VerdictStatus)
    return Run(
        id="20260102T093000Z-0000",
        status=RunStatus.STOPPED,
        reason="the account cannot be reached",
        calls_made=2,
        calls_planned=5,
        requests_made=12,
        requests_planned=11,
        verdicts=tuple(
            Verdict(change=change.id, status=statuses[number % len(statuses)], detail="so")
            for number, change in enumerate(changes)
        ),
    )


def shown(text: str, form: Format) -> str:
    """Return what a golden file holds of a report."""
    return without_assets(text) if form is Format.HTML else text


def whole(rendered: LongRendered) -> str:
    return plain_text(rendered) if isinstance(rendered, tuple) else "".join(rendered)


@pytest.mark.parametrize("form", [*FINDINGS, Format.HTML])
def test_a_plan_matches_its_golden_file(form: Format) -> None:
    text = whole(write_plan(every_plan(), form, LOOK))
    check(text, form)
    assert shown(text, form) == golden(f"plan-every.{ENDINGS[form]}")


@pytest.mark.parametrize("form", [*FINDINGS, Format.HTML])
def test_drift_matches_its_golden_file(form: Format) -> None:
    text = whole(write_drift(every_drift(), form, LOOK))
    check(text, form)
    assert shown(text, form) == golden(f"drift-every.{ENDINGS[form]}")


@pytest.mark.parametrize("form", [*FINDINGS, Format.HTML, Format.MARKDOWN])
def test_a_run_matches_its_golden_file(form: Format) -> None:
    text = whole(write_run(every_plan(), a_stopped_run(), form, LOOK))
    check(text, form)
    assert shown(text, form) == golden(f"run-stopped.{ENDINGS[form]}")


@pytest.mark.parametrize("form", Format)
def test_nothing_to_report_is_a_valid_document_too(form: Format) -> None:
    calm = drift_of(Difference(), account="demo", backend="rest")
    for text in (
        whole(write_plan(a_plan(), form, LOOK)),
        whole(write_drift(calm, form, LOOK)),
        whole(write_problems([], form, LOOK)),
    ):
        check(text, form)


def check(text: str, form: Format) -> None:
    """Hold a document to what every reader of its format needs."""
    text.encode("utf-8")
    match form:
        case Format.JSON | Format.GITLAB:
            json.loads(text)
        case Format.SARIF:
            assert faults_of(json.loads(text)) == []
        case Format.JUNIT:
            check_counts(ElementTree.fromstring(text))
        case Format.GITHUB:
            assert all(
                line.startswith(("::error ", "::warning ", "::notice "))
                for line in text.splitlines()
            )
        case Format.MARKDOWN:
            assert len(text) <= 65_536
        case _:
            assert "\x1b" not in text


def check_counts(root: Element) -> None:
    suite = root.find("testsuite")
    assert suite is not None
    assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))


@settings(max_examples=60)
@given(names=st.lists(ANY_TEXT, min_size=3, max_size=3), form=st.sampled_from(Format))
def test_any_names_make_a_valid_document(names: list[str], form: Format) -> None:
    section, name, option = names
    changes = (
        AddField(
            section=section,
            after=a_field(name, "tdrop", [option]),
            location=a_location(3, file=option or "x"),
        ),
        RemoveField(section=section, before=a_field(f"{name}!"), explicit=True, location=None),
    )
    plan = a_plan(*changes, hazards=(a_hazard(changes[1], message=option),))
    encodable = all(map(is_encodable, names))
    drift = drift_of(Difference(changes=changes), account=name, backend="rest")
    for rendered in (write_plan(plan, form, LOOK), write_drift(drift, form, LOOK)):
        text = whole(rendered)
        # Half of a pair of surrogates is JSON's own affair: what writes it escapes it.
        if encodable or form not in {Format.JSON, Format.SARIF}:
            check(text, form)


def is_encodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def test_markup_in_a_name_is_text_on_the_page() -> None:
    evil = '<script>alert("x")</script>'
    plan = a_plan(AddField(section=evil, after=a_field(evil), location=a_location(1)))
    page = whole(write_plan(plan, Format.HTML, LOOK))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_page_asks_nobody_for_anything() -> None:
    page = whole(write_plan(every_plan(), Format.HTML, LOOK))
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "url(" not in page


def test_only_errors_fail_a_check() -> None:
    change = RemoveField(
        section="S", before=a_field("F"), explicit=True, location=a_location(7)
    )
    hazards = (a_hazard(change, code=Permission.REMOVES_FIELD),)
    refused = findings_of_plan(a_plan(change, hazards=hazards))
    permitted = findings_of_plan(
        a_plan(change, hazards=hazards, permissions=(Permission.REMOVES_FIELD,))
    )
    assert [finding.level for finding in refused] == [Level.ERROR, Level.NOTE]
    assert [finding.level for finding in permitted] == [Level.WARNING, Level.NOTE]
    assert refused[0].location == a_location(7)


def test_a_fingerprint_stays_when_lines_move_and_is_never_shared() -> None:
    def fingerprints(findings: Sequence[Finding]) -> list[str]:
        return [entry["fingerprint"] for entry in json.loads(gitlab_code_quality(findings))]

    def found(line: int) -> Finding:
        return Finding(
            code="c", level=Level.ERROR, about="a", message="m", location=a_location(line)
        )

    assert fingerprints([found(1)]) == fingerprints([found(99)])
    twice = fingerprints([found(1), found(2)])
    assert len(set(twice)) == 2


def test_errors_are_annotated_first() -> None:
    note = Finding(code="n", level=Level.NOTE, about="", message="later")
    error = Finding(code="e", level=Level.ERROR, about="", message="first\nthen 100 %")
    assert github_annotations([note, error]) == (
        "::error title=e::first%0Athen 100 %25\n::notice title=n::later\n"
    )


def test_only_errors_fail_a_junit_suite() -> None:
    note = Finding(code="n", level=Level.NOTE, about="x", message="\x00 <&")
    error = Finding(code="e", level=Level.ERROR, about="y", message="no")
    root = ElementTree.fromstring(junit([note, error], suite="plan of demo"))
    check_counts(root)
    assert [case.get("name") for case in root.iter("testcase")] == ["x [n]", "y [e]"]


READ_ELSEWHERE = (*FINDINGS, Format.MARKDOWN, Format.HTML)


def problem_in(file: str, form: Format, folder: Path) -> str:
    problem = Problem(a_location(2, file=file), "unknown-key", "m", None, Severity.ERROR)
    return whole(write_problems([problem], form, RenderOptions(width=80, folder=folder)))


@pytest.mark.parametrize("form", READ_ELSEWHERE)
@pytest.mark.parametrize("current", [".", "crm", "crm/accounts", "elsewhere"])
def test_files_are_named_from_the_root_of_the_repository_wherever_the_command_runs(
    form: Format, current: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (".git", "crm/accounts", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / current)
    project = Path(os.path.relpath(tmp_path / "crm"))

    own = problem_in("accounts/a.yaml", form, project)
    beside = problem_in("../shared.yaml", form, project)

    assert re.search(r"[\"=`>]crm/accounts/a\.yaml[\",:<]", own)
    assert re.search(r"[\"=`>]shared\.yaml[\",:<]", beside)


@pytest.mark.parametrize("form", READ_ELSEWHERE)
def test_outside_of_a_repository_files_are_named_from_the_current_folder(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "accounts").mkdir()
    monkeypatch.chdir(tmp_path)

    text = problem_in("crm.yaml", form, Path("accounts"))

    assert re.search(r"[\"=`>]accounts/crm\.yaml[\",:<]", text)


@pytest.mark.parametrize("form", [*FINDINGS, Format.MARKDOWN, Format.HTML])
def test_a_plan_and_drift_name_every_place_from_the_root_of_the_repository(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "crm").mkdir()
    monkeypatch.chdir(tmp_path / "crm")
    look = RenderOptions(width=80, schema=None)

    named = [
        whole(write_plan(every_plan(), form, look)),
        whole(write_drift(every_drift(), form, look)),
    ]
    run = whole(write_run(every_plan(), a_stopped_run(), form, look))

    assert all("crm/crm/sales.yaml" in text for text in named)
    assert not any(re.search(r"(?<!crm/)crm/sales\.yaml", text) for text in (*named, run))


def test_a_finding_without_a_place_has_none_in_sarif() -> None:
    text = sarif([Finding(code="c", level=Level.NOTE, about="", message="m")])
    (result,) = json.loads(text)["runs"][0]["results"]
    assert result["locations"] == []
