"""Accounts that start as a copy of another: from a snapshot or a `key` body."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.emulator import EmulatorError, EmulatorServer
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk

KEY_BODY = """
<result><contact id="" bulk_mail="">
  <Group_Tag name="Contact Information">
    <field name="First Name" type="text"/><field name="E-Mail" type="text"/>
    <field name="Shoe Size" type="numeric" editable="1"/>
  </Group_Tag>
  <Group_Tag name="Sequences and Tags">
    <field name="Sequences" type="sequence"/>
    <field name="Contact Tags" type="list">
      <list id="7">A &amp; B</list><list id="9">A</list>
    </field>
  </Group_Tag>
  <Group_Tag name="Sales " editable="1">
    <field name="Stage" type="tdrop" editable="1">
      <option>New</option><option> Won </option>
    </field>
    <field name="Stage" type="weird type" editable="1"/>
    <field name="" type="" editable="1"/>
  </Group_Tag>
  <Group_Tag name="Partner Data" editable="1">
    <field name="Program" type="aff_program"/>
  </Group_Tag>
  <Group_Tag name="Mine" editable="1"></Group_Tag>
</contact></result>"""

SNAPSHOT = {
    "format_version": 1,
    "kind": "snapshot",
    "account": "acme",
    "backend": "legacy",
    "sections": [
        {
            "name": "Contact Information",
            "custom": False,
            "fields": [
                {"name": "E-Mail", "type": "text", "custom": False, "options": None},
                {"name": "Contact Tags", "type": "list", "custom": False, "options": ["VIP"]},
            ],
        },
        {
            "name": "Sales",
            "custom": True,
            "fields": [
                {"name": "Stage", "type": "tdrop", "custom": True, "options": ["New", "Won"]},
                {"name": "Likes", "type": "list", "custom": True, "options": ["Tea"]},
                {"name": "Stage", "type": "text", "custom": True, "options": None},
            ],
        },
    ],
    "tags": ["VIP", "Old"],
}


def flat(talk: Talk) -> list[tuple[str | None, ...]]:
    """Return every element of `key` in order, with its attributes and text."""
    return [
        (
            one.tag,
            one.get("name"),
            one.get("type"),
            one.get("editable"),
            (one.text or "").strip("\n "),
        )
        for one in talk.call("key").tree.iter()
    ]


def test_a_key_body_comes_back_as_it_was(start: Start) -> None:
    first = start(seed=KEY_BODY)
    body = first.call("key").body
    second = start(seed=body)

    assert second.call("key").body == body
    assert first.sections()["Sales "] == ["Stage", "Stage", ""]
    assert [one.get("id") for one in first.call("pull_tag").tree] == ["7", "9"]
    assert first.tags() == ["A & B", "A"]
    assert "<option> Won </option>" in body
    assert 'type="weird type" editable="1"/>' in body


def test_a_seeded_account_has_contacts_and_goes_on_with_its_ids(start: Start) -> None:
    talk = start(seed=KEY_BODY)
    assert talk.values(1)["E-Mail"] == "ada.fielding@example.com"

    added = talk.call("add_tag", '<contact id="1"><tag>New</tag></contact>').tree
    assert added[0].get("id") == "10"


def test_sections_of_a_key_body_that_are_the_systems_cannot_be_removed(start: Start) -> None:
    talk = start(seed=KEY_BODY)
    for name in ("Sales ", "Mine"):
        talk.done("remove_section", f'<Group_Tag name="{name}"/>')
    assert talk.call("remove_section", '<Group_Tag name="Partner Data"/>').error


def test_a_snapshot_becomes_an_account(start: Start) -> None:
    talk = start(seed=json.dumps(SNAPSHOT))

    assert talk.sections() == {
        "Contact Information": ["E-Mail", "Contact Tags"],
        "Sales": ["Stage", "Likes", "Stage"],
    }
    assert talk.options("Sales", "Stage") == ["New", "Won"]
    assert talk.options("Sales", "Likes") == ["Tea"]
    assert talk.options("Contact Information", "Contact Tags") == talk.tags() == ["VIP", "Old"]
    talk.done("remove_section", '<Group_Tag name="Sales"/>')


def test_a_seed_is_read_from_a_file(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "live.json"
    path.write_text("\ufeff" + json.dumps(SNAPSHOT), encoding="utf-8")

    assert (
        flat(start(seed=path))
        == flat(start(seed=str(path)))
        == flat(start(seed=json.dumps(SNAPSHOT)))
    )


def without(name: str) -> str:
    return json.dumps({key: value for key, value in SNAPSHOT.items() if key != name})


def replaced(**values: object) -> str:
    return json.dumps({**SNAPSHOT, **values})


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        ("<result><contact>", "the seed is not a seed: no element found"),
        (
            "<result>failure</result>",
            "the seed is not a seed: it has no result with a contact in it",
        ),
        ("<!DOCTYPE x []><result><contact/></result>", "the seed is not a seed: "),
        ("{", "the seed is not a seed: Expecting property name"),
        (without("kind"), 'the seed is not a seed: its "kind" is not "snapshot"'),
        (replaced(format_version=2), 'the seed is not a seed: its "format_version" is not 1'),
        (replaced(sections={}), 'the seed is not a seed: "sections" is not a list'),
        (replaced(sections=[1]), "the seed is not a seed: a section is not an object"),
        (replaced(sections=[{}]), "the seed is not a seed: a section's name is not text"),
        (replaced(tags=[1]), "the seed is not a seed: a tag is not text"),
        (
            replaced(sections=[{"name": "S", "fields": [{"name": "F"}]}]),
            "the seed is not a seed: the type of field 'F' is not text",
        ),
        (
            replaced(
                sections=[{"name": "S", "fields": [{"name": "F", "type": "t", "options": [1]}]}]
            ),
            "the seed is not a seed: an option of 'F' is not text",
        ),
    ],
)
def test_a_seed_that_makes_no_sense_is_reported(seed: str, message: str) -> None:
    with pytest.raises(EmulatorError) as caught:
        EmulatorServer(seed=seed).start()
    assert str(caught.value).startswith(message)
    assert "schemactl snapshot" in (caught.value.hint or "")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"just words"])
def test_a_seed_file_that_cannot_be_used_is_named(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "seed.xml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EmulatorError, match=r"seed\.xml"):
        EmulatorServer(seed=path).start()


def test_an_account_that_exists_is_not_seeded(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with EmulatorServer(path):
        pass
    with pytest.raises(EmulatorError, match="already holds an account"):
        EmulatorServer(path, seed=KEY_BODY).start()


def test_a_seed_that_fails_leaves_no_account_behind(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    with pytest.raises(EmulatorError):
        EmulatorServer(path, seed="{").start()
    assert not path.exists()


def test_tags_with_one_id_get_two(start: Start) -> None:
    talk = start(seed=KEY_BODY.replace('id="9"', 'id="7"'))
    assert [one.get("id") for one in talk.call("pull_tag").tree] == ["7", "8"]


def test_an_account_without_an_e_mail_field_finds_nobody_by_it(start: Start) -> None:
    talk = start(seed=KEY_BODY.replace("E-Mail", "Mail"))
    sent = '<contact><field name="E-Mail">ada.fielding@example.com</field></contact>'
    assert talk.call("update", sent).error == "Invalid Contact Ids"
    assert talk.call("add", sent, f_add="0", return_id="2").tree[0].get("id") == "4"


def test_an_account_without_sequences_field_still_has_sequences(start: Start) -> None:
    talk = start(seed=json.dumps(SNAPSHOT))
    assert len(talk.call("fetch_sequences").tree) == 2


REST_SNAPSHOT = {
    **SNAPSHOT,
    "backend": "rest",
    "sections": [
        {
            "name": "Contact Information",
            "custom": False,
            "description": "",
            "fields": [
                {"name": "Name", "type": "mergefield", "custom": False, "options": None},
                {"name": "E-Mail", "type": "email", "custom": False, "options": None},
                {
                    "name": "Contact Tags",
                    "type": "subscription",
                    "custom": False,
                    "options": None,
                },
            ],
        },
        {
            "name": "Sales",
            "custom": True,
            "description": "All deals.",
            "fields": [
                {
                    "name": "Stage",
                    "type": "drop",
                    "custom": True,
                    "options": ["New"],
                    "required": True,
                    "unique": False,
                },
                {"name": "Where", "type": "address", "custom": True, "options": None},
            ],
        },
    ],
}


def test_a_snapshot_over_rest_gives_an_account_that_shows_the_same(start: Start) -> None:
    talk = start(seed=json.dumps(REST_SNAPSHOT))
    section = talk.fieldeditor("GET", section="Sales").data
    stage, where = section["fields"][0]

    assert talk.aliases("Contact Information") == [["Name", "E-Mail", "Contact Tags"]]
    assert [talk.shown(one)["type"] for one in ("E-Mail", "Contact Tags")] == [
        "email",
        "subscription",
    ]
    assert section["description"] == "All deals."
    assert (stage["type"], stage["required"], stage["unique"]) == ("drop", 1, 0)
    assert (where["type"], where["required"]) == ("address", 0)


def test_such_an_account_is_seen_over_the_older_wire_too(start: Start) -> None:
    talk = start(seed=json.dumps(REST_SNAPSHOT))
    assert talk.sections()["Contact Information"] == ["E-Mail", "Contact Tags"]
    assert talk.field("Contact Information", "E-Mail").get("type") == "text"
    assert [one.text for one in talk.field("Contact Information", "Contact Tags")] == [
        "VIP",
        "Old",
    ]
    assert talk.options("Sales", "Stage") == ["New"]


def test_a_newer_account_has_other_names_and_fills_system_fields(start: Start) -> None:
    talk = start(seed="newer")
    assert talk.sections()["Contact Information"][:5] == [
        *("First Name", "Last Name", "Email", "SMS Number", "Skype")
    ]
    values = talk.values(2)
    assert values["Email"] == "bruno.castell@example.com"
    assert (values["Contact ID"], values["Skype"]) == ("2", None)
    assert values["Date Added"] == values["Date Modified"] != ""
    row = talk.rest("GET", "Contact", id=2).data
    assert (row["id"], row["email"]) == ("2", "bruno.castell@example.com")
    everybody = "<equation><field>Contact ID</field><op>g</op><value>0</value></equation>"
    assert talk.call("search", everybody, count="true").tree.findtext("count") == "3"
    older = "<equation><field>E-Mail</field><op>s</op><value>bruno</value></equation>"
    assert talk.call("search", older, count="true").tree.findtext("count") == "1"
