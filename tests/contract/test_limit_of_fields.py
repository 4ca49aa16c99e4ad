"""The limit of fields that a project states, against accounts that have it or the other.

Where both agree, the plan says before anything is sent what the account would refuse.
Where they do not, the account refuses some new fields, and the run reports each of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from schemactl.model.difference import NoticeCode
from schemactl.model.plan import Permission
from schemactl.model.run import VerdictStatus
from tests.contract.live import Bench, a_bench, verdicts_of
from tests.contract.switch_settings import emulator_with

BYTES, FIELDS = "39611-bytes", "1600-fields"
FITTING, EXCEEDING = 51, 52
"""Text fields of 768 bytes that are within 39,611 bytes, and that are not."""
SHARED = 26
"""Text fields of which one object holds as many as it likes, and two do not."""


def text_fields(count: int, *, indent: str = "") -> str:
    lines = (f"{indent}      - {{name: Note {place}, type: text}}\n" for place in range(count))
    return f"{indent}  - name: Notes\n{indent}    fields:\n{''.join(lines)}"


def contacts_with(count: int) -> str:
    return f"version: 1\nsections:\n{text_fields(count)}"


def refused_fields(bench: Bench) -> set[str]:
    return {
        change
        for change, status in verdicts_of(bench.run()).items()
        if status is not VerdictStatus.APPLIED and change.startswith("add-field/")
    }


def planned_additions(bench: Bench) -> set[str]:
    changes = bench.plan().changes
    return {change.id for change in changes if change.id.startswith("add-field/")}


@pytest.mark.parametrize("backend", ["legacy", "rest"])
@pytest.mark.parametrize(
    ("switch", "stated"),
    [("object-bytes", BYTES), ("account-bytes", BYTES), ("object-fields", FIELDS)],
)
@pytest.mark.parametrize("count", [FITTING, EXCEEDING])
def test_a_plan_foresees_what_an_account_with_the_stated_limit_refuses(
    backend: str, switch: str, stated: str, count: int, tmp_path: Path
) -> None:
    server = emulator_with(f"field-limit={switch}", tmp_path)
    with a_bench(tmp_path, server, backend=backend, settings={"field_limit": stated}) as bench:
        bench.write(contacts_with(count))
        hazards = {hazard.permission for hazard in bench.plan().hazards}
        foreseen = Permission.EXCEEDS_FIELD_BUDGET in hazards
        assert foreseen is (stated == BYTES and count == EXCEEDING)
        assert bool(refused_fields(bench)) is foreseen


@pytest.mark.parametrize("over", ["failure", "skip"])
@pytest.mark.parametrize("backend", ["legacy", "rest"])
def test_an_account_with_a_lower_limit_than_stated_has_each_refused_field_reported(
    backend: str, over: str, tmp_path: Path
) -> None:
    server = emulator_with(f"over-budget={over}", tmp_path)
    with a_bench(tmp_path, server, backend=backend, settings={"field_limit": FIELDS}) as bench:
        bench.write(contacts_with(EXCEEDING))
        assert not bench.plan().hazards
        refused = refused_fields(bench)
        assert refused
        assert planned_additions(bench) == refused


def test_bytes_that_objects_share_are_a_notice_and_their_refusal_is_reported(
    tmp_path: Path,
) -> None:
    server = emulator_with("field-limit=account-bytes", tmp_path)
    with a_bench(tmp_path, server, backend="rest", settings={"field_limit": BYTES}) as bench:
        bench.server.edit("add-object Pets Pet")
        pets = f"objects:\n  - label: Pets\n    sections:\n{text_fields(SHARED, indent='    ')}"
        bench.write(f"{contacts_with(SHARED)}{pets}")
        plan = bench.plan()
        assert not plan.hazards
        assert NoticeCode.MAYBE_EXCEEDS_FIELD_BUDGET in {each.code for each in plan.notices}
        refused = refused_fields(bench)
        assert len(refused) == 1
        assert planned_additions(bench) == refused
