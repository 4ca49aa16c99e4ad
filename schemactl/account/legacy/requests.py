"""The 19 requests of the legacy Contacts API, as values: what they say, not how it is written.

`Request` is closed: a `match` over it is checked to be exhaustive. How each becomes
a form is told by `legacy_encoder`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import ClassVar, TypeAlias

from schemactl.account.legacy.values import (
    ContactUpdate,
    Equation,
    NewContact,
    NewField,
    NewNote,
    ReturnId,
    SearchReturn,
)


@unique
class RequestWord(StrEnum):
    """The value of `reqType`."""

    ADD = "add"
    UPDATE = "update"
    FETCH = "fetch"
    DELETE = "delete"
    KEY = "key"
    ADD_SECTION = "add_section"
    EDIT_SECTION = "edit_section"
    REMOVE_SECTION = "remove_section"
    REMOVE_FIELD = "remove_field"
    ADD_DROPDOWN = "add_dropdown"
    REMOVE_DROPDOWN = "remove_dropdown"
    SEARCH = "search"
    PULL_TAG = "pull_tag"
    FETCH_TAG = "fetch_tag"
    FETCH_SEQUENCES = "fetch_sequences"
    ADD_NOTES = "add_notes"
    FETCH_NOTES = "fetch_notes"
    ADD_TAG = "add_tag"
    REMOVE_TAG = "remove_tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContact:
    """Make a contact, or update the one with the same e-mail address.

    Attributes:
        force_new: Whether to make one although the e-mail address is known (`f_add`);
            None leaves it to the server, which presumes true here.
    """

    word: ClassVar[RequestWord] = RequestWord.ADD
    is_read: ClassVar[bool] = False
    contact: NewContact
    return_id: ReturnId | None = None
    force_new: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContacts:
    """Set values on contacts that exist.

    Attributes:
        force_new: As in `AddContact`; the server presumes false here.
    """

    word: ClassVar[RequestWord] = RequestWord.UPDATE
    is_read: ClassVar[bool] = False
    contacts: tuple[ContactUpdate, ...]
    return_id: ReturnId | None = None
    force_new: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchContacts:
    """Read whole contacts."""

    word: ClassVar[RequestWord] = RequestWord.FETCH
    is_read: ClassVar[bool] = True
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteContacts:
    """Delete contacts. The server says success for unknown ids too (seen by a client)."""

    word: ClassVar[RequestWord] = RequestWord.DELETE
    is_read: ClassVar[bool] = False
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadKey:
    """Read the template of a contact: all sections, fields, options and tags."""

    word: ClassVar[RequestWord] = RequestWord.KEY
    is_read: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSection:
    """Make a section with its fields."""

    word: ClassVar[RequestWord] = RequestWord.ADD_SECTION
    is_read: ClassVar[bool] = False
    section: str
    fields: tuple[NewField, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditSection:
    """Add fields to a section that exists; nothing else of it is known to be changed."""

    word: ClassVar[RequestWord] = RequestWord.EDIT_SECTION
    is_read: ClassVar[bool] = False
    section: str
    fields: tuple[NewField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSection:
    """Delete a section."""

    word: ClassVar[RequestWord] = RequestWord.REMOVE_SECTION
    is_read: ClassVar[bool] = False
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveField:
    """Delete a field and what every contact holds in it; there is no undo."""

    word: ClassVar[RequestWord] = RequestWord.REMOVE_FIELD
    is_read: ClassVar[bool] = False
    section: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDropdown:
    """Add options to a dropdown; the field is named without its section."""

    word: ClassVar[RequestWord] = RequestWord.ADD_DROPDOWN
    is_read: ClassVar[bool] = False
    field: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveDropdown:
    """Take options from a dropdown; the field is named without its section."""

    word: ClassVar[RequestWord] = RequestWord.REMOVE_DROPDOWN
    is_read: ClassVar[bool] = False
    field: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchContacts:
    """Find contacts; a page holds 500 at the most.

    Attributes:
        page: From 1; None is the first.
    """

    word: ClassVar[RequestWord] = RequestWord.SEARCH
    is_read: ClassVar[bool] = True
    equations: tuple[Equation, ...]
    page: int | None = None
    returns: SearchReturn = SearchReturn.CONTACTS

    def __post_init__(self) -> None:
        if self.page is not None and self.page < 1:
            msg = f"pages of a search count from 1, not {self.page}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullTag:
    """Read the tags with their ids."""

    word: ClassVar[RequestWord] = RequestWord.PULL_TAG
    is_read: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchTag:
    """Read the names of the tags; `PullTag` says more."""

    word: ClassVar[RequestWord] = RequestWord.FETCH_TAG
    is_read: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSequences:
    """Read the sequences.

    Attributes:
        full: Whether to ask for public names and descriptions (one client found that
            it did nothing).
    """

    word: ClassVar[RequestWord] = RequestWord.FETCH_SEQUENCES
    is_read: ClassVar[bool] = True
    full: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNotes:
    """Write notes on contacts."""

    word: ClassVar[RequestWord] = RequestWord.ADD_NOTES
    is_read: ClassVar[bool] = False
    notes: tuple[NewNote, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchNotes:
    """Read the notes of contacts."""

    word: ClassVar[RequestWord] = RequestWord.FETCH_NOTES
    is_read: ClassVar[bool] = True
    contact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTag:
    """Put tags on contacts; an unknown tag comes into being, and no other call makes one."""

    word: ClassVar[RequestWord] = RequestWord.ADD_TAG
    is_read: ClassVar[bool] = False
    contact_ids: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTag:
    """Take tags off contacts; the tags themselves stay in the account."""

    word: ClassVar[RequestWord] = RequestWord.REMOVE_TAG
    is_read: ClassVar[bool] = False
    contact_ids: tuple[str, ...]
    tags: tuple[str, ...]


SchemaRequest: TypeAlias = (
    AddSection | EditSection | RemoveSection | RemoveField | AddDropdown | RemoveDropdown
)
ContactRequest: TypeAlias = (
    AddContact
    | UpdateContacts
    | FetchContacts
    | DeleteContacts
    | SearchContacts
    | AddNotes
    | FetchNotes
    | AddTag
    | RemoveTag
)
AccountRequest: TypeAlias = ReadKey | PullTag | FetchTag | FetchSequences
Request: TypeAlias = SchemaRequest | ContactRequest | AccountRequest
