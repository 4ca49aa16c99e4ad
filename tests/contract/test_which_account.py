"""State belongs to one account: to its address, and to what its app ids open."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from schemactl.emulator.server import EmulatorServer
from schemactl.errors import LockedError, RefusedError
from schemactl.model.account_identity import fingerprint_of_app_id
from schemactl.model.difference import Notice
from schemactl.model.plan import Permission, Plan
from schemactl.project import BackendName
from schemactl.store.plan import plan_text
from tests.contract.live import Bench, a_bench

SANDBOX, PRODUCTION, WRITER = "app-7f3a9c", "app-productive", "app-writer"
KEEP = "{name: Keep, type: text}"
LOSE = "{name: Lose, type: text}"
PROTECTED = "{name: Lose, type: text, protect: true}"
REMOVED = "removed: {fields: [{section: S, name: Lose}]}\n"


def files(*fields: str, more: str = "") -> str:
    lines = "".join(f"      - {one}\n" for one in fields)
    return f"version: 1\nsections:\n  - name: S\n    fields:\n{lines}{more}"


@pytest.fixture(params=["legacy", "rest"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """An account that has both fields; the project's app id is of the sandbox."""
    with a_bench(tmp_path, EmulatorServer(), backend=request.param) as bench:
        bench.server.edit("add-section S\nadd-field S Lose text\nadd-field S Keep text")
        yield bench


def save(bench: Bench, plan: Plan) -> Path:
    path = bench.folder / "plan.json"
    path.write_text(plan_text(plan), encoding="utf-8")
    return path


def ids_of(plan: Plan) -> list[str]:
    return [change.id for change in plan.changes]


def foreign_base(plan: Plan) -> Notice | None:
    found = [one for one in plan.notices if one.code == "foreign-base"]
    return found[0] if found else None


def base(bench: Bench) -> dict[str, object]:
    text = (bench.folder / ".schemactl/base/live.json").read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)
    return found


def state_files(bench: Bench) -> str:
    folder = bench.folder / ".schemactl"
    kept = (gzip.decompress(path.read_bytes()).decode() for path in folder.rglob("*.gz"))
    files = (path for path in folder.rglob("*.json*") if path.suffix != ".gz")
    return "".join((*(path.read_text() for path in files), *kept))


def one_account(bench: Bench, *app_ids: str) -> Bench:
    prints = tuple(map(fingerprint_of_app_id, app_ids))
    return bench.with_account(replace(bench.target.account, app_ids=prints))


def test_a_plan_of_one_account_is_refused_on_another_at_the_same_address(bench: Bench) -> None:
    bench.write(files(KEEP, more=REMOVED))
    path = save(bench, bench.plan(*Permission))
    before = bench.snapshot()

    with pytest.raises(RefusedError, match="foreign-plan") as refusal:
        bench.opened_by(PRODUCTION).apply(plan_file=path)

    for app_id in (SANDBOX, PRODUCTION):
        assert fingerprint_of_app_id(app_id) in str(refusal.value)
        assert fingerprint_of_app_id(app_id) in str(refusal.value.hint)
        assert app_id not in f"{refusal.value} {refusal.value.hint}"
    assert bench.snapshot() == before


def test_a_plan_of_one_app_id_is_applied_with_another_of_the_same_account(bench: Bench) -> None:
    bench = one_account(bench, SANDBOX, WRITER)
    bench.write(files(KEEP, more=REMOVED))
    path = save(bench, bench.plan(*Permission))

    applied = bench.opened_by(WRITER).apply(plan_file=path)

    assert applied.run is not None
    assert applied.run.calls_made > 0
    again = bench.opened_by(WRITER).apply(plan_file=path)
    assert again.applied_by == applied.run.id


def test_neither_renames_nor_orphans_of_another_account_are_used(bench: Bench) -> None:
    bench.write(files(KEEP, LOSE, "{name: Made, type: text}"))
    bench.apply()
    bench.server.edit("rename-field S Lose Renamed")
    bench.write(files(KEEP, LOSE))

    here, there = bench.plan(), bench.opened_by(PRODUCTION).plan()

    assert foreign_base(here) is None
    assert any(one.code == "orphan" for one in here.notices)
    notice = foreign_base(there)
    assert notice is not None
    assert fingerprint_of_app_id(SANDBOX) in notice.message
    assert fingerprint_of_app_id(PRODUCTION) in notice.message
    assert "app_ids: [" in notice.message
    assert not any(one.code == "orphan" for one in there.notices)
    assert ids_of(there) == ["add-field/S/Lose"]
    assert not bench.opened_by(PRODUCTION).plan(*Permission, prune=True).calls[1:]


def test_what_a_foreign_base_protects_stays_protected(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED))
    bench.apply()
    bench.write(files(KEEP, more=REMOVED))
    before = bench.snapshot()

    with pytest.raises(RefusedError, match=r"still-protected[\s\S]*S / Lose"):
        bench.opened_by(PRODUCTION).plan(*Permission)
    with pytest.raises(RefusedError, match="still-protected"):
        bench.opened_by(PRODUCTION).apply()
    bench.write(files(KEEP))
    notice = foreign_base(bench.opened_by(PRODUCTION).plan())

    assert bench.snapshot() == before
    assert notice is not None
    assert "stay protected" in notice.message


def test_an_apply_to_another_account_does_not_end_protection(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED))
    bench.apply()
    bench.write(files(KEEP))
    for _ in range(2):
        bench.opened_by(PRODUCTION).apply()
    bench.write(files(KEEP, more=REMOVED))

    for app_id in (PRODUCTION, SANDBOX):
        with pytest.raises(RefusedError, match="still-protected"):
            bench.opened_by(app_id).plan(*Permission)


def test_protection_outlasts_applies_to_an_account_without_the_field(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED))
    bench.apply()
    bench.write(files(KEEP))
    bench.server.edit("remove-field S Lose")
    for _ in range(2):
        bench.opened_by(PRODUCTION).apply()
    bench.server.edit("add-field S Lose text")
    bench.write(files(KEEP, more=REMOVED))

    with pytest.raises(RefusedError, match="still-protected"):
        bench.plan(*Permission)


def test_declaring_a_field_without_protect_ends_it_in_every_account(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED))
    bench.apply()
    there = bench.opened_by(PRODUCTION)
    bench.write(files(KEEP, LOSE))

    assert [one.name for one in there.plan().ends_protection] == ["Lose"]
    there.apply()
    bench.write(files(KEEP, more=REMOVED))

    assert ids_of(there.plan(*Permission)) == ["remove-field/S/Lose"]
    assert not {"protected", "protected_elsewhere"} & base(bench).keys()


def test_a_protected_field_is_not_replaced_in_another_account(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED))
    bench.apply()
    bench.write(files(KEEP, "{name: Lose, type: numeric}"))

    assert bench.opened_by(PRODUCTION).plan(*Permission).calls == ()


def test_another_spelling_of_the_address_is_the_same_account(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED, "{name: Made, type: text}"))
    path = save(bench, bench.plan())
    url = bench.target.account.url
    spelled = url.rstrip("/").replace("127.0.0.1", "LOCALHOST")
    other = bench.with_account(replace(bench.target.account, url=spelled))

    other.apply(plan_file=path)
    bench.write(files(KEEP, more=REMOVED))

    for each in (bench, other):
        with pytest.raises(RefusedError, match="still-protected"):
            each.plan(*Permission)
    bench.write(files(KEEP))
    assert foreign_base(bench.plan()) is None
    assert any(one.code == "orphan" for one in bench.plan().notices)


def test_one_apply_at_a_time_however_the_account_is_spelled_and_opened(bench: Bench) -> None:
    bench = one_account(bench, SANDBOX, WRITER)
    url = bench.target.account.url.replace("127.0.0.1", "localhost")
    spelled = bench.with_account(replace(bench.target.account, url=url))

    with bench.target.hold(wait_s=0):
        for other in (spelled, bench.opened_by(WRITER)):
            with pytest.raises(LockedError), other.target.hold(wait_s=0):
                pass
        with bench.opened_by(PRODUCTION).target.hold(wait_s=0):
            pass


def test_both_apis_of_an_account_share_its_base(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED, "{name: Made, type: text}"))
    bench.apply()
    server, account = bench.server, bench.target.account
    other = bench.with_account(
        replace(account, backend=BackendName.REST, url=server.rest_url)
        if account.backend is BackendName.LEGACY
        else replace(account, backend=BackendName.LEGACY, url=server.url)
    )

    bench.write(files(KEEP, more=REMOVED))
    with pytest.raises(RefusedError, match="still-protected"):
        other.plan(*Permission)
    bench.write(files(KEEP))
    plan = other.plan()

    assert foreign_base(plan) is None
    assert [one.about for one in plan.notices if one.code == "orphan"] == ["S / Made"]
    other.apply()
    bench.write(files(KEEP, more=REMOVED))
    with pytest.raises(RefusedError, match="still-protected"):
        bench.plan(*Permission)


def test_state_of_earlier_versions_is_taken_by_its_address(bench: Bench) -> None:
    bench.write(files(KEEP, PROTECTED))
    bench.apply()
    path = bench.folder / ".schemactl/base/live.json"
    older = {name: part for name, part in base(bench).items() if name != "app_id_fingerprint"}
    path.write_text(json.dumps({**older, "address": bench.target.account.url}))

    assert foreign_base(bench.opened_by(PRODUCTION).plan()) is None


def test_no_state_holds_the_app_id_itself(bench: Bench) -> None:
    bench.write(files(KEEP, "{name: Made, type: text}"))
    save(bench, bench.plan())
    bench.apply()

    text = state_files(bench) + (bench.folder / "plan.json").read_text()

    assert text.count(f'"app_id_fingerprint": "{fingerprint_of_app_id(SANDBOX)}"') == 4
    assert SANDBOX not in text
