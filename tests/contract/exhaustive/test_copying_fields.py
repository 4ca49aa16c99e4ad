"""A field that no call renames or moves is copied: the new one has every value, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from schemactl.emulator.clauses import EVERY
from schemactl.emulator.faults import parse_fault
from schemactl.errors import MissingPermissionError, RefusedError
from schemactl.model.plan import ManualCode, Permission
from schemactl.model.run import RunStatus
from schemactl.safety import MoreHeldError
from schemactl.store.base_file import read_base
from schemactl.store.plan import plan_text
from tests.contract.live import Bench
from tests.contract.test_counts import FULL, a_filled_bench
from tests.contract.test_filling_fields import held
from tests.contract.test_undo import undo
from tests.killing import KilledError

NEW_NAMES: Final = {
    "Fax 2": "Fax number",
    "Story": "Whole story",
    "Stage": "Step",
    "Areas": "Regions",
    "Amount": "Sum",
    "Known": "Familiar",
    "Due": "Due on",
}
ALLOWED: Final = frozenset(
    {Permission.COPIES_VALUES, Permission.WRITES_CONTACTS, Permission.REMOVES_FIELD}
)
RENAMED: Final = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Kept, type: text}
      - {name: Fax number, was: [Fax 2], type: text}
"""
MOVED: Final = """\
version: 1
sections:
  - name: Archive
    fields:
      - {name: Fax 2, type: text}
  - name: Sales
    fields:
      - {name: Kept, type: text}
"""
SOURCE: Final = ["1", "0", "x"]


def all_renamed() -> str:
    """Return files that rename a field of every type, and an option on the way."""
    text = FULL.replace("manage: mirror", "manage: merge")
    for old, new in NEW_NAMES.items():
        text = text.replace(f"name: {old},", f"name: {new}, was: [{old}],")
    return text.replace("Won, Lost", "{name: Done, was: [Won]}, Lost")


def bare(values: Sequence[str]) -> list[str]:
    return [text.strip("*/") for text in values]


def where(bench: Bench) -> set[tuple[str, str]]:
    return {(section, field.name) for section, field in bench.snapshot().all_fields()}


BOTH: Final = MOVED.replace("{name: Fax 2,", "{name: Fax number, was: [Fax 2],")
CASES: Final = [
    pytest.param("legacy", RENAMED, ("Sales", "Fax number"), id="rename over the Contacts API"),
    pytest.param("legacy", MOVED, ("Archive", "Fax 2"), id="move over the Contacts API"),
    pytest.param("rest", BOTH, ("Archive", "Fax number"), id="move over the REST API"),
]
OLD: Final = ("Sales", "Fax 2")


def values_at(bench: Bench, place: tuple[str, str]) -> list[str]:
    """Return what all contacts hold in the field at a place, in the order of their ids."""
    found = []
    with bench.server.runtime.account() as account:
        ids = {
            field.id
            for section in account.layout.contents()
            for field in section.editor_fields
            if (section.row.name, field.name) == place
        }
        for contact in account.contacts.select(EVERY):
            values = account.contacts.values_of(contact).items()
            found += [text for number, text in values if number in ids and text]
    return found


@contextmanager
def a_bench_to_copy(folder: Path, backend: str, text: str) -> Iterator[Bench]:
    with a_filled_bench(folder, backend) as bench:
        bench.write(text)
        yield bench


def test_a_field_of_every_type_is_renamed_over_the_contacts_api(tmp_path: Path) -> None:
    with a_bench_to_copy(tmp_path, "legacy", all_renamed()) as bench:
        before = {old: held(bench, old) for old in NEW_NAMES}
        run = bench.apply(ALLOWED).run
        after = {new: held(bench, new) for new in NEW_NAMES.values()}
        names = {name for _, name in where(bench)}
        again = bench.plan(*ALLOWED)

    assert run is not None
    assert run.status is RunStatus.COMPLETED
    before["Stage"] = [text.replace("Won", "Done") for text in before["Stage"]]
    # Over the Contacts API a price of 0, a box and a day lose nothing but their form.
    assert [len(values) for values in after.values()] == [len(one) for one in before.values()]
    for same in ("Fax 2", "Story", "Stage", "Areas", "Known"):
        assert bare(after[NEW_NAMES[same]]) == bare(before[same])
    assert not names & NEW_NAMES.keys()
    assert not again.changes


@pytest.mark.parametrize(("backend", "text", "new"), CASES)
def test_without_the_permission_a_person_does_it_and_the_step_says_how_calls_can(
    tmp_path: Path, backend: str, text: str, new: tuple[str, str]
) -> None:
    with a_bench_to_copy(tmp_path, backend, text) as bench:
        (step,) = bench.plan().manual_steps
        plan = bench.plan(Permission.COPIES_VALUES)
        with pytest.raises(MissingPermissionError, match="removes-field") as refused:
            bench.apply(frozenset({Permission.COPIES_VALUES}))
        places = where(bench)

    assert step.code in {ManualCode.RENAME_BY_HAND, ManualCode.MOVE_BY_HAND}
    assert "--allow copies-values" in (step.alternative or "")
    assert not plan.manual_steps
    hazards = {hazard.code: hazard.message for hazard in plan.hazards}
    title = " / ".join(new)
    assert hazards.keys() == ALLOWED
    assert f'is removed once they are in "{title}"' in hazards[Permission.REMOVES_FIELD]
    assert "3 of 7 contacts" in hazards[Permission.REMOVES_FIELD]
    assert "in 3 of" in hazards[Permission.WRITES_CONTACTS]
    assert f'"{title}" is a new field' in hazards[Permission.COPIES_VALUES]
    assert "writes-contacts" in str(refused.value)
    assert OLD in places
    assert new not in places


@contextmanager
def a_bench_in(folder: Path) -> Iterator[Bench]:
    """Yield a bench of the Contacts API on which a field is to be renamed."""
    folder.mkdir()
    with a_bench_to_copy(folder, "legacy", RENAMED) as bench:
        yield bench


CHANGING: Final = ("add_section", "edit_section", "fieldeditor_post", "fieldeditor_put")


def first_call(words: Sequence[str]) -> int:
    return min(words.index(word) for word in CHANGING if word in words)


def requests_of_apply(folder: Path, backend: str, text: str) -> list[str]:
    folder.mkdir()
    with a_bench_to_copy(folder, backend, text) as bench:
        calls = len(bench.server.runtime.calls())
        bench.apply(ALLOWED)
        return [str(call.request) for call in bench.server.runtime.calls()[calls:]]


@pytest.mark.parametrize(("backend", "text", "new"), CASES)
def test_a_copy_that_is_killed_at_any_request_is_completed_by_the_next(
    tmp_path: Path, backend: str, text: str, new: tuple[str, str]
) -> None:
    words = requests_of_apply(tmp_path / "first", backend, text)
    for moment in range(first_call(words), len(words)):
        folder = tmp_path / f"at-{moment}"
        folder.mkdir()
        with a_bench_to_copy(folder, backend, text) as bench:
            with suppress(KilledError):
                bench.killed_at(moment).apply(ALLOWED)
            source, copied = values_at(bench, OLD), values_at(bench, new)
            bench.forget_calls()
            run = bench.apply(ALLOWED).run
            after, places = values_at(bench, new), where(bench)
            again = bench.plan(*ALLOWED)

        assert SOURCE in (source, copied), moment
        assert run is None or run.status in {RunStatus.COMPLETED, RunStatus.NOTHING_TO_DO}
        assert after == SOURCE, moment
        assert OLD not in places, moment
        assert not again.changes, moment


def moments_of_copying(folder: Path) -> range:
    """Return which requests come from the first that writes to a contact to the removal."""
    words = requests_of_apply(folder / "first", "legacy", RENAMED)
    return range(words.index("update"), words.index("remove_field"))


def edit_first(bench: Bench, edit: str) -> str:
    """Return an edit of the old field of the first contact that has a value there."""
    with bench.server.runtime.account() as account:
        fields = account.layout.contents()
        number = next(
            field.id
            for section in fields
            for field in section.editor_fields
            if (section.row.name, field.name) == OLD
        )
        contacts = account.contacts
        first = next(
            one for one in contacts.select(EVERY) if contacts.values_of(one).get(number)
        )
    return edit.format(first)


def test_a_value_that_changes_between_two_runs_of_a_copy_is_never_lost(tmp_path: Path) -> None:
    new = "Sales", "Fax number"
    for moment in moments_of_copying(tmp_path):
        folder = tmp_path / f"at-{moment}"
        with a_bench_in(folder) as bench:
            with suppress(KilledError):
                bench.killed_at(moment).apply(ALLOWED)
            bench.server.edit(edit_first(bench, 'set-value {} "Fax 2" NEWER'))
            bench.forget_calls()
            again = bench.apply(ALLOWED).run
            if values_at(bench, OLD):
                assert again is not None
                assert again.status is RunStatus.INCOMPLETE
                bench.server.edit(edit_first(bench, 'clear-value {} "Fax number"'))
                again = bench.apply(ALLOWED).run
            copied, places = values_at(bench, new), where(bench)

        assert again is not None
        assert again.status is RunStatus.COMPLETED, moment
        assert copied == ["NEWER", *SOURCE[1:]], moment
        assert OLD not in places


def test_a_value_that_is_cleared_while_it_is_copied_does_not_come_back(tmp_path: Path) -> None:
    moments = moments_of_copying(tmp_path)
    # Behind the last read of the records there are a count of all, and what the guard reads.
    for moment in moments[:-4]:
        with a_bench_in(tmp_path / f"at-{moment}") as bench:
            edit = edit_first(bench, 'clear-value {} "Fax 2"')
            fault = f"any:other-user:times=1:skip={moment}:edit={edit}"
            bench.server.runtime.faults.add((parse_fault(fault),))
            run = bench.apply(ALLOWED).run
            if values_at(bench, OLD):
                run = bench.apply(ALLOWED).run
            copied = values_at(bench, ("Sales", "Fax number"))

        assert run is not None
        assert run.status is RunStatus.COMPLETED, moment
        assert copied == SOURCE[1:], moment


@pytest.mark.parametrize(("backend", "text", "new"), CASES)
def test_a_contact_that_cannot_be_written_keeps_the_old_field(
    tmp_path: Path, backend: str, text: str, new: tuple[str, str]
) -> None:
    with a_bench_to_copy(tmp_path, backend, text) as bench:
        word = "contact_update" if backend == "rest" else "update"
        bench.server.runtime.faults.add((parse_fault(f"{word}:lying-success:times=all"),))
        run = bench.apply(ALLOWED).run
        source = values_at(bench, OLD)
        bench.server.runtime.faults.clear()
        bench.forget_calls()
        again = bench.apply(ALLOWED).run
        copied, places = values_at(bench, new), where(bench)

    assert run is not None
    assert run.status is RunStatus.INCOMPLETE
    assert source == SOURCE
    assert again is not None
    assert again.status is RunStatus.COMPLETED
    assert copied == SOURCE
    assert OLD not in places


@pytest.mark.parametrize(("backend", "text", "new"), CASES)
def test_a_saved_plan_is_completed_after_it_was_killed(
    tmp_path: Path, backend: str, text: str, new: tuple[str, str]
) -> None:
    words = requests_of_apply(tmp_path / "first", backend, text)
    removal = "fieldeditor_delete" if backend == "rest" else "remove_field"
    for moment in (words.index(removal) - 4, words.index(removal)):
        folder = tmp_path / f"at-{moment}"
        folder.mkdir()
        with a_bench_to_copy(folder, backend, text) as bench:
            file = folder / "plan.json"
            file.write_text(plan_text(bench.plan(*ALLOWED)), encoding="utf-8")
            with suppress(KilledError):
                bench.killed_at(moment).apply(plan_file=file)
            bench.forget_calls()
            try:
                run = bench.apply(plan_file=file).run
            except MoreHeldError:
                # Searches name no section, so of two fields of one name nothing is counted.
                assert text == MOVED
                run = bench.apply(ALLOWED).run
            copied, places = values_at(bench, new), where(bench)

        assert run is not None
        assert run.status is RunStatus.COMPLETED, moment
        assert copied == SOURCE
        assert OLD not in places


@pytest.mark.parametrize(("backend", "text", "new"), CASES)
@pytest.mark.parametrize("maker", ["an apply", "a person"])
def test_the_base_knows_the_new_field_as_the_old_one(
    tmp_path: Path, backend: str, text: str, new: tuple[str, str], maker: str
) -> None:
    """Who made it, and that it is protected, is the same after a copy."""
    with a_bench_to_copy(
        tmp_path, backend, text.replace("{name: Fax", "{protect: true, name: Fax")
    ) as bench:
        before = read_base(bench.target.base_file)
        if maker == "a person":
            (bench.folder / ".schemactl/base/live.json").unlink()
        bench.apply(ALLOWED)
        base = read_base(bench.target.base_file)
        bench.write(
            "version: 1\nsections: [{name: Sales, fields: [{name: Kept, type: text}]}]\n"
            f"removed: {{fields: [{{section: {new[0]}, name: {new[1]}}}]}}\n"
        )
        with pytest.raises(RefusedError, match="still-protected"):
            bench.plan(*ALLOWED)

    assert before is not None
    assert base is not None
    created = {(one.place.section, one.place.name): one.run for one in base.created}
    (old,) = (one for one in before.created if one.place.name == "Fax 2")
    assert created.get(new) == (old.run if maker == "an apply" else None)
    assert [(one.section, one.name) for one in base.protected] == [new]


@pytest.mark.parametrize(("backend", "text", "new"), CASES)
def test_a_copy_is_undone_with_every_value(
    tmp_path: Path, backend: str, text: str, new: tuple[str, str]
) -> None:
    with a_bench_to_copy(tmp_path, backend, text) as bench:
        bench.apply(ALLOWED)
        undone = undo(bench).run
        copied, places = values_at(bench, OLD), where(bench)

    assert undone is not None
    assert undone.status is RunStatus.COMPLETED
    assert copied == SOURCE
    assert new not in places
