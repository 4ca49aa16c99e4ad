"""The values that the REST API returns and receives: fields with ids, sections, tags, objects.

Flags and numbers have one form here, whatever form they were received in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from typing import Final

from schemactl.account.rest.types import file_word
from schemactl.model.field_types import OPTION_TYPES
from schemactl.model.schema import Field, Section
from schemactl.values import NamedTuple, dataclass

CUSTOM_FIELD: Final = re.compile(r"f[0-9]+")
"""How the server names fields that people made (recorded answers)."""
FIRST_CUSTOM_OBJECT: Final = 10_000
"""The lowest number of a custom object (recorded answer; numbers differ per account)."""
MAX_COLUMNS: Final = 3
"""Columns of a section: the vendor's client refuses a fourth."""
LIST_SEPARATOR: Final = "*/*"
"""Around and between the numbers of options that a list holds (seen by clients)."""
FIELDS_AT_ONCE: Final = 50
"""Fields of a request for values: how long its address may be is unknown."""
PAGE_ROWS: Final = 50
"""Rows of a page; the server silently cuts a request for more (seen by clients)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestField:
    """A field as the editor of fields returns it, with the options, which only meta returns.

    Attributes:
        id: Its own number, which is not the one in `field`.
        field: Its name in the API, such as `f1557`, or `firstname` for a built-in one.
        alias: Its name for people; may be empty.
        type: The API's word, such as `drop`.
        deletable: Whether the server allows to delete it; false for built-in fields.
        options: Labels in the order of their ids; None where the type has none, or where
            meta does not list the field.
        option_ids: The ids of `options` in the same order; empty where the server's ids of
            options are not whole numbers.
    """

    id: int
    field: str
    alias: str
    type: str
    required: bool
    unique: bool
    editable: bool
    deletable: bool
    options: tuple[str, ...] | None = None
    option_ids: tuple[int, ...] = ()


class Place(NamedTuple):
    """A field and its section."""

    section: RestSection
    field: RestField


# No slots: what follows from a section is kept, and reads share the sections that are the same.
@dataclass(frozen=True, kw_only=True)
class RestSection:
    """A section, with its columns from left to right and their fields from top to bottom."""

    id: int
    name: str
    description: str = ""
    columns: tuple[tuple[RestField, ...], ...] = ()

    @cached_property
    def fields(self) -> tuple[RestField, ...]:
        """Its fields, column by column, from top to bottom."""
        return tuple(chain.from_iterable(self.columns))

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every field by its name in the API."""
        return {field.field: Place(self, field) for field in self.fields}

    @cached_property
    def places_by_alias(self) -> Mapping[str, tuple[Place, ...]]:
        """Every field by its name for people, which several may have."""
        found: dict[str, tuple[Place, ...]] = {}
        for field in self.fields:
            found[field.alias] = (*found.get(field.alias, ()), Place(self, field))
        return found

    @cached_property
    def shown(self) -> Section:
        """The part that people see: names instead of ids."""
        return Section(
            name=self.name, fields=tuple(map(_shown, self.fields)), description=self.description
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RestTag:
    """A tag; `object_type` is the number of the object whose records it is put on."""

    id: int
    name: str
    object_type: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaField:
    """A field as meta lists it: without its section and its own number.

    Attributes:
        alias: Its name for people.
        type: The API's word.
        options: Ids and labels, in the order of the ids. If any id is not a whole number,
            all ids are None, and the order is the server's. None where the type has no
            options.
    """

    alias: str
    type: str
    options: tuple[tuple[int, str] | tuple[None, str], ...] | None = None
    required: bool = False
    unique: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaObject:
    """An object as meta lists it, with its fields by their names in the API."""

    id: int
    name: str
    fields: Mapping[str, MetaField]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomObject:
    """A custom object of the account.

    Attributes:
        name: Its name in the server, such as `oTemp`; empty if unknown.
        singular: The name for people of one record; empty if unknown.
        plural: The name for people of several records; empty if unknown.
    """

    id: int
    name: str = ""
    singular: str = ""
    plural: str = ""

    @property
    def label(self) -> str:
        """Its name for people, as far as the server returned one."""
        return self.plural or self.singular or self.name

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the label first, each once."""
        known = (self.plural, self.singular, self.name)
        return tuple(dict.fromkeys(each for each in known if each))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWish:
    """The state of one field in a request; None omits a key, so that its value stays.

    Attributes:
        alias: Its name for people.
        type: The API's word.
        field: Its name in the API, if it exists; without it a new alias is a new field.
        id: Its own number, if it exists.
        add_options: Labels to add.
        remove_options: Labels to remove.
        replace_options: Labels that the list becomes.

    Raises:
        ValueError: It changes options in two ways; the vendor's clients never send both.
    """

    alias: str
    type: str | None = None
    field: str | None = None
    id: int | None = None
    required: bool | None = None
    unique: bool | None = None
    add_options: tuple[str, ...] = ()
    remove_options: tuple[str, ...] = ()
    replace_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ways = (self.add_options, self.remove_options, self.replace_options)
        if sum(map(bool, ways)) > 1:
            msg = f"{self.alias}: options are added and removed by two requests"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the server says about each part of a write; status 200 comes with errors too.

    Attributes:
        success: The alias by name in the API; also other keys, such as `description`.
        errors: The reason by what the server names, safe to show.
    """

    success: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCreated:
    """A tag was created, with this id."""

    id: int


def _shown(field: RestField) -> Field:
    kind = file_word(field.type)
    return Field(
        name=field.alias,
        type=kind,
        options=field.options if kind in OPTION_TYPES else None,
        custom=CUSTOM_FIELD.fullmatch(field.field) is not None,
        required=field.required,
        unique=field.unique,
    )
