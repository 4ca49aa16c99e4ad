"""Values of fields in the form of the REST API: options by their ids, dates in seconds.

Options are written by id only: what a server does with a label is unknown.
"""

from __future__ import annotations

from typing import Final

from schemactl.account.http.expressible import checked_text
from schemactl.account.rest.state import type_of
from schemactl.account.rest.values import RestField
from schemactl.account.value_forms import is_empty, list_of_parts, parts_of_list
from schemactl.model.field_types import MULTIPLE_CHOICE_TYPES, OPTION_TYPES, FieldType
from schemactl.model.record_update import Value

NO_VALUE: Final = "0"
"""What clears a field that reads as 0 without a value (inferred from recorded answers)."""
_CLEARED_BY_ZERO: Final = frozenset({FieldType.TDROP, FieldType.FULLDATE, FieldType.CHECK})


_UNKNOWN: Final = "\0option "
"""Before the number of an option that the field does not have: no label starts like this."""


class NoOptionError(Exception):
    """A field does not have an option, or has two of the name."""


def read_value(text: str | None, field: RestField) -> Value:
    """Return a value that was read; an option that the field does not have can be no label."""
    kind = type_of(field)
    if kind not in OPTION_TYPES:
        return "" if text is None or is_empty(kind, text) else text
    if text is None or is_empty(kind, text):
        return ()
    labels = dict(zip(map(str, field.option_ids), field.options or (), strict=False))
    numbers = parts_of_list(text) if kind in MULTIPLE_CHOICE_TYPES else (text,)
    return tuple(labels.get(number, f"{_UNKNOWN}{number}") for number in numbers)


def written_value(value: Value, field: RestField) -> str:
    """Return a value as it is sent.

    Raises:
        NoOptionError: The field does not have an option.
        InexpressibleError: No request can carry a character of it.
    """
    kind = type_of(field)
    if isinstance(value, str):
        return checked_text(value) or (NO_VALUE if kind in _CLEARED_BY_ZERO else "")
    numbers = tuple(_number_of(label, field) for label in value)
    if kind in MULTIPLE_CHOICE_TYPES:
        return list_of_parts(numbers)
    if len(numbers) > 1:
        raise NoOptionError
    return next(iter(numbers), NO_VALUE)


def _number_of(label: str, field: RestField) -> str:
    labelled = zip(field.option_ids, field.options or (), strict=False)
    found = [number for number, text in labelled if text == label]
    if len(found) != 1:
        raise NoOptionError
    return str(found[0])
