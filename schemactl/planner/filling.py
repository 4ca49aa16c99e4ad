"""Find the fields to fill from others, and simulate it on what records hold.

A plan says how many records get a value, and is refused while the files do not say what some
value becomes. Values are only in the memory of this process, and in what a refusal shows on a
terminal; a plan holds numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Final, TypeAlias

from schemactl.account.interface import LiveState, Records
from schemactl.account.record_walk import RecordWalk
from schemactl.account.value_forms import is_same_value, may_be_empty
from schemactl.errors import AccountError, UnmappedValuesError
from schemactl.model.change import (
    AddField,
    Change,
    FillField,
    MoveField,
    RemoveField,
    RenameField,
)
from schemactl.model.desired import Desired, DesiredField
from schemactl.model.difference import Difference
from schemactl.model.filling import UNMAPPED, Converted, convert, first_value
from schemactl.model.held_values import FieldPlace, HeldRecord
from schemactl.model.record_update import Value
from schemactl.model.schema import CONTACTS, Field, Schema, in_object
from schemactl.planner.held_back import with_held_back
from schemactl.text import counted
from schemactl.values import replace

if TYPE_CHECKING:
    from schemactl.account.target import Contents

_Place: TypeAlias = tuple[str, str]
"""Section and name of a field."""
MAX_DISTINCT: Final = 1_000
"""Distinct values without a map that are kept to be shown."""


def with_fills(
    difference: Difference, desired: Desired, live: LiveState, held: Contents | None
) -> Difference:
    """Add a change for each field of which some record gets a value.

    Args:
        difference: The differences of the schema.
        desired: The files.
        live: The account as it was read.
        held: What its records hold; None if that is unknown, such as of a snapshot.

    Raises:
        UnmappedValuesError: The files do not say what some value becomes.
        AccountError: The records could not be read.
    """
    counter = None if held is None else held.count
    difference = with_held_back(difference, desired, live.schema, counter)
    copies = {one.id: one for one in difference.changes if isinstance(one, FillField)}
    asked = {one.id: one for one in find_fills(desired, live.schema, difference.changes)}
    fills = tuple(
        _joined(copies[each], asked.get(each)) if each in copies else asked[each]
        for each in dict.fromkeys((*copies, *asked))
    )
    schema_changes = tuple(one for one in difference.changes if one.id not in copies)
    pages = difference.pages_read
    if fills and held is not None and held.records is not None:
        simulated = [
            _Simulation(
                fill, held.records, live, _new_places(schema_changes, fill.custom_object)
            )
            for fill in fills
        ]
        pages += sum(one.pages for one in simulated)
        _refuse_unmapped(simulated)
        removed = {one.place for one in schema_changes if isinstance(one, RemoveField)}
        fills = tuple(
            one.fill for one in simulated if one.fill.records or _is_emptied(one.fill, removed)
        )
    return replace(difference, changes=(*schema_changes, *fills), pages_read=pages)


def _joined(copy: FillField, asked: FillField | None) -> FillField:
    """Return one change of what renames a field by copying, and what fills it from others."""
    if asked is None:
        return copy
    return replace(
        copy, sources=(*copy.sources, *asked.sources), types=(*copy.types, *asked.types)
    )


def _is_emptied(fill: FillField, removed: AbstractSet[tuple[str, str, str]]) -> bool:
    """Whether a source is removed: what is written into it until then is copied too."""
    return any((fill.custom_object, one.section, one.name) in removed for one in fill.sources)


def find_fills(
    desired: Desired, live: Schema, changes: Iterable[Change]
) -> Iterator[FillField]:
    """Yield the fields that have a source in the account, and are there or are created."""
    changes = tuple(changes)
    added = {
        (change.custom_object, change.section, change.name)
        for change in changes
        if isinstance(change, AddField)
    }
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        filled = [
            (section.name, entry)
            for section in desired.of(label).sections
            for entry in section.fields
            if entry.sources
        ]
        if not filled:
            continue  # Most files fill no field, and then no index is needed.
        known = {(section, field.name): field for section, field in live.of(label).all_fields()}
        moved, copied = _new_places(changes, label), _copied_places(changes, label)
        for section, entry in filled:
            place = section, entry.field.name
            is_there = place in known and known[place].type == entry.field.type
            if is_there or (label, *place) in added:
                yield from _fill(label, section, entry, known, moved=moved, copied=copied)


def _new_places(changes: Iterable[Change], label: str) -> dict[_Place, _Place]:
    """Return the new place of each field that calls rename or move before a field is filled."""
    moved: dict[_Place, _Place] = {}
    for change in changes:
        if isinstance(change, MoveField | RenameField) and change.custom_object == label:
            section = change.source if isinstance(change, MoveField) else change.section
            moved[section, change.before.name] = change.section, change.name
    return moved


def _copied_places(changes: Iterable[Change], label: str) -> dict[_Place, _Place]:
    """Return where each field is, until all is copied, that is renamed or moved like that."""
    return {
        (one.section, one.name): (one.sources[0].section, one.sources[0].name)
        for one in changes
        if isinstance(one, FillField) and one.renames and one.custom_object == label
    }


def _fill(
    label: str,
    section: str,
    entry: DesiredField,
    known: Mapping[_Place, Field],
    *,
    moved: Mapping[_Place, _Place],
    copied: Mapping[_Place, _Place],
) -> Iterator[FillField]:
    """Yield a field to fill; the files may name a source by its old or its new name."""
    before = {**{new: old for old, new in moved.items()}, **copied}
    sources, types = [], []
    for one in entry.sources:
        place = before.get((one.section, one.name), (one.section, one.name))
        if place in known:
            new_section, name = moved.get(place, place)
            sources.append(replace(one, section=new_section, name=name))
            types.append(known[place].type)
    if sources:
        yield FillField(
            custom_object=label,
            section=section,
            after=entry.field,
            sources=tuple(sources),
            types=tuple(types),
            location=entry.location,
        )


def source_places(fill: FillField) -> tuple[FieldPlace, ...]:
    """Return where the sources are in the account."""
    return tuple(
        FieldPlace(
            custom_object=fill.custom_object,
            section=one.section,
            name=one.name,
            type=kind,
        )
        for one, kind in zip(fill.sources, fill.types, strict=True)
    )


def _as_live(place: FieldPlace, before: Mapping[_Place, _Place]) -> FieldPlace:
    section, name = before.get((place.section, place.name), (place.section, place.name))
    return replace(place, section=section, name=name)


def target_place(fill: FillField) -> FieldPlace:
    """Return where the field to fill is in the account."""
    return FieldPlace(
        custom_object=fill.custom_object,
        section=fill.section,
        name=fill.name,
        type=fill.after.type,
    )


def new_value(fill: FillField, values: Sequence[Value], target: Field) -> Converted:
    """Return what a record gets by the values of its sources; empty for nothing."""
    found = first_value(values)
    if found is None:
        return ""
    place, value = found
    return convert(value, fill.sources[place], fill.types[place], target)


def read_all(
    record: HeldRecord, places: Sequence[FieldPlace], records: Records, live: LiveState
) -> tuple[Value, ...]:
    """Return the values of a record in the form that both APIs share."""
    return tuple(
        records.read_value(place, text, live)
        for place, text in zip(places, record.values, strict=True)
    )


def is_open(fill: FillField, new: Value, held: Value) -> bool:
    """Whether a record that holds this in the field gets the new value."""
    kind = fill.after.type
    return may_be_empty(kind, held) and not is_same_value(kind, new, held)


class _Simulation:
    """What filling one field would do to the records as they are now.

    Attributes:
        fill: The change with its numbers.
        pages: How many requests it took.
        unmapped: How many records hold each value that the files say nothing about.
    """

    def __init__(
        self,
        fill: FillField,
        records: Records,
        live: LiveState,
        moved: Mapping[_Place, _Place],
    ) -> None:
        self.unmapped: Counter[str] = Counter()
        self._kept = self._filled = 0
        target = target_place(fill)
        fields = live.schema.of(fill.custom_object).all_fields()
        is_there = (fill.section, fill.name) in {(one, field.name) for one, field in fields}
        before = {new: old for old, new in moved.items()}
        sources = (_as_live(place, before) for place in source_places(fill))
        places = (*sources, *((target,) if is_there else ()))
        walk = RecordWalk(records, places, live)
        for page in walk:
            for record in page:
                self._see(fill, read_all(record, places, records, live))
        if why := walk.find_missing():
            raise AccountError(why)
        self.pages = walk.pages + 1
        self.fill = replace(fill, records=self._filled, kept=self._kept, total=walk.records)

    def _see(self, fill: FillField, values: Sequence[Value]) -> None:
        number = len(fill.sources)
        new = new_value(fill, values[:number], fill.after)
        held = values[number] if len(values) > number else ""
        if new is UNMAPPED:
            self._note(values[:number])
        elif new and is_open(fill, new, held):
            self._filled += 1
        elif new and not is_same_value(fill.after.type, new, held):
            self._kept += 1

    def _note(self, values: Sequence[Value]) -> None:
        found = first_value(values)
        value = "" if found is None else found[1]
        text = value if isinstance(value, str) else ", ".join(value)
        if text in self.unmapped or len(self.unmapped) < MAX_DISTINCT:
            self.unmapped[text] += 1
        else:
            self.unmapped[""] += 1


def _refuse_unmapped(simulated: Sequence[_Simulation]) -> None:
    lines, values = [], []
    for one in simulated:
        number = one.unmapped.total()
        if not number:
            continue
        fill = one.fill
        title = in_object(fill.custom_object, f"{fill.section} / {fill.name}")
        where = f"{fill.location}: " if fill.location else ""
        lines.append(
            f"{where}{title}: {counted(fill.records or 0, 'record')} of {fill.total:,} would "
            f"get a value, {number:,} hold one that is not mapped "
            f"({counted(len(one.unmapped), 'different value')})"
        )
        values += one.unmapped.most_common()
    if lines:
        msg = "the files do not say what some values become; nothing was changed\n  "
        raise UnmappedValuesError(
            msg + "\n  ".join(lines),
            values=tuple(values),
            hint="add them to map:, or write others: empty, keep or an option",
        )
