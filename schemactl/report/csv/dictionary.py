"""The data dictionary as CSV: one row per field or tag."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from schemactl.model.field_types import type_label
from schemactl.report.csv.cells import cell
from schemactl.report.dictionary import Dictionary
from schemactl.report.locations import place

_YES_OR_NO: Final = {True: "yes", False: "no", None: ""}


def dictionary_csv(dictionary: Dictionary) -> str:
    """Write a data dictionary as CSV; lines end as RFC 4180 requires."""
    places = ("defined in",) if dictionary.shows_places else ()
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(
        (
            *("object", "section", "name", "type", "options", "required", "unique", "note"),
            *("holders", *places),
        )
    )
    for row in _rows(dictionary):
        writer.writerow(tuple(map(cell, row if places else row[:-1])))
    return text.getvalue()


def _rows(dictionary: Dictionary) -> Iterator[tuple[str, ...]]:
    for section in dictionary.content.sections:
        for declared in section.fields:
            field = declared.field
            yield (
                section.custom_object or "Contacts",
                section.name,
                field.name,
                type_label(field.type),
                "; ".join(field.options or ()),
                _YES_OR_NO[field.required],
                _YES_OR_NO[field.unique],
                declared.note,
                declared.holders,
                place(declared.location),
            )
    for tag in dictionary.content.tags:
        yield "Contacts", "", tag.name, "Tag", "", "", "", tag.note, "", place(tag.location)
