"""report/dictionary.py: what files declare, for people who never see the files."""

from __future__ import annotations

import re

from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredObject,
    DesiredSection,
    DesiredTag,
)
from schemactl.model.schema import Field
from schemactl.report.html import dictionary_page
from schemactl.report.markdown.dictionary import dictionary_markdown
from tests.builders import a_field, a_location
from tests.unit.report.golden import golden


def a_desired() -> Desired:
    stage = a_field("Stage", "tdrop", ["New", "Won"])
    fields = (
        DesiredField(field=stage, location=a_location(5), note="Set by sales."),
        DesiredField(
            field=Field(name="<b>Size</b> | x", type="text", custom=True, required=True),
            location=a_location(6),
            was=("Old",),
        ),
    )
    section = DesiredSection(
        name="Sales", location=a_location(3), fields=fields, description="From call to deal."
    )
    twin = DesiredSection(name="sales", location=a_location(9), fields=fields[:1])
    return Desired(
        sections=(section, twin),
        tags=(DesiredTag(name="VIP", location=a_location(20), note="Spends much."),),
        objects=(DesiredObject(label="Pets", location=a_location(30), sections=(twin,)),),
    )


def test_markdown_reads_as_it_was_found_good() -> None:
    assert dictionary_markdown(a_desired(), title="Fields of demo") == golden("dictionary.md")


def test_the_page_reads_as_it_was_found_good() -> None:
    assert dictionary_page(a_desired(), title="Fields of demo") == golden("dictionary.html")


def test_every_field_has_a_link_of_its_own() -> None:
    for text in (
        dictionary_page(a_desired(), title="x"),
        dictionary_markdown(a_desired(), title="x"),
    ):
        anchors = re.findall(r' id="(.*?)"', text)
        assert len(anchors) == len(set(anchors))
        assert {"sales-stage", "sales-stage-2", "pets-sales-stage", "tag-vip"} <= set(anchors)


def test_markup_in_a_name_is_text() -> None:
    page = dictionary_page(a_desired(), title="<i>")
    assert "<b>" not in page
    assert "<i>" not in page
