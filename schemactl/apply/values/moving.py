"""Give the holders of an option another one, until a read shows that nobody holds it.

Every pass reads all records. So a pass finds those who got the option meanwhile, and those
whose update somebody else's change has prevented. It can be made again at any time: a record
that has its new option is not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from schemactl.account.interface import LiveState, Records
from schemactl.account.record_walk import RecordWalk
from schemactl.apply.values.passes import Passes
from schemactl.errors import AccountError
from schemactl.model.change import OptionRename
from schemactl.model.held_values import FieldPlace, HeldRecord
from schemactl.model.plan import Call
from schemactl.model.record_update import (
    RecordUpdate,
    Value,
)
from schemactl.model.schema import in_object
from schemactl.model.value_call import move_of


def move_options(
    call: Call, records: Records, live: LiveState, *, is_interrupted: Callable[[], bool]
) -> None:
    """Move the holders of options, and read that nobody is left.

    Raises:
        AccountError: Some records still hold one, or could not be read.
        InterruptedWaitError: The user asked to stop.
    """
    move = move_of(call)
    _refuse_missing(move.place, move.options, live)
    option, name = ("option" if len(move.options) == 1 else "options"), move.place.name
    passes = Passes(
        (move.place,),
        records,
        live,
        is_interrupted=is_interrupted,
        still=(f"holds the old {option} of {name}", f"hold the old {option} of {name}"),
    )
    passes.run(lambda walk: _updates(walk, move.options, records, live))


def _updates(
    walk: RecordWalk,
    options: Sequence[OptionRename],
    records: Records,
    live: LiveState,
) -> Iterator[list[RecordUpdate]]:
    """Yield the updates of each page of records; most pages have none."""
    new, place = {one.was: one.name for one in options}, walk.places[0]
    for page in walk:
        found = ((one, _held(one, place, records, live)) for one in page)
        updates = [
            RecordUpdate(seen=record, values=(_moved(held, new),))
            for record, held in found
            if not new.keys().isdisjoint(held)
        ]
        if updates:
            yield updates


def _held(
    record: HeldRecord, place: FieldPlace, records: Records, live: LiveState
) -> tuple[str, ...]:
    value = records.read_value(place, record.values[0], live)
    return value if isinstance(value, tuple) else (value,)


def _moved(held: Sequence[str], new: dict[str, str]) -> Value:
    """Return options with the new ones in the place of the old ones, each once."""
    return tuple(dict.fromkeys(new.get(option, option) for option in held))


def _refuse_missing(
    place: FieldPlace, options: Sequence[OptionRename], live: LiveState
) -> None:
    """Check that the field is where it was planned, and has the new options.

    Raises:
        AccountError: It does not.
    """
    fields = [
        field
        for section, field in live.schema.of(place.custom_object).all_fields()
        if (section, field.name) == (place.section, place.name)
    ]
    known = fields[0].options or () if len(fields) == 1 else ()
    missing = [one.name for one in options if one.name not in known]
    if missing:
        title = in_object(place.custom_object, f"{place.section} / {place.name}")
        msg = f'the account does not show the option "{missing[0]}" of "{title}"'
        raise AccountError(msg)
