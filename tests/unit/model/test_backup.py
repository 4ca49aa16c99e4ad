"""model/backup.py: what has to be kept."""

from __future__ import annotations

from schemactl.model.backup import BackupPart
from schemactl.model.field_types import FieldType
from tests.builders import a_field

SIZES = BackupPart(
    change="change-options/S/Sizes",
    section="S",
    field=a_field("Sizes", FieldType.LIST, options=("13", "14", "Large")),
    lost=("14",),
    labels={},
)


def test_a_number_in_a_list_is_kept_as_it_can_be_that_of_a_removed_option() -> None:
    assert SIZES.keeps("*/*13*/*")
    assert SIZES.keeps("*/*14*/*")
    assert not SIZES.keeps("*/*Large*/*")
    assert not SIZES.keeps("")


def test_only_holders_of_a_removed_option_lose_something() -> None:
    assert SIZES.loses("*/*14*/*Large*/*")
    assert not SIZES.loses("*/*Large*/*")
