"""safety/foreign.py: a saved plan is applied to nothing but what it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from schemactl.errors import ExitCode, RefusedError
from schemactl.model.account_identity import AccountIdentity
from schemactl.safety import refuse_foreign as refuse
from tests.builders import a_plan

FILES = "ab" * 32
READ, WRITE = "0a1b2c3d4e5f", "123456789012"


def refuse_foreign(
    *,
    account: str = "demo",
    backend: str = "legacy",
    address: str = "https://a.example",
    app_id: str = WRITE,
    same: str = "",
    files: str = FILES,
    made_at: str = "https://a.example",
    made_with: str = READ,
) -> None:
    identity = AccountIdentity(
        address=address, app_id=app_id, same_app_ids=frozenset(same.split())
    )
    plan = replace(a_plan(address=made_at, files=FILES), app_id=made_with)
    refuse(plan, account=account, backend=backend, identity=identity, files=files)


@pytest.mark.parametrize("made_with", [WRITE, ""])
def test_a_plan_for_this_account_and_these_files_is_taken(made_with: str) -> None:
    refuse_foreign(made_with=made_with)
    refuse_foreign(made_with=made_with, made_at="https://A.example.:443/cdata.php")


@pytest.mark.parametrize(
    ("other", "reason", "what_to_do"),
    [
        ({"account": "live"}, 'is for the account "demo", not for "live"', "-a"),
        ({"address": "https://b.example/"}, 'now "https://b.example/" over', "schemactl.yaml"),
        ({"backend": "rest"}, "now .* over rest", "schemactl.yaml"),
        ({"files": "cd" * 32}, "schema files have changed", "plan again"),
        ({"made_with": READ}, f"{READ}, .* {WRITE}", f'app_ids: ["{READ}", "{WRITE}"]'),
    ],
)
def test_each_other_purpose_is_refused_with_its_reason(
    other: Mapping[str, str], reason: str, what_to_do: str
) -> None:
    with pytest.raises(RefusedError, match=reason) as refusal:
        refuse_foreign(**{"made_with": WRITE, **other})
    assert refusal.value.exit_code is ExitCode.REFUSED
    assert "nothing was changed" in str(refusal.value)
    assert what_to_do in (refusal.value.hint or "")


def test_app_ids_that_the_project_states_open_one_account() -> None:
    refuse_foreign(same=f"{READ} {WRITE}")
    for same in (READ, f"{WRITE} {'f' * 12}"):
        with pytest.raises(RefusedError, match="fingerprint"):
            refuse_foreign(same=same)


def test_a_plan_against_a_snapshot_fits_no_account() -> None:
    with pytest.raises(RefusedError, match="against a snapshot") as refusal:
        refuse_foreign(made_at="", address="")
    assert refusal.value.hint == "plan again without --against"
