"""What in an account is not as the files say: one value an object, however much of it differs.

A plan tells what would be done; a drift tells what is the case. It knows no API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from schemactl.errors import Location
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.base import Applied
from schemactl.model.difference import Notice
from schemactl.model.schema import CONTACTS, Schema, in_object


@unique
class DriftStatus(StrEnum):
    """How an object of the account stands to the files."""

    MISSING = "missing"
    ALTERED = "altered"
    UNWANTED = "unwanted"
    AMBIGUOUS = "ambiguous"
    UNMANAGED = "unmanaged"
    ORPHAN = "orphan"


@unique
class Cause(StrEnum):
    """Who moved since the last apply, where files and account differ."""

    PENDING = "pending"
    DRIFT = "drift"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@unique
class ObjectKind(StrEnum):
    """What an object is."""

    CUSTOM_OBJECT = "custom-object"
    SECTION = "section"
    FIELD = "field"
    TAG = "tag"


@unique
class Attribute(StrEnum):
    """What of an object can be other than declared."""

    NAME = "name"
    SECTION = "section"
    TYPE = "type"
    OPTIONS = "options"
    REQUIRED = "required"
    UNIQUE = "unique"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectState:
    """An object as it is, or as it should be.

    Attributes:
        name: As written, outer blanks included.
        section: Where a field stands; None for sections and tags.
        type: Of a field; None for sections and tags.
        options: Of a field, in display order; None where it has none, or where the
            files leave them to the account.
        required: Of a field; None where the API does not tell, or as above.
        unique: The same.
        description: Of a section; None as above.
    """

    name: str
    section: str | None = None
    type: str | None = None
    options: tuple[str, ...] | None = None
    required: bool | None = None
    unique: bool | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """One attribute that is other than declared.

    Attributes:
        attribute: Which.
        wanted: As declared; None for options, and `yes` or `no` for what is either.
        found: As it is; in the same way.
        lacking: Declared options that the account lacks.
        surplus: Options of the account that are not declared.
    """

    attribute: Attribute
    wanted: str | None = None
    found: str | None = None
    lacking: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """What somebody has acknowledged of an item.

    Attributes:
        by: The entry of the project file.
        is_overdue: Whether its last day has passed.
        is_outdated: Whether the account has something else of it by now.
    """

    by: Acknowledgement
    is_overdue: bool = False
    is_outdated: bool = False

    @property
    def holds(self) -> bool:
        """Whether drift is silent about the item."""
        return not (self.is_overdue or self.is_outdated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What can be done about an item; each was tried before it is offered.

    Attributes:
        accept: Whether `drift --accept` takes it into the files.
        apply: Whether `apply` puts at least a part of it back; of an orphan, whether pruning
            removes it.
        by_hand: What a person must do to put it back, where no call does.
    """

    accept: bool = True
    apply: bool = True
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftItem:
    """One object that is not as the files say, or that they leave alone.

    Attributes:
        status: How it stands to the files.
        object: What it is.
        section: Its section, by the declared name; None for a tag.
        name: Its name, as declared where it is.
        message: The fact, as a sentence.
        wanted: As declared; None where it should not exist or is not declared.
        found: In the account; empty where it is missing, several where a name is shared.
        alterations: What of it differs; only where altered.
        location: Where the files speak of it; None where they do not.
        is_difference: Whether it counts even where nobody asks for strictness.
        custom_object: The custom object that it is of, or that it is.
        cause: Who moved: the files (pending), the account (drift), both (conflict); of what is
            unmanaged, whether the account has got it since (drift) or had it before (pending).
        seen: What the account has of it, in short: for acknowledging just that.
        silence: What somebody has acknowledged of it; None where nobody has.
        ways: What can be done about it.
        origin: Which apply created it; only of an orphan.
        question: What a person must decide before any command may change it; empty where
            nothing is open.
    """

    status: DriftStatus
    object: ObjectKind
    section: str | None
    name: str
    message: str
    wanted: ObjectState | None = None
    found: tuple[ObjectState, ...] = ()
    alterations: tuple[Alteration, ...] = ()
    location: Location | None = None
    is_difference: bool = True
    custom_object: str = CONTACTS
    cause: Cause = Cause.UNKNOWN
    seen: str = ""
    silence: Suppression | None = None
    ways: Ways = Ways()
    origin: str = ""
    question: str = ""

    @property
    def title(self) -> str:
        """What the item goes by on the command line and in the project file."""
        match self.object:
            case ObjectKind.FIELD:
                return in_object(self.custom_object, f"{self.section} / {self.name}")
            case ObjectKind.SECTION:
                return in_object(self.custom_object, self.name)
            case ObjectKind.TAG:
                return f"tag: {self.name}"
            case ObjectKind.CUSTOM_OBJECT:
                return f"object: {self.name}"

    @property
    def counts(self) -> bool:
        """Whether it is a difference that nobody has acknowledged."""
        return self.is_difference and not (self.silence and self.silence.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All that was found in one account.

    Attributes:
        account: Name of the account in the project file.
        backend: The API that it was read over.
        items: In the order of the files, then the account's.
        notices: What is told and belongs to no item.
        applied: Who left the account as it is compared with, and when; None where no apply
            has left a base, so that every cause is unknown.
        other: What the account was compared with; empty for the files.
        live: The account as it was read.
        folder: The project's folder from where the command was called; empty for that itself.
    """

    account: str
    backend: str
    items: tuple[DriftItem, ...] = ()
    notices: tuple[Notice, ...] = ()
    applied: Applied | None = None
    other: str = ""
    live: Schema | None = None
    folder: str = ""

    def differs(self, *, strict: bool) -> bool:
        """Whether there is a difference; strictly, what is unmanaged or only noticed is one."""
        if strict:
            loud = (item for item in self.items if not (item.silence and item.silence.holds))
            return any(loud) or bool(self.notices)
        return any(item.counts for item in self.items)

    def counts(self) -> Mapping[DriftStatus, int]:
        """Count the items of each status; those that did not come up count 0."""
        found = [item.status for item in self.items]
        return {status: found.count(status) for status in DriftStatus}

    def shown_counts(self) -> Mapping[DriftStatus, int]:
        """Count as people are shown it: without orphans where there are none."""
        counts = self.counts()
        return {
            status: number
            for status, number in counts.items()
            if number or status is not DriftStatus.ORPHAN
        }
