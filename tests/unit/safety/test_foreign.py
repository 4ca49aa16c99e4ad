"""safety/foreign.py: a saved plan is applied to nothing but what it was made for."""

from __future__ import annotations

import pytest

from schemactl.errors import ExitCode, RefusedError
from schemactl.safety import refuse_foreign
from tests.builders import a_plan

FILES = "ab" * 32
OURS = {"account": "demo", "backend": "legacy", "address": "emulator", "files": FILES}


def test_a_plan_for_this_account_and_these_files_is_taken() -> None:
    refuse_foreign(a_plan(address="emulator", files=FILES), **OURS)


@pytest.mark.parametrize(
    ("other", "reason", "what_to_do"),
    [
        ({"account": "live"}, 'is for the account "demo", not for "live"', "-a"),
        ({"address": "https://b.example/"}, 'now "https://b.example/" over', "schemactl.yaml"),
        ({"backend": "rest"}, "now .* over rest", "schemactl.yaml"),
        ({"files": "cd" * 32}, "schema files ask for something else", "plan again"),
    ],
)
def test_each_other_purpose_is_refused_with_its_reason(
    other: dict[str, str], reason: str, what_to_do: str
) -> None:
    with pytest.raises(RefusedError, match=reason) as refusal:
        refuse_foreign(a_plan(address="emulator", files=FILES), **{**OURS, **other})
    assert refusal.value.exit_code is ExitCode.REFUSED
    assert "nothing was changed" in str(refusal.value)
    assert what_to_do in (refusal.value.hint or "")


def test_a_plan_against_a_snapshot_fits_no_account() -> None:
    with pytest.raises(RefusedError, match="against a snapshot") as refusal:
        refuse_foreign(a_plan(address="", files=FILES), **{**OURS, "address": ""})
    assert refusal.value.hint == "plan again without --against"
