"""account/rest/objects.py: the number for a label, or why there is none."""

from __future__ import annotations

import pytest

from schemactl.account.rest.objects import resolve_objects
from schemactl.account.rest.state import ObjectRef
from schemactl.account.rest.values import CustomObject
from schemactl.errors import AnswerError

PETS = CustomObject(id=10_000, name="oPets", singular="Pet", plural="Pets")
CARS = CustomObject(id=10_001, name="oCars", singular="Car", plural="Cars")


@pytest.mark.parametrize("label", ["Pets", "Pet", "oPets", "pets", " PET ", "OPETS"])
def test_an_object_is_found_by_any_of_its_names(label: str) -> None:
    assert resolve_objects((CARS, PETS), (label,)) == (ObjectRef(label, 10_000),)


@pytest.mark.parametrize("label", ["Pets", "oPets", "opets"])
def test_a_server_name_alone_is_enough(label: str) -> None:
    known = CustomObject(id=10_000, name="oPets")

    assert resolve_objects((known,), (label,)) == (ObjectRef(label, 10_000),)


def test_a_name_that_merely_begins_with_an_o_is_whole() -> None:
    known = CustomObject(id=10_000, name="orders")

    assert resolve_objects((known,), ("rders",)) == ()


def test_those_that_are_not_there_are_left_out_and_the_order_is_that_of_the_files() -> None:
    found = resolve_objects((PETS, CARS), ("Cars", "Boats", "Pets"))

    assert [ref.label for ref in found] == ["Cars", "Pets"]


def test_an_exact_name_goes_before_one_that_differs_by_case() -> None:
    small = CustomObject(id=10_002, name="opets", plural="pets")

    assert resolve_objects((PETS, small), ("pets",)) == (ObjectRef("pets", 10_002),)
    assert resolve_objects((PETS, small), ("Pets",)) == (ObjectRef("Pets", 10_000),)


def test_a_name_of_several_objects_is_no_answer() -> None:
    twin = CustomObject(id=10_007, name="oPets2", plural="Pets")

    with pytest.raises(AnswerError, match='10000 and 10007 are both called "Pets"'):
        resolve_objects((PETS, twin), ("Pets",))


def test_two_labels_of_one_object_are_reported_before_anything_is_planned_twice() -> None:
    with pytest.raises(AnswerError, match='"Pets" and "Pet" are one custom object'):
        resolve_objects((PETS,), ("Pets", "Pet"))


def test_all_objects_come_by_number_with_a_label_that_no_other_bears() -> None:
    twin = CustomObject(id=10_007, name="oPets2", plural="Pets")

    assert resolve_objects((twin, CARS, PETS), None) == (
        ObjectRef("Pet", 10_000),
        ObjectRef("Cars", 10_001),
        ObjectRef("oPets2", 10_007),
    )


@pytest.mark.parametrize("known", [(PETS, PETS), (CustomObject(id=10_000),)])
def test_an_object_without_a_name_of_its_own_cannot_be_written_down(
    known: tuple[CustomObject, ...],
) -> None:
    renumbered = tuple(
        CustomObject(id=10_000 + place, name=each.name, plural=each.plural)
        for place, each in enumerate(known)
    )
    with pytest.raises(AnswerError, match="10000 has no name of its own"):
        resolve_objects(renumbered, None)
