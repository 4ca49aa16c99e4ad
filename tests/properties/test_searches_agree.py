"""Contacts that a search of the Contacts API finds are those whose shown values compare so."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.emulator import EmulatorServer
from tests.unit.emulator.talk import Talk, contact_data, section_data

FIELDS = (("Word", "text"), ("Score", "numeric"), ("Worth", "price"), ("Known", "check"))
VALUES = {
    "Word": ("Grüße", "GRÜSSE", "abc", "b", "", None),
    "Score": ("9", "10", "-1.5", "0", None),
    "Worth": ("900", "1000.5", None),
    "Known": ("1", "0", None),
}
WANTED = {
    "Word": ("grüße", "b", "AB", "", "abc,b"),
    "Score": ("9.0", "10", "0", "", "9,10"),
    "Worth": ("900.00", "$950", "1"),
    "Known": ("1", "On", "0", ""),
}


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    with EmulatorServer() as server:
        talk = Talk(server=server)
        talk.done("add_section", section_data("Sales", *FIELDS))
        for number in range(30):
            values = {
                name: texts[(number * 7 + place) % len(texts)]
                for place, (name, texts) in enumerate(VALUES.items())
            }
            sent = {name: text for name, text in values.items() if text is not None}
            talk.done("add", contact_data(None, **sent))
        yield talk


def number_of(text: str) -> Decimal | None:
    bare = text.replace("$", "").replace(",", "")
    try:
        return Decimal(bare)
    except ArithmeticError:
        return None


def compares(name: str, held: str, operator: str, wanted: str) -> bool:
    """Whether a shown value meets one wanted value; negative operators are not asked here."""
    left, right = held.strip().casefold(), wanted.strip().casefold()
    if operator == "s":
        return left.startswith(right)
    if operator == "c":
        return right in left
    order = (left > right) - (left < right)
    if name in {"Score", "Worth"}:
        size, limit = number_of(held), number_of(wanted)
        if size is None or limit is None:
            return operator == "e" and left == right
        order = (size > limit) - (size < limit)
    met = {"e": order == 0, "l": order < 0, "g": order > 0, "m": order <= 0, "h": order >= 0}
    return met[operator]


def is_met(name: str, held: str, operator: str, value: str) -> bool:
    positive = {"n": "e", "k": "c"}.get(operator, operator)
    wanted = (value, *(part for part in value.split(",") if part))
    wanted = tuple("1" if name == "Known" and one == "On" else one for one in wanted)
    found = any(compares(name, held, positive, one) for one in wanted)
    return found is (positive == operator)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_search_and_shown_values_agree(talk: Talk, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(VALUES)))
    operator = data.draw(st.sampled_from("enscklgmh"))
    value = data.draw(st.sampled_from(WANTED[name]))
    if name == "Worth" and operator in "sck":
        return  # The sign of the currency is only shown.
    equation = (
        f"<equation><field>{name}</field><op>{operator}</op><value>{value}</value></equation>"
    )
    tree = talk.call("search", f"<search>{equation}</search>").tree
    everybody = [(str(number), talk.values(number)) for number in range(1, 34)]
    expected = [
        number
        for number, values in everybody
        if is_met(name, _unset_price(name, values[name]), operator, value)
    ]
    assert [one.get("id") for one in tree.iter("contact")] == expected


def _unset_price(name: str, shown: str | None) -> str:
    """Return what is searched: a price that is not set is shown as $0.00."""
    return "" if name == "Worth" and shown == "$0.00" else shown or ""
