"""Plans use what a probe found, say so, and are as careful as before where nothing is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.errors import PlanFileError
from schemactl.model.difference import NoticeCode
from schemactl.model.facts import (
    FieldElsewhere,
    Finding,
    ForeignField,
    OmittedFields,
    OptionMatching,
    OptionsInSection,
    OptionsOfLists,
)
from schemactl.model.plan import Plan
from schemactl.model.run import RunStatus
from schemactl.store.facts_file import FactsError
from schemactl.store.plan import plan_text
from tests.contract.live import ALL_PERMISSIONS, Bench, a_bench
from tests.contract.probing import probe
from tests.contract.switch_settings import emulator_with

PERSON = 1
ACCOUNT = """\
add-section Pipeline
add-field Pipeline Size text
add-field Pipeline Stage tdrop won Won Lost
add-field Pipeline Hobbies list Golf
add-section Other
set-value 1 Size large
"""
MOVED = """\
version: 1
sections:
  - {name: Other, fields: [{name: Size, type: text}]}
"""
RENAMED = """\
version: 1
sections:
  - {name: Pipeline, fields: [{name: Magnitude, type: text, was: [Size]}]}
"""
SIMILAR = """\
version: 1
sections:
  - {name: Pipeline, fields: [{name: Stage, type: tdrop, options: [Won, Lost]}]}
"""
NEW = """\
version: 1
sections:
  - name: New
    fields:
      - {name: Way, type: tdrop, options: [Card, Transfer]}
      - {name: Why, type: tdrop, options: [A, B]}
"""
TWICE = """\
version: 1
sections:
  - {name: Other, fields: [{name: Size, type: text}]}
  - {name: Pipeline, fields: [{name: Size, type: text}]}
"""
LISTS = """\
version: 1
sections:
  - {name: Pipeline, fields: [{name: Hobbies, type: list, options: [Golf, Chess]}]}
"""
CASES = {
    "part": ("rest", "rest-put-omitted=keep", RENAMED, (OmittedFields.KEPT,)),
    "whole": ("rest", "rest-put-omitted=delete", RENAMED, ()),
    "move": ("rest", "rest-put-foreign=move", MOVED, (ForeignField.MOVED,)),
    "no move": ("rest", "rest-put-foreign=copy", MOVED, ()),
    "twice": ("rest", "rest-alias-elsewhere=duplicate", TWICE, (FieldElsewhere.ADDED,)),
    "not twice": ("rest", "rest-alias-elsewhere=update", TWICE, ()),
    "exact": ("rest", "option-matching=exact", SIMILAR, (OptionMatching.EXACT,)),
    "exact, legacy": ("legacy", "option-matching=exact", SIMILAR, (OptionMatching.EXACT,)),
    "similar": ("legacy", "option-matching=ignore-case", SIMILAR, ()),
    "with options": ("legacy", "options-in-section=honour", NEW, (OptionsInSection.HONOURED,)),
    "without options": ("legacy", "options-in-section=ignore", NEW, ()),
    "no lists": ("legacy", "dropdown-on-list=refuse", LISTS, (OptionsOfLists.REFUSED,)),
    "once": ("legacy", "field-elsewhere=refuse", TWICE, (FieldElsewhere.REFUSED,)),
}


def prepared(bench: Bench, files: str) -> Plan:
    """Fill account and files; return the plan of an account that was never probed."""
    bench.server.edit(ACCOUNT)
    bench.write(files)
    return bench.plan(*ALL_PERMISSIONS)


@pytest.mark.parametrize(("backend", "setting", "files", "findings"), CASES.values(), ids=CASES)
def test_a_plan_uses_what_was_found_and_says_so(
    backend: str, setting: str, files: str, findings: tuple[Finding, ...], tmp_path: Path
) -> None:
    with a_bench(tmp_path, emulator_with(setting, tmp_path), backend=backend) as bench:
        before = prepared(bench, files)
        assert before.relies_on == ()
        probe(bench)
        plan = bench.plan(*ALL_PERMISSIONS)

        assert plan.relies_on == findings
        told = [each.about for each in plan.notices if each.code == NoticeCode.RELIES_ON_PROBE]
        assert told == [str(each.point) for each in findings]
        is_same = (plan.calls, plan.manual_steps) == (before.calls, before.manual_steps)
        assert is_same is not bool(findings)
        run = bench.run()
        done = bool(plan.calls) and not plan.manual_steps
        if done:
            assert (run.status, run.reason) == (RunStatus.COMPLETED, "")
            assert bench.plan(*ALL_PERMISSIONS).is_empty


def test_a_moved_field_keeps_its_values(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(tmp_path / "a.sqlite"), backend="rest") as bench:
        assert prepared(bench, MOVED).manual_steps
        probe(bench)
        bench.run()
        with bench.server.runtime.account() as account:
            (field,) = [one for one in account.layout.editor_fields() if one.name == "Size"]
            section = {one.id: one.name for one in account.layout.sections()}[field.section_id]
            assert section == "Other"
            assert account.contacts.values_of(PERSON)[field.id] == "large"


def test_a_saved_plan_is_refused_where_its_facts_are_not_known(tmp_path: Path) -> None:
    server = emulator_with("rest-put-omitted=keep", tmp_path)
    with a_bench(tmp_path, server, backend="rest") as bench:
        prepared(bench, RENAMED)
        probe(bench)
        saved = tmp_path / "plan.json"
        saved.write_text(plan_text(bench.plan(*ALL_PERMISSIONS)), encoding="utf-8")
        assert json.loads(saved.read_text())["relies_on"] == [
            {"point": "omitted-fields", "finding": "kept"}
        ]
        bench.target.facts_file.delete()
        bench.forget_calls()
        with pytest.raises(PlanFileError, match="omitted-fields kept"):
            bench.apply(plan_file=saved)
        probe(bench)
        run = bench.apply(plan_file=saved).run
        assert run is not None
        assert run.status is RunStatus.COMPLETED


def test_a_plan_that_was_saved_before_a_probe_is_applied_as_it_is(tmp_path: Path) -> None:
    server = emulator_with("rest-put-omitted=keep", tmp_path)
    with a_bench(tmp_path, server, backend="rest") as bench:
        saved = tmp_path / "plan.json"
        saved.write_text(plan_text(prepared(bench, RENAMED)), encoding="utf-8")
        probe(bench)
        run = bench.apply(plan_file=saved).run
        assert run is not None
        assert run.status is RunStatus.COMPLETED


@pytest.mark.parametrize(
    "changed", [("address", "https://other.example"), ("backend", "legacy")]
)
def test_what_was_found_of_another_account_or_api_is_not_used(
    changed: tuple[str, str], tmp_path: Path
) -> None:
    server = emulator_with("rest-put-omitted=keep", tmp_path)
    with a_bench(tmp_path, server, backend="rest") as bench:
        before = prepared(bench, RENAMED)
        probe(bench)
        path = Path(bench.target.facts_file.place)
        name, value = changed
        path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
        assert bench.plan(*ALL_PERMISSIONS).calls == before.calls


def test_a_file_with_an_unknown_finding_is_refused(tmp_path: Path) -> None:
    with a_bench(tmp_path, EmulatorServer(tmp_path / "a.sqlite"), backend="rest") as bench:
        prepared(bench, RENAMED)
        probe(bench)
        path = Path(bench.target.facts_file.place)
        path.write_text(path.read_text().replace('"deleted"', '"whatever"'))
        with pytest.raises(FactsError, match="not a valid probe"):
            bench.plan()
