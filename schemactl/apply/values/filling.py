"""Give records a value in one field by what they hold in others, until a read shows it.

Every pass reads all records, so it finds those who came or were changed meanwhile. A value that
somebody else wrote into the field stays. A value that this run wrote is written again if its
source has changed or was cleared since. It can be made again at any time.

Where a field is renamed by copying, both fields are one. If they hold different values, and
this run wrote neither, nobody knows which is newer: both stay, and a person has to decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemactl.account.interface import LiveState, Records
from schemactl.account.record_walk import RecordWalk
from schemactl.account.value_forms import is_same_value, may_be_empty
from schemactl.apply.values.passes import Passes
from schemactl.apply.values.written_values import WrittenValues
from schemactl.errors import AccountError
from schemactl.host import Host
from schemactl.model.change import FillField
from schemactl.model.filling import UNMAPPED
from schemactl.model.held_values import HeldRecord
from schemactl.model.record_update import (
    RecordUpdate,
    Value,
    WriteOutcome,
    WriteStatus,
)
from schemactl.model.schema import Field
from schemactl.planner.filling import (
    is_open,
    new_value,
    read_all,
    source_places,
    target_place,
)
from schemactl.text import counted


class FieldFilling:
    """Fills one field.

    Args:
        fill: The change of the plan.
        records: What the account's records hold.
        live: The account, read after the field was created.
        host: Says whether the user asked to stop.
    """

    def __init__(self, fill: FillField, records: Records, live: LiveState, host: Host) -> None:
        self._fill = fill
        self._records = records
        self._live = live
        self._host = host
        self._target = _field_in(live, fill)
        self._places = (*source_places(fill), target_place(fill))
        self._written = WrittenValues(self._target.type)
        self._unmapped = self._contested = 0

    def run(self) -> None:
        """Fill, and read that nothing is left to fill.

        Raises:
            AccountError: Some records have no value yet, or could not be read.
            InterruptedWaitError: The user asked to stop.
        """
        passes = Passes(
            self._places,
            self._records,
            self._live,
            is_interrupted=self._host.is_interrupted,
            still=(
                f"has no value in {self._fill.name}",
                f"have no value in {self._fill.name}",
            ),
        )
        passes.run(self._updates, self._note)
        self._refuse_undecided()

    def _note(self, outcomes: Sequence[WriteOutcome], updates: Sequence[RecordUpdate]) -> None:
        values = {one.id: one.values[-1] for one in updates}
        for one in outcomes:
            value = values[one.id]
            if one.status is WriteStatus.WRITTEN and value is not None:
                self._written.note(one.id, value)

    def _updates(self, walk: RecordWalk) -> Iterator[list[RecordUpdate]]:
        self._unmapped = self._contested = 0
        for page in walk:
            found = (self._update(record) for record in page)
            updates = [one for one in found if one is not None]
            if updates:
                yield updates

    def _update(self, record: HeldRecord) -> RecordUpdate | None:
        """Return what a record gets; None where it needs nothing."""
        *sources, held = read_all(record, self._places, self._records, self._live)
        new = new_value(self._fill, sources, self._target)
        if new is UNMAPPED:
            self._unmapped += 1
            return None
        if self._written.has(record.id, held):
            is_needed = not is_same_value(self._target.type, new, held)
        else:
            is_needed = bool(new) and is_open(self._fill, new, held)
            self._contested += bool(new) and self._is_contested(new, held)
        if not is_needed:
            return None
        return RecordUpdate(seen=record, values=(*(None for _ in sources), new))

    def _is_contested(self, new: Value, held: Value) -> bool:
        """Whether a field and its copy hold different values that this run did not write."""
        kind = self._target.type
        return (
            self._fill.renames
            and not may_be_empty(kind, held)
            and not is_same_value(kind, new, held)
        )

    def _refuse_undecided(self) -> None:
        """Check that no value is left that only a person can decide about.

        Raises:
            AccountError: There is one.
        """
        if self._unmapped:
            hold = "holds" if self._unmapped == 1 else "hold"
            msg = (
                f"{counted(self._unmapped, 'record')} {hold} a value that is not mapped; all "
                "others were copied; plan again"
            )
            raise AccountError(msg)
        if self._contested:
            old, new = self._fill.sources[0].title, f"{self._fill.section} / {self._fill.name}"
            hold = "holds" if self._contested == 1 else "hold"
            msg = (
                f'{counted(self._contested, "record")} {hold} different values in "{old}" and '
                f'in "{new}", and nothing shows which is newer; all others were copied'
            )
            hint = "clear the value that is old in one of both fields; then apply again"
            raise AccountError(msg, hint=hint)


def _field_in(live: LiveState, fill: FillField) -> Field:
    """Return the field to fill, with the options that the account has.

    Raises:
        AccountError: The account has no such field, or several.
    """
    found = [
        field
        for section, field in live.schema.of(fill.custom_object).all_fields()
        if (section, field.name) == (fill.section, fill.name)
    ]
    if len(found) != 1:
        msg = f'the account has {len(found)} fields "{fill.section} / {fill.name}"'
        raise AccountError(msg)
    return found[0]
