"""A new field gets its values from others: every mapped value, once, and nobody's is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from schemactl.emulator.clauses import EVERY
from schemactl.emulator.faults import parse_fault
from schemactl.errors import AccountError, UnmappedValuesError
from schemactl.model.keep import KeepValues
from schemactl.model.plan import Permission
from schemactl.model.run import RunStatus
from schemactl.project import load_project
from schemactl.store.plan import plan_text
from tests.contract.exhaustive.test_renaming_options import CASES
from tests.contract.live import Bench
from tests.contract.switch_settings import DEFAULTS
from tests.contract.test_counts import BACKENDS, a_filled_bench
from tests.contract.test_undo import undo
from tests.contract.test_writing_values import LOST
from tests.killing import KilledError

FILLED: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Fax 2, type: text}
      - name: Industry
        type: tdrop
        options: [Retail & Trade, Services, Other]
        from:
          section: Sales
          name: Fax 2
          map: {"1": Retail & Trade, x: Services}
          others: Other
"""
REMOVED: Final = (
    FILLED.replace("      - {name: Fax 2, type: text}\n", "")
    + "removed:\n  fields: [{section: Sales, name: Fax 2}]\n"
)
SOURCE: Final = {"1": "1", "2": "0", "3": "x"}
AFTER: Final = ["Retail & Trade", "Other", "Services"]
ALLOWED: Final = frozenset(
    {Permission.WRITES_CONTACTS, Permission.REMOVES_FIELD, Permission.MANY_REMOVALS}
)


def held(bench: Bench, field: str) -> list[str]:
    """Return what all contacts hold in a field, in the order of their ids."""
    found = []
    with bench.server.runtime.account() as account:
        names = {one.id: one.name for one in account.layout.editor_fields()}
        for contact in account.contacts.select(EVERY):
            values = account.contacts.values_of(contact).items()
            found += [text for number, text in values if names[number] == field and text]
    return found


@contextmanager
def a_bench_to_fill(
    folder: Path, backend: str, setting: str = DEFAULTS, text: str = FILLED
) -> Iterator[Bench]:
    with a_filled_bench(folder, backend, setting) as bench:
        bench.write(text)
        yield bench


@pytest.mark.parametrize(("backend", "setting"), CASES)
def test_every_value_is_copied_or_none_is_lost_whatever_the_server_does(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with a_bench_to_fill(tmp_path, backend, setting, REMOVED) as bench:
        if setting == "legacy-contact-id=refused":
            return
        run = bench.apply(ALLOWED).run
        filled, source = held(bench, "Industry"), held(bench, "Fax 2")
        again = bench.plan(*ALLOWED)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert filled == AFTER
    assert source == []
    assert not again.changes


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_plan_says_in_how_many_records_and_shows_no_value(
    tmp_path: Path, backend: str
) -> None:
    with a_bench_to_fill(tmp_path, backend) as bench:
        bench.server.edit('add-contact "Fax 2=s3cret-value"')
        plan = bench.plan(*ALLOWED)
        run = bench.apply(ALLOWED).run
        left = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]

    (hazard,) = plan.hazards
    assert hazard.code is Permission.WRITES_CONTACTS
    assert "in 4 of" in hazard.message
    assert "s3cret" not in plan_text(plan)
    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert not any(b"s3cret" in text for text in left)
    assert not any("s3cret" in repr(event) for event in bench.events)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_value_that_is_not_mapped_refuses_the_plan_with_numbers_only(
    tmp_path: Path, backend: str
) -> None:
    text = FILLED.replace("          others: Other\n", "")
    with a_bench_to_fill(tmp_path, backend, text=text) as bench:
        bench.server.edit('add-contact "Fax 2=s3cret"\nadd-contact "Fax 2=s3cret"')
        with pytest.raises(UnmappedValuesError) as refused:
            bench.plan(*ALLOWED)
        calls = [str(call.request) for call in bench.server.runtime.calls()]

    assert "2 records of" in str(refused.value)
    assert "3 hold one that is not mapped (2 different values)" in str(refused.value)
    assert "s3cret" not in str(refused.value) + str(refused.value.hint)
    assert refused.value.values == (("s3cret", 2), ("0", 1))
    assert calls


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_value_that_somebody_wrote_into_the_field_stays(tmp_path: Path, backend: str) -> None:
    with a_bench_to_fill(tmp_path, backend) as bench:
        bench.apply(ALLOWED)
        with bench.server.runtime.account() as account:
            first, *_, last = account.contacts.select(EVERY)
        bench.server.edit(
            f'set-value {last} Industry Services\nset-value {last} "Fax 2" 1\n'
            'add-contact "Fax 2=1"'
        )
        plan = bench.plan(*ALLOWED)
        run = bench.apply(ALLOWED).run
        filled = held(bench, "Industry")

    del first
    (hazard,) = plan.hazards
    assert "in 1 of" in hazard.message
    assert "1 of" in hazard.message.partition("hold another value")[0]
    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert filled == [*AFTER, "Services", "Retail & Trade"]


def requests_of_apply(folder: Path, backend: str) -> list[str]:
    folder.mkdir()
    with a_bench_to_fill(folder, backend, text=REMOVED) as bench:
        calls = len(bench.server.runtime.calls())
        bench.apply(ALLOWED)
        return [str(call.request) for call in bench.server.runtime.calls()[calls:]]


def first_call(words: Sequence[str]) -> int:
    changes = ("edit_section", "fieldeditor_post", "fieldeditor_put")
    return min(words.index(word) for word in changes if word in words)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_apply_that_is_killed_at_any_request_is_completed_by_the_next(
    tmp_path: Path, backend: str
) -> None:
    words = requests_of_apply(tmp_path / "first", backend)
    for moment in range(first_call(words), len(words)):
        folder = tmp_path / f"at-{moment}"
        folder.mkdir()
        with a_bench_to_fill(folder, backend, text=REMOVED) as bench:
            with suppress(KilledError):
                bench.killed_at(moment).apply(ALLOWED)
            source, filled = held(bench, "Fax 2"), held(bench, "Industry")
            bench.apply(ALLOWED)
            after = held(bench, "Industry")

        assert source == list(SOURCE.values()) or filled == AFTER, moment
        assert after == AFTER, moment


REMOVALS: Final = {"legacy": "remove_field", "rest": "fieldeditor_delete"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_source_that_changes_at_any_moment_of_the_copying_is_copied_again(
    tmp_path: Path, backend: str
) -> None:
    words = requests_of_apply(tmp_path / "first", backend)
    reads = [place for place, word in enumerate(words) if word in {"search", "contacts_get"}]
    removal = words.index(REMOVALS[backend])
    # Behind the last read of the records there are a count of all, and what the guard reads.
    last = max(place for place in reads if place < removal - 3)
    for moment in range(first_call(words), last + 1):
        folder = tmp_path / f"at-{moment}"
        folder.mkdir()
        with a_bench_to_fill(folder, backend, text=REMOVED) as bench:
            with bench.server.runtime.account() as account:
                contact = account.contacts.select(EVERY)[-4]
            fault = f'any:other-user:times=1:skip={moment}:edit=set-value {contact} "Fax 2" x'
            bench.server.runtime.faults.add((parse_fault(fault),))
            run = bench.apply(ALLOWED).run
            source, filled = held(bench, "Fax 2"), held(bench, "Industry")
            if source:
                # A backup that somebody changes meanwhile is made again by the next apply.
                run = bench.apply(ALLOWED).run
                filled = held(bench, "Industry")

        assert run is not None
        assert run.status is RunStatus.COMPLETED, moment
        assert filled == ["Services", *AFTER[1:]], moment


DATE: Final = (
    "{name: New, type: fulldate, "
    'from: {section: Sales, name: Fax 2, format: "%d.%m.%Y", others: empty}}'
)
PRICE: Final = "{name: New, type: price, from: {section: Sales, name: Fax 2, others: empty}}"
MERGED: Final = (
    "{name: New, type: text, from: "
    "[{section: Sales, name: Stage, map: {Won: W}}, {section: Sales, name: Fax 2}]}"
)
NARROWED: Final = (
    "{name: New, type: tdrop, options: [North, Both], "
    "from: {section: Sales, name: Areas, map: {South: North}}}"
)
TYPES: Final[Mapping[str, tuple[str, list[str]]]] = {
    "text to date": (DATE, ["1600214400"]),
    "text to price": (PRICE, ["1", "12.50"]),
    "two sources": (MERGED, ["W", "0", "W", "Lost", "16.09.2020", "$12.50"]),
    "list to dropdown": (NARROWED, ["North", "North"]),
}


@pytest.mark.parametrize("case", TYPES)
@pytest.mark.parametrize("backend", BACKENDS)
def test_values_get_the_form_of_the_new_type(tmp_path: Path, backend: str, case: str) -> None:
    field, expected = TYPES[case]
    text = f"version: 1\nsections: [{{name: Sales, fields: [{field}]}}]\n"
    with a_bench_to_fill(tmp_path, backend, text=text) as bench:
        bench.server.edit('add-contact "Fax 2=16.09.2020"\nadd-contact "Fax 2=$12.50"')
        run = bench.apply(ALLOWED).run
        filled = held(bench, "New")
        again = bench.plan(*ALLOWED)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    # Over the Contacts API a price of 0 cannot be distinguished from none.
    assert [text for text in filled if text != "0" or case == "two sources"] == expected
    assert not again.changes


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
def test_whatever_happens_to_requests_no_value_is_lost(
    tmp_path: Path, backend: str, word: str, kind: str
) -> None:
    with a_bench_to_fill(tmp_path, backend, text=REMOVED) as bench:
        fault = f"{word}:{kind}:times={'all' if word.endswith('update') else 2}"
        bench.server.runtime.faults.add((parse_fault(fault),))
        with suppress(AccountError):
            bench.apply(ALLOWED)
        source, filled = held(bench, "Fax 2"), held(bench, "Industry")
        bench.server.runtime.faults.clear()
        bench.forget_calls()
        bench.apply(ALLOWED)
        after = held(bench, "Industry")

    assert source == list(SOURCE.values()) or filled == AFTER
    assert after == AFTER


@pytest.mark.parametrize("keep", KeepValues)
@pytest.mark.parametrize(
    ("backend", "word"), [("legacy", "update"), ("rest", "contact_update")]
)
def test_a_source_is_not_removed_before_it_was_copied_whatever_is_backed_up(
    tmp_path: Path, backend: str, word: str, keep: KeepValues
) -> None:
    with a_bench_to_fill(tmp_path, backend, text=REMOVED) as bench:
        with (tmp_path / "schemactl.yaml").open("a", encoding="utf-8") as file:
            file.write(f"values: {{keep: {keep}}}\n")
        project = load_project(tmp_path)
        target = replace(bench.target, project=project, account=project.account(None))
        lie = parse_fault(f"{word}:lying-success:times=all")
        bench.server.runtime.faults.add((lie,))
        run = replace(bench, target=target).apply(frozenset(Permission)).run
        source = held(bench, "Fax 2")

    assert run is not None
    assert run.status is RunStatus.INCOMPLETE
    assert source == list(SOURCE.values())


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_interrupted_copy_is_taken_up_by_the_next_apply(
    tmp_path: Path, backend: str
) -> None:
    with a_bench_to_fill(tmp_path, backend, text=REMOVED) as bench:
        written = "contact_update" if backend == "rest" else "update"

        def is_interrupted() -> bool:
            return any(call.request == written for call in bench.server.runtime.calls())

        host = replace(bench.target.host, is_interrupted=is_interrupted)
        stopped = replace(bench, target=replace(bench.target, host=host)).apply(ALLOWED).run
        source = held(bench, "Fax 2")
        run = bench.apply(ALLOWED).run
        filled = held(bench, "Industry")

    assert stopped is not None
    assert stopped.status is RunStatus.INTERRUPTED
    assert source == list(SOURCE.values())
    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert filled == AFTER


@pytest.mark.parametrize("name", ["Fax 2", "Old Fax"])
def test_a_source_that_the_same_plan_renames_is_copied(tmp_path: Path, name: str) -> None:
    text = (
        FILLED.replace("{name: Fax 2, type: text}", "{name: Old Fax, type: text, was: [Fax 2]}")
    ).replace("          name: Fax 2\n", f"          name: {name}\n")
    with a_bench_to_fill(tmp_path, "rest", text=text) as bench:
        run = bench.apply(ALLOWED).run
        filled, source = held(bench, "Industry"), held(bench, "Old Fax")
        again = bench.plan(*ALLOWED)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert filled == AFTER
    assert source == list(SOURCE.values())
    assert not again.changes


@pytest.mark.parametrize("backend", BACKENDS)
def test_whoever_fills_a_field_and_undoes_has_the_source_again(
    tmp_path: Path, backend: str
) -> None:
    with a_bench_to_fill(tmp_path, backend, text=REMOVED) as bench:
        assert bench.apply(ALLOWED).run
        run = undo(bench).run
        source, filled = held(bench, "Fax 2"), held(bench, "Industry")

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    assert source == list(SOURCE.values())
    assert filled == []
