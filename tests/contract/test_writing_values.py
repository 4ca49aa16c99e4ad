"""Values of some records are written exactly, or reported; what others wrote is never lost.

The truth is what the emulator stores, whatever its switches make it show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from schemactl.account.batch_sizes import count_write_requests
from schemactl.account.interface import Backend, LiveState
from schemactl.emulator.access import parse_key
from schemactl.emulator.faults import parse_fault
from schemactl.errors import AccountError, NoPermissionError
from schemactl.model.held_values import FieldPlace, HeldRecord
from schemactl.model.record_update import (
    Obstacle,
    RecordUpdate,
    Value,
    WriteOutcome,
    WriteStatus,
)
from tests.contract.live import Bench
from tests.contract.switch_settings import DEFAULTS
from tests.contract.test_counts import BACKENDS, SETTINGS, a_filled_bench

PLACES: Final = tuple(
    FieldPlace(section="Sales", name=name, type=kind)
    for name, kind in (
        ("Fax 2", "text"),
        ("Story", "longtext"),
        ("Stage", "tdrop"),
        ("Areas", "list"),
        ("Amount", "price"),
        ("Known", "check"),
        ("Due", "fulldate"),
    )
)
FAX: Final = PLACES[0]
STAGE: Final = PLACES[2]
AREAS: Final = PLACES[3]
NEW: Final[tuple[Value, ...]] = (
    "Straße & <more>",
    "two\nlines +%",
    ("Lost",),
    ("South", "North"),
    "0.5",
    "1",
    "1700000000",
)
STORED: Final = {
    "Fax 2": "Straße & <more>",
    "Story": "two\nlines +%",
    "Stage": "Lost",
    "Areas": "South*/*North",
    "Amount": "0.5",
    "Known": "1",
    "Due": "1700000000",
}
LOST: Final = ("cut-before-acting", "cut-after-acting", "status-500", "status-429")
"""What can happen to a request so that its sender does not know what it did."""


class People:
    """Some contacts of an account, as they are stored."""

    def __init__(self, bench: Bench, account: Backend, live: LiveState) -> None:
        self.bench = bench
        self.account = account
        self.live = live

    def stored(self, contact: str) -> Mapping[str, str]:
        with self.bench.server.runtime.account() as account:
            names = {field.id: field.name for field in account.layout.editor_fields()}
            held = account.contacts.values_of(int(contact))
        # The Contacts API stores a list as it was sent, with separators around it.
        return {
            names[number]: text.strip("*/")
            for number, text in held.items()
            if names[number] in STORED
        }

    def read(self, places: Sequence[FieldPlace]) -> list[HeldRecord]:
        pages = self.account.records.read_values(places, self.live)
        return [record for page in pages for record in page][-4:]

    def write(
        self, places: Sequence[FieldPlace], updates: Sequence[RecordUpdate]
    ) -> dict[str, WriteOutcome]:
        written = self.account.records.write_values(places, updates, self.live)
        return {one.id: one for batch in written for one in batch}


@contextmanager
def opened(folder: Path, backend: str, setting: str = DEFAULTS) -> Iterator[People]:
    with (
        a_filled_bench(folder, backend, setting) as bench,
        bench.target.hold(wait_s=0) as session,
        session.open(frozenset()) as account,
    ):
        yield People(bench, account, account.read())


def fax(record: HeldRecord, text: str) -> RecordUpdate:
    return RecordUpdate(seen=record, values=(text,))


CASES: Final = [
    *(("rest", setting) for setting in SETTINGS if not setting.startswith("legacy-")),
    *(("legacy", setting) for setting in SETTINGS if setting.startswith(("legacy-", DEFAULTS))),
]


@pytest.mark.parametrize(("backend", "setting"), CASES)
def test_values_of_all_types_are_written_or_reported_whatever_the_server_does(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with opened(tmp_path, backend, setting) as people:
        try:
            found = people.read(PLACES)
            before = {one.id: people.stored(one.id) for one in found}
            outcomes = people.write(PLACES, [RecordUpdate(seen=found[0], values=NEW)])
        except AccountError:
            assert setting.startswith(("legacy-list-value", "legacy-contact-id"))
            return
        (outcome,) = outcomes.values()
        after = {one.id: people.stored(one.id) for one in found}

    assert outcome == WriteOutcome(id=found[0].id, status=WriteStatus.WRITTEN)
    assert after == before | {found[0].id: STORED}


@pytest.mark.parametrize("backend", BACKENDS)
def test_values_are_cleared_and_others_stay(tmp_path: Path, backend: str) -> None:
    none: tuple[Value | None, ...] = ("", "", (), (), None, None, None)
    with opened(tmp_path, backend) as people:
        found = people.read(PLACES)
        before = {one.id: people.stored(one.id) for one in found}
        updates = [RecordUpdate(seen=one, values=none) for one in found]
        outcomes = people.write(PLACES, updates)
        after = {one.id: people.stored(one.id) for one in found}

    assert {one.status for one in outcomes.values()} == {WriteStatus.WRITTEN}
    kept = {"Amount", "Known", "Due"}
    for contact, values in after.items():
        assert {name for name, text in values.items() if text} <= kept
        assert all(
            values[name] == before[contact][name] for name in kept & before[contact].keys()
        )


@pytest.mark.parametrize("setting", [DEFAULTS, "legacy-batch-partial=good-written"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_others_did_meanwhile_stays_and_is_reported(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with opened(tmp_path, backend, setting) as people:
        changed, deleted, already, free = found = people.read((FAX,))
        people.bench.server.edit(
            f'set-value {changed.id} "Fax 2" newer\n'
            f"delete-contact {deleted.id}\n"
            f'set-value {already.id} "Fax 2" written'
        )
        outcomes = people.write((FAX,), [fax(one, "written") for one in found])
        stored = {
            one.id: people.stored(one.id).get("Fax 2") for one in (changed, already, free)
        }

    assert stored == {changed.id: "newer", already.id: "written", free.id: "written"}
    assert {one.id: one.status for one in outcomes.values()} == {
        changed.id: WriteStatus.CHANGED,
        deleted.id: WriteStatus.GONE,
        already.id: WriteStatus.WRITTEN,
        free.id: WriteStatus.WRITTEN,
    }


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize(
    ("backend", "word"), [("legacy", "update"), ("rest", "contact_update")]
)
def test_an_unknown_outcome_is_settled_by_reading(
    tmp_path: Path, backend: str, word: str, kind: str
) -> None:
    with opened(tmp_path, backend) as people:
        found = people.read((FAX,))
        people.bench.server.runtime.faults.add((parse_fault(f"{word}:{kind}:skip=0:times=1"),))
        outcomes = people.write((FAX,), [fax(one, "written") for one in found])
        stored = [people.stored(one.id)["Fax 2"] for one in found]

    assert stored == ["written"] * 4
    assert {one.status for one in outcomes.values()} == {WriteStatus.WRITTEN}


@pytest.mark.parametrize(
    ("backend", "word"), [("legacy", "update"), ("rest", "contact_update")]
)
def test_success_without_an_effect_is_no_success(
    tmp_path: Path, backend: str, word: str
) -> None:
    with opened(tmp_path, backend) as people:
        found = people.read((FAX,))
        lie = f"{word}:lying-success:times=all"
        people.bench.server.runtime.faults.add((parse_fault(lie),))
        outcomes = people.write((FAX,), [fax(one, "written") for one in found])

    assert {(one.status, one.why) for one in outcomes.values()} == {
        (WriteStatus.UNCONFIRMED, Obstacle.IGNORED)
    }


@pytest.mark.parametrize(
    ("backend", "word"), [("legacy", "update"), ("rest", "contact_update")]
)
def test_a_change_after_an_unknown_outcome_is_not_overwritten(
    tmp_path: Path, backend: str, word: str
) -> None:
    with opened(tmp_path, backend) as people:
        first = people.read((FAX,))[0]
        faults = (
            f"{word}:cut-before-acting:times=1",
            f'{word}:other-user:times=1:when=after:edit=set-value {first.id} "Fax 2" newer',
        )
        people.bench.server.runtime.faults.add(tuple(map(parse_fault, faults)))
        outcomes = people.write((FAX,), [fax(first, "written")])
        stored = people.stored(first.id)["Fax 2"]

    assert stored == "newer"
    assert outcomes[first.id].status is WriteStatus.CHANGED


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_option_that_the_field_does_not_have_holds_up_its_record_only(
    tmp_path: Path, backend: str
) -> None:
    with opened(tmp_path, backend) as people:
        first, second, *_ = people.read((STAGE,))
        outcomes = people.write(
            (STAGE,),
            [
                RecordUpdate(seen=first, values=(("Wonn",),)),
                RecordUpdate(seen=second, values=(("New",),)),
            ],
        )
        stored = [people.stored(one.id).get("Stage") for one in (first, second)]

    assert stored == ["Won", "New"]
    assert outcomes[first.id].why is Obstacle.NO_OPTION
    assert outcomes[second.id].status is WriteStatus.WRITTEN


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_character_that_no_request_carries_holds_up_its_record_only(
    tmp_path: Path, backend: str
) -> None:
    with opened(tmp_path, backend) as people:
        first, second, *_ = people.read((FAX,))
        outcomes = people.write((FAX,), [fax(first, "a\x00b"), fax(second, "fine")])
        stored = people.stored(second.id)["Fax 2"]

    assert outcomes[first.id].why is Obstacle.INEXPRESSIBLE
    assert stored == "fine"


def test_a_refused_value_holds_up_its_record_only_and_is_in_no_message(tmp_path: Path) -> None:
    with opened(tmp_path, "rest") as people:
        with people.bench.server.runtime.account() as account:
            (number,) = (
                field.id for field in account.layout.editor_fields() if field.name == "Fax 2"
            )
            account.layout.set_field(number, required=False, unique=True)
        live = people.account.read()
        first, second, *_ = people.read((FAX,))
        updates = [fax(first, "0"), fax(second, "s3cret-value")]
        batches = people.account.records.write_values((FAX,), updates, live)
        outcomes = {one.id: one for batch in batches for one in batch}
        stored = people.stored(second.id)["Fax 2"]

    assert outcomes[first.id].why is Obstacle.DUPLICATE_OR_INVALID
    assert stored == "s3cret-value"
    assert "s3cret" not in repr(updates) + repr(outcomes)


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_records_take_few_requests(tmp_path: Path, backend: str) -> None:
    with opened(tmp_path, backend) as people:
        people.bench.server.edit("\n".join(f'add-contact "Fax 2={one}"' for one in range(100)))
        pages = people.account.records.read_values((FAX,), people.live)
        found = [record for page in pages for record in page]
        calls = len(people.bench.server.runtime.calls())
        outcomes = people.write((FAX,), [fax(one, "written") for one in found])
        made = len(people.bench.server.runtime.calls()) - calls

    assert {one.status for one in outcomes.values()} == {WriteStatus.WRITTEN}
    assert made == count_write_requests(backend, len(found))


def test_a_key_that_may_not_write_is_reported_at_once(tmp_path: Path) -> None:
    with opened(tmp_path, "rest") as people:
        found = people.read((FAX,))
        people.bench.server.runtime.keys = (parse_key("app-7f3a9c:key-5d1e8b:contacts_get"),)
        with pytest.raises(NoPermissionError):
            people.write((FAX,), [fax(one, "written") for one in found])
