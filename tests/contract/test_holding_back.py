"""`contract: later`: what is replaced stays until the line is deleted, then nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from schemactl.errors import InvalidFilesError
from schemactl.model.difference import NoticeCode
from schemactl.model.plan import Permission, Plan
from schemactl.model.run import RunStatus
from schemactl.pipeline import drift_account, lint_account
from tests.contract.live import Bench
from tests.contract.test_counts import BACKENDS, a_filled_bench
from tests.contract.test_filling_fields import held
from tests.contract.test_undo import undo

LATER: Final = ", contract: later"
OPTION: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - name: Stage
        type: tdrop
        options: [New, {name: Done, was: [Won], contract: later}, Lost]
"""
SOURCE: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - name: Industry
        type: text
        from: {section: Sales, name: Fax 2, contract: later}
removed:
  fields: [{section: Sales, name: Fax 2}]
"""
RENAMED: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Fax number, was: [Fax 2], contract: later, type: text}
"""
CASES: Final = [
    *(
        pytest.param(backend, OPTION, "Stage", "Stage", id=f"option-{backend}")
        for backend in BACKENDS
    ),
    *(
        pytest.param(backend, SOURCE, "Fax 2", "Industry", id=f"from-{backend}")
        for backend in BACKENDS
    ),
    pytest.param("legacy", RENAMED, "Fax 2", "Fax number", id="was-legacy"),
]
ALLOWED: Final = frozenset(
    {
        Permission.WRITES_CONTACTS,
        Permission.COPIES_VALUES,
        Permission.REMOVES_FIELD,
        Permission.MANY_REMOVALS,
    }
)


def has_old(bench: Bench, old: str) -> bool:
    fields = {field.name: field for _, field in bench.snapshot().all_fields()}
    return "Won" in (fields["Stage"].options or ()) if old == "Stage" else old in fields


def pending(plan: Plan) -> list[str]:
    return [one.about for one in plan.notices if one.code is NoticeCode.CONTRACT_LATER]


@pytest.mark.parametrize(("backend", "text", "old", "new"), CASES)
def test_what_is_replaced_stays_until_the_line_is_deleted(
    tmp_path: Path, backend: str, text: str, old: str, new: str
) -> None:
    with a_filled_bench(tmp_path, backend) as bench:
        bench.write(text)
        first = bench.apply(ALLOWED).run
        copied, stayed = held(bench, new), has_old(bench, old)
        again = bench.plan(*ALLOWED)
        drift = drift_account(bench.target)
        linted = lint_account(bench.target, live=True).warnings
        bench.server.edit(f'add-contact "{old}={"Won" if old == "Stage" else "late"}"')
        more = bench.plan(*ALLOWED)
        bench.write(text.replace(LATER, ""))
        bench.forget_calls()
        last = bench.apply(ALLOWED).run
        after, gone = held(bench, new), not has_old(bench, old)
        done = bench.plan(*ALLOWED)

    assert first is not None
    assert first.status is RunStatus.COMPLETED
    assert copied == (["Done", "Done", "Lost"] if old == "Stage" else ["1", "0", "x"])
    assert stayed
    assert not again.changes
    assert pending(again) == [f"Sales / {old}"]
    assert NoticeCode.CONTRACT_LATER in {one.code for one in drift.notices}
    assert not {item.name for item in drift.items} & {old, new}
    assert [one.message for one in linted if one.code == "contract-later"] == [
        f"contract: later keeps {'the option “Won” of ' if old == 'Stage' else ''}".replace(
            "“", '"'
        ).replace("”", '"')
        + f'"Sales / {old}" in the account since 2 January 2026'
    ]
    assert len(more.changes) == 1
    assert last is not None
    assert last.status is RunStatus.COMPLETED
    assert after == [*copied, "Done" if old == "Stage" else "late"]
    assert gone
    assert not done.changes
    assert not pending(done)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_option_that_stays_is_undone(tmp_path: Path, backend: str) -> None:
    with a_filled_bench(tmp_path, backend) as bench:
        bench.write(OPTION)
        bench.apply(ALLOWED)
        run = undo(bench).run
        options, after = has_old(bench, "Stage"), held(bench, "Stage")

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert options
    assert after == ["Won", "Won", "Lost"]


@pytest.mark.parametrize(
    ("text", "about"),
    [
        (RENAMED.replace("was: [Fax 2], ", ""), "Fax number"),
        (OPTION.replace("was: [Won], ", ""), "Done"),
    ],
)
def test_there_is_something_to_keep(tmp_path: Path, text: str, about: str) -> None:
    with a_filled_bench(tmp_path, "legacy") as bench:
        bench.write(text)
        with pytest.raises(InvalidFilesError) as refused:
            bench.plan()

    (problem,) = refused.value.problems
    assert about in problem.message
    assert "nothing to keep" in problem.message


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_section_stays_with_a_field_that_stays(tmp_path: Path, backend: str) -> None:
    text = SOURCE.replace("name: Industry", "name: Industry").replace(
        "fields: [{section: Sales, name: Fax 2}]", "sections: [Old]"
    )
    text = text.replace("section: Sales, name: Fax 2", "section: Old, name: Ancient")
    with a_filled_bench(tmp_path, backend) as bench:
        bench.write(
            "version: 1\nsections: [{name: Old, fields: [{name: Ancient, type: text}]}]\n"
        )
        bench.run()
        bench.write(text)
        plan = bench.plan(*Permission)
        bench.write(text.replace(LATER, ""))
        after = bench.plan(*Permission)

    assert {change.id for change in plan.changes} == {"add-field/Sales/Industry"}
    assert pending(plan) == ["Old / Ancient"]
    assert {"remove-field/Old/Ancient", "remove-section/Old"} <= {
        one.id for one in after.changes
    }
