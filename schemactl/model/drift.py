"""Differences between an account and the files: one value per object that differs.

A plan describes what would be done; drift describes the current state. It is independent of
the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique

from schemactl.errors import Location
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.base import Applied
from schemactl.model.difference import Notice
from schemactl.model.schema import CONTACTS, Schema, in_object
from schemactl.values import dataclass


@unique
class DriftStatus(StrEnum):
    """Relation of an object of the account to the files."""

    MISSING = "missing"
    ALTERED = "altered"
    UNWANTED = "unwanted"
    AMBIGUOUS = "ambiguous"
    UNMANAGED = "unmanaged"
    ORPHAN = "orphan"


@unique
class Cause(StrEnum):
    """Which side changed since the last apply: files, account, both or unknown."""

    PENDING = "pending"
    DRIFT = "drift"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


@unique
class ObjectKind(StrEnum):
    """Kind of an object."""

    CUSTOM_OBJECT = "custom-object"
    SECTION = "section"
    FIELD = "field"
    TAG = "tag"


@unique
class Attribute(StrEnum):
    """Property of an object that can differ from its declaration."""

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
        name: As written, including surrounding spaces.
        section: Section of a field; None for sections and tags.
        type: Type of a field; None for sections and tags.
        options: Options of a field in display order; None if it has none, or if the files
            leave them to the account.
        required: Setting of a field; None if the API does not report it, or if the files leave
            it to the account.
        unique: As `required`.
        description: Text of a section; None as for `required`.
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
    """One attribute that differs from the declaration.

    Attributes:
        attribute: The attribute.
        wanted: The declared value; None for options, `yes` or `no` for settings.
        found: The value in the account, in the same form.
        missing: Declared options that the account does not have.
        extra: Options of the account that are not declared.
    """

    attribute: Attribute
    wanted: str | None = None
    found: str | None = None
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """The acknowledgement of an item.

    Attributes:
        by: The entry of the project file.
        is_overdue: Whether its last day has passed.
        is_outdated: Whether the account has changed the item since.
    """

    by: Acknowledgement
    is_overdue: bool = False
    is_outdated: bool = False

    @property
    def holds(self) -> bool:
        """Whether drift does not report the item."""
        return not (self.is_overdue or self.is_outdated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolutions:
    """Ways to resolve an item; each was tried before it is offered.

    Attributes:
        accept: Whether `drift --accept` can write it into the files.
        apply: Whether `apply` restores at least a part of it; for an orphan, whether pruning
            removes it.
        by_hand: What a person must do to restore it, if no call does.
    """

    accept: bool = True
    apply: bool = True
    by_hand: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftItem:
    """One object that differs from the files, or that they do not mention.

    Attributes:
        status: Its relation to the files.
        object: Its kind.
        section: Its section, by the declared name; None for a tag.
        name: Its name; the declared one if it is declared.
        message: The fact, as a sentence.
        wanted: The declared state; None if it is not declared or must not exist.
        found: The states in the account: none if it is missing, several if they share a name.
        alterations: What differs; only if altered.
        location: Position in the files; None if they do not mention it.
        is_difference: Whether it counts as a difference without `--strict`.
        custom_object: The custom object that it belongs to, or that it is.
        cause: Which side changed: the files (pending), the account (drift), or both
            (conflict). For an unmanaged object: whether it is new since the last apply (drift)
            or existed before (pending).
        seen: Short form of its state in the account, for an acknowledgement of that state.
        suppression: Its acknowledgement; None if there is none.
        resolutions: Ways to resolve it.
        origin: The apply that created it; only for an orphan.
        question: What a person must decide before any command may change it; empty if there
            is nothing to decide.
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
    suppression: Suppression | None = None
    resolutions: Resolutions = Resolutions()
    origin: str = ""
    question: str = ""

    @property
    def title(self) -> str:
        """The name of the item on the command line and in the project file."""
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
        """Whether it is a difference without a valid acknowledgement."""
        return self.is_difference and not self.is_acknowledged

    @property
    def is_acknowledged(self) -> bool:
        """Whether it has a valid acknowledgement."""
        return self.suppression is not None and self.suppression.holds


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOutlook:
    """What would become of an apply now, without permissions.

    Attributes:
        refusal: Why no plan can be made; empty if one can.
        needs_permission: Whether its plan needs a permission.
    """

    refusal: str = ""
    needs_permission: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The differences found in one account.

    Attributes:
        account: Name of the account in the project file.
        backend: The API that it was read over.
        items: In the order of the files, then the account's.
        notices: Facts that belong to no item.
        applied: The apply that wrote the base, and when; None without a base, so that every
            cause is unknown.
        other: What the account was compared with; empty for the files.
        live: The account as it was read.
        folder: The project's folder, relative to the working folder; empty if they are equal.
        apply: What would become of an apply.
    """

    account: str
    backend: str
    items: tuple[DriftItem, ...] = ()
    notices: tuple[Notice, ...] = ()
    applied: Applied | None = None
    other: str = ""
    live: Schema | None = None
    folder: str = ""
    apply: ApplyOutlook = ApplyOutlook()

    def differs(self, *, strict: bool) -> bool:
        """Whether there is a difference; if strict, unmanaged objects count, notices never."""
        if strict:
            return any(not item.is_acknowledged for item in self.items)
        return any(item.counts for item in self.items)

    def counts(self) -> Mapping[DriftStatus, int]:
        """Return the number of items of every status."""
        found = [item.status for item in self.items]
        return {status: found.count(status) for status in DriftStatus}

    def shown_counts(self) -> Mapping[DriftStatus, int]:
        """Return the numbers that reports show: orphans only if there are any."""
        counts = self.counts()
        return {
            status: number
            for status, number in counts.items()
            if number or status is not DriftStatus.ORPHAN
        }
