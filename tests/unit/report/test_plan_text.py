"""report/text/plan.py: what a person reads of a plan."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.model.change import AddField, AddTag, ChangeOptions, ChangeType, RemoveField
from schemactl.model.plan import AccountSize, Permission, Plan, Summary
from schemactl.report.plan_summary import summary_parts
from schemactl.report.style import Style
from schemactl.report.text.lines import plain_text
from schemactl.report.text.plan import plan_text
from tests.builders import (
    a_budget,
    a_field,
    a_hazard,
    a_location,
    a_manual_step,
    a_plan,
    an_unmanaged,
)
from tests.unit.report.golden import golden
from tests.unit.report.samples import every_plan, small_plan


def text_of(plan: Plan, *, width: int = 80, verbose: bool = False) -> str:
    return plain_text(plan_text(plan, width=width, verbose=verbose))


@pytest.mark.parametrize(
    ("plan", "width", "verbose", "file"),
    [
        (small_plan(), 80, False, "plan-small-80.txt"),
        (small_plan(), 120, False, "plan-small-120.txt"),
        (small_plan(), 80, True, "plan-small-80-verbose.txt"),
        (every_plan(), 80, False, "plan-every-80.txt"),
        (every_plan(), 120, False, "plan-every-120.txt"),
        (every_plan(), 80, True, "plan-every-80-verbose.txt"),
        (a_plan(unmanaged=[an_unmanaged()]), 80, False, "plan-empty-80.txt"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_plan_matches_its_golden_file(
    *, plan: Plan, width: int, verbose: bool, file: str
) -> None:
    assert text_of(plan, width=width, verbose=verbose) == golden(file)


def test_the_summary_has_counts_and_price_and_breaks_between_them() -> None:
    plan = a_plan(
        AddTag(tag="VIP"),
        summary=Summary(add=3, change=1, remove=0, by_hand=1),
        budget=a_budget(calls=4, requests=9, seconds=2.0, after=9128),
    )

    changes = "3 to add, 1 to change, 0 to remove, 1 by hand"
    price = "4 calls, 9 requests in all, about 2 s"
    assert summary_parts(plan) == (changes, price)
    assert text_of(plan, width=100).endswith(f"\n{changes} · {price}\n")
    assert text_of(plan, width=20).endswith(f"\n{changes}\n{price}\n")


def test_an_empty_plan_is_one_calm_line() -> None:
    assert text_of(a_plan()) == (
        "Account demo · legacy · 6 sections, 41 fields and 3 tags, read in 2 requests\n"
        "\n"
        "Nothing to do: the account is as the files say.\n"
    )


def test_a_plan_against_a_snapshot_says_so() -> None:
    plan = replace(a_plan(), size=AccountSize(sections=1, fields=1, tags=0, calls=0))

    assert text_of(plan).splitlines()[0] == (
        "Account demo · legacy · 1 section, 1 field and 0 tags, from a snapshot"
    )


def test_a_permitted_hazard_is_still_reported() -> None:
    removal = RemoveField(section="Leads", before=a_field("Fax"), explicit=True)
    plan = a_plan(
        removal,
        hazards=[a_hazard(removal, message="its values are lost")],
        permissions=[Permission.REMOVES_FIELD],
    )

    text = text_of(plan)

    assert "! removes-field: its values are lost" in text
    assert "permitted\n" in text
    assert "--allow" not in text
    assert "! 1 change destroys what contacts may hold (not counted), permanently" in text


def test_a_removal_reports_destruction_even_without_a_hazard() -> None:
    plan = a_plan(RemoveField(section="Leads", before=a_field("Fax"), explicit=True))

    text = " ".join(text_of(plan).split())

    assert (
        "- Fax remove text field; its values in every contact are destroyed permanently" in text
    )


def test_a_change_of_type_in_place_is_no_replacement() -> None:
    change = ChangeType(
        section="Leads", before=a_field("Bio", "text"), after=a_field("Bio", "longtext")
    )

    assert "    ~ Bio  type  text → longtext\n" in text_of(a_plan(change))


def test_names_that_could_be_misread_are_quoted() -> None:
    names = ["", " Fax", "Fax ", "- none -", '"Fax"', "Fax\u00a02", "Fax"]
    changes = [AddField(section="Leads", after=a_field(name)) for name in names]

    shown = [line[6:24].rstrip() for line in text_of(a_plan(*changes)).splitlines()[3:10]]

    assert [name.removesuffix("text").strip() for name in shown] == [
        '""',
        '" Fax"',
        '"Fax "',
        '"- none -"',
        r'"\"Fax\""',
        r'"Fax\xa02"',
        "Fax",
    ]


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.integers(0, 200))
def test_nothing_from_an_account_acts_on_the_terminal(
    name: str, message: str, width: int
) -> None:
    field = a_field(name, message, [name, message])
    change = ChangeOptions(
        section=message,
        before=field,
        after=field,
        added=(name,),
        removed=(message,),
        location=a_location(file=name),
    )
    plan = a_plan(
        change,
        AddTag(tag=name),
        hazards=[a_hazard(change, message=message, hint=name)],
        manual_steps=[a_manual_step(AddTag(tag=name), instruction=message, alternative=name)],
        unmanaged=[an_unmanaged(name, section=message, field_type=name)],
        account=name,
    )

    for verbose in (False, True):
        for line in plan_text(plan, width=width, verbose=verbose):
            assert line.text.isprintable()


def test_added_and_removed_options_differ_by_sign_and_by_style() -> None:
    field = a_field("Lead Source", "tdrop")
    change = ChangeOptions(
        section="Leads", before=field, after=field, added=("A",), removed=("B",)
    )

    spans = [span for line in plan_text(a_plan(change), width=80) for span in line.spans]

    styles = {span.text: span.style for span in spans}
    assert styles["+ A"] is Style.ADD
    assert styles["- B"] is Style.REMOVE


def test_ten_thousand_changes_are_all_reported() -> None:
    changes = [AddField(section="Leads", after=a_field(f"Field {n}")) for n in range(10_000)]

    assert text_of(a_plan(*changes)).count("    + Field ") == 10_000
