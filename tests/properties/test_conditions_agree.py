"""Contacts that SQL finds are those whose shown values meet the condition, one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.emulator import EmulatorServer, Switches, parse_switch, set_switches
from schemactl.emulator.rest.comparing import meets_condition
from schemactl.emulator.rest.conditions import read_condition
from tests.unit.emulator.talk import Talk, a_section
from tests.unit.emulator.test_rest_conditions import FIELDS

SWITCHED = (
    (),
    ("unset-text=empty", "unset-drop=null", "unset-list=null", "unset-number=0"),
    ("unset-drop=empty", "unset-list=separator", "unset-number=empty"),
    ("unset-list=0",),
)
TEXTS = ("Grüße", "GRÜSSE", "o_k", "100 %", "two\nlines", "", None)
SCORES = ("9", "10", "-1.5", "0", "", None)
DATES = (1_700_000_000, 86_400, "", None)
OPERATORS = ("=", "<>", ">", "<", ">=", "<=", "IN", "NOT IN", "IS", "IS NOT")

OPERATORS_OF = {
    "Note": (*OPERATORS, "LIKE", "NOT LIKE"),
    "Likes": ("=", "IS", "IS NOT", "IN"),
}


@pytest.fixture(
    scope="module", params=SWITCHED, ids=lambda words: ",".join(words) or "defaults"
)
def talk(request: pytest.FixtureRequest) -> Iterator[Talk]:
    """An account of which every contact has another mix of values."""
    switches = set_switches(Switches(), tuple(map(parse_switch, request.param)))
    with EmulatorServer(switches=switches) as server:
        talk = Talk(server=server)
        talk.fieldeditor("POST", a_section("Sales", FIELDS))
        for number in range(28):
            talk.rest("POST", "Contacts", values_of(talk, number))
        yield talk


def values_of(talk: Talk, number: int) -> dict[str, object]:
    stages, likes = [*talk.labels("Stage"), "0", ""], [*talk.labels("Likes")]
    values = {
        "Note": TEXTS[number % len(TEXTS)],
        "Score": SCORES[number % len(SCORES)],
        "Due": DATES[number % len(DATES)],
        "Stage": stages[number % len(stages)],
        "Likes": f"*/*{'*/*'.join(likes[: number % 4])}*/*" if number % 4 else "",
        "Known": ("1", "0", "", None)[number % 4],
    }
    return {
        name_of(talk, alias): value
        for place, (alias, value) in enumerate(values.items())
        if (number + place) % 5
    }


def name_of(talk: Talk, alias: str) -> str:
    return str(talk.shown(alias)["field"])


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_sql_and_shown_values_agree(talk: Talk, data: st.DataObject) -> None:
    alias = data.draw(
        st.sampled_from(("Note", "Score", "Due", "Stage", "Likes", "Known", "id"))
    )
    numbers = ("0", "1", "9", "9.0", "10", "86400", "1700000000")
    wanted = {
        "Note": ("grüße", "o%", "O_K", "100 %", "two\nlines", ""),
        "Stage": (*talk.labels("Stage"), "0", "", "9999"),
        "Likes": ("", "0", "*/*", "*/**/*"),
    }.get(alias, numbers)
    operator = data.draw(st.sampled_from(OPERATORS_OF.get(alias, OPERATORS)))
    values = data.draw(st.lists(st.sampled_from(wanted), min_size=1, max_size=3))
    value: object = {"value": values[0]}
    if operator.endswith("IN"):
        value = {"list": [{"value": one} for one in values]}
    if operator.startswith("IS"):
        value = "NULL"
    name = alias if alias == "id" else name_of(talk, alias)
    condition = json.dumps([{"field": {"field": name}, "op": operator, "value": value}])

    rows = talk.rest("GET", "Contacts").data
    meant = read_condition(condition, Switches())
    expected = [row["id"] for row in rows if meets_condition(row, meant)]
    found = talk.rest("GET", "Contacts", condition=condition).data
    assert [row["id"] for row in found] == expected
