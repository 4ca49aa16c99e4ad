"""Values behave as those of the standard decorator, which type checkers take them for."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

import pytest

from schemactl import values

T = TypeVar("T")


def classes_of(source: ModuleType) -> Iterator[type]:
    """Yield classes of every form that the product has, made by one of the two decorators."""
    dataclass, field = source.dataclass, source.field

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Named:
        """A value with a docstring, a default and a method."""

        name: str
        size: int = 1

        def doubled(self) -> int:
            return 2 * self.size

    yield Named

    @dataclass(frozen=True, slots=True)
    class Empty:
        pass

    yield Empty

    @dataclass(frozen=True, slots=True, order=True)
    class Positioned:
        name: str
        size: int = 2

    yield Positioned

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inherited(Named):
        kind: ClassVar[str] = "inherited"
        colour: str = "red"

    yield Inherited

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Inheriting(Inherited):
        size: int = 5

    yield Inheriting

    @dataclass(frozen=True, slots=True)
    class Hidden:
        name: str
        size: int = field(default=3, repr=False)
        note: str = field(default="", compare=False)
        items: tuple[str, ...] = field(default_factory=tuple)

    yield Hidden

    @dataclass(frozen=True, slots=True)
    class Of(Generic[T]):
        name: T

    yield Of

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Checked:
        name: str

        def __post_init__(self) -> None:
            if self.name == "b":
                message = "no b"
                raise ValueError(message)

        def __repr__(self) -> str:
            return "Checked"

    yield Checked

    @dataclass(slots=True)
    class Changing:
        name: str
        seen: list[str] = field(default_factory=list)

    yield Changing


def has_name(value: object) -> bool:
    return hasattr(value, "name")


def assigned(value: Any) -> object:  # noqa: ANN401 -- of two classes with one name
    value.name = "z"
    return value


def deleted(value: Any) -> object:  # noqa: ANN401 -- of two classes with one name
    del value.name
    return value


OURS = {one.__name__: one for one in classes_of(values)}
STANDARD = {one.__name__: one for one in classes_of(dataclasses)}
NAMES = sorted(STANDARD)


def outcome(act: Callable[[], object]) -> object:
    """Return the result as text, or the error."""
    try:
        return repr(act())
    except Exception as error:  # noqa: BLE001 -- errors are compared, too
        return type(error), str(error)


def made(kind: type) -> list[Any]:
    """Return values of a class: each of some arguments that it takes."""
    found = []
    names = [each.name for each in dataclasses.fields(kind)]
    for name in ("a", "b", "c"):
        for size in (1, 2):
            given = {"name": name, "size": size, "note": name + str(size)}
            arguments = {key: value for key, value in given.items() if key in names}
            try:
                found.append(kind(**arguments))
            except ValueError:
                found.append(None)
    return found


LOOKS: dict[str, Callable[[type], object]] = {
    "signature": lambda kind: re.sub("<.*?>", "made", str(inspect.signature(kind))),
    "match_args": lambda kind: vars(kind)["__match_args__"],
    "slots": lambda kind: vars(kind)["__slots__"],
    "fields": lambda kind: [
        (one.name, one.type, one.kw_only) for one in dataclasses.fields(kind)
    ],
    "none given": lambda kind: kind(),
    "one given": lambda kind: kind("a"),
    "two given": lambda kind: kind("a", 4),
    "one named": lambda kind: kind(name="a"),
    "unknown": lambda kind: kind(name="a", other=1),
    "repr": made,
    "equal": lambda kind: [[one == other for other in made(kind)] for one in made(kind)],
    "less": lambda kind: [[one < other for other in made(kind)] for one in made(kind)],
    "at most": lambda kind: [[one <= other for other in made(kind)] for one in made(kind)],
    "more": lambda kind: [[one > other for other in made(kind)] for one in made(kind)],
    "at least": lambda kind: [[one >= other for other in made(kind)] for one in made(kind)],
    "hash": lambda kind: [hash(a) == hash(b) for a in made(kind) for b in made(kind)],
    "equal to others": lambda kind: made(kind)[0] == 1,
    "less than others": lambda kind: made(kind)[0] < 1,
    "asdict": lambda kind: [dataclasses.asdict(one) for one in made(kind) if one],
    "replace": lambda kind: [dataclasses.replace(one, name="x") for one in made(kind) if one],
    "replace checks": lambda kind: dataclasses.replace(made(kind)[0], name="b"),
    "copy": lambda kind: copy.copy(made(kind)[0]) == made(kind)[0],
    "deepcopy": lambda kind: copy.deepcopy(made(kind)[1]) == made(kind)[1],
    # The standard decorator fails in another way where there is no such attribute.
    "assign": lambda kind: [assigned(one) for one in made(kind) if has_name(one)],
    "delete": lambda kind: [deleted(one) for one in made(kind) if has_name(one)],
    "method": lambda kind: made(kind)[0].doubled(),
    "names": lambda kind: (kind.__name__, kind.__qualname__, kind.__module__),
    "doc": lambda kind: kind.__doc__ if kind.__name__ == "Named" else None,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("look", LOOKS)
def test_a_class_is_as_the_standard_decorator_makes_it(name: str, look: str) -> None:
    ours, standard = OURS[name], STANDARD[name]
    assert outcome(lambda: LOOKS[look](ours)) == outcome(lambda: LOOKS[look](standard))


@pytest.mark.parametrize("name", NAMES)
def test_replace_is_as_in_the_standard_library(name: str) -> None:
    pairs = zip(made(OURS[name]), made(STANDARD[name]), strict=True)
    for ours, standard in ((one, other) for one, other in pairs if one is not None):
        for changes in ({}, {"name": "b"}, {"size": 8}, {"unknown": 1}):
            one = outcome(lambda: values.replace(ours, **changes))  # noqa: B023
            assert one == outcome(lambda: dataclasses.replace(standard, **changes))  # noqa: B023


def test_no_attribute_can_be_added() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'other'"):
        OURS["Empty"]().other = 1


def test_defaults_that_are_made_are_not_shared() -> None:
    one, other = OURS["Changing"]("a"), OURS["Changing"]("a")
    one.seen.append("x")
    assert other.seen == []


@values.dataclass(frozen=True, slots=True, kw_only=True)
class Pickled:
    """At the top of a module, where pickle looks for it."""

    name: str
    size: int = 1


def test_a_value_can_be_pickled() -> None:
    value = Pickled(name="a", size=3)
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 -- of this test


class Made(values.NamedTuple):
    """A named tuple of ours."""

    name: str
    size: int = 1

    @property
    def doubled(self) -> int:
        return 2 * self.size


class Standard(NamedTuple):
    """A named tuple of ours."""

    name: str
    size: int = 1

    @property
    def doubled(self) -> int:
        return 2 * self.size


def test_a_named_tuple_is_as_the_standard_class_makes_it() -> None:
    ours, theirs = Made("a", size=2), Standard("a", size=2)

    assert tuple(ours) == tuple(theirs) == ("a", 2)
    assert (ours.doubled, ours._replace(size=3).doubled) == (4, 6)
    assert repr(ours) == repr(theirs).replace("Standard", "Made")
    assert (Made._fields, Made._field_defaults) == (Standard._fields, Standard._field_defaults)
    assert [*inspect.signature(Made).parameters] == ["name", "size"]
    assert (Made.__doc__, Made.__module__) == (Standard.__doc__, Standard.__module__)
    assert pickle.loads(pickle.dumps(ours)) == ours  # noqa: S301 -- made here
    with pytest.raises(AttributeError):
        ours.other = 1  # type: ignore[attr-defined]
