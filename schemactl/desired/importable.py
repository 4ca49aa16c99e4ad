"""Which part of a live account files can declare: what `import` writes, and what it skips.

Pure. What is skipped stays unmanaged, so a plan right after an import has no changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from schemactl.desired.name_rules import TAG_SEPARATOR, is_unfit_description
from schemactl.model.characters import appearance, find_invisible
from schemactl.model.field_types import OPTION_TYPES
from schemactl.model.schema import (
    CustomObject,
    Field,
    FieldKey,
    Schema,
    Section,
    fold_name,
    in_object,
)
from schemactl.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skipped:
    """Something that the files will not manage, and why."""

    about: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Importable:
    """What can be written, and what cannot."""

    schema: Schema
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The text of a schema file, and what of the account it does not contain."""

    text: str
    skipped: tuple[Skipped, ...]


def pick_importable(live: Schema, *, include_system: bool = False) -> Importable:
    """Pick what files can declare: custom sections, fields and all tags.

    Args:
        live: The account as it was read.
        include_system: Whether to take system fields too, so that files
            assert them.
    """
    skipped: list[Skipped] = []
    sections = _pick_sections(live.sections, skipped, include_system=include_system)
    tags = tuple(_pick_tags(live, skipped))
    objects = tuple(_pick_objects(live, skipped, include_system=include_system))
    return Importable(
        schema=Schema(sections=sections, tags=tags, objects=objects), skipped=tuple(skipped)
    )


def _pick_objects(
    live: Schema, skipped: list[Skipped], *, include_system: bool
) -> Iterator[CustomObject]:
    taken: set[str] = set()
    for each in live.objects:
        reason = _unfit_name(each.label) or _seen_before(each.label, taken)
        if reason:
            skipped.append(Skipped(about=each.label, reason=f"custom object: {reason}"))
            continue
        left: list[Skipped] = []
        sections = _pick_sections(each.sections, left, include_system=include_system)
        skipped.extend(replace(one, about=in_object(each.label, one.about)) for one in left)
        if sections:
            yield CustomObject(label=each.label, sections=sections)


def _pick_sections(
    live: tuple[Section, ...], skipped: list[Skipped], *, include_system: bool
) -> tuple[Section, ...]:
    taken: set[str] = set()
    sections = []
    for section in live:
        fields = tuple(_pick_fields(section, skipped, include_system=include_system))
        if not fields and section.is_system:
            continue
        reason = _unfit_name(section.name) or _seen_before(section.name, taken)
        if reason:
            skipped.append(Skipped(about=section.name, reason=reason))
        else:
            description = _pick_description(section, skipped)
            sections.append(Section(name=section.name, fields=fields, description=description))
    return tuple(sections)


def _pick_fields(
    section: Section, skipped: list[Skipped], *, include_system: bool
) -> Iterator[Field]:
    counts = Counter(fold_name(field.name) for field in section.fields)
    for field in section.fields:
        if not (field.custom or include_system):
            continue
        reason = _unfit_field(field, counts)
        if reason:
            about = str(FieldKey(section.name, field.name))
            skipped.append(Skipped(about=about, reason=reason))
        else:
            options = field.options if field.type in OPTION_TYPES else None
            yield Field(
                name=field.name,
                type=field.type,
                options=_distinct(options),
                # A setting that is off is not declared, and so not managed.
                required=field.required or None,
                unique=field.unique or None,
            )


def _pick_description(section: Section, skipped: list[Skipped]) -> str | None:
    text = section.description or None
    if text is not None and is_unfit_description(text):
        reason = (
            "its description holds a character that cannot be seen, or ends in a line break"
        )
        skipped.append(Skipped(about=section.name, reason=reason))
        return None
    return text


def _unfit_field(field: Field, counts: Counter[str]) -> str | None:
    if counts[fold_name(field.name)] > 1:
        return "several fields of the section have this name, case and surrounding spaces aside"
    if not field.is_declarable and field.name:
        return f'no file can declare its type "{field.type}"'
    return _unfit_options(field.options or ()) or _unfit_name(field.name)


def _unfit_options(options: tuple[str, ...]) -> str | None:
    invisible = next(filter(None, map(find_invisible, options)), None)
    if invisible is not None:
        return f"an option of it holds an invisible character: {invisible}"
    distinct = {option.strip(" ") for option in options}
    if len(distinct) > len(set(map(appearance, distinct))):
        return "people cannot tell two of its options apart"
    return None


def _unfit_name(name: str) -> str | None:
    if not appearance(name):
        return "it has no name"
    invisible = find_invisible(name)
    if invisible is not None:
        return f"its name holds an invisible character: {invisible}"
    return None


def _unfit_tag(tag: str) -> str | None:
    return f'it holds "{TAG_SEPARATOR}"' if TAG_SEPARATOR in tag else None


def _seen_before(name: str, taken: set[str]) -> str | None:
    if fold_name(name) in taken:
        return "another has this name, case and surrounding spaces aside"
    taken.add(fold_name(name))
    return None


def _distinct(options: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if options is None else tuple(dict.fromkeys(options))


def _pick_tags(live: Schema, skipped: list[Skipped]) -> Iterator[str]:
    taken: set[str] = set()
    for tag in live.tags:
        reason = _unfit_name(tag) or _unfit_tag(tag) or _seen_before(tag, taken)
        if reason:
            skipped.append(Skipped(about=tag, reason=f"tag: {reason}"))
        else:
            yield tag
