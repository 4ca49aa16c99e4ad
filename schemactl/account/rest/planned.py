"""The requests that a plan over the REST API can hold, as values: what they ask for.

`PlannedRequest` is closed, so mypy checks that every `match` over it is complete. `calls`
writes each as a call of a plan, and reads it back.
"""

from __future__ import annotations

from collections import Counter
from typing import ClassVar, TypeAlias

from schemactl.account.rest.state import OF_CONTACTS, ObjectRef
from schemactl.model.call_word import RestCallWord
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewField:
    """A field to create; `type` is the API's word, None leaves a setting to the server."""

    name: str
    type: str
    options: tuple[str, ...] = ()
    required: bool | None = None
    unique: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFields:
    """Create fields in a section, or a section with its fields.

    Attributes:
        makes_section: Whether the section is new. The server creates one if there is none of
            that name, also if somebody has renamed it.
    """

    word: ClassVar = RestCallWord.CREATE_FIELDS
    of: ObjectRef = OF_CONTACTS
    section: str
    fields: tuple[NewField, ...] = ()
    description: str | None = None
    makes_section: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUpdate:
    """What to change of one field; None and empty leave it as it is.

    Attributes:
        field: Its name in the API.
        name: Its current name, which is checked before.
        new_name: Its new name.
        type: The API's word.
        replace_options: What its options become; no plan replaces a list, but a probe does.

    Raises:
        ValueError: It changes options in two ways.
    """

    field: str
    name: str
    new_name: str | None = None
    type: str | None = None
    required: bool | None = None
    unique: bool | None = None
    add_options: tuple[str, ...] = ()
    remove_options: tuple[str, ...] = ()
    replace_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ways = (self.add_options, self.remove_options, self.replace_options)
        if sum(map(bool, ways)) > 1:
            msg = f"{self.name}: options are added and removed by two requests"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateFields:
    """Change fields of a section, or its description.

    Attributes:
        sends_whole: Whether the section's other fields are sent too, as they are.
        order: All fields of the section in a new order; empty leaves it. No plan changes the
            order, but a probe does.

    Raises:
        ValueError: A field is named twice; fields without an id are not compared.
    """

    of: ObjectRef = OF_CONTACTS
    section: str
    fields: tuple[FieldUpdate, ...] = ()
    description: str | None = None
    sends_whole: bool = True
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named = Counter(update.field for update in self.fields if update.field)
        twice = next((name for name, count in named.items() if count > 1), None)
        if twice is not None:
            msg = f"an update names {twice} twice"
            raise ValueError(msg)

    @property
    def word(self) -> RestCallWord:
        """The word; an update that removes options has its own, since contacts lose them."""
        removes = any(one.remove_options or one.replace_options for one in self.fields)
        return RestCallWord.REMOVE_OPTIONS if removes else RestCallWord.UPDATE_FIELDS


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveField:
    """Move a field to another section, by an update of that section which names it.

    Attributes:
        section: The section to move it to.
        source: The section where it is.
        sends_whole: Whether the other fields of `section` are sent too, as they are.
    """

    word: ClassVar = RestCallWord.MOVE_FIELD
    of: ObjectRef = OF_CONTACTS
    section: str
    source: str
    field: str
    name: str
    sends_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteField:
    """Delete a field, and the values of all contacts in it."""

    word: ClassVar = RestCallWord.DELETE_FIELD
    of: ObjectRef = OF_CONTACTS
    section: str
    field: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSection:
    """Delete an empty section."""

    word: ClassVar = RestCallWord.DELETE_SECTION
    of: ObjectRef = OF_CONTACTS
    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTag:
    """Create a tag."""

    word: ClassVar = RestCallWord.CREATE_TAG
    of: ClassVar[ObjectRef] = OF_CONTACTS
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameTag:
    """Rename a tag."""

    word: ClassVar = RestCallWord.RENAME_TAG
    of: ClassVar[ObjectRef] = OF_CONTACTS
    id: int
    tag: str
    new_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteTag:
    """Delete one tag."""

    word: ClassVar = RestCallWord.DELETE_TAG
    of: ClassVar[ObjectRef] = OF_CONTACTS
    id: int
    tag: str


PlannedRequest: TypeAlias = (
    CreateFields
    | UpdateFields
    | MoveField
    | DeleteField
    | DeleteSection
    | CreateTag
    | RenameTag
    | DeleteTag
)
