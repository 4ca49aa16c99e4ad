"""Values of all records, read page by page: complete, exact and in order, or an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from schemactl.account.interface import Backend, LiveState
from schemactl.emulator.invented_contacts import NOBODY, Crowd
from schemactl.errors import AccountError
from schemactl.model.held_values import FieldPlace, HeldRecord
from tests.contract.live import Bench
from tests.contract.switch_settings import DEFAULTS
from tests.contract.test_counts import BACKENDS, SETTINGS, a_filled_bench

FAX = FieldPlace(section="Sales", name="Fax 2", type="text")
STORY = FieldPlace(section="Sales", name="Story", type="longtext")
HELD = {"1": ("1", "two\nlines"), "2": ("0", ""), "3": ("x", "Ü"), "4": ("", "")}
"""What the contacts of `a_filled_bench` hold, without those that were there before."""


@contextmanager
def opened(
    folder: Path, backend: str, setting: str = DEFAULTS, crowd: Crowd = NOBODY
) -> Iterator[tuple[Bench, Backend, LiveState]]:
    with (
        a_filled_bench(folder, backend, setting, crowd) as bench,
        bench.target.open_for_reading(()) as account,
    ):
        yield bench, account, account.read()


def flat(pages: Iterator[Sequence[HeldRecord]]) -> list[HeldRecord]:
    return [record for page in pages for record in page]


def texts(records: Sequence[HeldRecord]) -> list[tuple[str, ...]]:
    return [tuple(value or "" for value in one.values) for one in records]


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_all_values_come_or_none_whatever_the_server_does(
    tmp_path: Path, backend: str, setting: str
) -> None:
    with opened(tmp_path, backend, setting) as (_, account, live):
        try:
            found = flat(account.records.read_values((FAX, STORY), live))
        except AccountError:
            assert setting == "legacy-contact-id=refused"
            return

    held = [one for one in texts(found) if any(one)]
    assert held == [one for one in HELD.values() if any(one)]
    assert [int(one.id) for one in found] == sorted({int(one.id) for one in found})


@pytest.mark.parametrize("backend", BACKENDS)
def test_pages_are_complete_and_can_be_resumed(tmp_path: Path, backend: str) -> None:
    with opened(tmp_path, backend, crowd=Crowd(number=1_103)) as (_, account, live):
        pages = list(account.records.read_values((FAX,), live))
        (total,) = {len(list(flat(iter(pages))))}
        middle = pages[0][-1].id
        rest = flat(account.records.read_values((FAX,), live, after=middle))

    assert len(pages) > 2
    assert len({one.id for page in pages for one in page}) == total > 1_103
    assert [one.id for one in rest] == [one.id for page in pages[1:] for one in page]


@pytest.mark.parametrize("backend", BACKENDS)
def test_some_records_are_read_again_with_the_time_of_their_change(
    tmp_path: Path, backend: str
) -> None:
    with opened(tmp_path, backend) as (_, account, live):
        all_of_them = flat(account.records.read_values((FAX, STORY), live))
        chosen = [all_of_them[-1].id, all_of_them[0].id]
        again = account.records.read_records(chosen, (FAX, STORY), live)

    assert list(again) == [all_of_them[0], all_of_them[-1]]
    assert all(one.changed_s for one in again)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_field_that_the_account_does_not_have_is_an_error(
    tmp_path: Path, backend: str
) -> None:
    missing = FieldPlace(section="Sales", name="Nothing", type="text")
    with (
        opened(tmp_path, backend) as (_, account, live),
        pytest.raises(AccountError, match="no field"),
    ):
        flat(account.records.read_values((missing,), live))


def test_null_empty_and_zero_stay_apart(tmp_path: Path) -> None:
    places = [
        FieldPlace(section="Sales", name="Fax 2", type="text"),
        FieldPlace(section="Sales", name="Stage", type="tdrop"),
        FieldPlace(section="Sales", name="Areas", type="list"),
    ]
    with opened(tmp_path, "rest") as (_, account, live):
        found = flat(account.records.read_values(places, live))

    assert found[-1].values[0] is None
    assert found[-2].values[1] not in {None, "0"}
    assert found[-3].values[1:][0] == "0"
    assert "x" not in repr(found[-2])


def test_more_fields_than_one_request_names_are_read_together(tmp_path: Path) -> None:
    with opened(tmp_path, "rest") as (_, account, live):
        few = flat(account.records.read_values((FAX, STORY), live))
        many = flat(account.records.read_values((FAX, STORY) * 40, live))

    assert [one.values[:2] for one in many] == [one.values for one in few]
    assert [one.values[-2:] for one in many] == [one.values for one in few]
    assert [one.changed_s for one in many] == [one.changed_s for one in few]
