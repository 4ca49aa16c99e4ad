"""report/dictionary.py: what files declare, for people who never see the files."""

from __future__ import annotations

import csv
import re
from datetime import date
from io import StringIO

import pytest

from schemactl.model.desired import (
    Desired,
    DesiredField,
    DesiredObject,
    DesiredSection,
    DesiredTag,
)
from schemactl.model.schema import CustomObject, Field, Schema, Section
from schemactl.report.csv.dictionary import dictionary_csv
from schemactl.report.dictionary import Audience, Dictionary
from schemactl.report.dictionary_content import describe_files, describe_live
from schemactl.report.formats import DictionaryFormat, write_dictionary
from schemactl.report.html import dictionary_page
from schemactl.report.markdown.dictionary import dictionary_markdown
from tests.builders import a_field, a_location
from tests.unit.report.golden import golden, without_assets


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


def a_dictionary(
    title: str = "Fields of demo", audience: Audience = Audience.TEAM
) -> Dictionary:
    return Dictionary(
        content=describe_files(a_desired()),
        title=title,
        day=date(2026, 1, 2),
        audience=audience,
    )


def test_markdown_matches_its_golden_file() -> None:
    assert dictionary_markdown(a_dictionary()) == golden("dictionary.md")


def test_the_page_matches_its_golden_file() -> None:
    assert without_assets(dictionary_page(a_dictionary())) == golden("dictionary.html")


def test_every_field_has_a_link_of_its_own() -> None:
    for text in (
        dictionary_page(a_dictionary()),
        dictionary_markdown(a_dictionary()),
    ):
        anchors = re.findall(r' id="(.*?)"', text)
        assert len(anchors) == len(set(anchors))
        assert {"sales-stage", "sales-stage-2", "pets-sales-stage", "tag-vip"} <= set(anchors)


def test_markup_in_a_name_is_text() -> None:
    page = dictionary_page(a_dictionary(title="<i>"))
    assert "<b>" not in page
    assert "<i>" not in page


@pytest.mark.parametrize("form", DictionaryFormat)
def test_a_client_sees_no_file_names_and_no_earlier_names(form: DictionaryFormat) -> None:
    team = write_dictionary(a_dictionary(), form)
    client = write_dictionary(a_dictionary(audience=Audience.CLIENT), form)
    assert "sales.yaml" in team
    assert "sales.yaml" not in client
    assert "Earlier" not in client
    assert "Set by sales." in client


def test_csv_has_a_row_for_each_field_and_tag() -> None:
    rows = list(csv.DictReader(StringIO(dictionary_csv(a_dictionary()))))
    assert [row["name"] for row in rows] == [
        "Stage",
        "<b>Size</b> | x",
        "Stage",
        "Stage",
        "VIP",
    ]
    assert rows[0] == {
        "object": "Contacts",
        "section": "Sales",
        "name": "Stage",
        "type": "Dropdown (one option)",
        "options": "New; Won",
        "required": "",
        "unique": "",
        "note": "Set by sales.",
        "holders": "",
        "defined in": "crm/sales.yaml:5",
    }


def test_no_cell_of_csv_is_a_formula() -> None:
    section = DesiredSection(
        name="=1+1",
        location=a_location(1),
        fields=(DesiredField(field=a_field("@SUM(A1)"), location=a_location(2)),),
    )
    text = dictionary_csv(
        Dictionary(
            content=describe_files(Desired(sections=(section,))),
            title="x",
            day=date(2026, 1, 2),
        )
    )
    (row,) = csv.DictReader(StringIO(text))
    assert (row["section"], row["name"]) == ("'=1+1", "'@SUM(A1)")


@pytest.mark.parametrize("form", [DictionaryFormat.HTML, DictionaryFormat.MARKDOWN])
def test_a_dictionary_has_its_date_and_a_list_of_contents(form: DictionaryFormat) -> None:
    text = write_dictionary(a_dictionary(), form).partition("<script>")[0]
    assert "2 January 2026" in text
    targets = re.findall(r'(?:href="|\]\()#([^")]+)', text)
    anchors = re.findall(r' id="(.*?)"', text)
    assert targets
    assert set(targets) - {"account"} <= set(anchors)


def test_a_live_account_is_described_with_the_notes_of_the_files() -> None:
    live = Schema(
        sections=(
            Section(name="Sales", fields=(a_field("Stage", "tdrop", ["Hot"]), a_field("Fax"))),
            Section(name="Contact Information", fields=(a_field("Age", "odd word"),)),
        ),
        tags=("VIP", "Lead"),
        objects=(CustomObject(label="Cars", sections=(Section(name="Sales"),)),),
    )
    content = describe_live(live, a_desired())
    text = dictionary_markdown(Dictionary(content=content, title="x", day=date(2026, 1, 2)))
    about = "3 sections · 3 fields · 2 tags · 1 custom object · read from the account"
    assert f"{about} · 2 January 2026" in text.replace("\\", "")
    assert "Set by sales." in text
    assert "One of: Hot" in text
    assert "New" not in text
    assert "Size" not in text
    stage, fax = content.sections[0].fields
    assert (stage.location, fax.location) == (a_location(5), None)
    assert [(tag.name, tag.note) for tag in content.tags] == [
        ("VIP", "Spends much."),
        ("Lead", ""),
    ]
    assert content.sections[2].title == "Cars: Sales"


@pytest.mark.parametrize("form", DictionaryFormat)
@pytest.mark.parametrize("audience", Audience)
def test_what_no_file_declares_has_no_place(form: DictionaryFormat, audience: Audience) -> None:
    live = Schema(sections=(Section(name="S", fields=(a_field(""), a_field(""))),), tags=("T",))
    content = describe_live(live, Desired())
    given = Dictionary(content=content, title="x", day=date(2026, 1, 2), audience=audience)
    assert ":0" not in write_dictionary(given, form)
