"""The room that an account has for new fields, by the limit that a switch sets.

Numbers are from the vendor's page on limits of custom fields. Its copies have no date: older
ones say 39,611 bytes per account, the newest 1,600 fields per object, built-in ones included.
It is unknown whether the bytes are per object or for all objects.
"""

from __future__ import annotations

from schemactl.emulator.choices import LimitOfFields, OverBudget
from schemactl.emulator.field_types import field_bytes
from schemactl.emulator.layout import Layout
from schemactl.emulator.switches import Switches

BUDGET_BYTES = 39_611
MAX_FIELDS = 1_600


class FieldRoom:
    """What is left of the limit; one per call, within one transaction.

    Args:
        layout: The object that gets fields.
        switches: Which limit applies, and whether it is enforced.
    """

    def __init__(self, layout: Layout, switches: Switches) -> None:
        self._limit = switches.field_limit
        self._is_limited = switches.over_budget is not OverBudget.IGNORE
        match self._limit:
            case LimitOfFields.OBJECT_BYTES:
                self._left = BUDGET_BYTES - layout.custom_bytes()
            case LimitOfFields.ACCOUNT_BYTES:
                self._left = BUDGET_BYTES - sum(map(field_bytes, layout.custom_types()))
            case LimitOfFields.OBJECT_FIELDS:
                self._left = MAX_FIELDS - sum(len(one.fields) for one in layout.contents())

    def take(self, type_name: str) -> bool:
        """Reserve room for a field of a type; return whether there was enough."""
        cost = 1 if self._limit is LimitOfFields.OBJECT_FIELDS else field_bytes(type_name)
        if self._is_limited and cost > max(self._left, 0):
            return False
        self._left -= cost
        return True
