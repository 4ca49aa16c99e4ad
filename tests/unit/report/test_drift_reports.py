"""report/drift_*.py: drift as text, JSON and Markdown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.drift.items import drift_of
from schemactl.model.acknowledged import Acknowledgement
from schemactl.model.base import Applied, Base
from schemactl.model.change import AddField, ChangeOptions, ChangeType, RenameField
from schemactl.model.difference import Difference
from schemactl.model.drift import Drift
from schemactl.model.schema import Schema, Section
from schemactl.report.formats import Format, RenderOptions, write_drift
from schemactl.report.json.drift import drift_json
from schemactl.report.markdown.drift import drift_markdown
from schemactl.report.text.drift import drift_text
from schemactl.report.text.lines import plain_text
from tests.builders import a_field, a_location, a_notice, an_unmanaged
from tests.unit.report.documents import read_document
from tests.unit.report.golden import golden
from tests.unit.report.samples import every_plan

NAMES = st.text(st.characters(codec="utf-8"), max_size=12)


def a_drift(difference: Difference) -> Drift:
    return drift_of(difference, account="demo", backend="legacy")


def a_short_state(drift: Drift) -> str:
    return drift.items[0].seen


def every_drift() -> Drift:
    plan = every_plan()
    return a_drift(
        Difference(changes=plan.changes, unmanaged=plan.unmanaged, notices=plan.notices)
    )


def text_of(drift: Drift, *, width: int = 80, strict: bool = False) -> str:
    return plain_text(drift_text(drift, width=width, strict=strict))


@pytest.mark.parametrize(
    ("width", "strict", "file"),
    [
        (80, False, "drift-every-80.txt"),
        (120, False, "drift-every-120.txt"),
        (80, True, "drift-every-80-strict.txt"),
    ],
    ids=["80 cells", "120 cells", "strict"],
)
def test_drift_matches_its_golden_file(*, width: int, strict: bool, file: str) -> None:
    assert text_of(every_drift(), width=width, strict=strict) == golden(file)


def test_markdown_matches_its_golden_file() -> None:
    assert drift_markdown(every_drift()) == golden("drift-every.md")


def test_no_drift_is_one_calm_line() -> None:
    assert text_of(a_drift(Difference())) == (
        "Account demo · legacy · compared with the files\n"
        "\n"
        "No drift: the account is as the files say.\n"
    )
    assert drift_markdown(a_drift(Difference())) == (
        "### schemactl drift of `demo`\n\nNo drift: the account is as the files say.\n"
    )


def test_what_is_only_unmanaged_is_counted_and_listed_if_strict() -> None:
    drift = a_drift(Difference(unmanaged=(an_unmanaged("Fax"),)))

    assert text_of(drift).endswith(
        "Not in the files and left alone: 1 field (--verbose lists them).\n"
        "\n"
        "No drift: the account is as the files say.\n"
        "1 unmanaged\n"
    )
    assert "Sales Pipeline\n    Fax  unmanaged  text field\n" in text_of(drift, strict=True)


@pytest.mark.parametrize("form", list(Format))
def test_no_format_counts_a_notice_as_a_difference_not_even_if_strict(form: Format) -> None:
    drift = a_drift(Difference(notices=(a_notice(),)))

    loose, strict = (
        write_drift(drift, form, RenderOptions(width=80, strict=each)) for each in (False, True)
    )

    assert not drift.differs(strict=True)
    if form is Format.JSON:
        strict = str(strict).replace('"strict": true', '"strict": false')
    assert strict == loose


def test_altered_options_are_reported_in_both_directions() -> None:
    field = a_field("Source", "tdrop", ["TV"])
    change = ChangeOptions(
        section="Leads", before=field, after=field, added=("Web", "Pod"), removed=("TV",)
    )

    text = text_of(a_drift(Difference(changes=(change,))))

    assert "    Source  altered  missing: Web, Pod  extra: TV\n" in text


@pytest.mark.parametrize("strict", [False, True])
def test_json_follows_its_schema(*, strict: bool) -> None:
    document = read_document(drift_json(every_drift(), strict=strict), "drift")

    assert document["differs"] is True
    assert document["strict"] is strict
    assert document["summary"] == {
        "missing": 9,
        "altered": 10,
        "unwanted": 4,
        "ambiguous": 1,
        "unmanaged": 28,
        "orphan": 0,
    }


def test_json_says_of_each_item_whether_it_counts() -> None:
    drift = a_drift(Difference(unmanaged=(an_unmanaged("Fax"),), notices=(a_notice(),)))

    loose = read_document(drift_json(drift), "drift")
    strict = read_document(drift_json(drift, strict=True), "drift")

    assert loose["items"] == [
        {
            "item": "Sales Pipeline / Fax",
            "status": "unmanaged",
            "cause": "unknown",
            "seen": a_short_state(drift),
            "acknowledged": None,
            "custom_object": "",
            "object": "field",
            "section": "Sales Pipeline",
            "name": "Fax",
            "message": 'field "Fax" of section "Sales Pipeline" is not in the files',
            "wanted": None,
            "found": [
                {"name": "Fax", "section": "Sales Pipeline", "type": "text", "options": None}
            ],
            "alterations": [],
            "location": None,
            "is_difference": False,
        }
    ]
    assert (loose["differs"], strict["differs"]) == (False, True)


APPLIED = Applied(at="2026-01-02T09:30:00Z", by="Ada", commit="1a2b3c4")


def a_moved_drift(*acknowledged: Acknowledgement) -> Drift:
    """Return one item of each cause: the account moved, the files did, both did."""
    before = Schema(
        sections=(
            Section(
                name="Sales",
                custom=True,
                fields=(a_field("Stage", "drop", ["A"]), a_field("Size"), a_field("Old")),
            ),
        ),
        tags=("VIP",),
    )
    fields = tuple(
        field._replace(type="longtext") if field.name == "Size" else field
        for field in before.sections[0].fields
    )
    live = replace(before.sections[0], fields=(*fields[:2], a_field("New")))
    stage = a_field("Stage", "drop", ["A", "B"])
    difference = Difference(
        changes=(
            ChangeOptions(
                section="Sales",
                before=fields[0],
                after=stage,
                added=("B",),
                location=a_location(3),
            ),
            ChangeType(
                section="Sales",
                before=live.fields[1],
                after=a_field("Size", "numeric"),
                location=a_location(4),
            ),
            AddField(section="Sales", after=a_field("Old"), location=a_location(5)),
        ),
        unmanaged=(an_unmanaged("New", section="Sales"),),
    )
    return drift_of(
        difference,
        account="demo",
        backend="rest",
        base=Base(account="demo", backend="rest", address="", applied=APPLIED, schema=before),
        acknowledged=acknowledged,
        today=date(2026, 2, 1),
    )


def test_items_are_grouped_by_which_side_changed() -> None:
    assert text_of(a_moved_drift()) == golden("drift-causes.txt")
    assert drift_markdown(a_moved_drift()) == golden("drift-causes.md")


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (date(2026, 3, 1), "Acknowledged (1)\n\nSales\n    Old    missing"),
        (date(2026, 1, 31), "acknowledged by Ada until 2026-01-31: that day has passed"),
    ],
)
def test_acknowledged_items_are_listed_apart_until_their_day(
    until: date, expected: str
) -> None:
    entry = Acknowledgement(
        item="Sales / Old", reason="fair", owner="Ada", until=until, location=a_location(9)
    )
    drift = a_moved_drift(entry)
    assert expected in text_of(drift)
    document = read_document(drift_json(drift), "drift")
    items = document["items"]
    assert isinstance(items, list)
    (item,) = (one for one in items if one["item"] == "Sales / Old")
    assert item["acknowledged"]["holds"] is (until.month == 3)
    assert item["is_difference"] is (until.month == 1)


@settings(deadline=None)
@given(NAMES, NAMES, st.lists(NAMES, min_size=1, max_size=3, unique=True).map(tuple))
def test_any_names_make_valid_documents_and_safe_lines(
    section: str, name: str, options: tuple[str, ...]
) -> None:
    before, after = a_field(f"{name}!", section), a_field(name, section, options)
    drift = a_drift(
        Difference(
            changes=(
                AddField(section=section, after=after, location=a_location(file=name)),
                RenameField(section=section, before=before, after=after),
            ),
            unmanaged=(an_unmanaged(name, section=section, field_type=section),),
            notices=(a_notice(about=name, message=section),),
        )
    )

    read_document(drift_json(drift), "drift")
    for strict in (False, True):
        for line in drift_text(drift, width=80, strict=strict, verbose=True):
            assert line.text.isprintable()
