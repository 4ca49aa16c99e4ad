"""What would be done about the differences: a plan is plain data, never closures.

What is shown is what is sent: a `Call` holds every argument of its request. A plan
holds no credential and no contact data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TypeAlias

from schemactl.errors import Location
from schemactl.model.account_identity import AccountIdentity
from schemactl.model.change import Change
from schemactl.model.cleanup import PendingCleanup
from schemactl.model.difference import EndedProtection, Notice, Orphan, Unmanaged
from schemactl.model.field_limits import ASSUMED_LIMIT, AppliedLimit, FieldUse, sum_uses
from schemactl.model.schema import CONTACTS

JsonValue: TypeAlias = (
    "bool | int | float | str | tuple[JsonValue, ...] | Mapping[str, JsonValue] | None"
)
JsonObject: TypeAlias = Mapping[str, JsonValue]


@unique
class Permission(StrEnum):
    """What `--allow` can permit; each names the hazard that it lifts, and no other."""

    REMOVES_FIELD = "removes-field"
    REMOVES_SECTION = "removes-section"
    REMOVES_OPTION = "removes-option"
    REPLACES_FIELD = "replaces-field"
    REMOVES_TAG = "removes-tag"
    ONE_WAY_TYPE = "one-way-type"
    TIGHTENS = "tightens"
    MANY_REMOVALS = "many-removals"
    UNEXPLAINED_PAIR = "unexplained-pair"
    EXCEEDS_FIELD_BUDGET = "exceeds-field-budget"


@unique
class ManualCode(StrEnum):
    """Why a person must do it; stable, each has a page."""

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
    """One API request as data, before its place in the plan is known.

    Attributes:
        request: The wire's own word, such as `add_section`.
        arguments: All that the request carries, without credentials.
        serves: Ids of the changes that it brings about.
    """

    request: str
    arguments: JsonObject
    serves: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API request, in its place.

    Attributes:
        number: From 1, in the order to make them.
        request: The wire's own word.
        arguments: All that the request carries, without credentials.
        serves: Ids of the changes that it brings about.
        needs: Numbers of the calls that must have been done before.
    """

    number: int
    request: str
    arguments: JsonObject
    serves: tuple[str, ...]
    needs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualStep:
    """What a person must do in the web interface; the next read proves it.

    Attributes:
        code: Why no call does it.
        change: Id of the change that it stands for.
        instruction: What to click, to the letter.
        alternative: Another way out, such as a permission; None where there is none.
        waits_for: Ids of the changes that must be done before; only where blocked.
    """

    code: ManualCode
    change: str
    instruction: str
    alternative: str | None = None
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """A named risk of a plan: it is refused until `permission` is given.

    Attributes:
        code: Stable name; equal to the permission that lifts it.
        changes: Ids of the changes that bring it.
        message: What would be lost, in words, with names.
        hint: What else would lift it; None where only the permission does.
    """

    code: Permission
    changes: tuple[str, ...]
    message: str
    hint: str | None = None

    @property
    def permission(self) -> Permission:
        """What lifts it: `--allow` with this word."""
        return self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The price of a plan.

    Attributes:
        calls: How many calls it makes, without the reads that prove them.
        seconds: About how long it takes at the account's rate, reads included.
        contacts: What the fields of contacts take.
        custom_objects: The same for each custom object that was read or is made.
        field_limit: The limit that they are held to.
    """

    calls: int
    seconds: float
    contacts: FieldUse
    custom_objects: tuple[FieldUse, ...] = ()
    field_limit: AppliedLimit = ASSUMED_LIMIT

    @property
    def objects(self) -> tuple[FieldUse, ...]:
        """What the fields of each object take, contacts first."""
        return (self.contacts, *self.custom_objects)

    @property
    def all_objects(self) -> FieldUse:
        """What the fields of all these objects take together."""
        return sum_uses(self.objects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many sections, fields, options-changes and tags are touched; nothing counts twice."""

    add: int
    change: int
    remove: int
    by_hand: int


@unique
class PreconditionKind(StrEnum):
    """What is looked at in an account; two kinds of one name are two objects."""

    SECTION = "section"
    SECTION_CONTENTS = "section-contents"
    SECTION_DESCRIPTION = "section-description"
    FIELD = "field"
    TAG = "tag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """One object that the plan touches or relies on; `model.seen.look` gives such states.

    Attributes:
        kind: What it is.
        path: Its name in the account, or section and field.
        live: Its state when planned; None where the account had nothing of that name.
        desired: Its state once all is applied, of itself alone; None where it goes.
        serves: Ids of the changes that touch it or rely on it, in their order.
        custom_object: The object that it is of.
    """

    kind: PreconditionKind
    path: tuple[str, ...]
    live: JsonValue
    desired: JsonValue
    serves: tuple[str, ...]
    custom_object: str = CONTACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSize:
    """How much was read, for the reader's orientation: contacts and custom objects together."""

    sections: int
    fields: int
    tags: int
    calls: int
    objects: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOrigin:
    """What tells a plan from every other, also from one that says the same.

    Attributes:
        at: When it was made, as ISO 8601 writes it, in UTC.
        id: A random word.
    """

    at: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that would happen, and all that would not.

    Attributes:
        made: When it was made, and its id.
        account: Name of the account in the project file.
        backend: The wire that it is planned for.
        address: Where the account answers, the same for both APIs; empty where the plan was
            made against a snapshot, and so fits no account.
        app_id: Fingerprint of the app id; empty for an embedded account or a snapshot.
        files: Fingerprint of what the schema files ask for.
        orphans: What an apply created and no file declares any longer, pruned or not.
        prune: Whether the removal of orphans is among the changes.
        size: What was read.
        changes: Every difference, in the order of the files.
        calls: In the order to make them.
        pending_cleanups: Tags of earlier runs to take off the carrier before any call.
        ends_protection: Fields whose protection an apply of it ends.
        manual_steps: What a person must do, and what waits for it.
        hazards: Risks, each lifted by its permission; none before `safety` names them.
        later_hazards: Risks of the changes that wait for a manual step. They refuse nothing
            now: the plan that is made after that step has them as hazards.
        permissions: Those given to this plan.
        unmanaged: What the files leave alone.
        notices: What is told and is no difference.
        seen: Every object that a change touches or relies on, sorted.
        summary: Counts for the summary line.
        budget: The price.
    """

    made: PlanOrigin
    account: str
    backend: str
    address: str
    app_id: str = ""
    files: str
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

    @property
    def identity(self) -> AccountIdentity:
        """The account that it was made for."""
        return AccountIdentity(address=self.address, app_id=self.app_id)

    @property
    def is_empty(self) -> bool:
        """Whether files and account agree."""
        return not self.changes

    @property
    def leaves_nothing(self) -> bool:
        """Whether there is no change, no cleanup and no protection to end."""
        return self.is_empty and not self.pending_cleanups and not self.ends_protection

    @property
    def refusals(self) -> tuple[Hazard, ...]:
        """Hazards that no given permission lifts."""
        return tuple(hazard for hazard in self.hazards if hazard.code not in self.permissions)

    @property
    def needed_permissions(self) -> tuple[Permission, ...]:
        """What must be given so that nothing is refused: all that was given, too, sorted."""
        return tuple(sorted({*self.permissions, *(one.permission for one in self.refusals)}))

    def change_location(self, change_id: str) -> Location | None:
        """Where the files ask for a change."""
        return next(
            (change.location for change in self.changes if change.id == change_id), None
        )
