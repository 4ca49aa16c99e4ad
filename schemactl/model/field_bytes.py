"""What fields cost of the byte budget that all custom fields of an account share.

The figures are the vendor's (support article on custom field limits, for the
current product). It does not list country and funnel: what they cost is not public.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from schemactl.model.schema import Field, FieldType

FIELD_BYTES: Final = MappingProxyType(
    {
        FieldType.CHECK: 1,
        FieldType.LONGTEXT: 8,
        FieldType.FULLDATE: 20,
        FieldType.LIST: 20,
        FieldType.NUMERIC: 20,
        FieldType.TDROP: 20,
        FieldType.PRICE: 64,
        FieldType.TEXT: 768,
        FieldType.PHONE: 768,
        FieldType.STATE: 768,
        FieldType.EMAIL: 768,
        FieldType.SMS: 768,
        FieldType.ADDRESS: 768,
    }
)
_COSTS: Final = MappingProxyType({str(kind): cost for kind, cost in FIELD_BYTES.items()})


def known_bytes(fields: Iterable[Field]) -> int:
    """Add up what the custom ones among `fields` take, as far as it is public."""
    return sum(_COSTS.get(field.type, 0) for field in fields if field.custom)


def count_unknown(fields: Iterable[Field]) -> int:
    """Count the custom ones among `fields` whose cost is not public."""
    return sum(field.custom and field.type not in _COSTS for field in fields)
