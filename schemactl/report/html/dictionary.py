"""The data dictionary as a page: what an account is made to hold, for whoever works with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from schemactl.model.desired import Desired, DesiredField, DesiredSection
from schemactl.model.schema import CONTACTS, in_object
from schemactl.report.dictionary import about, anchor, field_words
from schemactl.report.html.page import Group, Page, Row, Tone, Whole
from schemactl.report.html.render import page_html
from schemactl.report.locations import place
from schemactl.text import named


def dictionary_page(desired: Desired, *, title: str) -> str:
    """Write the page of what files declare.

    Args:
        desired: What they say.
        title: What the page is called.
    """
    met: Counter[str] = Counter()
    return page_html(
        Page(
            title=title,
            about=about(desired),
            verdict="",
            tone=Tone.CALM,
            groups=tuple(_groups(desired, met)),
        )
    )


def _groups(desired: Desired, met: Counter[str]) -> Iterator[Group]:
    for label in (CONTACTS, *(each.label for each in desired.objects)):
        for section in desired.of(label).sections:
            yield _section(section, label, met)
    if desired.tags:
        rows = tuple(
            Row(
                name=named(tag.name),
                words=(tag.note,) if tag.note else (),
                place=place(tag.location),
                anchor=anchor(("tag", tag.name), met),
            )
            for tag in desired.tags
        )
        yield Group(name=Whole.TAGS, rows=rows)


def _section(section: DesiredSection, label: str, met: Counter[str]) -> Group:
    rows = tuple(_field(field, section.name, label, met) for field in section.fields)
    name = named(in_object(label, section.name))
    described = (section.description,) if section.description else ()
    own = Row(name=name, words=described, anchor=anchor((label, section.name), met))
    return Group(name=name, rows=rows, own=own if described else None)


def _field(field: DesiredField, section: str, label: str, met: Counter[str]) -> Row:
    return Row(
        name=named(field.field.name),
        type=field.field.type,
        words=tuple(field_words(field)),
        place=place(field.location),
        anchor=anchor((label, section, field.field.name), met),
    )
