"""The requests of the Contacts API that the client makes, as values: what they ask for.

`Request` is closed, so mypy checks that every `match` over it is complete. `encoder` writes
each request as a form.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import ClassVar, Final, TypeAlias

from schemactl.account.legacy.values import (
    ContactUpdate,
    ContactValue,
    Equation,
    NewField,
    ReturnId,
)
from schemactl.model.call_word import LegacyCallWord
from schemactl.values import dataclass


@unique
class RequestWord(StrEnum):
    """The value of `reqType` of the requests that no plan holds."""

    KEY = "key"
    PULL_TAG = "pull_tag"
    FETCH = "fetch"
    SEARCH = "search"
    ADD = "add"
    UPDATE = "update"


PRIVATE_WORDS: Final = frozenset(
    {RequestWord.FETCH, RequestWord.SEARCH, RequestWord.ADD, RequestWord.UPDATE}
)
"""Requests that hold values of contacts, or whose answers do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadKey:
    """Read the template of a contact: all sections, fields, options and tags."""

    word: ClassVar = RequestWord.KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class PullTag:
    """Read the tags with their ids."""

    word: ClassVar = RequestWord.PULL_TAG


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchContacts:
    """Read whole contacts."""

    word: ClassVar = RequestWord.FETCH
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchContacts:
    """Find contacts; a page has at most 500.

    Attributes:
        page: From 1; None is the first.
        count_only: Whether to return only how many contacts match.
    """

    word: ClassVar = RequestWord.SEARCH
    equations: tuple[Equation, ...]
    page: int | None = None
    count_only: bool = False

    def __post_init__(self) -> None:
        if self.page is not None and self.page < 1:
            msg = f"pages of a search count from 1, not {self.page}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContact:
    """Create a contact, or update the one with the same e-mail address.

    Attributes:
        force_new: Whether to create one although the e-mail address is known (`f_add`);
            None leaves it to the server, whose default here is true.
    """

    word: ClassVar = RequestWord.ADD
    values: tuple[ContactValue, ...]
    return_id: ReturnId | None = None
    force_new: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContacts:
    """Set values on existing contacts.

    Attributes:
        force_new: As in `AddContact`; the server's default here is false.
    """

    word: ClassVar = RequestWord.UPDATE
    contacts: tuple[ContactUpdate, ...]
    return_id: ReturnId | None = None
    force_new: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSection:
    """Create a section with its fields."""

    word: ClassVar = LegacyCallWord.ADD_SECTION
    section: str
    fields: tuple[NewField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSection:
    """Add fields to an existing section; it is not known to change anything else."""

    word: ClassVar = LegacyCallWord.EDIT_SECTION
    section: str
    fields: tuple[NewField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSection:
    """Delete a section."""

    word: ClassVar = LegacyCallWord.REMOVE_SECTION
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveField:
    """Delete a field and the values of all contacts in it; there is no undo."""

    word: ClassVar = LegacyCallWord.REMOVE_FIELD
    section: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDropdown:
    """Add options to a dropdown; the field is named without its section."""

    word: ClassVar = LegacyCallWord.ADD_DROPDOWN
    field: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDropdown:
    """Remove options from a dropdown; the field is named without its section."""

    word: ClassVar = LegacyCallWord.REMOVE_DROPDOWN
    field: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag:
    """Put tags on contacts; an unknown tag is created, and no other request creates one."""

    word: ClassVar = LegacyCallWord.ADD_TAG
    contact_ids: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag:
    """Take tags off contacts; the tags themselves stay in the account."""

    word: ClassVar = LegacyCallWord.REMOVE_TAG
    contact_ids: tuple[str, ...]
    tags: tuple[str, ...]


ReadRequest: TypeAlias = ReadKey | PullTag | FetchContacts | SearchContacts
SchemaRequest: TypeAlias = (
    AddSection | EditSection | RemoveSection | RemoveField | AddDropdown | RemoveDropdown
)
PlannedRequest: TypeAlias = SchemaRequest | AddTag | RemoveTag
"""The requests that a plan can hold."""
Request: TypeAlias = ReadRequest | AddContact | UpdateContacts | PlannedRequest
