"""desired.acknowledgement_rules: which entries are wrong, found without the account."""

from __future__ import annotations

from datetime import date

import pytest

from schemactl.desired.acknowledgement_rules import acknowledgement_problems
from schemactl.document.codes import ProblemCode
from schemactl.errors import Severity
from schemactl.model.acknowledged import Acknowledgement
from tests.builders import (
    a_desired,
    a_desired_field,
    a_desired_section,
    a_field,
    a_location,
    a_tag,
)

TODAY = date(2026, 6, 1)
DESIRED = a_desired(
    a_desired_section("Sales Pipeline", a_desired_field(a_field("Lead Status", "text"))),
    tags=[a_tag("Customer")],
    removed_fields=[("Sales Pipeline", "Old Status")],
)


def codes(item: str, until: date = TODAY) -> list[str]:
    entry = Acknowledgement(
        item=item, reason="fair", owner="Ada", until=until, location=a_location(9)
    )
    found = list(acknowledgement_problems([entry], DESIRED, TODAY))
    assert {problem.severity for problem in found} <= {Severity.WARNING}
    assert {problem.location for problem in found} <= {a_location(9)}
    return [str(problem.code) for problem in found]


def test_an_entry_whose_day_has_passed_is_reported_from_the_next_day_on() -> None:
    item = "Sales Pipeline / Lead Status"
    assert codes(item, TODAY) == []
    assert codes(item, date(2026, 5, 31)) == [ProblemCode.ACKNOWLEDGEMENT_OVERDUE]


@pytest.mark.parametrize(
    "item",
    [
        "Sales Pipeline / Lead Statsu",
        "sales pipeline / lead status",
        "Sales Pipelin",
        "tag Customer",
        "Sales Pipeline / Old Statu",
    ],
)
def test_an_entry_that_is_nearly_the_name_of_something_is_reported(item: str) -> None:
    assert codes(item) == [ProblemCode.ACKNOWLEDGED_NAME]


@pytest.mark.parametrize(
    "item",
    [
        "Sales Pipeline",
        "Sales Pipeline / Lead Status",
        "Sales Pipeline / Old Status",
        "tag: Customer",
        # What no file names can be in the account.
        "Trade Show 2014",
        "tag: newsletter-2019",
    ],
)
def test_an_entry_that_may_be_right_is_not_reported(item: str) -> None:
    assert codes(item) == []
