"""Rules for fields that get their values from others."""

from __future__ import annotations

from collections.abc import Iterator

from schemactl.desired.entries import Entries, FieldEntry, SectionEntry
from schemactl.desired.source_entries import CONTRACT
from schemactl.document.codes import ProblemCode
from schemactl.document.nodes import Mapping, Sequence, Value
from schemactl.errors import Problem
from schemactl.model.field_types import OPTION_TYPES, FieldType
from schemactl.model.filling import EMPTY, KEEP, TEXT_TYPES, FillSource
from schemactl.text import quoted_short


def sources_fit(entries: Entries) -> Iterator[Problem]:
    """What a field gets from another one is something that it can hold."""
    for section, field in entries.all_fields():
        for source in field.sources:
            why = _misfit(source, section, field)
            if why:
                place = field.node.value_location("from", file=field.file)
                yield Problem(place, ProblemCode.UNFIT_SOURCE, why)


def contract_has_what_it_holds_back(entries: Entries) -> Iterator[Problem]:
    """What is kept for now is under an earlier name, of a field or of an option."""
    for _, field in entries.all_fields():
        if field.later.field and not field.was:
            yield _nothing_to_keep(field.node, field)
        for item in _mappings(field.node.get("options")) if field.later.options else ():
            if CONTRACT in item and "was" not in item:
                yield _nothing_to_keep(item, field)


def _mappings(given: Value | None) -> Iterator[Mapping]:
    items = given if isinstance(given, Sequence) else ()
    return (item for item in items if isinstance(item, Mapping))


def _nothing_to_keep(node: Mapping, field: FieldEntry) -> Problem:
    name = node.get("name")
    return Problem(
        node.value_location(CONTRACT, file=field.file),
        ProblemCode.MISSING_KEY,
        f"{quoted_short(str(name))} has no was:, so there is nothing to keep for now",
        "delete contract:, or name what it replaces under was:",
    )


def _misfit(source: FillSource, section: SectionEntry, field: FieldEntry) -> str:
    about = quoted_short(field.name)
    if (source.section, source.name) == (section.name, field.name):
        return f"{about} cannot get values from itself"
    if source.format and field.type not in {FieldType.FULLDATE, *TEXT_TYPES}:
        return f"{about} is of type {field.type}, which has no format"
    if source.format and "%" not in source.format:
        return f"the format {quoted_short(source.format)} names no part of a date"
    if source.others == KEEP and field.type not in TEXT_TYPES:
        return f"{about} is of type {field.type}, which cannot keep every text: write empty"
    return _misfit_of_words(source, field)


def _misfit_of_words(source: FillSource, field: FieldEntry) -> str:
    about, is_word = quoted_short(field.name), source.others in {"", KEEP, EMPTY}
    if field.type not in OPTION_TYPES:
        return (
            "" if is_word else f"{about} has no options: write keep or empty for other values"
        )
    wanted = [*(to for _, to in source.map), *(() if is_word else (source.others,))]
    missing = next((one for one in wanted if one not in (field.options or ())), None)
    return (
        "" if missing is None else f"{about} does not list the option {quoted_short(missing)}"
    )
