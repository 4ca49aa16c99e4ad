"""Undo brings back what an apply destroyed: fields, options, and every value exactly."""

from __future__ import annotations

import dataclasses
import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from schemactl.apply.review import Applied
from schemactl.drift.undo import Undoing
from schemactl.emulator.clauses import EVERY
from schemactl.emulator.invented_contacts import Crowd
from schemactl.emulator.server import EmulatorServer
from schemactl.errors import PlanFileError, RefusedError
from schemactl.model.difference import NoticeCode
from schemactl.model.held_values import FieldPlace
from schemactl.model.plan import Permission, Plan
from schemactl.model.record_update import Value
from schemactl.model.run import RunStatus, VerdictStatus
from schemactl.pipeline import plan_account, read_journals
from schemactl.project.settings import BackendName
from schemactl.store.plan import plan_text
from schemactl.values import replace
from tests.contract.live import ALL_PERMISSIONS, Agreeing, Bench, a_bench, verdicts_of
from tests.contract.switch_settings import switches_with
from tests.contract.test_counts import BACKENDS, FULL, People, a_filled_bench

FIELDS = ("Fax 2", "Story", "Stage", "Areas", "Amount", "Known", "Due", "Unused")
TYPES = {
    "Fax 2": "text",
    "Story": "longtext",
    "Stage": "tdrop",
    "Areas": "list",
    "Amount": "price",
    "Known": "check",
    "Due": "fulldate",
    "Unused": "text",
}
Values = Mapping[str, Mapping[str, Value]]


@pytest.fixture(params=BACKENDS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with a_filled_bench(tmp_path, request.param) as bench:
        yield bench


def values_of(bench: Bench, fields: tuple[str, ...] = FIELDS) -> Values:
    """Return what every contact holds, by field and id, without what is empty."""
    found: dict[str, dict[str, Value]] = {}
    with bench.target.open_for_reading(()) as account:
        live = account.read()
        for name in fields:
            place = FieldPlace(section="Sales", name=name, type=TYPES[name])
            held = (
                (one.id, account.records.read_value(place, one.values[0], live))
                for page in account.records.read_values((place,), live)
                for one in page
            )
            found[name] = {number: _unordered(value) for number, value in held if value}
    return found


def _unordered(value: Value) -> Value:
    return tuple(sorted(value)) if isinstance(value, tuple) else value


def last_run(bench: Bench) -> str:
    return read_journals([bench.target])[-1].id


def plan_undo(
    bench: Bench,
    run: str = "",
    *,
    overwrites: bool = False,
    permissions: frozenset[Permission] = ALL_PERMISSIONS,
) -> Plan:
    undoing = Undoing(run=run or last_run(bench), overwrites=overwrites)
    return plan_account(bench.target, permissions=permissions, undoing=undoing).plan


def undo(
    bench: Bench, run: str = "", *, overwrites: bool = False, reviewer: Agreeing | None = None
) -> Applied:
    file = bench.folder / "undo.json"
    plan = plan_undo(bench, run, overwrites=overwrites)
    file.write_text(plan_text(plan), encoding="utf-8")
    return bench.apply(plan_file=file, reviewer=reviewer)


def assert_completed(applied: Applied) -> None:
    assert applied.run is not None
    assert (applied.run.status, applied.run.reason) == (RunStatus.COMPLETED, "")
    assert set(verdicts_of(applied.run).values()) == {VerdictStatus.APPLIED}


@pytest.mark.parametrize("backend", BACKENDS)
def test_whoever_removes_and_undoes_has_every_value_again(tmp_path: Path, backend: str) -> None:
    with a_filled_bench(tmp_path, backend, crowd=Crowd(number=120, seed=7)) as bench:
        before, schema = values_of(bench), bench.snapshot()
        assert_completed(bench.apply())
        run = last_run(bench)

        assert_completed(undo(bench, run))

        assert values_of(bench) == before
        sections = {section.name: section for section in schema.sections}
        now = {section.name: section for section in bench.snapshot().sections}
        assert {
            (field.name, field.type, frozenset(field.options or ()))
            for field in now["Sales"].fields
        } == {
            (field.name, field.type, frozenset(field.options or ()))
            for field in sections["Sales"].fields
        }


def test_an_undo_is_undone_and_that_too(bench: Bench) -> None:
    before = values_of(bench)
    bench.run()
    reduced = bench.snapshot()
    assert_completed(undo(bench))
    assert_completed(undo(bench))
    assert {field.name for _, field in bench.snapshot().all_fields()} == {
        field.name for _, field in reduced.all_fields()
    }

    assert_completed(undo(bench))

    assert values_of(bench) == before


@pytest.mark.parametrize("overwrites", [False, True])
def test_a_newer_value_stays_unless_asked_for(bench: Bench, *, overwrites: bool) -> None:
    before = values_of(bench)
    bench.run()
    late, run = next(iter(before["Stage"])), last_run(bench)
    bench.server.edit(f"set-value {late} Stage New")

    assert_completed(undo(bench, run, overwrites=overwrites))
    now = values_of(bench)
    newer = {} if overwrites else {late: ("New",)}
    assert now["Stage"] == {**before["Stage"], **newer}
    assert {name: held for name, held in now.items() if name != "Stage"} == {
        name: held for name, held in before.items() if name != "Stage"
    }


def test_a_field_that_somebody_made_again_is_a_conflict(bench: Bench) -> None:
    bench.run()
    bench.server.edit("add-field Sales 'Fax 2' text")

    plan = plan_undo(bench)

    conflicts = {
        notice.about for notice in plan.notices if notice.code is NoticeCode.UNDO_CONFLICT
    }
    assert conflicts == {"Sales / Fax 2"}
    assert "add-field/Sales/Fax 2" not in {change.id for change in plan.changes}


def test_what_an_apply_added_is_removed_with_a_backup(bench: Bench) -> None:
    before = bench.snapshot()
    bench.write(
        FULL.replace(
            "{name: Kept, type: text}",
            "{name: Kept, type: text}\n      - {name: New, type: text}",
        )
    )
    bench.run()
    People(bench.server).add(New="something")

    plan = plan_undo(bench, permissions=frozenset())
    assert {hazard.code for hazard in plan.refusals} >= {Permission.REMOVES_FIELD}
    assert_completed(undo(bench))

    assert bench.snapshot() == before


def test_a_whole_section_comes_back_with_its_values(bench: Bench) -> None:
    before, schema = values_of(bench), bench.snapshot()
    bench.write(
        "version: 1\nremoved:\n  sections: [Sales]\n  fields:\n"
        + "".join(f"    - {{section: Sales, name: {name}}}\n" for name in ("Kept", *FIELDS))
    )
    assert_completed(bench.apply())
    assert "Sales" not in {section.name for section in bench.snapshot().sections}

    assert_completed(undo(bench))

    assert values_of(bench) == before
    assert {field.name for _, field in bench.snapshot().all_fields()} == {
        field.name for _, field in schema.all_fields()
    }


def tagged(bench: Bench, tag: str) -> set[int]:
    """Return the contacts that have a tag, as the account itself knows."""
    with bench.server.runtime.account() as account:
        (number,) = (one.id for one in account.labels.tags() if one.name == tag)
        rows = account.labels.subscribers(EVERY, start=0, limit=100)
        return {contact for tag_id, contact, _ in rows if tag_id == number}


@pytest.mark.parametrize("later", ["rest", "legacy"])
@pytest.mark.parametrize("delay", ["0", "3"])
def test_who_had_a_removed_tag_has_it_again(tmp_path: Path, later: str, delay: str) -> None:
    switches = switches_with(f"tag-delay={delay}")
    with a_bench(tmp_path, EmulatorServer(switches=switches), backend="rest") as bench:
        bench.server.edit("add-tag VIP\n" + 3 * "add-contact\n" + "tag-contact 1 VIP\n")
        bench.server.edit("tag-contact 2 VIP\ntag-contact 3 VIP\n")
        before = tagged(bench, "VIP")
        bench.write("version: 1\nremoved:\n  tags: [VIP]\n")
        assert_completed(bench.apply())
        bench.server.edit("delete-contact 2")
        url = bench.server.rest_url if later == "rest" else bench.server.url
        other = replace(
            bench.target.account, backend=BackendName(later), url=url, tag_carrier=1
        )
        bench = bench.with_account(other)  # noqa: PLW2901
        plan = plan_undo(bench)
        undone = undo(bench).run
        after = tagged(bench, "VIP")

    assert before == {1, 2, 3}
    (hazard,) = (one for one in plan.hazards if one.code is Permission.WRITES_CONTACTS)
    assert '"VIP" is put again on 3 contacts' in hazard.message
    assert undone is not None
    assert (undone.status, undone.reason) == (RunStatus.COMPLETED, "")
    assert after == {1, 3}


def test_a_protected_field_is_not_removed_by_undo(bench: Bench) -> None:
    new = "\n      - {name: New, type: text, protect: true}"
    bench.write(FULL.replace("{name: Kept, type: text}", f"{{name: Kept, type: text}}{new}"))
    bench.run()

    plan = plan_undo(bench)

    assert plan.is_empty
    assert [notice.message for notice in plan.notices if "protected" in notice.message]


def test_a_replaced_field_has_its_type_and_values_again(bench: Bench) -> None:
    before = values_of(bench, ("Fax 2",))
    bench.write(FULL.replace("{name: Fax 2, type: text}", "{name: Fax 2, type: check}"))
    assert_completed(bench.apply())

    assert_completed(undo(bench))

    assert values_of(bench, ("Fax 2",)) == before


def test_over_rest_names_settings_and_tags_come_back(tmp_path: Path) -> None:
    old = "version: 1\nsections:\n  - name: Sales\n    fields:\n"
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        bench.write(f"{old}      - {{name: Fax, type: text}}\ntags: [VIP]\n")
        bench.run()
        before = bench.snapshot()
        bench.write(
            f"{old}      - {{name: Telex, was: [Fax], type: text, required: true}}\n"
            "tags: [{name: Very Important, was: [VIP]}, New]\n"
        )
        assert_completed(bench.apply())
        assert bench.snapshot() != before

        assert_completed(undo(bench))

        assert bench.snapshot() == before


def test_an_interrupted_undo_is_finished_by_its_plan(bench: Bench) -> None:
    before = values_of(bench)
    bench.run()
    file = bench.folder / "undo.json"
    file.write_text(plan_text(plan_undo(bench)), encoding="utf-8")

    writes = 0

    def stops() -> bool:
        nonlocal writes
        writes += 1
        return writes > 4

    host = replace(bench.target.host, is_interrupted=stops)
    cut = dataclasses.replace(bench, target=replace(bench.target, host=host)).apply(
        plan_file=file
    )
    assert cut.run is not None
    assert cut.run.status is RunStatus.INTERRUPTED

    assert_completed(bench.apply(plan_file=file))

    assert values_of(bench) == before


def test_a_kept_plan_that_was_changed_undoes_nothing(bench: Bench) -> None:
    bench.run()
    path = Path(bench.target.plans_folder.place) / f"{last_run(bench)}.json.gz"
    other = bench.plan(*Permission)
    path.write_bytes(gzip.compress(plan_text(other).encode()))

    with pytest.raises(PlanFileError, match="not the plan that the run"):
        plan_undo(bench)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(PlanFileError, match="cannot be read"):
        plan_undo(bench)


def test_a_run_whose_plan_is_gone_cannot_be_undone(bench: Bench) -> None:
    bench.run()
    run = last_run(bench)
    (Path(bench.target.plans_folder.place) / f"{run}.json.gz").unlink()

    with pytest.raises(RefusedError, match="was not kept"):
        plan_undo(bench)
    with pytest.raises(RefusedError, match="is recorded here"):
        plan_undo(bench, "20200101T000000Z-none")


@pytest.mark.parametrize("undoes", ["20200101T000000Z-0000", ""])
def test_a_saved_undo_cannot_pretend_to_be_another_plan(bench: Bench, undoes: str) -> None:
    bench.run()
    file = bench.folder / "undo.json"
    forged = replace(plan_undo(bench), undoes=undoes)
    file.write_text(plan_text(forged), encoding="utf-8")

    with pytest.raises(RefusedError):
        bench.apply(plan_file=file)


def test_no_value_is_in_the_plan_or_journal_of_an_undo(bench: Bench) -> None:
    People(bench.server).add(**{"Fax 2": "S3cret-Fax", "Story": "S3cret-Story"})
    bench.run()
    assert_completed(undo(bench))

    texts = [
        path.read_text(encoding="utf-8")
        for path in Path(bench.target.journal_folder.place).iterdir()
    ]
    texts += [
        gzip.decompress(path.read_bytes()).decode()
        for path in Path(bench.target.plans_folder.place).glob("*.gz")
    ]
    assert len(texts) >= 4
    for text in (*texts, repr(bench.events), (bench.folder / "undo.json").read_text()):
        assert "S3cret" not in text
    assert json.loads((bench.folder / "undo.json").read_text())["undoes"]


def over_the_other(bench: Bench, backend: str) -> Bench:
    """Return the same account, reached over the other API."""
    other = BackendName.LEGACY if backend == "rest" else BackendName.REST
    url = bench.server.url if other is BackendName.LEGACY else bench.server.rest_url
    return bench.with_account(replace(bench.target.account, backend=other, url=url))


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_was_backed_up_over_one_api_is_filled_in_over_the_other(
    tmp_path: Path, backend: str
) -> None:
    with a_filled_bench(tmp_path, backend) as bench:
        before = values_of(bench)
        assert_completed(bench.apply())
        other = over_the_other(bench, backend)
        plan = plan_undo(other)
        assert_completed(undo(other))
        after = values_of(bench)

    days = {number: int(str(held)) // 86_400 for number, held in before["Due"].items()}
    assert {number: int(str(held)) // 86_400 for number, held in after["Due"].items()} == days
    assert {**after, "Due": {}} == {**before, "Due": {}}
    filled = [one.message for one in plan.hazards if one.code is Permission.WRITES_CONTACTS]
    assert filled
    assert all("taken to be the same over both" in message for message in filled)


def test_states_are_not_filled_in_over_the_other_api(tmp_path: Path) -> None:
    declared = "version: 1\nsections:\n  - name: Sales\n    fields:\n"
    state = "      - {name: Region, type: state}\n      - {name: Kept, type: text}\n"
    with a_bench(tmp_path, EmulatorServer(), backend="rest") as bench:
        bench.write(declared + state)
        bench.run()
        bench.server.edit("add-contact Region=CA")
        bench.write("version: 1\nremoved: {fields: [{section: Sales, name: Region}]}\n")
        bench.apply()
        plan = plan_undo(over_the_other(bench, "rest"))

    assert [call.request for call in plan.calls if call.request == "fill_values"] == []
    assert any("write a state differently" in notice.message for notice in plan.notices)


def test_what_a_person_made_is_not_the_projects_after_an_undo(bench: Bench) -> None:
    """Pruning would take a field that nobody but a person ever made."""
    bench.server.edit("add-field Sales Telex text\nset-value 2 Telex 555")
    bench.write(FULL + "removed: {fields: [{section: Sales, name: Telex}]}\n")
    bench.apply()
    assert_completed(undo(bench))
    bench.write(FULL.replace("manage: mirror", "manage: merge"))

    plan = bench.plan(prune=True)

    assert plan.orphans == ()
    assert not plan.changes
