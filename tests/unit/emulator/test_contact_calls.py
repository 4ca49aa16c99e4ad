"""Contacts, notes, tags and sequences over the API."""

from __future__ import annotations

import pytest

from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import PLAIN_SUCCESS, Talk, contact_data, section_data

INVALID_IDS = "<result>failure<error>Invalid Contact Ids</error></result>"


def test_a_new_account_has_contacts_to_carry_a_tag(talk: Talk) -> None:
    assert talk.values(1)["E-Mail"] == "ada.fielding@example.com"


def test_an_added_contact_is_shown_whole_with_return_id_1(talk: Talk) -> None:
    data = '<contact><Group_Tag name="Contact Information"><field name="First Name">Di Ann'
    tree = talk.call("add", f"{data}</field></Group_Tag></contact>", return_id="1").tree

    contact = tree[0]
    assert [one.tag for one in tree] == ["contact", "status"]
    assert tree.findtext("status") == "Success"
    assert list(contact.attrib) == ["id", "date", "dlm", "score", "purl", "bulk_mail"]
    assert (contact.get("id"), contact.get("score")) == ("4", "0.00")
    assert (contact.get("purl"), contact.get("bulk_mail")) == ("diann", "1")
    assert [one.get("name") for one in contact] == list(talk.sections())
    texts = {one.get("name"): one.text for one in contact.iter("field")}
    assert (texts["First Name"], texts["$ Sales"], texts["Sequences"]) == (
        "Di Ann",
        "$0.00",
        "*/*",
    )


def test_return_id_2_gives_id_and_time(talk: Talk) -> None:
    tree = talk.call("update", contact_data(2, City="Vic"), return_id="2").tree
    assert [sorted(one.attrib) for one in tree.iter("contact")] == [["dlm", "id"]]
    assert tree.findtext("status") == "Success"


def test_add_makes_a_second_contact_of_one_e_mail_unless_a_switch_forbids_it(
    talk: Talk,
) -> None:
    sent = '<contact><field name="E-Mail">ada.fielding@example.com</field></contact>'
    ids = [
        talk.call("add", sent, return_id="2", **flag).tree[0].get("id")
        for flag in ({"f_add": "0"}, {}, {"f_add": "1"}, {"f_add": "false"})
    ]
    assert ids == ["1", "4", "5", "1"]


def test_update_without_an_id_finds_the_e_mail(talk: Talk) -> None:
    known = '<contact><field name="e-mail">ADA.FIELDING@example.com</field>'
    talk.done("update", f'{known}<field name="City">Rye</field></contact>')
    assert talk.values(1)["City"] == "Rye"


def test_update_without_an_id_adds_only_when_forced(talk: Talk) -> None:
    unknown = '<contact><field name="E-Mail">nobody@example.com</field></contact>'

    assert talk.call("update", unknown).body == INVALID_IDS
    assert talk.call("update", unknown, f_add="1").body == PLAIN_SUCCESS
    assert talk.values(4)["E-Mail"] == "nobody@example.com"


@pytest.mark.parametrize("request_type", ["update", "add_notes", "add_tag", "remove_tag"])
@pytest.mark.parametrize("contact_id", ["77", "abc", "", "999999999999999999999999"])
def test_an_unknown_contact_fails(talk: Talk, request_type: str, contact_id: str) -> None:
    data = f'<contact id="{contact_id}"><note>n</note><tag>t</tag></contact>'
    assert talk.call(request_type, data).body == INVALID_IDS


@pytest.mark.parametrize("request_type", ["fetch", "fetch_notes"])
@pytest.mark.parametrize(
    "ids", ["", "<contact_id>77</contact_id>", "<contact_id>x</contact_id>"]
)
def test_unknown_ids_fail(talk: Talk, request_type: str, ids: str) -> None:
    assert talk.call(request_type, f"<data>{ids}</data>").body == INVALID_IDS


def test_one_unknown_contact_of_several_fails_all(talk: Talk) -> None:
    both = contact_data(1, City="Rye") + contact_data(77, City="Rye")
    assert talk.call("update", both).body == INVALID_IDS
    assert talk.values(1)["City"] == "Leeds"


def test_several_contacts_are_fetched_in_the_order_asked(talk: Talk) -> None:
    tree = talk.call("fetch", "<contact_id>3</contact_id><contact_id>1</contact_id>").tree
    assert [one.get("id") for one in tree] == ["3", "1"]


def test_deleting_a_contact_that_does_not_exist_is_a_success(talk: Talk) -> None:
    two = "<contact_id>1</contact_id><contact_id>77</contact_id><contact_id>x</contact_id>"
    talk.done("delete", two)
    assert talk.call("fetch", "<contact_id>1</contact_id>").body == INVALID_IDS


def test_bulk_mail_can_only_be_stopped(talk: Talk) -> None:
    for sent, held in (("1", "1"), ("2", "1"), ("0", "0"), ("1", "0"), ("-1", "0")):
        talk.done("update", f'<contact id="1" bulk_mail="{sent}"/>')
        contact = talk.call("fetch", "<contact_id>1</contact_id>").tree[0]
        assert contact.get("bulk_mail") == held


def test_a_value_for_a_field_that_does_not_exist_is_passed_over(talk: Talk) -> None:
    talk.done("update", contact_data(1, Nowhere="x", City="Rye"))
    assert talk.values()["City"] == "Rye"


def test_a_field_is_found_in_its_section_first(talk: Talk) -> None:
    talk.done("add_section", section_data("One", ("Stage", "text")))
    talk.done("add_section", section_data("Two", ("Stage", "text")))
    talk.done(
        "update",
        '<contact id="1"><Group_Tag name="Two"><field name="Stage">b</field></Group_Tag>'
        '<Group_Tag name="Nowhere"><field name="Stage">a</field></Group_Tag></contact>',
    )
    tree = talk.call("fetch", "<contact_id>1</contact_id>").tree
    texts = {
        section.get("name"): section.findtext("field[@name='Stage']")
        for section in tree.iter("Group_Tag")
    }
    assert (texts["One"], texts["Two"]) == ("a", "b")


@pytest.mark.parametrize(
    ("type_name", "sent", "shown"),
    [
        ("fulldate", "1341565200", "07-06-2012"),
        ("fulldate", "-86400", "12-31-1969"),
        ("fulldate", "07-06-2012", None),
        ("fulldate", "999999999999", None),
        ("fulldate", "", None),
        ("price", "12.5", "$12.50"),
        ("price", "$1,200", "$1200.00"),
        ("price", "-3", "$-3.00"),
        ("price", "much", "$0.00"),
        ("price", "", "$0.00"),
        ("numeric", "12.5", "12.5"),
        ("check", "1", "1"),
        ("longtext", "a\nb &amp; c", "a\nb & c"),
        ("tdrop", "no such option", "no such option"),
    ],
)
def test_values_are_shown_in_the_vendors_way(
    talk: Talk, type_name: str, sent: str, shown: str | None
) -> None:
    talk.done("add_section", section_data("Sales", ("Value", type_name)))
    talk.done("update", contact_data(1, Value=sent))
    assert talk.values()["Value"] == shown


def test_an_empty_text_clears_a_value(talk: Talk) -> None:
    talk.done("update", contact_data(1, City=""))
    assert talk.values()["City"] is None


def test_every_change_moves_the_time_of_modification(start: Start) -> None:
    times = iter(range(1000, 2000, 10))
    talk = start(clock=lambda: float(next(times)))
    stamps = []
    for data in (contact_data(1, City="Rye"), contact_data(1, City="Hay")):
        contact = talk.call("update", data, return_id="1").tree[0]
        stamps.append((contact.get("date"), int(contact.get("dlm", "0"))))

    assert stamps[0][0] == stamps[1][0]
    assert stamps[0][1] < stamps[1][1]


def test_an_unknown_tag_put_on_a_contact_comes_into_being(talk: Talk) -> None:
    talk.call("add_tag", '<contact id="1"><tag>A > B</tag><tag>VIP</tag></contact>')
    talk.done("update", contact_data(2, Contact_Tags="VIP*/*New*/* */*"))

    assert talk.tags() == ["A > B", "VIP", "New"]
    assert talk.values(1)["Contact Tags"] == "*/*A > B*/*VIP*/*"
    assert talk.values(2)["Contact Tags"] == "*/*VIP*/*New*/*"


def test_a_tag_stays_in_the_account_when_the_last_contact_loses_it(talk: Talk) -> None:
    data = '<contact id="1"><tag>VIP</tag></contact>'
    talk.call("add_tag", data)
    assert talk.call("remove_tag", data).body == "<result><tag id='1'>VIP</tag></result>"

    assert (talk.tags(), talk.values(1)["Contact Tags"]) == (["VIP"], None)
    assert talk.call("remove_tag", data).body == "<result/>", "it had none any more"


def test_tags_are_shown_in_key_with_their_ids(talk: Talk) -> None:
    talk.call("add_tag", '<contact id="1"><tag>VIP</tag></contact>')
    body = talk.call("key").body
    assert '<field name="Contact Tags" type="list">\n        <list id="1">VIP</list>' in body


def test_tags_can_be_named_by_id(talk: Talk) -> None:
    talk.server.edit("add-tag A\nadd-tag B\nadd-tag C")
    field = '<contact id="1"><field name="Contact Tags" type="numeric"'
    talk.done("update", f"{field}>1;2*/*3;77;x</field></contact>")
    assert talk.values()["Contact Tags"] == "*/*A*/*B*/*C*/*"

    talk.done("update", f'{field} action="remove">1*/*3</field></contact>')
    assert talk.values()["Contact Tags"] == "*/*B*/*"
    talk.call("remove_tag", '<contact id="1"><tag type="numeric">2</tag></contact>')
    assert talk.values()["Contact Tags"] is None


def test_of_two_tags_with_one_name_the_one_with_the_id_is_removed(talk: Talk) -> None:
    talk.server.edit("add-tag A\nadd-tag A")
    field = '<contact id="1"><field name="Contact Tags" type="numeric"'
    talk.done("update", f"{field}>1;2</field></contact>")
    answer = talk.call("remove_tag", '<contact id="1"><tag type="numeric">2</tag></contact>')
    assert answer.tree[0].get("id") == "2"


def test_tags_can_be_removed_by_name(talk: Talk) -> None:
    talk.done("update", contact_data(1, Contact_Tags="A*/*B*/*C"))
    remove = (
        '<contact id="1"><field name="Contact Tags" action="remove">a*/*C</field></contact>'
    )
    talk.done("update", remove)
    assert talk.values()["Contact Tags"] == "*/*B*/*"


def test_fetch_tag_gives_the_names_between_separators(talk: Talk) -> None:
    talk.server.edit("add-tag A\nadd-tag 'B & C'")
    assert talk.call("fetch_tag").body == "<result><tags>*/*A*/*B &amp; C*/*</tags></result>"


def test_pull_tag_gives_names_and_ids(talk: Talk) -> None:
    talk.server.edit("add-tag A\nadd-tag 'B & C'")
    body = "<result>\n  <tag id='1'>A</tag>\n  <tag id='2'>B &amp; C</tag>\n</result>"
    assert talk.call("pull_tag").body == body


def test_sequences_are_given_with_ids_and_in_full(talk: Talk) -> None:
    talk.server.edit("add-sequence 'Win back' 'We miss you' 'Three mails.'")
    plain = talk.call("fetch_sequences").tree
    full = talk.call("fetch_sequences", "<full>true</full>").tree

    assert (plain[2].get("id"), plain[2].text) == ("3", "Win back")
    assert [one.text for one in full[2]] == ["Win back", "We miss you", "Three mails."]


def test_an_account_without_sequences_gives_none(talk: Talk) -> None:
    assert len(talk.call("fetch_sequences").tree) == 2


def test_contacts_are_put_on_and_taken_off_sequences_by_id(talk: Talk) -> None:
    talk.done("update", contact_data(1, Sequences="*/*1*/*2*/*77*/*"))
    assert talk.values()["Sequences"] == "*/*1*/*2*/*"

    remove = '<contact id="1"><field name="Sequences" action="remove">1;5</field></contact>'
    talk.done("update", remove)
    assert talk.values()["Sequences"] == "*/*2*/*"


def test_notes_are_kept_with_their_time(start: Start) -> None:
    talk = start(clock=lambda: 2_000_000_000.0)
    talk.done(
        "add_notes",
        "<contact id='1'><note time='1341565200'>First &amp; best</note>"
        "<note>Now</note></contact>",
    )
    contact = talk.call("fetch_notes", "<contact_id>1</contact_id>").tree[0]

    assert contact.get("id") == "1"
    assert [(one.get("time"), one.text) for one in contact] == [
        ("1341565200", "First & best"),
        ("2000000000", "Now"),
    ]
