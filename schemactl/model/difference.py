"""The whole result of comparing files with an account: changes, and what was merely noticed.

Knows no API, and nothing about what may be done.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum, unique

from schemactl.errors import Location
from schemactl.model.change import Change
from schemactl.model.schema import CONTACTS, FieldKey, in_object


@unique
class UnmanagedKind(StrEnum):
    """What an unmanaged thing is."""

    SECTION = "section"
    FIELD = "field"
    TAG = "tag"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unmanaged:
    """Something custom in the account that the files neither list nor want gone.

    Attributes:
        kind: What it is.
        section: Its section; a tag has none.
        name: Its name; for a section the same as `section`.
        type: The type of a field, as the server says it; None for the others.
        custom_object: The object that it is of.
    """

    kind: UnmanagedKind
    section: str | None
    name: str
    type: str | None = None
    custom_object: str = CONTACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Why pruning leaves an orphan in the account, as a clause, and what to do about it."""

    why: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """Something that an apply of this project created and that no file declares any longer.

    Attributes:
        thing: What it is, as the account has it.
        at: When it was created, as ISO 8601 writes it.
        commit: What git had checked out then; empty outside of git.
        kept: Why pruning leaves it in the account; None where pruning removes it.
    """

    thing: Unmanaged
    at: str
    commit: str = ""
    kept: Kept | None = None


@unique
class NoticeCode(StrEnum):
    """What is told although it is no difference; stable, each has a page."""

    OPTION_ORDER = "option-order"
    DUPLICATE_NAME = "duplicate-name"
    WAS_LEFT_OVER = "was-left-over"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookalike:
    """A declared thing that the account lacks, and one there that may be the same.

    Attributes:
        kind: What both are.
        section: The declared section; for a section its name.
        name: The declared name.
        other: The name in the account, in the same section.
    """

    kind: UnmanagedKind
    section: str
    name: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A fact worth telling that needs no change.

    Attributes:
        code: Stable name; `schemactl explain CODE` tells more.
        about: The object, for the reader.
        message: The fact.
        location: Where the files speak of it; None where they do not.
        field: The field that it is about, where a reader of the notice needs to know; it is
            no part of what a saved plan holds.
        custom_object: The object of that field.
        lookalike: The two that may be one, and of which only a person can know; like `field`.
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
        location: Where they declare it without `protect: true`.
        custom_object: The object that it is of.
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
    """All that comparing found; `changes` in the order of the files, then the account's.

    Attributes:
        changes: What would turn live into desired.
        unmanaged: What the files leave alone.
        notices: What is told and is no difference.
        managed_count: Sections, fields and tags that the account has and the files speak of.
        ends_protection: Fields whose protection an apply of these files ends.
        orphans: What an apply created and no file declares; none of it is among `unmanaged`.
        prunes: Whether the removal of orphans is among the changes.
    """

    changes: tuple[Change, ...] = ()
    unmanaged: tuple[Unmanaged, ...] = ()
    notices: tuple[Notice, ...] = ()
    managed_count: int = 0
    ends_protection: tuple[EndedProtection, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    prunes: bool = False
