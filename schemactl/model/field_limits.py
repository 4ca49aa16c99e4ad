"""How many fields the vendor allows: both known limits, and what fields take of each.

The vendor's page on field limits is known in three copies, none with a date. Two of them,
under one address, allow the custom fields of an account 39,611 bytes, and agree on what a type
takes where both list it. The third, under another address, allows an object 1,600 fields,
built-in ones included. Not public: which accounts are under which limit, and whether objects
share the bytes, so sums are kept per object. The API reports no limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, assert_never

from schemactl.model.field_types import FIELD_TYPES, FieldType
from schemactl.model.schema import CONTACTS, Field


@unique
class FieldLimit(StrEnum):
    """The known limits, as `field_limit` in a project file names them."""

    BYTES_39611 = "39611-bytes"
    FIELDS_1600 = "1600-fields"


@unique
class LimitUnit(StrEnum):
    """What a limit counts."""

    BYTES = "bytes"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitFacts:
    """What is known of a limit.

    Attributes:
        maximum: How much is allowed, in `unit`.
        unit: Bytes of custom fields, or all fields of an object.
        known_from: Where it is published and since when it is known.
    """

    maximum: int
    unit: LimitUnit
    known_from: str


FIELD_LIMITS: Final[Mapping[FieldLimit, LimitFacts]] = MappingProxyType(
    {
        FieldLimit.BYTES_39611: LimitFacts(
            maximum=39_611,
            unit=LimitUnit.BYTES,
            known_from="vendor's page on field limits, copies without a date; the newest "
            "says 1,600 fields per object",
        ),
        FieldLimit.FIELDS_1600: LimitFacts(
            maximum=1_600,
            unit=LimitUnit.FIELDS,
            known_from="vendor's page on field limits, the newest of its copies, without a "
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
        # Types of live fields that no file declares, in the words of the REST API.
        "related_data": 11,
        "timestamp": 20,
        "url": 255,
        "image": 768,
    }
)
"""Bytes of a custom field by its type (the vendor's page). Country and the last four are in one
of the two copies only; what a funnel takes is not public."""

SMALLER_TYPE: Final = (
    f"a new {FieldType.LONGTEXT} takes {FIELD_BYTES[FieldType.LONGTEXT]} bytes where "
    f"{FieldType.TEXT} takes {FIELD_BYTES[FieldType.TEXT]}, but this is one-way: it can never "
    f"become {FieldType.TEXT}"
)
"""What saves bytes, for hints. It never appears without its drawback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedLimit:
    """The limit that an account is held to.

    Attributes:
        limit: Which one.
        stated: Whether the project file states it for the account; assumed otherwise.
    """

    limit: FieldLimit = FieldLimit.BYTES_39611
    stated: bool = False

    @property
    def facts(self) -> LimitFacts:
        """What is known of the limit."""
        return FIELD_LIMITS[self.limit]

    @property
    def possible(self) -> tuple[LimitFacts, ...]:
        """The limits that the account may be under: the stated one, or any."""
        return (self.facts,) if self.stated else tuple(FIELD_LIMITS.values())


ASSUMED_LIMIT: Final = AppliedLimit()
"""For an account that states none: the limit of two of the three copies, and the lower one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUse:
    """What the fields of one object take, or of all objects together.

    Attributes:
        field_bytes_before: What custom fields take now, where the cost is public.
        field_bytes_peak: The most that they take on the way: additions come before removals.
        field_bytes_after: The same once all is applied.
        field_bytes_unknown: Number of custom fields, afterwards, whose cost is not public.
        fields_before: Number of fields that were read, built-in ones included.
        fields_peak: The most on the way.
        fields_after: The same once all is applied.
        custom_object: Label of the object; `CONTACTS` also for all objects together.
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
        """Return the most that they take on the way."""
        match unit:
            case LimitUnit.BYTES:
                return self.field_bytes_peak
            case LimitUnit.FIELDS:
                return self.fields_peak
        assert_never(unit)

    def after(self, unit: LimitUnit) -> int:
        """Return what they take once all is applied."""
        match unit:
            case LimitUnit.BYTES:
                return self.field_bytes_after
            case LimitUnit.FIELDS:
                return self.fields_after
        assert_never(unit)


def sum_uses(uses: Iterable[FieldUse]) -> FieldUse:
    """Add up what several objects take; each one's peak counts, though at another time."""
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
    """Add up what the custom ones among `fields` take, as far as it is public."""
    return sum(FIELD_BYTES.get(field.type, 0) for field in fields if field.custom)


def count_unknown(fields: Iterable[Field]) -> int:
    """Count the custom ones among `fields` whose cost is not public."""
    return sum(field.custom and field.type not in FIELD_BYTES for field in fields)


def count_fields(fields: Iterable[Field]) -> int:
    """Count `fields`, built-in ones included."""
    return sum(1 for _ in fields)


COUNTERS: Final[Mapping[LimitUnit, Callable[[Iterable[Field]], int]]] = MappingProxyType(
    {LimitUnit.BYTES: known_bytes, LimitUnit.FIELDS: count_fields}
)
"""How what fields take is counted in each unit."""
