"""The data dictionary as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from schemactl.model.field_types import type_label
from schemactl.report.dictionary import Dictionary, anchor
from schemactl.report.dictionary_content import DescribedField, DescribedSection, DescribedTag
from schemactl.report.html.page import Group, Page, Row, Tone, Whole
from schemactl.report.html.render import page_html
from schemactl.report.locations import place
from schemactl.text import named


def dictionary_page(dictionary: Dictionary) -> str:
    """Write a data dictionary as one page."""
    used: Counter[str] = Counter()
    return page_html(
        Page(
            title=dictionary.title,
            about=dictionary.about,
            verdict="",
            tone=Tone.CALM,
            groups=tuple(_groups(dictionary, used)),
        )
    )


def _groups(dictionary: Dictionary, used: Counter[str]) -> Iterator[Group]:
    for section in dictionary.content.sections:
        yield _section(section, dictionary, used)
    tags = dictionary.content.tags
    if tags:
        rows = tuple(_tag(tag, dictionary, used) for tag in tags)
        yield Group(name=Whole.TAGS, rows=rows)


def _section(section: DescribedSection, dictionary: Dictionary, used: Counter[str]) -> Group:
    names = (section.custom_object, section.name)
    rows = tuple(
        _field(field, anchor((*names, field.field.name), used), dictionary)
        for field in section.fields
    )
    return Group(name=section.title, rows=rows, description=section.description)


def _field(field: DescribedField, target: str, dictionary: Dictionary) -> Row:
    return Row(
        name=named(field.field.name),
        type=type_label(field.field.type),
        words=tuple(dictionary.field_sentences(field)),
        place=place(field.location) if dictionary.shows_places else "",
        anchor=target,
    )


def _tag(tag: DescribedTag, dictionary: Dictionary, used: Counter[str]) -> Row:
    return Row(
        name=named(tag.name),
        words=(tag.note,) if tag.note else (),
        place=place(tag.location) if dictionary.shows_places else "",
        anchor=anchor(("tag", tag.name), used),
    )
