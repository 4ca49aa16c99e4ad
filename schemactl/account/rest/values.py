"""What the REST API says and is told, as values: fields with ids, sections, tags, objects.

Flags and numbers are brought to one form, whatever form they came in. Which request
carries what is told by `rest_requests`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CUSTOM_FIELD: Final = re.compile(r"f[0-9]+")
"""How the server names fields that people made (recorded answers)."""
FIRST_CUSTOM_OBJECT: Final = 10_000
"""Numbers of custom objects start here (recorded answer; numbers differ per account)."""
MAX_COLUMNS: Final = 3
"""Columns of a section: the vendor's client refuses a fourth."""
PAGE_ROWS: Final = 50
"""Rows of a page; a request for more is cut to that without a word (seen by clients)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestField:
    """A field as the editor of fields shows it, with the options that only meta knows.

    Attributes:
        id: Its own number, which is not the one in `field`.
        field: Its name in the API, such as `f1557`, or `firstname` for a built-in one.
        alias: What people call it; may be empty.
        type: The wire's word, such as `drop`.
        deletable: Whether the server lets it be deleted; false for built-in fields.
        options: Labels in the order of their ids; None where the type has none, or where
            meta does not list the field.
        option_ids: The ids of `options` in the same order; empty where the server names
            its options by something other than whole numbers.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RestSection:
    """A section, with its columns from left to right and their fields from top to bottom."""

    id: int
    name: str
    description: str = ""
    columns: tuple[tuple[RestField, ...], ...] = ()


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
        alias: What people call it.
        type: The wire's word.
        options: Ids and labels, in the order of the ids. Where the server names any of
            them by something other than a whole number, all ids are None, and the order
            is the server's. None where the type has no options.
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
        name: Its name inside the server, such as `oTemp`; empty where not told.
        singular: What people call one of its records; empty where not told.
        plural: What people call several; empty where not told.
    """

    id: int
    name: str = ""
    singular: str = ""
    plural: str = ""

    @property
    def label(self) -> str:
        """What people know it by, as far as the server told."""
        return self.plural or self.singular or self.name

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called, the label first, each once."""
        known = (self.plural, self.singular, self.name)
        return tuple(dict.fromkeys(each for each in known if each))


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWish:
    """What one field shall be, in a request; None leaves a key out, so that it stays.

    Attributes:
        alias: What people shall call it.
        type: The wire's word.
        field: Its name in the API, where it exists; without it a new alias is a new field.
        id: Its own number, where it exists.
        add_options: Labels to add.
        remove_options: Labels to take away.

    Raises:
        ValueError: Options are to be added and taken away at once; the vendor's clients
            never send both.
    """

    alias: str
    type: str | None = None
    field: str | None = None
    id: int | None = None
    required: bool | None = None
    unique: bool | None = None
    add_options: tuple[str, ...] = ()
    remove_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.add_options and self.remove_options:
            msg = f"{self.alias}: options are added and taken away by two requests"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the server says of each part of a write; status 200 comes with errors too.

    Attributes:
        success: By API name, the alias; other keys stand here too, such as `description`.
        errors: By what the server names, its reason, fit to show; empty for none.
    """

    success: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCreated:
    """A tag was made, and this is its id."""

    id: int
