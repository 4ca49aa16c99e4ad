"""A plan: the calls and manual steps that would resolve the differences, as plain data.

A plan shows exactly what is sent: a `Call` has every argument of its request. It contains no
credentials and no contact data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum, unique
from functools import cached_property, partial
from typing import Self, TypeAlias

from schemactl.errors import Location
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.call_word import VALUE_CALLS
from schemactl.model.change import Change
from schemactl.model.cleanup import PendingCleanup, PendingProbe
from schemactl.model.count import ValueCount
from schemactl.model.difference import EndedProtection, Notice, Orphan, Unmanaged
from schemactl.model.facts import Finding
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit, FieldUse, sum_uses
from schemactl.model.keep import KeepValues
from schemactl.model.object_state import ObjectState, PreconditionKind
from schemactl.model.schema import CONTACTS
from schemactl.values import dataclass

JsonValue: TypeAlias = (
    "bool | int | float | str | tuple[JsonValue, ...] | Mapping[str, JsonValue] | None"
)
JsonObject: TypeAlias = Mapping[str, JsonValue]


@unique
class Permission(StrEnum):
    """Values of `--allow`; each permits the hazard of the same name."""

    REMOVES_FIELD = "removes-field"
    REMOVES_SECTION = "removes-section"
    REMOVES_OPTION = "removes-option"
    REPLACES_FIELD = "replaces-field"
    REMOVES_TAG = "removes-tag"
    WRITES_CONTACTS = "writes-contacts"
    COPIES_VALUES = "copies-values"
    ONE_WAY_TYPE = "one-way-type"
    TIGHTENS = "tightens"
    MANY_REMOVALS = "many-removals"
    UNEXPLAINED_PAIR = "unexplained-pair"
    MAYBE_RENAMED = "maybe-renamed"
    EXCEEDS_FIELD_BUDGET = "exceeds-field-budget"


@unique
class ManualCode(StrEnum):
    """Why a person must make a change. Each code has a page."""

    RENAME_BY_HAND = "rename-by-hand"
    NAME_DIFFERS = "name-differs"
    MOVE_BY_HAND = "move-by-hand"
    TYPE_BY_HAND = "type-by-hand"
    AMBIGUOUS_NAME = "ambiguous-name"
    TAG_BY_HAND = "tag-by-hand"
    SETTING_BY_HAND = "setting-by-hand"
    OBJECT_BY_HAND = "object-by-hand"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDraft:
    """One API request as data, without its number in the plan.

    Attributes:
        request: Name of the request, such as `add_section`.
        arguments: Everything that the request contains, except credentials.
        serves: Ids of the changes that it makes.
    """

    request: str
    arguments: JsonObject
    serves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API request of a plan.

    Attributes:
        number: Its number, from 1, in the order of execution.
        request: Name of the request.
        arguments: Everything that the request contains, except credentials.
        serves: Ids of the changes that it makes.
        needs: Numbers of the calls that must succeed before it.
    """

    number: int
    request: str
    arguments: JsonObject
    serves: tuple[str, ...]
    needs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualStep:
    """What a person must do in the web interface; the next read verifies it.

    Attributes:
        code: Why no call does it.
        change: Id of the change that it makes.
        instruction: What to click, described exactly.
        alternative: Another solution, such as a permission; None if there is none.
        waits_for: Ids of the changes that must be made before; only if blocked.
    """

    code: ManualCode
    change: str
    instruction: str
    alternative: str | None = None
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """A named risk of a plan, which is refused until `permission` is given.

    Attributes:
        code: Stable name, equal to the permission that lifts it.
        changes: Ids of the changes that cause it.
        message: What would be lost, with names.
        hint: What else would lift it; None if only the permission does.
    """

    code: Permission
    changes: tuple[str, ...]
    message: str
    hint: str | None = None

    @property
    def permission(self) -> Permission:
        """The permission that lifts it."""
        return self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The cost of a plan.

    Attributes:
        calls: Number of calls, without the reads that verify them.
        contacts: What the fields of contacts take of the limit.
        requests: All requests of an apply that nothing disturbs, from its first read to its
            last; without the first read if the plan was made against a snapshot.
        seconds: Estimated duration of them at the account's rate.
        custom_objects: The same for each custom object that is read or created.
        field_limit: The limit that applies.
        backups: How many of the calls back up values.
        backup_requests: How many of the requests do.
        backup_seconds: Estimated duration of these.
    """

    calls: int
    contacts: FieldUse
    requests: int = 0
    seconds: float = 0.0
    custom_objects: tuple[FieldUse, ...] = ()
    field_limit: AppliedLimit = ASSUMED_LIMIT
    backups: int = 0
    backup_requests: int = 0
    backup_seconds: float = 0.0

    @property
    def objects(self) -> tuple[FieldUse, ...]:
        """What the fields of each object take of the limit, contacts first."""
        return (self.contacts, *self.custom_objects)

    @property
    def all_objects(self) -> FieldUse:
        """What the fields of all objects together take of the limit."""
        return sum_uses(self.objects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Numbers of sections, fields, changes of options, and tags; nothing counts twice."""

    add: int
    change: int
    remove: int
    by_hand: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """The state of one object that the plan changes or depends on.

    Attributes:
        kind: Which part of the account it is.
        path: Its name in the account, or section and field.
        live: Its state when planned; None if the account had nothing of that name.
        desired: Its own state after the apply; None if it is removed.
        serves: Ids of the changes that change it or depend on it, in their order.
        custom_object: Label of the custom object it belongs to; empty for contacts.
    """

    kind: PreconditionKind
    path: tuple[str, ...]
    live: ObjectState | None
    desired: ObjectState | None
    serves: tuple[str, ...]
    custom_object: str = CONTACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSize:
    """The number of objects that were read, of contacts and custom objects together.

    Attributes:
        calls: How many requests read them.
        counting: How many requests counted who holds what.
    """

    sections: int
    fields: int
    tags: int
    calls: int
    objects: int = 0
    counting: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrigin:
    """What distinguishes a plan from every other plan, even from one with the same content.

    Attributes:
        at: When it was made, as ISO 8601 writes it, in UTC.
        id: A random word.
    """

    at: str
    id: str


class Fingerprint:
    """A fingerprint of schema files, computed when it is first asked for.

    Nobody asks for that of a plan that is only shown.
    """

    def __init__(self, compute: Callable[[], str]) -> None:
        self._compute = compute

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the fingerprint that a text is."""
        return cls(partial(str, text))

    @cached_property
    def text(self) -> str:
        """The fingerprint, in hexadecimal digits."""
        return self._compute()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fingerprint) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Fingerprint.of({self.text!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an apply would do, and what it would not do.

    Attributes:
        made: When it was made, and its id.
        account: Name of the account in the project file.
        backend: The API that it is planned for.
        address: Address of the account, the same for both APIs; empty if the plan was made
            against a snapshot, so that it cannot be applied.
        app_id: Fingerprint of the app id; empty for an embedded account or a snapshot.
        files: Fingerprint of the content of the schema files.
        orphans: Objects that an apply created and no file declares any more, pruned or not.
        prune: Whether the removal of orphans is among the changes.
        relies_on: Findings of a probe without which the plan would be another one.
        pending_probes: Interrupted probes, whose scratch objects are removed before any call.
        size: Numbers of objects that were read.
        changes: Every difference, in the order of the files.
        calls: In the order of execution.
        pending_cleanups: Tags of earlier runs to take off the carrier before any call.
        ends_protection: Fields whose protection an apply of this plan ends.
        manual_steps: What a person must do, and changes that wait for it.
        hazards: Risks, each lifted by its permission; empty until `safety` adds them.
        later_hazards: Risks of changes that wait for a manual step. They do not block this
            plan; a plan made after that step has them as hazards.
        permissions: The given permissions.
        unmanaged: Objects that the files do not mention.
        notices: Facts that are not differences.
        seen: Every object that a change changes or depends on, sorted.
        counts: Who holds what would be destroyed; empty if nothing was to count.
        keep: Whether values are backed up before they are destroyed.
        undoes: The run that it undoes; empty for a plan from the files.
        summary: Numbers for the summary line.
        budget: The cost.
    """

    made: PlanOrigin
    account: str
    backend: str
    address: str
    app_id: str = ""
    files: Fingerprint
    size: AccountSize
    changes: tuple[Change, ...]
    calls: tuple[Call, ...]
    manual_steps: tuple[ManualStep, ...]
    hazards: tuple[Hazard, ...] = ()
    later_hazards: tuple[Hazard, ...] = ()
    permissions: tuple[Permission, ...]
    unmanaged: tuple[Unmanaged, ...]
    notices: tuple[Notice, ...]
    seen: tuple[Precondition, ...]
    summary: Summary
    budget: Budget
    pending_cleanups: tuple[PendingCleanup, ...] = ()
    ends_protection: tuple[EndedProtection, ...] = ()
    orphans: tuple[Orphan, ...] = ()
    prune: bool = False
    relies_on: tuple[Finding, ...] = ()
    pending_probes: tuple[PendingProbe, ...] = ()
    counts: tuple[ValueCount, ...] = ()
    keep: KeepValues = KeepValues.REQUIRED
    undoes: str = ""

    @property
    def schema_calls(self) -> tuple[Call, ...]:
        """The calls on sections, fields and tags, without those on values of records."""
        return tuple(call for call in self.calls if call.request not in VALUE_CALLS)

    @property
    def identity(self) -> AccountIdentity:
        """The account that it was made for."""
        return AccountIdentity(address=self.address, app_id=self.app_id)

    @property
    def first(self) -> tuple[PendingCleanup | PendingProbe, ...]:
        """The cleanups before any call."""
        return (*self.pending_cleanups, *self.pending_probes)

    @property
    def waiting(self) -> int:
        """How many changes wait for a manual step; the summary counts them as by hand."""
        return sum(step.code is ManualCode.BLOCKED for step in self.manual_steps)

    @property
    def is_empty(self) -> bool:
        """Whether files and account agree."""
        return not self.changes

    @property
    def leaves_nothing(self) -> bool:
        """Whether there is no change, no cleanup and no protection to end."""
        return self.is_empty and not self.first and not self.ends_protection

    @property
    def refusals(self) -> tuple[Hazard, ...]:
        """Hazards that the given permissions do not lift."""
        return tuple(hazard for hazard in self.hazards if hazard.code not in self.permissions)

    @property
    def needed_permissions(self) -> tuple[Permission, ...]:
        """All permissions that the plan needs, including the given ones, sorted."""
        return tuple(sorted({*self.permissions, *(one.permission for one in self.refusals)}))

    def change_location(self, change_id: str) -> Location | None:
        """Return the position of a change in the files; None if it has none."""
        return next(
            (change.location for change in self.changes if change.id == change_id), None
        )
