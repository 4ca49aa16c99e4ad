"""Immutable values: what `dataclasses.dataclass` makes, in a twentieth of the time, and tuples.

The standard decorator compiles six methods for each class, 0.6 ms in all, and a command imports
more than a hundred such classes. Here classes share their methods, and those with as many
attributes share the code of `__init__`. Type checkers see the standard decorator, and
`dataclasses.fields`, `replace` and `asdict` work.

`typing.NamedTuple` compiles each annotation, which takes as long as making the class. Here
annotations stay texts.
"""

from __future__ import annotations

import inspect
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from operator import attrgetter
from types import CellType, CodeType, FunctionType
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias, cast

_Class: TypeAlias = type[object]
_Comparison: TypeAlias = Callable[[object, object], bool]
_Attributes: TypeAlias = "Mapping[str, _Attribute]"
_Getter: TypeAlias = Callable[[object], tuple[object, ...]]
_MISSING: Final = object()
_ATTRIBUTES: Final = "__schemactl_attributes__"


class _TupleMaker(type):
    """The class of `NamedTuple`: turns each class with that base into one of named tuples."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, object]) -> _Class:
        if not bases:
            return super().__new__(cls, name, bases, members)
        make: Callable[..., _Class] = namedtuple  # noqa: PYI024 -- it is what that one calls
        names = cast("Mapping[str, str]", members["__annotations__"])
        defaults = [members[each] for each in names if each in members]
        made = make(name, names, defaults=defaults, module=members["__module__"])
        for each, member in members.items():
            if each not in names:
                setattr(made, each, member)
        return made


if TYPE_CHECKING:
    from typing import NamedTuple
else:

    class NamedTuple(metaclass=_TupleMaker):
        """What `typing.NamedTuple` is."""


class _Form(NamedTuple):
    """The arguments of the decorator."""

    frozen: bool
    slots: bool
    kw_only: bool
    order: bool


class _Attribute(NamedTuple):
    """One attribute; `make` makes its default, unless it is `_MISSING`."""

    name: str = ""
    annotation: str = ""
    default: object = _MISSING
    make: object = _MISSING
    is_shown: bool = True
    is_compared: bool = True
    is_keyword: bool = False


def _field(
    *,
    default: object = _MISSING,
    default_factory: object = _MISSING,
    repr: bool = True,  # noqa: A002 -- its name in the standard library
    compare: bool = True,
) -> _Attribute:
    return _Attribute(default=default, make=default_factory, is_shown=repr, is_compared=compare)


def _dataclass(
    *, frozen: bool = False, slots: bool = False, kw_only: bool = False, order: bool = False
) -> Callable[[_Class], _Class]:
    return partial(_make_class, _Form(frozen=frozen, slots=slots, kw_only=kw_only, order=order))


def _make_class(form: _Form, written: _Class) -> _Class:
    """Return a class again, with slots and methods: slots cannot be added to a class."""
    own = {each.name: each for each in _own_attributes(written, is_keyword=form.kw_only)}
    inherited: dict[str, _Attribute] = {}
    for base in reversed(written.__mro__[1:]):
        inherited |= base.__dict__.get(_ATTRIBUTES, {})
    attributes = inherited | own
    members = {
        name: member
        for name, member in written.__dict__.items()
        if name not in own and name not in {"__dict__", "__weakref__"}
    }
    slots = [name for name in own if name not in inherited]
    members = {
        **_methods(attributes, form),
        **members,
        # A cached property needs a `__dict__`.
        "__slots__": tuple(slots if form.slots else [*slots, "__dict__"]),
        "__match_args__": tuple(
            each.name for each in attributes.values() if not each.is_keyword
        ),
        _ATTRIBUTES: attributes,
        "__dataclass_fields__": _StandardFields(),
    }
    make: Callable[..., _Class] = type(written)
    made = make(written.__name__, written.__bases__, members)
    made.__qualname__ = written.__qualname__
    type.__setattr__(made, "__init__", _LateInit(made, tuple(attributes.values())))
    return made


class _LateInit:
    """`__init__` of a class, made when it is first needed: of most classes never."""

    __slots__ = ("attributes", "made")

    def __init__(self, made: _Class, attributes: tuple[_Attribute, ...]) -> None:
        self.made = made
        self.attributes = attributes

    def __get__(self, value: object, kind: _Class) -> object:
        init = _init_of(self.made, self.attributes)
        type.__setattr__(self.made, "__init__", init)
        return init.__get__(value, kind)


def _own_attributes(written: _Class, *, is_keyword: bool) -> Iterator[_Attribute]:
    for name, annotation in inspect.get_annotations(written).items():
        if not annotation.startswith("ClassVar"):
            given = written.__dict__.get(name, _MISSING)
            if isinstance(given, _Attribute):
                yield given._replace(name=name, annotation=annotation, is_keyword=is_keyword)
            else:
                yield _Attribute(name, annotation, given, is_keyword=is_keyword)


def _init_of(made: _Class, attributes: tuple[_Attribute, ...]) -> FunctionType:
    """Return `__init__`: shared code with the names, defaults and slots of one class."""
    positional = [each for each in attributes if not each.is_keyword]
    keywords = [each for each in attributes if each.is_keyword]
    ordered = positional + keywords
    names = [each.name for each in ordered]
    makes = {
        index: each.make for index, each in enumerate(ordered) if each.make is not _MISSING
    }
    code = _init_code(len(ordered), tuple(makes), has_checks=hasattr(made, "__post_init__"))
    setters = [getattr(made, name).__set__ for name in names]
    held = [*makes.values(), _MISSING, *setters] if makes else setters
    init = FunctionType(
        code.replace(
            co_varnames=("self", *names),
            co_argcount=1 + len(positional),
            co_kwonlyargcount=len(keywords),
            co_qualname=f"{made.__qualname__}.__init__",
        ),
        vars(sys.modules[made.__module__]),
        "__init__",
        tuple(each.default for each in positional if _has_default(each)),
        tuple(map(CellType, held)),
    )
    init.__kwdefaults__ = {each.name: each.default for each in keywords if _has_default(each)}
    init.__annotations__ = {each.name: each.annotation for each in ordered} | {"return": None}
    return init


def _has_default(attribute: _Attribute) -> bool:
    return attribute.default is not _MISSING or attribute.make is not _MISSING


@cache
def _init_code(count: int, with_make: tuple[int, ...], *, has_checks: bool) -> CodeType:
    """Compile `__init__` for that many attributes; those at `with_make` make their default.

    What it needs of a class are its free variables, in the order of their names.
    """
    names = [f"value{index}" for index in range(count)]
    setters = [f"set{index:03}" for index in range(count)]
    makes = {index: f"make{index:03}" for index in with_make}
    lines = [
        f"  {setter}(self, {makes[index]}() if {name} is missing else {name})"
        if index in makes
        else f"  {setter}(self, {name})"
        for index, (setter, name) in enumerate(zip(setters, names, strict=True))
    ]
    lines += ["  self.__post_init__()"] if has_checks else []
    held = [*makes.values(), "missing", *setters]
    lines = [
        f"def make({', '.join(held)}):",
        f" def __init__({', '.join(('self', *names))}):",
        *(lines or ["  pass"]),
        " return __init__",
    ]
    found: dict[str, Callable[..., FunctionType]] = {}
    exec("\n".join(lines), found)  # noqa: S102 -- of numbers only
    return found["make"](*held).__code__


def _methods(attributes: _Attributes, form: _Form) -> dict[str, object]:
    compared = _getter(attributes)
    methods: dict[str, object] = {
        "__eq__": _equal_by(compared),
        "__hash__": None,
        "__repr__": _shown,
    }
    if form.frozen:
        methods |= {
            "__hash__": _hash_by(compared),
            "__setattr__": _refuse_change,
            "__delattr__": _refuse_removal,
            "__getstate__": _state_of,
            "__setstate__": _restore,
        }
    if form.order:
        methods.update(_order_by(compared))
    return methods


def _getter(attributes: _Attributes) -> _Getter:
    """Return a function from a value to the tuple of what is compared of it."""
    match [each.name for each in attributes.values() if each.is_compared]:
        case []:
            return lambda _: ()
        case [name]:
            get = attrgetter(name)
            return lambda value: (get(value),)
        case names:
            return attrgetter(*names)


def _equal_by(compared: _Getter) -> _Comparison:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compared(self) == compared(other)

    return __eq__


def _hash_by(compared: _Getter) -> Callable[[object], int]:
    def __hash__(self: object) -> int:  # noqa: N807
        return hash(compared(self))

    return __hash__


def _order_by(compared: _Getter) -> dict[str, _Comparison]:
    def method(order: Callable[[tuple[object, ...], tuple[object, ...]], bool]) -> _Comparison:
        def compare(self: object, other: object) -> bool:
            is_same_kind = other.__class__ is self.__class__
            return order(compared(self), compared(other)) if is_same_kind else NotImplemented

        return compare

    return {
        "__lt__": method(lambda one, other: one < other),
        "__le__": method(lambda one, other: one <= other),
        "__gt__": method(lambda one, other: one > other),
        "__ge__": method(lambda one, other: one >= other),
    }


def _shown(self: object) -> str:
    attributes: _Attributes = getattr(type(self), _ATTRIBUTES)
    shown = (
        f"{each.name}={getattr(self, each.name)!r}"
        for each in attributes.values()
        if each.is_shown
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_change(self: object, name: str, value: object) -> NoReturn:
    del self, value
    from dataclasses import FrozenInstanceError

    message = f"cannot assign to field {name!r}"
    raise FrozenInstanceError(message)


def _refuse_removal(self: object, name: str) -> NoReturn:
    del self
    from dataclasses import FrozenInstanceError

    message = f"cannot delete field {name!r}"
    raise FrozenInstanceError(message)


def _state_of(self: object) -> list[object]:
    return [getattr(self, name) for name in getattr(type(self), _ATTRIBUTES)]


def _restore(self: object, state: list[object]) -> None:
    for name, value in zip(getattr(type(self), _ATTRIBUTES), state, strict=True):
        object.__setattr__(self, name, value)


def _replace(value: object, /, **changes: object) -> object:
    for name in getattr(type(value), _ATTRIBUTES):
        if name not in changes:
            changes[name] = getattr(value, name)
    return type(value)(**changes)


class _StandardFields:
    """What `dataclasses` reads of a class, made by it when it is first read."""

    def __get__(self, value: object, made: _Class) -> object:
        import dataclasses

        standard = dataclasses.make_dataclass("Standard", _standard_fields(made))
        fields: object = vars(standard)["__dataclass_fields__"]
        type.__setattr__(made, "__dataclass_fields__", fields)
        return fields


def _standard_fields(made: _Class) -> Iterator[tuple[str, str, object]]:
    import dataclasses

    field: Callable[..., object] = dataclasses.field
    attributes: _Attributes = getattr(made, _ATTRIBUTES)
    for each in attributes.values():
        default = {"default": each.default} if each.default is not _MISSING else {}
        make = {"default_factory": each.make} if each.make is not _MISSING else {}
        flags = {"repr": each.is_shown, "compare": each.is_compared}
        standard = field(**default, **make, **flags, kw_only=each.is_keyword)
        yield each.name, each.annotation, standard


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:
    dataclass, field, replace = _dataclass, _field, _replace

__all__ = ["NamedTuple", "dataclass", "field", "replace"]
