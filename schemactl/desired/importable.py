"""Which part of a live account files can declare: what `import` writes, and what it leaves out.

Pure. Whatever is left out stays unmanaged, so planning right after an import finds
nothing to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LeftOut:
    """Something that the files will not manage, and why."""

    about: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Importable:
    """What can be written, and what cannot."""

    schema: Schema
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The text of a schema file, and what of the account it does not contain."""

    text: str
    left_out: tuple[LeftOut, ...]


def pick_importable(live: Schema, *, include_system: bool = False) -> Importable:
    """Pick what files can declare: custom sections, fields and all tags.

    Args:
        live: The account as it was read.
        include_system: Whether to take the vendor's own fields too, so that files
            assert them.
    """
    left_out: list[LeftOut] = []
    sections = _pick_sections(live.sections, left_out, include_system=include_system)
    tags = tuple(_pick_tags(live, left_out))
    objects = tuple(_pick_objects(live, left_out, include_system=include_system))
    return Importable(
        schema=Schema(sections=sections, tags=tags, objects=objects), left_out=tuple(left_out)
    )


def _pick_objects(
    live: Schema, left_out: list[LeftOut], *, include_system: bool
) -> Iterator[CustomObject]:
    taken: set[str] = set()
    for each in live.objects:
        reason = _unfit_name(each.label) or _seen_before(each.label, taken)
        if reason:
            left_out.append(LeftOut(about=each.label, reason=f"custom object: {reason}"))
            continue
        left: list[LeftOut] = []
        sections = _pick_sections(each.sections, left, include_system=include_system)
        left_out.extend(replace(one, about=in_object(each.label, one.about)) for one in left)
        if sections:
            yield CustomObject(label=each.label, sections=sections)


def _pick_sections(
    live: tuple[Section, ...], left_out: list[LeftOut], *, include_system: bool
) -> tuple[Section, ...]:
    taken: set[str] = set()
    sections = []
    for section in live:
        fields = tuple(_pick_fields(section, left_out, include_system=include_system))
        if not fields and section.is_system:
            continue
        reason = _unfit_name(section.name) or _seen_before(section.name, taken)
        if reason:
            left_out.append(LeftOut(about=section.name, reason=reason))
        else:
            description = _pick_description(section, left_out)
            sections.append(Section(name=section.name, fields=fields, description=description))
    return tuple(sections)


def _pick_fields(
    section: Section, left_out: list[LeftOut], *, include_system: bool
) -> Iterator[Field]:
    counts = Counter(fold_name(field.name) for field in section.fields)
    for field in section.fields:
        if not (field.custom or include_system):
            continue
        reason = _unfit_field(field, counts)
        if reason:
            about = str(FieldKey(section.name, field.name))
            left_out.append(LeftOut(about=about, reason=reason))
        else:
            options = field.options if field.type in OPTION_TYPES else None
            yield Field(
                name=field.name,
                type=field.type,
                options=_distinct(options),
                # What is not so is not worth a line, and stays the account's affair.
                required=field.required or None,
                unique=field.unique or None,
            )


def _pick_description(section: Section, left_out: list[LeftOut]) -> str | None:
    text = section.description or None
    if text is not None and is_unfit_description(text):
        reason = (
            "its description holds a character that cannot be seen, or ends in a line break"
        )
        left_out.append(LeftOut(about=section.name, reason=reason))
        return None
    return text


def _unfit_field(field: Field, counts: Counter[str]) -> str | None:
    if counts[fold_name(field.name)] > 1:
        return "several fields of the section have this name, case and outer blanks aside"
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
        return "another has this name, case and outer blanks aside"
    taken.add(fold_name(name))
    return None


def _distinct(options: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if options is None else tuple(dict.fromkeys(options))


def _pick_tags(live: Schema, left_out: list[LeftOut]) -> Iterator[str]:
    taken: set[str] = set()
    for tag in live.tags:
        reason = _unfit_name(tag) or _unfit_tag(tag) or _seen_before(tag, taken)
        if reason:
            left_out.append(LeftOut(about=tag, reason=f"tag: {reason}"))
        else:
            yield tag
