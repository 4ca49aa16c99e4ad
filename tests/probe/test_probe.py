"""`probe` finds exactly what the emulator's switches are set to, and leaves nothing behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.document.resources import schema_text
from schemactl.model.facts import ABOUT, FINDINGS, Point
from schemactl.model.probe import ProbeOffer
from schemactl.model.run import RunStatus
from schemactl.store.facts_file import read_facts
from tests.contract.live import Bench, a_bench
from tests.contract.probing import (
    ANSWERS,
    FOUND,
    UNCLEAR,
    Agreeing,
    contents,
    expected_findings,
    probe,
)
from tests.contract.switch_settings import CASES, DEFAULTS, emulator_with

TRIED = (DEFAULTS, *FOUND, *(setting.partition("=")[0] for setting in UNCLEAR), *ANSWERS)
"""The switches that matter to a probe; all others are about contacts, rate, or reading."""


def remembered(bench: Bench) -> dict[Point, str]:
    """Return what plans know of the account from now on."""
    target = bench.target
    facts = read_facts(
        target.facts_file,
        identity=target.identify(),
        backend=target.dialect.name,
        environ=target.host.environ,
    )
    return {point: str(finding) for point, finding in facts.findings.items()}


@pytest.mark.parametrize(
    ("backend", "setting"), [case for case in CASES if case[1].partition("=")[0] in TRIED]
)
def test_a_probe_finds_the_setting_and_leaves_nothing_behind(
    backend: str, setting: str, tmp_path: Path
) -> None:
    with a_bench(tmp_path, emulator_with(setting, tmp_path), backend=backend) as bench:
        before = contents(bench.server)
        reviewer = Agreeing()
        probed = probe(bench, reviewer)

        expected = expected_findings(setting, backend)
        assert {each.point: each for each in probed.findings} == expected
        assert all(type(each) is type(expected[each.point]) for each in probed.findings)
        assert probed.status is RunStatus.COMPLETED, probed.left
        assert contents(bench.server) == before
        assert remembered(bench) == {point: str(each) for point, each in expected.items()}
        assert_cost_was_announced(bench, reviewer.offers[0])


def assert_cost_was_announced(bench: Bench, offer: ProbeOffer) -> None:
    """Check that no more was sent than the question said, and not far less."""
    with bench.server.runtime.call_log() as log:
        sent = len(log.calls())
    assert sent <= offer.requests


def test_every_finding_of_every_point_is_found_under_some_setting() -> None:
    found = {
        (finding.point, str(finding))
        for _, by_value in FOUND.values()
        for finding in by_value.values()
    }
    assert found == {(point, str(each)) for point, kind in FINDINGS.items() for each in kind}


def test_each_point_has_findings_words_and_its_own_place_in_the_json_schema() -> None:
    definitions = json.loads(schema_text("probe"))["$defs"]
    listed = {
        name: (each["properties"]["point"]["const"], each["properties"]["finding"]["enum"])
        for name, each in definitions.items()
        if name != "finding"
    }
    assert listed == {str(point): (point, list(kind)) for point, kind in FINDINGS.items()}
    assert [each["$ref"] for each in definitions["finding"]["oneOf"]] == [
        f"#/$defs/{point}" for point in Point
    ]
    assert set(ABOUT) == set(Point) == set(FINDINGS)


def test_what_is_unclear_is_so_for_a_reason_that_is_reported(tmp_path: Path) -> None:
    setting, points = next(iter(UNCLEAR.items()))
    with a_bench(tmp_path, emulator_with(setting, tmp_path), backend="rest") as bench:
        probed = probe(bench)
        assert all(probed.unclear[point] for point in points)
