"""Read the columns of fields that a call to the editor of fields sends, tolerantly.

The vendor's and other clients send flags as numbers or booleans, one to three columns, empty
columns, and an empty `field` beside the alias; all of these are accepted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemactl.emulator.rest.json_values import Json, flag_of, text_of
from schemactl.emulator.rest.request import RestError, RestRequest
from schemactl.emulator.rest.words import RestText

MAX_COLUMNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SentField:
    """A field as a call sends it; None for what is not sent.

    Attributes:
        options: Labels to add, to remove or to replace all with, by that word.
        column: Counted from 0.
        place: In its column, counted from 1.
    """

    alias: str
    field: str | None
    type: str | None
    required: bool | None
    unique: bool | None
    options: Mapping[str, tuple[str, ...]]
    column: int
    place: int


def sent_fields(request: RestRequest) -> tuple[SentField, ...]:
    """Read the fields of a call, column by column.

    Raises:
        RestError: They are not columns of fields, or there are too many columns.
    """
    columns = request.arguments.get("fields")
    if columns is None:
        return ()
    if not isinstance(columns, list) or len(columns) > MAX_COLUMNS:
        raise RestError(400, RestText.COLUMNS)
    return tuple(_sent_in(columns))


def _sent_in(columns: list[Json]) -> Iterator[SentField]:
    for column, fields in enumerate(columns):
        if not isinstance(fields, list):
            raise RestError(400, RestText.COLUMNS)
        for place, field in enumerate(fields, start=1):
            if not isinstance(field, dict):
                raise RestError(400, RestText.COLUMNS)
            yield _sent(field, column, place)


def _sent(field: Mapping[str, Json], column: int, place: int) -> SentField:
    options = field.get("options")
    listed = options if isinstance(options, dict) else {}
    return SentField(
        alias=text_of(field.get("alias")) or "",
        field=text_of(field.get("field")) or None,
        type=text_of(field.get("type")) or None,
        required=flag_of(field.get("required")),
        unique=flag_of(field.get("unique")),
        options={
            key: tuple(text_of(one) or "" for one in value)
            for key, value in listed.items()
            if isinstance(value, list)
        },
        column=column,
        place=place,
    )
