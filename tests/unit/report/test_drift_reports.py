"""report/drift_*.py: drift as text, JSON and Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.drift import drift_of
from schemactl.model.change import AddField, ChangeOptions, RenameField
from schemactl.model.difference import Difference
from schemactl.model.drift import Drift
from schemactl.report.drift_json import drift_json
from schemactl.report.drift_markdown import drift_markdown
from schemactl.report.drift_text import drift_text
from schemactl.report.lines import plain_text
from tests.builders import a_field, a_location, a_notice, an_unmanaged
from tests.unit.report.documents import read_document
from tests.unit.report.golden import golden
from tests.unit.report.samples import every_plan

NAMES = st.text(st.characters(codec="utf-8"), max_size=12)


def a_drift(difference: Difference) -> Drift:
    return drift_of(difference, account="demo", backend="legacy")


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
def test_drift_reads_as_it_was_found_good(*, width: int, strict: bool, file: str) -> None:
    assert text_of(every_drift(), width=width, strict=strict) == golden(file)


def test_markdown_reads_as_it_was_found_good() -> None:
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
        "Left alone, for the files do not name them: 1 field (--verbose lists them).\n"
        "\n"
        "No drift: the account is as the files say.\n"
        "0 missing, 0 altered, 0 unwanted, 0 ambiguous, 1 unmanaged\n"
    )
    assert text_of(drift, strict=True).endswith(
        "Sales Pipeline\n"
        "    Fax  unmanaged  text field\n"
        "\n"
        "0 missing, 0 altered, 0 unwanted, 0 ambiguous, 1 unmanaged\n"
    )


def test_altered_options_are_told_in_both_directions() -> None:
    field = a_field("Source", "tdrop", ["TV"])
    change = ChangeOptions(
        section="Leads", before=field, after=field, added=("Web", "Pod"), removed=("TV",)
    )

    text = text_of(a_drift(Difference(changes=(change,))))

    assert "    Source  altered  lacks Web, Pod  also has TV\n" in text


@pytest.mark.parametrize("strict", [False, True])
def test_json_follows_its_schema(*, strict: bool) -> None:
    document = read_document(drift_json(every_drift(), strict=strict), "drift")

    assert document["differs"] is True
    assert document["strict"] is strict
    assert document["summary"] == {
        "missing": 6,
        "altered": 10,
        "unwanted": 4,
        "ambiguous": 1,
        "unmanaged": 28,
    }


def test_json_says_of_each_item_whether_it_counts() -> None:
    drift = a_drift(Difference(unmanaged=(an_unmanaged("Fax"),), notices=(a_notice(),)))

    loose = read_document(drift_json(drift), "drift")
    strict = read_document(drift_json(drift, strict=True), "drift")

    assert loose["items"] == [
        {
            "status": "unmanaged",
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
