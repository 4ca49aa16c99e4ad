"""Random accounts and files for properties: small, and nasty in all ways that were seen.

Names are drawn from few families whose members differ by case and spaces, so that
most accounts hold look-alikes, moves, duplicates and renames.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from typing import Final, TypeVar

from hypothesis import strategies as st

from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredSection,
    DesiredTag,
    Manage,
    RemovedField,
    RemovedSection,
    RemovedTag,
)
from schemactl.model.schema import Field, FieldKey, Schema, Section
from tests.builders import a_location

T = TypeVar("T")

SECTION_NAMES: Final = ("Sales", "Sales", "Leads", "Leads", "sales", "Sales ", "a/b", "Größe")
FIELD_NAMES: Final = ("Phone", "Phone", "Fax", "Fax", "phone", " Phone", "a/b~1", "電話")
TAG_NAMES: Final = ("VIP", "VIP", "Customer", "vip", " Customer", "a/b", "Ärzte")
OPTIONS: Final = ("Yes", "yes", "No", " No", "1.10", "null", "", "é")
DECLARED_TYPES: Final = ("text", "text", "tdrop", "tdrop", "list", "price", "funnel")
LIVE_TYPES: Final = (
    *("text", "text", "tdrop", "tdrop", "list", "price", "funnel"),
    *("", "ndrop", "Payment Center Link"),
)
OPTION_TYPES: Final = frozenset({"tdrop", "list"})
DESCRIPTIONS: Final = ("", "One line", "Two\nlines", "Two \r\nlines\r\n", "<i>&amp;</i> é")

odd_names = st.text(min_size=1, max_size=6).filter(lambda name: bool(name.strip()))


def mostly(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Draw a known name nine times of ten, so that files and account speak of the same."""
    return st.integers(0, 9).flatmap(lambda n: st.sampled_from(names) if n else odd_names)


section_names = mostly(SECTION_NAMES)
field_names = mostly(FIELD_NAMES)
tag_names = mostly(TAG_NAMES)
option_lists = st.lists(st.sampled_from(OPTIONS) | odd_names, max_size=4, unique=True).map(
    tuple
)


wishes = st.sampled_from((*(None,) * 6, True, False))
"""What a file asks of a setting: mostly nothing."""
described = st.sampled_from((*(None,) * 8, *DESCRIPTIONS))


def fold(name: str) -> str:
    return name.strip().casefold()


def distinct(items: Iterable[T], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    """Keep the first of those that share a key."""
    kept: dict[Hashable, T] = {}
    for item in items:
        kept.setdefault(key(item), item)
    return tuple(kept.values())


@st.composite
def live_fields(
    draw: st.DrawFn, *, names: st.SearchStrategy[str] = field_names, with_settings: bool = False
) -> Field:
    """A field of an account: the vendor's or the owner's, of any type, perhaps nameless.

    `with_settings` for an API that shows required and unique; the Contacts API does not.
    """
    kind = draw(st.sampled_from(LIVE_TYPES))
    has_options = kind in OPTION_TYPES or (kind == "ndrop" and draw(st.booleans()))
    return Field(
        name=draw(names),
        type=kind,
        options=draw(option_lists) if has_options else None,
        custom=draw(st.sampled_from((True, True, True, False))),
        required=draw(st.booleans()) if with_settings else None,
        unique=draw(st.booleans()) if with_settings else None,
    )


@st.composite
def live_sections(draw: st.DrawFn, *, with_settings: bool = False) -> Section:
    """A section of an account; a name may occur twice in it."""
    names = field_names | st.just("")
    fields = draw(st.lists(live_fields(names=names, with_settings=with_settings), max_size=5))
    if draw(st.integers(0, 3)):
        fields = list(distinct(fields, lambda field: field.name))
    return Section(
        name=draw(section_names),
        fields=tuple(fields),
        custom=draw(st.booleans()),
        description=draw(st.sampled_from(DESCRIPTIONS)) if with_settings else None,
    )


@st.composite
def live_schemas(draw: st.DrawFn, *, with_settings: bool = False) -> Schema:
    """An account; sections may share a name.

    `with_settings` for an API with settings and descriptions; the Contacts API shows neither.
    """
    sections = draw(st.lists(live_sections(with_settings=with_settings), max_size=4))
    if draw(st.integers(0, 3)):
        sections = list(distinct(sections, lambda section: section.name))
    tags = draw(st.lists(tag_names, max_size=4, unique=True))
    return Schema(sections=tuple(sections), tags=tuple(tags))


@st.composite
def desired_fields(draw: st.DrawFn, types: tuple[str, ...] = DECLARED_TYPES) -> DesiredField:
    """A declared field, with earlier names that are its own affair so far."""
    kind = draw(st.sampled_from(types))
    name = draw(field_names)
    listed = kind in OPTION_TYPES and draw(st.booleans())
    required, unique = draw(wishes), draw(wishes)
    return DesiredField(
        field=Field(
            name=name,
            type=kind,
            options=draw(option_lists) if listed else None,
            required=required,
            unique=unique,
        ),
        location=a_location(),
        was=tuple(draw(st.lists(field_names, max_size=2, unique=True))),
        protect=draw(st.booleans()),
        options_location=a_location(1, 5) if listed else None,
        settings_location=a_location(1, 7) if (required, unique) != (None, None) else None,
    )


@st.composite
def desired_sections(draw: st.DrawFn) -> DesiredSection:
    """A declared section whose fields do not contradict each other."""
    drawn = draw(st.lists(desired_fields(), max_size=4))
    fields = distinct(drawn, lambda entry: fold(entry.field.name))
    names = {entry.field.name for entry in fields}
    description = draw(described)
    return DesiredSection(
        name=draw(section_names),
        location=a_location(),
        fields=_with_free_names(fields, names),
        manage=draw(st.sampled_from(Manage)),
        was=tuple(draw(st.lists(section_names, max_size=2, unique=True))),
        description=description,
        description_location=None if description is None else a_location(1, 9),
    )


@st.composite
def desired_tags(draw: st.DrawFn) -> DesiredTag:
    """A declared tag, now and then with an earlier name."""
    was = draw(st.lists(tag_names, max_size=1)) if draw(st.integers(0, 3)) == 0 else []
    return DesiredTag(name=draw(tag_names), location=a_location(), was=tuple(was))


def _with_free_names(
    fields: tuple[DesiredField, ...], taken: set[str]
) -> tuple[DesiredField, ...]:
    """Leave out earlier names that are declared, or claimed by another field."""
    taken = set(taken)
    freed = []
    for entry in fields:
        was = tuple(name for name in entry.was if name not in taken)
        taken.update(was)
        freed.append(entry._replace(was=was))
    return tuple(freed)


@st.composite
def desired_schemas(draw: st.DrawFn) -> Desired:
    """Files without errors."""
    sections = distinct(
        draw(st.lists(desired_sections(), max_size=4)), lambda section: fold(section.name)
    )
    names = {section.name for section in sections}
    tags = distinct(draw(st.lists(desired_tags(), max_size=3)), lambda tag: fold(tag.name))
    tag_set = {tag.name for tag in tags}
    removed_tags = draw(st.lists(tag_names, max_size=2, unique=True))
    removed_sections = [
        name
        for name in draw(st.lists(section_names, max_size=2, unique=True))
        if name not in names
    ]
    sections = _with_free_section_names(sections, names | set(removed_sections))
    return Desired(
        sections=sections,
        tags=_with_free_tag_names(tags, tag_set | set(removed_tags)),
        removed_sections=tuple(
            RemovedSection(name=name, location=a_location()) for name in removed_sections
        ),
        removed_fields=draw(_removed_fields(sections)),
        removed_tags=tuple(
            RemovedTag(name=name, location=a_location())
            for name in removed_tags
            if name not in tag_set
        ),
    )


def _with_free_tag_names(
    tags: tuple[DesiredTag, ...], taken: set[str]
) -> tuple[DesiredTag, ...]:
    taken = set(taken)
    freed = []
    for tag in tags:
        was = tuple(name for name in tag.was if name not in taken)
        taken.update(was)
        freed.append(replace(tag, was=was))
    return tuple(freed)


def _with_free_section_names(
    sections: tuple[DesiredSection, ...], taken: set[str]
) -> tuple[DesiredSection, ...]:
    taken = set(taken)
    freed = []
    for section in sections:
        was = tuple(name for name in section.was if name not in taken)
        taken.update(was)
        freed.append(replace(section, was=was))
    return tuple(freed)


@st.composite
def _removed_fields(
    draw: st.DrawFn, sections: tuple[DesiredSection, ...]
) -> tuple[RemovedField, ...]:
    spoken_for = {
        FieldKey(section.name, name)
        for section in sections
        for entry in section.fields
        for name in (entry.field.name, *entry.was)
    }
    keys = draw(
        st.lists(st.builds(FieldKey, section_names, field_names), max_size=3, unique=True)
    )
    return tuple(
        RemovedField(key=key, location=a_location()) for key in keys if key not in spoken_for
    )
