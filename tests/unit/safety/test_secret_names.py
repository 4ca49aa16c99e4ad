"""No plan writes the account's own app id or key into the account."""

from __future__ import annotations

import pytest

from schemactl.errors import ExitCode, Location, RefusedError
from schemactl.model.change import AddField, AddSection, AddTag, Change, ChangeOptions
from schemactl.model.credentials import Credentials
from schemactl.model.plan import JsonObject, Plan
from schemactl.safety import refuse_secret_names
from tests.builders import a_call, a_field, a_plan

KEY = "k3y-of-acme"
PLACE = Location("crm.yaml", 3, 5)
CREDENTIALS = Credentials("2_1234_app", KEY)


def refused(plan: Plan, credentials: Credentials = CREDENTIALS) -> str:
    with pytest.raises(RefusedError) as caught:
        refuse_secret_names(plan, holds_secret=credentials.are_in)
    assert caught.value.exit_code is ExitCode.REFUSED
    assert KEY not in str(caught.value).casefold()
    return str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        AddSection(section=f"About {KEY}", location=PLACE),
        AddField(section="S", after=a_field(f"{KEY.upper()}?"), location=PLACE),
        AddTag(tag="of 2_1234_app", location=PLACE),
    ],
)
def test_a_name_that_holds_the_key_is_refused_with_its_place(change: Change) -> None:
    assert "(crm.yaml:3:5)" in refused(a_plan(change))


def test_an_option_that_holds_the_key_is_refused_with_its_place() -> None:
    field = a_field("Kind", "tdrop", options=())
    change = ChangeOptions(
        section="S", before=field, after=field, added=(KEY,), removed=(), location=PLACE
    )
    arguments: JsonObject = {"fields": ({"name": "Kind", "options": ("a", KEY)},)}
    call = a_call(1, "add_dropdown", arguments, serves=[change.id])

    assert "(crm.yaml:3:5)" in refused(a_plan(change, calls=(call,)))


def test_a_call_without_a_place_in_the_files_is_refused_as_well() -> None:
    call = a_call(1, "add_section", {"section": {KEY: None}}, serves=["add-section/S"])

    assert "holds the app id or the key" in refused(a_plan(calls=(call,)))


def test_a_short_secret_is_in_a_name_by_chance() -> None:
    plan = a_plan(AddSection(section="Has embedded video"))

    refuse_secret_names(plan, holds_secret=Credentials("video", "has").are_in)
