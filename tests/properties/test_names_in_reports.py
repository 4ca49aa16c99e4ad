"""Whatever names are like, each field and tag is in the report as itself."""

from __future__ import annotations

from collections import Counter
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.diff import diff_schemas
from schemactl.drift.items import drift_of
from schemactl.model.change import AddField, AddTag
from schemactl.model.drift import ObjectKind
from schemactl.model.schema import FieldKey
from schemactl.report.html import drift_page, plan_page
from schemactl.text import named
from tests.builders import a_desired, a_field, a_plan, a_schema, a_section

HOSTILE = (
    "section B",
    "A / B",
    "A",
    "B / F",
    "tag: X",
    "tag X",
    "object: Y",
    "Y: Z",
    'say "hi"',
    "Tags of the account",
    "Custom objects",
    "custom object Y",
    "",
)
NAMES = st.sampled_from(HOSTILE)
SECTIONS = st.dictionaries(
    NAMES, st.lists(NAMES, unique=True, min_size=1, max_size=3), min_size=1, max_size=4
)
OBJECTS = st.sampled_from(("", "Y", "section B"))


@settings(max_examples=30)
@given(sections=SECTIONS, label=OBJECTS, tags=st.lists(NAMES, unique=True, max_size=3))
def test_every_change_has_its_row_on_the_page(
    sections: dict[str, list[str]], label: str, tags: list[str]
) -> None:
    fields = [
        AddField(section=section, after=a_field(f"field {name}"), custom_object=label)
        for section, names in sections.items()
        for name in names
    ]
    page = unescape(
        plan_page(a_plan(*fields, *(AddTag(tag=f"field {tag}") for tag in tags)), None)
    )

    asked = Counter(f"field {name}" for names in sections.values() for name in names)
    asked.update(f"field {tag}" for tag in tags)
    for name, number in asked.items():
        start = f'<span class="name">{named(name)}'
        reported = page.count(f"{start}</span>") + page.count(f'{start} <span class="type">')
        assert reported == number


@settings(max_examples=30)
@given(sections=SECTIONS)
def test_a_field_that_is_there_twice_is_reported_by_its_own_section_and_name(
    sections: dict[str, list[str]],
) -> None:
    live = a_schema(
        *(
            a_section(section, *(a_field(name) for name in names * 2))
            for section, names in sections.items()
        )
    )
    difference = diff_schemas(desired=a_desired(), live=live)
    drift = drift_of(difference, account="a", backend="legacy")

    reported = {
        FieldKey(item.section or "", item.name)
        for item in drift.items
        if item.object is ObjectKind.FIELD
    }
    assert reported == {
        FieldKey(section, name) for section, names in sections.items() for name in names
    }
    assert drift_page(drift, live)
