"""An option is renamed: every holder gets the new one, and nobody loses anything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from schemactl.account.batch_sizes import count_write_requests
from schemactl.emulator.clauses import EVERY
from schemactl.emulator.faults import parse_fault
from schemactl.errors import AccountError, MissingPermissionError
from schemactl.model.difference import NoticeCode
from schemactl.model.event import RequestAnswered, RequestSent
from schemactl.model.plan import Permission
from schemactl.model.run import RunStatus, VerdictStatus
from schemactl.store.plan import plan_text
from tests.contract.live import Bench, verdicts_of
from tests.contract.switch_settings import DEFAULTS
from tests.contract.test_counts import BACKENDS, SETTINGS, a_filled_bench
from tests.contract.test_undo import plan_undo, undo
from tests.contract.test_writing_values import LOST
from tests.killing import KilledError

RENAMED: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - name: Stage
        type: tdrop
        options: [New, {name: "Won & signed", was: [Won]}, Lost]
      - {name: Areas, type: list, options: [{name: Nord, was: [North]}, South]}
"""
BEFORE: Final = {"Stage": ["Won", "Won", "Lost"], "Areas": ["North*/*South", "North"]}
AFTER: Final = {
    "Stage": ["Won & signed", "Won & signed", "Lost"],
    "Areas": ["Nord*/*South", "Nord"],
}
ALLOWED: Final = frozenset({Permission.WRITES_CONTACTS})


def held(bench: Bench) -> Mapping[str, list[str]]:
    """Return what all contacts hold, by field."""
    found: dict[str, list[str]] = {"Stage": [], "Areas": []}
    with bench.server.runtime.account() as account:
        names = {field.id: field.name for field in account.layout.editor_fields()}
        for contact in account.contacts.select(EVERY):
            for number, text in account.contacts.values_of(contact).items():
                if names[number] in found and text:
                    found[names[number]].append(text.strip("*/"))
    return found


def options(bench: Bench) -> Mapping[str, set[str]]:
    fields = (field for _, field in bench.snapshot().all_fields())
    return {
        field.name: set(field.options or ())
        for field in fields
        if field.name in {"Stage", "Areas"}
    }


@contextmanager
def a_renaming_bench(folder: Path, backend: str, setting: str = DEFAULTS) -> Iterator[Bench]:
    with a_filled_bench(folder, backend, setting) as bench:
        bench.write(RENAMED)
        yield bench


CASES: Final = [
    *(("rest", setting) for setting in SETTINGS if not setting.startswith("legacy-")),
    *(("legacy", setting) for setting in SETTINGS if setting.startswith(("legacy-", DEFAULTS))),
]


@pytest.mark.parametrize(("backend", "setting"), CASES)
def test_every_holder_gets_the_new_option_whatever_the_server_does(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with a_renaming_bench(tmp_path, backend, setting) as bench:
        run = bench.apply(ALLOWED).run
        now, left = held(bench), options(bench)
        again = bench.plan(*ALLOWED)

    assert run is not None
    if run.status is RunStatus.COMPLETED:
        assert now == AFTER
        assert left == {"Stage": {"New", "Won & signed", "Lost"}, "Areas": {"Nord", "South"}}
        assert not again.changes
    else:
        assert setting.startswith(("legacy-list-value=ids", "legacy-contact-id=refused"))
        # Whoever still holds an old option can still hold it.
        assert {"Won", "Won & signed"} & left["Stage"]
        assert now["Stage"] in (BEFORE["Stage"], AFTER["Stage"])
        assert {"North", "Nord"} <= left["Areas"]
        assert now["Areas"] in (BEFORE["Areas"], AFTER["Areas"])


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_plan_says_in_how_many_contacts_and_needs_its_own_permission(
    tmp_path: Path, backend: str
) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        plan = bench.plan()
        with pytest.raises(MissingPermissionError, match="writes-contacts"):
            bench.apply(frozenset())
        bench.forget_calls()
        calls = len(bench.server.runtime.calls())
        applied = bench.apply(ALLOWED)
        made = len(bench.server.runtime.calls()) - calls

    assert {hazard.code for hazard in plan.hazards} == ALLOWED
    first, second = (hazard.message for hazard in plan.hazards)
    total = plan.counts[0].count
    assert 'the option "Won" becomes "Won & signed" in 2 of' in first
    assert f"{count_write_requests(backend, 2)} request" in first
    assert 'the option "North" becomes "Nord" in 2 of' in second
    assert total == plan.counts[1].count
    assert applied.run is not None
    assert applied.run.status is RunStatus.COMPLETED
    assert made == plan.budget.requests == applied.run.requests_made


@pytest.mark.parametrize(
    ("backend", "word"), [("legacy", "update"), ("rest", "contact_update")]
)
def test_what_another_person_writes_meanwhile_is_neither_lost_nor_left_behind(
    tmp_path: Path, backend: str, word: str
) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        fault = f'{word}:other-user:times=1:when=after:edit=add-contact Stage=Won "Fax 2=late"'
        bench.server.runtime.faults.add((parse_fault(fault),))
        run = bench.apply(ALLOWED).run
        now = held(bench)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert now == {**AFTER, "Stage": [*AFTER["Stage"], "Won & signed"]}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_saved_plan_renames_what_was_reviewed(tmp_path: Path, backend: str) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        file = tmp_path / "plan.json"
        file.write_bytes(plan_text(bench.plan(*ALLOWED)).encode())
        # Who comes meanwhile is moved too: nobody loses anything by it.
        bench.server.edit('add-contact Stage=Won "Fax 2=late"')
        run = bench.apply(ALLOWED, plan_file=file).run
        now = held(bench)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert now == {**AFTER, "Stage": [*AFTER["Stage"], "Won & signed"]}


@pytest.mark.parametrize("setting", ["raw", "0", "422"])
@pytest.mark.parametrize("word", ["contact_update", "fieldeditor_get"])
def test_an_option_that_was_made_again_meanwhile_removes_nothing(
    tmp_path: Path, setting: str, word: str
) -> None:
    """While holders are written, and after it, before the read of the guard."""
    words = words_of_apply(tmp_path / "first", "rest")
    last = len(words) - 1 - words[::-1].index("fieldeditor_put")
    skip = 3 if word == "contact_update" else words[:last].count(word) - 1
    folder = tmp_path / "second"
    folder.mkdir()
    with a_renaming_bench(folder, "rest", f"write-unknown-option={setting}") as bench:
        for edit in ("remove-option Sales Areas Nord", "add-option Sales Areas Nord"):
            fault = f"{word}:other-user:skip={skip}:edit={edit}"
            bench.server.runtime.faults.add((parse_fault(fault),))
        run = bench.apply(ALLOWED).run
        left = options(bench)

    assert run is not None
    assert run.status is not RunStatus.COMPLETED
    assert "North" in left["Areas"]
    if word == "fieldeditor_get":
        assert 'the option "Nord" was deleted or made again' in str(run.verdicts)


@pytest.mark.parametrize(
    ("backend", "fault"),
    [
        ("legacy", "remove_dropdown:cut-before-acting"),
        ("rest", "fieldeditor_put:cut-before-acting:skip=1"),
    ],
)
def test_a_saved_plan_that_is_taken_up_moves_who_came_since(
    tmp_path: Path, backend: str, fault: str
) -> None:
    with a_renaming_bench(tmp_path, backend) as filled:
        bench = filled.uncounted()
        file = tmp_path / "plan.json"
        file.write_bytes(plan_text(bench.plan(*ALLOWED)).encode())
        bench.server.runtime.faults.add((parse_fault(fault),))
        first = bench.apply(ALLOWED, plan_file=file).run
        moved = held(bench)
        bench.server.edit('add-contact Stage=Won "Fax 2=late"')
        bench.forget_calls()
        run = bench.apply(ALLOWED, plan_file=file).run
        now, left = held(bench), options(bench)

    assert first is not None
    assert run is not None
    assert first.status is not RunStatus.COMPLETED
    assert moved["Stage"] == AFTER["Stage"]
    assert run.status is RunStatus.COMPLETED
    assert now == {**AFTER, "Stage": [*AFTER["Stage"], "Won & signed"]}
    assert "Won" not in left["Stage"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_contacts_hold_beside_the_options_is_nowhere(tmp_path: Path, backend: str) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        bench.server.edit('add-contact Stage=Won "Fax 2=s3cret"')
        plan = bench.plan(*ALLOWED)
        bench.apply(ALLOWED)
        left = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]

    assert "s3cret" not in plan_text(plan)
    assert not any(b"s3cret" in text for text in left)
    assert not any("s3cret" in repr(event) for event in bench.events)


def words_of_apply(folder: Path, backend: str) -> list[str]:
    """Return the requests of an undisturbed apply, in their order."""
    folder.mkdir()
    with a_renaming_bench(folder, backend) as bench:
        calls = len(bench.server.runtime.calls())
        bench.apply(ALLOWED)
        return [str(call.request) for call in bench.server.runtime.calls()[calls:]]


def first_change(words: Sequence[str]) -> int:
    """Return the place of the first call: what comes before it is the same in every apply."""
    return min(
        words.index(word) for word in ("add_dropdown", "fieldeditor_put") if word in words
    )


def _last_read(words: Sequence[str]) -> int:
    return max(place for place, word in enumerate(words) if word == "contacts_get")


@pytest.mark.parametrize("backend", BACKENDS)
def test_who_gets_the_old_option_at_any_moment_loses_nothing(
    tmp_path: Path, backend: str
) -> None:
    words = words_of_apply(tmp_path / "first", backend)
    # After the first read of the guard nobody can see it: the reads are made at once.
    last = words.index("remove_dropdown") if backend == "legacy" else _last_read(words) + 2
    assert last > 10
    for moment in range(first_change(words), last):
        folder = tmp_path / f"at-{moment}"
        folder.mkdir()
        with a_renaming_bench(folder, backend) as bench:
            fault = (
                f'any:other-user:times=1:skip={moment}:edit=add-contact Stage=Won "Fax 2=late"'
            )
            bench.server.runtime.faults.add((parse_fault(fault),))
            bench.apply(ALLOWED)
            now, left = held(bench), options(bench)
            again = bench.apply(ALLOWED).run
            after = held(bench)

        assert len(now["Stage"]) == 4, moment
        assert set(now["Stage"]) <= left["Stage"], moment
        assert again is not None
        assert again.status in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}, moment
        assert after == {**AFTER, "Stage": [*AFTER["Stage"], "Won & signed"]}, moment


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_apply_that_is_killed_at_any_request_is_completed_by_the_next(
    tmp_path: Path, backend: str
) -> None:
    """By turns when a request is sent, and when it is answered."""
    words = words_of_apply(tmp_path / "first", backend)
    kinds = itertools.cycle((RequestSent, RequestAnswered))
    for moment, kind in zip(range(first_change(words), len(words)), kinds, strict=False):
        folder = tmp_path / f"at-{moment}"
        folder.mkdir()
        with a_renaming_bench(folder, backend) as bench:
            with suppress(KilledError):
                bench.killed_at(moment, kind).apply(ALLOWED)
            now, left = held(bench), options(bench)
            bench.apply(ALLOWED)
            after = held(bench)

        assert [len(now[name]) for name in BEFORE] == [len(BEFORE[name]) for name in BEFORE]
        assert set(now["Stage"]) <= left["Stage"], moment
        assert after == AFTER, moment


@pytest.mark.parametrize(
    ("backend", "word"), [("legacy", "update"), ("rest", "contact_update")]
)
def test_a_contact_that_cannot_be_written_keeps_the_old_option_in_the_account(
    tmp_path: Path, backend: str, word: str
) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        bench.server.runtime.faults.add((parse_fault(f"{word}:lying-success:times=all"),))
        run = bench.apply(ALLOWED).run
        now, left = held(bench), options(bench)
        bench.server.runtime.faults.clear()
        second = bench.apply(ALLOWED).run
        after = held(bench)

    assert run is not None
    assert run.status is not RunStatus.COMPLETED
    assert VerdictStatus.APPLIED not in verdicts_of(run).values()
    assert now == BEFORE
    assert "Won" in left["Stage"]
    assert "North" in left["Areas"]
    assert second is not None
    assert second.status is RunStatus.COMPLETED
    assert after == AFTER


@pytest.mark.parametrize("kind", [*LOST, "lying-success"])
@pytest.mark.parametrize(
    ("backend", "word"),
    [
        ("legacy", "update"),
        ("legacy", "fetch"),
        ("legacy", "search"),
        ("rest", "contact_update"),
        ("rest", "contacts_get"),
    ],
)
def test_whatever_happens_to_requests_nobody_loses_an_option(
    tmp_path: Path, backend: str, word: str, kind: str
) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        times = "all" if word.endswith("update") else 2
        fault = parse_fault(f"{word}:{kind}:times={times}")
        bench.server.runtime.faults.add((fault,))
        with suppress(AccountError):
            bench.apply(ALLOWED)
        now, left = held(bench), options(bench)
        bench.server.runtime.faults.clear()
        bench.forget_calls()
        bench.apply(ALLOWED)
        after = held(bench)

    assert [len(now[name]) for name in BEFORE] == [len(BEFORE[name]) for name in BEFORE]
    assert set(now["Stage"]) <= left["Stage"]
    assert after == AFTER


@pytest.mark.parametrize("backend", BACKENDS)
def test_whoever_renames_options_and_undoes_has_every_one_again(
    tmp_path: Path, backend: str
) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        before = options(bench)
        assert bench.apply(ALLOWED).run
        bench.server.edit('add-contact "Stage=Won & signed"')
        run = undo(bench).run
        now, left = held(bench), options(bench)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert now == {**BEFORE, "Stage": [*BEFORE["Stage"], "Won"]}
    assert left == before


@pytest.mark.parametrize("backend", BACKENDS)
def test_merged_options_are_left_to_a_person_by_an_undo(tmp_path: Path, backend: str) -> None:
    with a_renaming_bench(tmp_path, backend) as bench:
        bench.write(RENAMED.replace("was: [Won]}, Lost]", "was: [Won, Lost]}]"))
        assert bench.apply(ALLOWED).run
        before = held(bench), options(bench)
        plan = plan_undo(bench)
        undo(bench)
        after = held(bench), options(bench)

    conflicts = [one for one in plan.notices if one.code is NoticeCode.UNDO_CONFLICT]
    assert [one.about for one in conflicts] == ["Sales / Stage"]
    assert after[0]["Stage"] == before[0]["Stage"] == ["Won & signed"] * 3
    assert after[1]["Stage"] == before[1]["Stage"]
