"""Give the holders of an option another one, until a read shows that nobody holds it.

Every pass reads all records. So a pass finds those who got the option meanwhile, and those
whose update somebody else's change has prevented. It can be made again at any time: a record
that has its new option is not written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from schemactl.account.interface import LiveState, Records
from schemactl.account.record_walk import RecordWalk
from schemactl.errors import AccountError, InterruptedWaitError
from schemactl.model.change import OptionRename
from schemactl.model.held_values import FieldPlace, HeldRecord
from schemactl.model.plan import Call
from schemactl.model.record_update import (
    Obstacle,
    RecordUpdate,
    Value,
    WriteOutcome,
    WriteStatus,
)
from schemactl.model.schema import in_object
from schemactl.model.value_call import move_of
from schemactl.text import counted

MAX_PASSES: Final = 5
"""How often all records are read until nobody else gives somebody the old option again."""
MAX_NAMED: Final = 5
"""Records that a message names by their ids."""
LEFT: Final = frozenset({WriteStatus.REFUSED, WriteStatus.UNCONFIRMED})
"""What another pass would not change."""


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
    left: list[WriteOutcome] = []
    missing = ""
    for _ in range(MAX_PASSES):
        written = 0
        left.clear()
        walk = RecordWalk(records, (move.place,), live)
        for updates in _updates(walk, move.options, records, live):
            for outcomes in records.write_values((move.place,), updates, live):
                written += len(outcomes)
                refuse_altered(outcomes)
                left += [one for one in outcomes if one.status in LEFT]
                if is_interrupted():
                    msg = "interrupted while options were moved"
                    raise InterruptedWaitError(msg)
        missing = walk.find_missing()
        if not written and not missing:
            return
        if written and len(left) == written:
            break
    raise AccountError(
        missing or left_in_words(left, f"hold the old option of {move.place.name}")
    )


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


def refuse_altered(outcomes: Sequence[WriteOutcome]) -> None:
    """Stop where the account stores something else than what was sent.

    Raises:
        AccountError: It does: more writes would only spread that.
    """
    altered = [one for one in outcomes if one.why is Obstacle.ALTERED]
    if altered:
        words = left_in_words(altered, "do not hold what was written")
        msg = f"{words}; nothing more is written: the backup of this run has what they held"
        raise AccountError(msg)


def left_in_words(left: Sequence[WriteOutcome], still: str) -> str:
    """Return which records are not as they should be, and why; never a value."""
    if not left:
        return f"others write meanwhile, so some records still {still}: apply again"
    reasons = Counter(str(one.why) for one in left)
    why = "; ".join(f"{number:,}: {reason}" for reason, number in reasons.most_common())
    ids = ", ".join(one.id for one in left[:MAX_NAMED])
    more = ", …" if len(left) > MAX_NAMED else ""
    return f"{counted(len(left), 'record')} still {still} ({why}); ids {ids}{more}"
