"""Searches: the manual's nine operators, pages, and the forms of the answer."""

from __future__ import annotations

import pytest

from tests.unit.emulator.talk import Talk, contact_data, section_data


def equation(field: str, operator: str, value: str) -> str:
    return (
        f"<equation><field>{field}</field><op>{operator}</op><value>{value}</value></equation>"
    )


def found(talk: Talk, *equations: str) -> list[str | None]:
    tree = talk.call("search", f"<search>{''.join(equations)}</search>").tree
    return [one.get("id") for one in tree.iter("contact")]


@pytest.fixture
def people(talk: Talk) -> Talk:
    """Three contacts with a number, a price and a date each; the third has none."""
    fields = (("Score", "numeric"), ("Worth", "price"), ("Met", "fulldate"))
    talk.done("add_section", section_data("Sales", *fields))
    talk.done("update", contact_data(1, Score="9", Worth="900", Met="1000000000"))
    talk.done("update", contact_data(2, Score="10", Worth="$1,000.50", Met="1300000000"))
    return talk


@pytest.mark.parametrize(
    ("field", "operator", "value", "ids"),
    [
        ("First Name", "e", "Ada", "1"),
        ("first name", "e", " ada ", "1"),
        ("First Name", "n", "Ada", "23"),
        ("First Name", "s", "B", "2"),
        ("Last Name", "c", "te", "2"),
        ("Last Name", "k", "i", "2 3"),
        ("Last Name", "l", "D", "2"),
        ("Last Name", "g", "Castell", "1 3"),
        ("Last Name", "m", "Castell", "2"),
        ("Last Name", "h", "Fielding", "1 3"),
        ("First Name", "e", "Ada,Chidi, Eve", "1 3"),
        ("First Name", "n", "Ada,Chidi", "2"),
        ("First Name", "c", "da,", "1"),
        ("Email", "e", "ada.fielding@example.com", "1"),
        ("Score", "l", "10", "1"),
        ("Score", "g", "9", "2"),
        ("Score", "m", "10.0", "1 2"),
        ("Score", "h", "9.5", "2"),
        ("Score", "e", "10.00", "2"),
        ("Score", "n", "10", "1 3"),
        ("Score", "e", "", "3"),
        ("Score", "c", "1", "2"),
        ("Worth", "g", "$950", "2"),
        ("Met", "l", "1200000000", "1"),
        ("Score", "l", "many", ""),
        ("City", "e", "", ""),
        ("City", "c", "", "123"),
    ],
)
def test_each_operator_finds_what_the_manual_says(
    people: Talk, field: str, operator: str, value: str, ids: str
) -> None:
    assert found(people, equation(field, operator, value)) == list(ids.replace(" ", ""))


def test_all_equations_must_be_met(people: Talk) -> None:
    both = (equation("Score", "h", "9"), equation("First Name", "n", "Ada"))
    assert found(people, *both) == ["2"]


def test_tags_are_found_by_name_and_by_id(talk: Talk) -> None:
    talk.done("update", contact_data(1, Contact_Tags="VIP*/*Partner"))
    talk.done("update", contact_data(2, Contact_Tags="Partner"))

    assert found(talk, equation("Contact Tags", "e", "vip")) == ["1"]
    assert found(talk, equation("Contact Tags", "e", "2")) == ["1", "2"]
    assert found(talk, equation("Contact Tags", "n", "VIP")) == ["2", "3"]
    assert found(talk, equation("Contact Tags", "c", "art")) == ["1", "2"]


def test_sequences_are_found_by_id(talk: Talk) -> None:
    talk.done("update", contact_data(1, Sequences="2"))
    assert found(talk, equation("Sequences", "e", "2")) == ["1"]


def test_items_of_a_list_field_are_found_one_by_one(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("Likes", "list")))
    talk.done("update", contact_data(1, Likes="*/*Tea*/*Jazz*/*"))
    assert found(talk, equation("Likes", "e", "Tea")) == ["1"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (equation("Nowhere", "e", "x"), "Invalid Field"),
        (equation("City", "q", "x"), "Invalid Operator"),
        (equation("City", "", "x"), "Invalid Operator"),
        ("", "Invalid XML"),
    ],
)
def test_a_search_without_sense_fails(talk: Talk, wrong: str, error: str) -> None:
    assert talk.call("search", f"<search>{wrong}</search>").error == error


def test_blank_and_not_blank_are_asked_for_with_an_empty_value(people: Talk) -> None:
    people.done("update", contact_data(1, City="", Contact_Tags="VIP"))
    assert found(people, equation("City", "e", "")) == ["1"]
    assert found(people, equation("City", "n", "")) == ["2", "3"]
    assert found(people, equation("Birthday", "e", "")) == ["1", "2", "3"]
    assert found(people, equation("Score", "n", "")) == ["1", "2"]
    assert found(people, equation("Contact Tags", "n", "")) == ["1"]
    assert found(people, equation("Contact Tags", "e", "")) == ["2", "3"]
    assert found(people, equation("Contact Tags", "c", "I")) == ["1"]


def test_all_contacts_are_found_by_their_id(talk: Talk) -> None:
    assert found(talk, equation("Contact ID", "g", "0")) == ["1", "2", "3"]
    assert found(talk, equation("contact id", "e", "2,3")) == ["2", "3"]
    assert found(talk, equation("Contact ID", "n", "")) == ["1", "2", "3"]
    assert found(talk, equation("Contact ID", "c", "1")) == []


def test_a_checkbox_is_found_in_each_spelling(talk: Talk) -> None:
    talk.done("add_section", section_data("Sales", ("Known", "check")))
    for contact_id, text in enumerate(("On", "yes", "0"), start=1):
        talk.done("update", contact_data(contact_id, Known=text))
    for text in ("1", "on", "Yes"):
        assert found(talk, equation("Known", "e", text)) == ["1", "2"]
    assert found(talk, equation("Known", "e", "off")) == ["3"]


def test_ids_and_times_alone_can_be_asked_for(talk: Talk) -> None:
    tree = talk.call("search", equation("City", "n", "Leeds"), return_id="2").tree
    assert [(one.get("id"), len(one)) for one in tree] == [("2", 0), ("3", 0)]
    assert all(one.get("dlm") for one in tree)


def test_ids_alone_can_be_asked_for_and_a_count_goes_before(talk: Talk) -> None:
    data = f"<search>{equation('City', 'n', 'Leeds')}</search>"
    ids = talk.call("search", data, getIds="1").tree
    both = talk.call("search", data, getIds="1", count="1")

    assert [one.text for one in ids.iter("contact_id")] == ["2", "3"]
    assert both.body == "<result><count>2</count></result>"


def test_more_than_500_hits_come_in_pages(talk: Talk) -> None:
    lines = "\n".join(f"add-contact City=Ur 'First Name=N{n}'" for n in range(501))
    talk.server.edit(lines)

    def page(number: str) -> list[str]:
        data = f"<search page='{number}'>{equation('City', 'e', 'Ur')}</search>"
        tree = talk.call("search", data, getIds="1").tree
        return [one.text or "" for one in tree.iter("contact_id")]

    assert (len(page("1")), len(page("2")), page("3")) == (500, 1, [])
    assert page("0") == page("x") == page("1")
    assert page("999999999") == []


def test_a_hit_is_shown_whole(talk: Talk) -> None:
    hit = talk.call("search", equation("First Name", "e", "Ada")).tree
    whole = talk.call("fetch", "<contact_id>1</contact_id>")
    assert [one.tag for one in hit] == ["contact"]
    assert whole.body == talk.call("search", equation("First Name", "e", "Ada")).body
