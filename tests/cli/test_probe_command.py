"""`schemactl probe`: what it asks, what it reports, and what the report for an issue holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.errors import ExitCode
from schemactl.store.own_file import obeys
from tests.cli.program import run
from tests.cli.projects import calls_made, write_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project on a fresh account."""
    return write_project(tmp_path / "project")


def test_nothing_is_sent_where_nobody_can_be_asked(folder: Path) -> None:
    ended = run("-C", folder, "probe")
    assert ended.status == ExitCode.REFUSED
    assert "It makes sections such as schemactl probe " in ended.err
    assert "It sends at most " in ended.err
    assert set(calls_made(folder)) == {"key", "pull_tag"}
    assert not (folder / ".schemactl/probe").exists()
    assert not (folder / ".schemactl/journal").exists()


def test_what_was_found_is_printed_and_kept(folder: Path) -> None:
    ended = run("-C", folder, "probe", "--yes", "--quiet")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    assert "unknown-section" in ended.out
    assert "Nothing of the probe is left in the account." in ended.out
    kept = json.loads((folder / ".schemactl/probe/demo.json").read_text())
    assert kept["backend"] == "legacy"
    assert {"point": "unknown-section", "finding": "refused"} in kept["findings"]


def test_the_report_names_no_account(folder: Path) -> None:
    report = folder / "findings.json"
    assert run("-C", folder, "probe", "--yes", "--report", report).status == ExitCode.OK
    document = json.loads(report.read_text())
    kept = json.loads((folder / ".schemactl/probe/demo.json").read_text())
    assert obeys(document, "probe-report")
    assert document["findings"] == kept["findings"]
    assert set(document) == {
        *("backend", "findings", "format_version", "found_on", "kind", "schemactl")
    }
    assert len(document["found_on"]) == len("2026-01-01")
    assert "demo" not in report.read_text()
    assert kept["address"] not in report.read_text()


def test_a_probe_is_no_apply_in_the_history(folder: Path) -> None:
    assert run("-C", folder, "probe", "--yes").status == ExitCode.OK
    assert "No apply to demo is recorded here." in run("-C", folder, "journal").out


def test_programs_get_the_result_as_json(folder: Path) -> None:
    ended = run("-C", folder, "probe", "--yes", "--quiet", "--format", "json")
    assert (ended.status, ended.err) == (ExitCode.OK, "")
    document = json.loads(ended.out)
    kept = json.loads((folder / ".schemactl/probe/demo.json").read_text())
    assert obeys(document, "probe-result")
    assert (document["account"], document["backend"]) == ("demo", "legacy")
    assert (document["status"], document["left"]) == ("completed", [])
    found = [each for each in document["findings"] if each["finding"] is not None]
    assert [{**each, "why": ""} for each in kept["findings"]] == found
