"""The vendor's limits of fields: both known limits, and what fields take of each.

The vendor's page on field limits is known in three copies, none with a date. Two of them, at
one address, allow 39,611 bytes for the custom fields of an account; they agree on the size of
every type that both list. The third, at another address, allows 1,600 fields per object,
including built-in ones. Which limit applies to which account is not public, nor whether objects
share the bytes; so sums are kept per object. The API reports no limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from schemactl.model.field_types import FIELD_TYPES, FieldType
from schemactl.model.schema import CONTACTS, Field
from schemactl.values import dataclass


@unique
class FieldLimit(StrEnum):
    """The known limits, by their names in `field_limit` of a project file."""

    BYTES_39611 = "39611-bytes"
    FIELDS_1600 = "1600-fields"


@unique
class LimitUnit(StrEnum):
    """Unit of a limit."""

    BYTES = "bytes"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFacts:
    """A limit and its source.

    Attributes:
        maximum: The allowed amount, in `unit`.
        unit: Bytes of custom fields, or number of all fields of an object.
        known_from: Where and when it was published.
    """

    maximum: int
    unit: LimitUnit
    known_from: str


FIELD_LIMITS: Final[Mapping[FieldLimit, LimitFacts]] = MappingProxyType(
    {
        FieldLimit.BYTES_39611: LimitFacts(
            maximum=39_611,
            unit=LimitUnit.BYTES,
            known_from="Ontraport's page on field limits, copies without a date; the newest "
            "says 1,600 fields per object",
        ),
        FieldLimit.FIELDS_1600: LimitFacts(
            maximum=1_600,
            unit=LimitUnit.FIELDS,
            known_from="Ontraport's page on field limits, the newest of its copies, without a "
            "date; older ones say 39,611 bytes",
        ),
    }
)

FIELD_BYTES: Final[Mapping[str, int]] = MappingProxyType(
    {
        **{
            str(kind): facts.size_bytes
            for kind, facts in FIELD_TYPES.items()
            if facts.size_bytes is not None
        },
        # Types of live fields that no file can declare, in the words of the REST API.
        "related_data": 11,
        "timestamp": 20,
        "url": 255,
        "image": 768,
    }
)
"""Bytes of a custom field by its type (the vendor's page). Only one of the two copies lists
country and the last four types. The size of a funnel is not public."""

SMALLER_TYPE: Final = (
    f"a new {FieldType.LONGTEXT} takes {FIELD_BYTES[FieldType.LONGTEXT]} bytes where "
    f"{FieldType.TEXT} takes {FIELD_BYTES[FieldType.TEXT]}, but this is one-way: it can never "
    f"become {FieldType.TEXT}"
)
"""What saves bytes, for hints. It never appears without its drawback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedLimit:
    """The limit that a plan applies to an account.

    Attributes:
        limit: The limit.
        stated: Whether the project file states it; otherwise it is an assumption.
    """

    limit: FieldLimit = FieldLimit.BYTES_39611
    stated: bool = False

    @property
    def facts(self) -> LimitFacts:
        """The facts about the limit."""
        return FIELD_LIMITS[self.limit]

    @property
    def possible(self) -> tuple[LimitFacts, ...]:
        """The limits that may apply to the account: the stated one, or all."""
        return (self.facts,) if self.stated else tuple(FIELD_LIMITS.values())


ASSUMED_LIMIT: Final = AppliedLimit()
"""For an account without `field_limit`: the lower limit, which two of three copies state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """What the fields of one object, or of all objects together, take of the limits.

    Attributes:
        field_bytes_before: Bytes of custom fields now, of all types whose size is public.
        field_bytes_peak: Highest number during the apply, which adds before it removes.
        field_bytes_after: The number after the apply.
        field_bytes_unknown: Number of custom fields after the apply whose size is not public.
        fields_before: Number of fields that were read, including built-in ones.
        fields_peak: Highest number during the apply.
        fields_after: Number after the apply.
        custom_object: Label of the object; `CONTACTS` for contacts and for all together.
    """

    field_bytes_before: int = 0
    field_bytes_peak: int = 0
    field_bytes_after: int = 0
    field_bytes_unknown: int = 0
    fields_before: int = 0
    fields_peak: int = 0
    fields_after: int = 0
    custom_object: str = CONTACTS

    def peak(self, unit: LimitUnit) -> int:
        """Return the highest number during the apply."""
        match unit:
            case LimitUnit.BYTES:
                return self.field_bytes_peak
            case LimitUnit.FIELDS:
                return self.fields_peak

    def after(self, unit: LimitUnit) -> int:
        """Return the number after the apply."""
        match unit:
            case LimitUnit.BYTES:
                return self.field_bytes_after
            case LimitUnit.FIELDS:
                return self.fields_after


def sum_uses(uses: Iterable[FieldUse]) -> FieldUse:
    """Return the sum over several objects. Peaks are added although they differ in time."""
    parts = tuple(uses)
    return FieldUse(
        field_bytes_before=sum(each.field_bytes_before for each in parts),
        field_bytes_peak=sum(each.field_bytes_peak for each in parts),
        field_bytes_after=sum(each.field_bytes_after for each in parts),
        field_bytes_unknown=sum(each.field_bytes_unknown for each in parts),
        fields_before=sum(each.fields_before for each in parts),
        fields_peak=sum(each.fields_peak for each in parts),
        fields_after=sum(each.fields_after for each in parts),
    )


def known_bytes(fields: Iterable[Field]) -> int:
    """Return the bytes of the custom fields in `fields` whose size is public."""
    kinds = _custom_kinds(fields)
    return sum(FIELD_BYTES.get(kind, 0) * count for kind, count in kinds.items())


def count_unknown(fields: Iterable[Field]) -> int:
    """Return the number of custom fields in `fields` whose size is not public."""
    kinds = _custom_kinds(fields)
    return sum(count for kind, count in kinds.items() if kind not in FIELD_BYTES)


def _custom_kinds(fields: Iterable[Field]) -> Counter[str]:
    """Return how many custom fields are of each type: far fewer types than fields."""
    return Counter([field.type for field in fields if field.custom])


def count_fields(fields: Iterable[Field]) -> int:
    """Return the number of `fields`, including built-in ones."""
    return len(tuple(fields))


COUNTERS: Final[Mapping[LimitUnit, Callable[[Iterable[Field]], int]]] = MappingProxyType(
    {LimitUnit.BYTES: known_bytes, LimitUnit.FIELDS: count_fields}
)
"""Function that counts fields in each unit."""
