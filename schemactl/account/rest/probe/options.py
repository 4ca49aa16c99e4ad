"""What the REST API does with options of dropdowns."""

from __future__ import annotations

from typing import ClassVar

from schemactl.account.probing import (
    InconclusiveError,
    Scratch,
    judge_option_matching,
    options_of,
)
from schemactl.account.rest.planned import FieldUpdate
from schemactl.account.rest.probe.making import drop_field, make_fields, update_field
from schemactl.account.rest.state import state_of
from schemactl.model.facts import OptionMatching, Point, ReplacedOptions
from schemactl.model.scratch import FIRST, FIRST_LOWER, SECOND, THIRD
from schemactl.values import dataclass


@dataclass(frozen=True, slots=True)
class OptionMatchingPoint:
    """Remove one of two options that differ only in case."""

    point: ClassVar = Point.OPTION_MATCHING
    calls: ClassVar = 2
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> OptionMatching:
        """See whether the other one stays."""
        name = scratch.names.name
        field = drop_field(scratch, "a5", FIRST, FIRST_LOWER)
        (place,) = make_fields(scratch, "a", field)
        update = FieldUpdate(
            field=place.field.field, name=field.name, remove_options=(FIRST_LOWER,)
        )
        tried = update_field(scratch, "a", update)
        return judge_option_matching(
            place.field.options, options_of(tried.finds(name("a"), field.name))
        )


@dataclass(frozen=True, slots=True)
class ReplacedOptionsPoint:
    """Replace the options of a dropdown by a list that holds some of them."""

    point: ClassVar = Point.REPLACED_OPTIONS
    calls: ClassVar = 2
    makes: ClassVar = 1

    def find(self, scratch: Scratch) -> ReplacedOptions:
        """See whether an option that stays has the same id."""
        field = drop_field(scratch, "a6", FIRST, SECOND)
        (place,) = make_fields(scratch, "a", field)
        wanted = (SECOND, THIRD)
        update = FieldUpdate(field=place.field.field, name=field.name, replace_options=wanted)
        tried = update_field(scratch, "a", update)
        after = state_of(tried.after).by_field(place.field.field)
        ids = {} if after is None else _ids(after.field.options, after.field.option_ids)
        before = _ids(place.field.options, place.field.option_ids)
        if set(ids) != set(wanted) or SECOND not in before:
            msg = "the options are not those that were sent, or have no ids"
            raise InconclusiveError(msg)
        is_kept = ids[SECOND] == before[SECOND]
        return ReplacedOptions.IDS_KEPT if is_kept else ReplacedOptions.NEW_IDS


def _ids(options: tuple[str, ...] | None, ids: tuple[int, ...]) -> dict[str, int]:
    return dict(zip((one.strip() for one in options or ()), ids, strict=False))
