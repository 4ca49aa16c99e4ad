"""The options that a copy gave to records, by the numbers that it wrote."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from schemactl.account.interface import LiveState, Records
from schemactl.model.held_values import FieldPlace
from schemactl.model.plan import Call
from schemactl.model.value_call import place_written_by
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOptions:
    """What one copy wrote.

    Attributes:
        place: The field that it wrote to.
        names: The options that it gave to records; empty if it may have given any.
        labels: The text of each option of the field by its number; empty without numbers.
    """

    place: FieldPlace
    names: AbstractSet[str]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, call: Call, records: Records, live: LiveState) -> WrittenOptions:
        """Return what a copy is about to write to an account."""
        place, names = place_written_by(call)
        return cls(place=place, names=names, labels=records.option_labels(place, live))

    def find_gone(self, records: Records, live: LiveState) -> str:
        """Return an option that has no longer the number that was written; empty if none."""
        now = records.option_labels(self.place, live)
        for number, label in self.labels.items():
            if (not self.names or label in self.names) and now.get(number) != label:
                return label
        return ""
