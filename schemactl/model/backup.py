"""A backup of values: what it has, of which account, and whether it is complete.

The values themselves are in files beside it; see `store.vault`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

from schemactl.model.account_identity import AccountIdentity
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, FieldType, empty_forms
from schemactl.model.schema import CONTACTS, Field, in_object
from schemactl.values import dataclass

ZERO_IS_VALUE: Final = frozenset({FieldType.NUMERIC, FieldType.PRICE})
"""Types of which 0 may be a value, although a server may also show it for none."""
LIST_SEPARATOR: Final = "*/*"
"""Around and between the options of a list, over both APIs (seen by clients)."""


@unique
class BackupState(StrEnum):
    """Whether all values are in a backup."""

    IN_PROGRESS = "in-progress"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    """Some lines of a part, in a file of their own that is never written again.

    Attributes:
        name: Name of the file beside the manifest.
        size_bytes: Its size.
        sha256: Of its bytes, in hexadecimal digits.
    """

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPart:
    """The values of one field, or who has one tag.

    Attributes:
        change: Id of the change that destroys them.
        section: Name of the field's section; empty for a tag.
        field: The field as it was; None for a tag.
        description: Description of the section; None if its API reports none.
        lost: The options that are removed; empty if all values are destroyed.
        labels: Text of each option by the text that a record holds; empty if they are equal.
        tag: Name of the tag; empty for a field.
        held: How many records are in the files.
        files: In the order in which they were written; none if no record held anything.
    """

    change: str
    section: str = ""
    field: Field | None = None
    description: str | None = None
    lost: tuple[str, ...] = ()
    labels: Mapping[str, str]
    tag: str = ""
    held: int = 0
    files: tuple[BackupFile, ...] = ()

    @property
    def title(self) -> str:
        """Its name: `Sales / Fax`, or `tag: VIP`."""
        if self.field is None:
            return f"tag: {self.tag}"
        return f"{self.section} / {self.field.name}"

    def keeps(self, value: str | None) -> bool:
        """Whether a value is one that has to be kept."""
        if self.field is None:
            return True
        if not is_value(value, self.field.type):
            return False
        if not self.lost or value is None or self._is_ambiguous:
            return True
        known = frozenset(self.field.options or ())
        # What is held in another form than a known option is kept too, and so is a number: it
        # can be the text of one option or the number of another.
        return any(
            one in self.lost or one not in known or one.isdigit()
            for one in self.labels_in(value)
        )

    def loses(self, value: str) -> bool:
        """Whether a record loses a value that was backed up."""
        if not self.lost or self._is_ambiguous:
            return bool(value)
        return any(one in self.lost for one in self.labels_in(value))

    def labels_in(self, value: str) -> tuple[str, ...]:
        """Return the options in a value by their labels, as far as they are known."""
        is_list = self.field is not None and self.field.type in MULTIPLE_CHOICE_TYPES
        parts = value.split(LIST_SEPARATOR) if is_list else [value]
        return tuple(self.labels.get(part, part) for part in parts if part)

    @property
    def _is_ambiguous(self) -> bool:
        """Whether a value can mean several options: one of a list holds what separates them."""
        if self.field is None or self.field.type not in MULTIPLE_CHOICE_TYPES:
            return False
        return any(LIST_SEPARATOR in option for option in self.field.options or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """All that one call of a run backed up.

    Attributes:
        run: The run.
        call: Number of the call in its plan.
        account: Name of the account in the project file.
        identity: Which account it is.
        backend: The API over which the values were read, in whose form they are.
        state: Whether it is complete.
        started_at: When the first record was read, as ISO 8601 writes it.
        finished_at: When it was complete; empty before.
        custom_object: Label of the custom object; empty for contacts.
        records: How many records were read, with or without a value.
        total: How many the account said that it has; None before, and for tags.
        cursor: Id of the last record that is in the files.
        encrypted_to: Recipients of `age` whose keys read the files; none if anybody can.
        parts: One for each field or tag.
    """

    run: str
    call: int
    account: str
    identity: AccountIdentity
    backend: str
    state: BackupState = BackupState.IN_PROGRESS
    started_at: str
    finished_at: str = ""
    custom_object: str = CONTACTS
    records: int = 0
    total: int | None = None
    cursor: str = ""
    encrypted_to: tuple[str, ...] = ()
    parts: tuple[BackupPart, ...]

    @property
    def is_complete(self) -> bool:
        """Whether all values are in it."""
        return self.state is BackupState.COMPLETE

    def title_of(self, part: BackupPart) -> str:
        """Return the name of a part with that of its object."""
        return in_object(self.custom_object, part.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedValue:
    """What a record held; `value` is None for a tag."""

    id: str
    value: str | None


def is_value(value: str | None, kind: str) -> bool:
    """Whether a text of a field is a value, in whatever form its server shows none."""
    if not value:
        return False
    return kind in ZERO_IS_VALUE or value not in empty_forms(kind)
