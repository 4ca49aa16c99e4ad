"""The whole result of comparing files with an account: changes, notices, unmanaged objects.

It is independent of the API and of permissions.
"""

from __future__ import annotations

from enum import StrEnum, unique

from schemactl.errors import Location
from schemactl.model.change import Change
from schemactl.model.schema import CONTACTS, FieldKey, in_object
from schemactl.values import dataclass
from schemactl.values import field as attribute


@unique
class UnmanagedKind(StrEnum):
    """Kind of an unmanaged object."""

    SECTION = "section"
    FIELD = "field"
    TAG = "tag"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unmanaged:
    """A custom object in the account that the files neither declare nor remove.

    Attributes:
        kind: Whether it is a section, a field or a tag.
        section: Its section; None for a tag.
        name: Its name; for a section the same as `section`.
        type: The type of a field, as the server returns it; None for sections and tags.
        custom_object: Label of the custom object it belongs to; empty for contacts.
    """

    kind: UnmanagedKind
    section: str | None
    name: str
    type: str | None = None
    custom_object: str = CONTACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Why pruning does not remove an orphan (as a clause), and what to do about it."""

    why: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """An object that an apply of this project created and that no file declares any more.

    Attributes:
        thing: The object, as the account has it.
        at: When it was created, as ISO 8601 writes it.
        commit: The commit that was checked out then; empty outside of git.
        kept: Why pruning does not remove it; None if pruning removes it.
    """

    thing: Unmanaged
    at: str
    commit: str = ""
    kept: Kept | None = None


@unique
class NoticeCode(StrEnum):
    """Facts that reports show although they are not differences. Each has a page."""

    OPTION_ORDER = "option-order"
    DUPLICATE_NAME = "duplicate-name"
    WAS_LEFT_OVER = "was-left-over"
    CONTRACT_LATER = "contract-later"
    SYSTEM_OBJECT = "system-object"
    MAYBE_RENAMED = "maybe-renamed"
    OUTER_BLANKS = "outer-blanks"
    NOT_EXPRESSED = "not-expressed"
    FINER_TYPE = "finer-type"
    EMPTY_OPTION = "empty-option"
    NAME_TAKEN = "name-taken"
    REMOVAL_UNCLEAR = "removal-unclear"
    FOREIGN_BASE = "foreign-base"
    BREAKS_MERGE_TAGS = "breaks-merge-tags"
    LIFTS_PROTECTION = "lifts-protection"
    ORPHAN = "orphan"
    NEEDLESS_ACKNOWLEDGEMENT = "needless-acknowledgement"
    TAGS_LEFT_ON_CONTACT = "tags-left-on-contact"
    IGNORED_LAST_TIME = "ignored-last-time"
    MAYBE_EXCEEDS_FIELD_BUDGET = "maybe-exceeds-field-budget"
    RENAMED_ACCOUNT = "renamed-account"
    DROPPED_FROM_BASE = "dropped-from-base"
    UPDATES_IN_PART = "updates-in-part"
    RELIES_ON_PROBE = "relies-on-probe"
    UNDO_CONFLICT = "undo-conflict"
    NOT_RESTORED = "not-restored"
    DELETES_BACKUPS = "deletes-backups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A declared object that is missing in the account, and an existing one that may be it.

    Attributes:
        kind: Kind of both.
        section: The declared section; for a section its own name.
        name: The declared name.
        other: The name in the account, in the same section.
        since_base: Whether the account had the declared one at the last apply and not the
            existing one, so that a rename by hand is likely.
    """

    kind: UnmanagedKind
    section: str
    name: str
    other: str
    since_base: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A fact that a report shows and that needs no change.

    Attributes:
        code: Stable name, for `schemactl explain CODE`.
        about: The object, for people.
        message: The fact.
        location: Position in the files; None if they do not mention it.
        field: The field that it is about, if code that reads the notice needs it. A saved
            plan does not contain it.
        custom_object: The custom object of that field.
        lookalike: Two objects that may be the same one, which only a person can know. A saved
            plan does not contain it.
    """

    code: NoticeCode
    about: str
    message: str
    location: Location | None = None
    field: FieldKey | None = attribute(default=None, compare=False)
    custom_object: str = attribute(default=CONTACTS, compare=False)
    lookalike: Lookalike | None = attribute(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedProtection:
    """A field that stays protected until an apply of these files ends it.

    Attributes:
        section: Its section, as the files name it.
        name: Its name in the files.
        location: Position of its declaration without `protect: true`.
        custom_object: Label of the custom object it belongs to; empty for contacts.
    """

    section: str
    name: str
    location: Location | None = attribute(default=None, compare=False)
    custom_object: str = CONTACTS

    @property
    def title(self) -> str:
        """The field, as reports name it."""
        return in_object(self.custom_object, str(FieldKey(self.section, self.name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The result of a comparison; `changes` are in the order of the files, then the account's.

    Attributes:
        changes: What turns the live schema into the desired one.
        unmanaged: Objects that the files do not mention.
        notices: Facts that are not differences.
        managed_count: Sections, fields and tags of the account that the files mention.
        ends_protection: Fields whose protection an apply of these files ends.
        orphans: Objects that an apply created and no file declares; not in `unmanaged`.
        prunes: Whether the removal of orphans is among the changes.
        pages_read: How many pages of records were read to find the changes.
    """

    changes: tuple[Change, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    notices: tuple[Notice, ...] = ()
    managed_count: int = 0
    ends_protection: tuple[EndedProtection, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    prunes: bool = False
    pages_read: int = 0
