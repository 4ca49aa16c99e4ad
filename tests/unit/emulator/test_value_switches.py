"""Each switch about contacts and their values at each of its settings, seen from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemactl.emulator.switches import describe_switches
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Answer, Talk, contact_data
from tests.unit.emulator.test_rest_conditions import clause, ids, option, prepared

TESTED = Path(__file__).read_text(encoding="utf-8")


def read(talk: Talk, alias: str, contact_id: int = 1) -> str | None:
    name = talk.shown(alias)["field"]
    value: str | None = talk.rest("GET", "Contact", id=contact_id).data[name]
    return value


def write(talk: Talk, alias: str, value: object) -> Answer:
    return talk.rest("PUT", "Contacts", {"id": 1, talk.shown(alias)["field"]: value})


def asked(talk: Talk, *parts: object) -> Answer:
    return talk.rest("GET", "Contacts", condition=json.dumps(list(parts)))


def test_each_switch_and_setting_is_tested_here() -> None:
    for switch in describe_switches():
        if switch.concerns_contacts:
            assert f"def test_{switch.name.replace('-', '_')}(" in TESTED, switch.name
            part = TESTED.partition(f"def test_{switch.name.replace('-', '_')}(")
            before, after = part[0].rpartition("\n\n\n")[2], part[2].partition("\n\n\n")[0]
            missing = [one for one in switch.values if f'"{one}"' not in before + after]
            assert missing == [], switch.name


@pytest.mark.parametrize(("setting", "shown"), [("null", None), ("empty", "")])
def test_unset_text(start: Start, setting: str, shown: str | None) -> None:
    talk = prepared(start, f"unset-text={setting}")
    assert read(talk, "Note", 3) == shown
    assert ids(asked(talk, clause(talk, "Note", "IS", "NULL"))) == (
        "3" if shown is None else ""
    )
    blank = clause(talk, "Note", "=", {"value": ""})
    assert ids(asked(talk, blank)) == ("" if shown is None else "3")
    assert ids(asked(talk, clause(talk, "Note", "IS NOT EMPTY"))) == "12"


@pytest.mark.parametrize(("setting", "shown"), [("0", "0"), ("empty", ""), ("null", None)])
def test_unset_drop(start: Start, setting: str, shown: str | None) -> None:
    talk = prepared(start, f"unset-drop={setting}")
    for alias in ("Stage", "Due", "Known"):
        assert read(talk, alias, 3) == shown
        assert "3" in _unset(talk, alias, shown)
        assert ids(asked(talk, clause(talk, alias, "IS NOT EMPTY"))) in {"1", "12"}


@pytest.mark.parametrize(("setting", "shown"), [("null", None), ("empty", ""), ("0", "0")])
def test_unset_number(start: Start, setting: str, shown: str | None) -> None:
    talk = prepared(start, f"unset-number={setting}")
    assert read(talk, "Score", 3) == shown
    assert _unset(talk, "Score", shown) == "3"


@pytest.mark.parametrize(
    ("setting", "shown"), [("empty", ""), ("0", "0"), ("separator", "*/*"), ("null", None)]
)
def test_unset_list(start: Start, setting: str, shown: str | None) -> None:
    talk = prepared(start, f"unset-list={setting}")
    assert (read(talk, "Likes", 3), _unset(talk, "Likes", shown)) == (shown, "3")
    assert talk.rest("GET", "Contact", id=3).data["contact_cat"] == shown


def _unset(talk: Talk, alias: str, shown: str | None) -> str:
    if shown is None:
        return ids(asked(talk, clause(talk, alias, "IS", "NULL")))
    return ids(asked(talk, clause(talk, alias, "=", {"value": shown})))


def outcome(answer: Answer) -> str:
    """Return which contacts came, or the status of a refusal."""
    return ids(answer) if answer.status == 200 else str(answer.status)


IN_CONDITION = pytest.mark.parametrize("setting", ["supported", "400", "ignored"])


def expected(setting: str, found: str) -> str:
    return {"supported": found, "400": "400", "ignored": "123"}[setting]


@IN_CONDITION  # "supported", "400", "ignored"
def test_op_is_not_empty(start: Start, setting: str) -> None:
    talk = prepared(start, f"op-is-not-empty={setting}")
    answer = asked(talk, clause(talk, "Note", "IS NOT EMPTY"))
    assert outcome(answer) == expected(setting, "12")


@IN_CONDITION  # "supported", "400", "ignored"
def test_op_is_not_null(start: Start, setting: str) -> None:
    talk = prepared(start, f"op-is-not-null={setting}")
    answer = asked(talk, clause(talk, "Note", "IS NOT", "NULL"))
    assert outcome(answer) == expected(setting, "12")
    assert outcome(asked(talk, clause(talk, "Note", "IS", "NULL"))) == "3"


@IN_CONDITION  # "supported", "400", "ignored"
def test_op_contains(start: Start, setting: str) -> None:
    talk = prepared(start, f"op-contains={setting}")
    opera = {"value": option(talk, "Likes", "Opera")}
    answer = asked(talk, clause(talk, "Likes", "CONTAINS", opera))
    assert outcome(answer) == expected(setting, "2")
    answer = asked(talk, clause(talk, "Likes", "DOES NOT CONTAIN", opera))
    assert outcome(answer) == expected(setting, "13")


@IN_CONDITION  # "supported", "400", "ignored"
def test_op_like(start: Start, setting: str) -> None:
    talk = prepared(start, f"op-like={setting}")
    answer = asked(talk, clause(talk, "Note", "LIKE", {"value": "%ü%"}))
    assert outcome(answer) == expected(setting, "1")
    tags = talk.rest("GET", "Tags", condition="tag_name LIKE 'x'")
    assert tags.status == (400 if setting == "400" else 200)


@IN_CONDITION  # "supported", "400", "ignored"
def test_condition_longtext(start: Start, setting: str) -> None:
    talk = prepared(start, f"condition-longtext={setting}")
    answer = asked(talk, clause(talk, "Story", "=", {"value": "one\ntwo"}))
    assert outcome(answer) == expected(setting, "1")


@IN_CONDITION  # "supported", "400", "ignored"
def test_condition_sql_text(start: Start, setting: str) -> None:
    talk = prepared(start, f"condition-sql-text={setting}")
    answer = talk.rest("GET", "Contacts", condition="city = 'Leeds'")
    assert outcome(answer) == expected(setting, "1")


@IN_CONDITION  # "supported", "400", "ignored"
def test_condition_unknown_field(start: Start, setting: str) -> None:
    talk = prepared(start, f"condition-unknown-field={setting}")
    answer = asked(talk, clause(talk, "f9999", "=", {"value": "x"}))
    assert outcome(answer) == expected(setting, "")


@pytest.mark.parametrize(("setting", "count"), [("on", "3"), ("ignored", None)])
def test_count_param(start: Start, setting: str, count: str | None) -> None:
    talk = start(f"count-param={setting}")
    assert talk.rest("GET", "Contacts", count="true").json.get("count") == count
    assert talk.rest("GET", "Contacts/getInfo").data["count"] == "3"


@pytest.mark.parametrize(("setting", "extra"), [("on", 1), ("off", 0)])
def test_default_externs(start: Start, setting: str, extra: int) -> None:
    talk = start(f"default-externs={setting}")
    talk.server.edit("add-field 'Lead Information' Parent parent")
    name = talk.shown("Parent")["field"]
    row = talk.rest("GET", "Contacts", listFields="email", ids="1").data[0]
    assert row.get(f"{name}//firstname", "absent") == (None if extra else "absent")
    assert set(row) - {f"{name}//firstname"} == {"id", "email"}
    asked_for = talk.rest("GET", "Contacts", listFields="id", externs=f"{name}//email")
    assert f"{name}//email" in asked_for.data[0]
    assert talk.rest("GET", "Contact", id=1).data[name] == "0"


@pytest.mark.parametrize(
    ("setting", "shown"), [("422", None), ("0", "0"), ("raw", "Won"), ("resolved", "id")]
)
def test_write_label_for_option(start: Start, setting: str, shown: str | None) -> None:
    talk = prepared(start, f"write-label-for-option={setting}")
    before, won = read(talk, "Stage"), option(talk, "Stage", "Won")
    assert write(talk, "Stage", "Won").status == (422 if shown is None else 200)
    assert read(talk, "Stage") == (before if shown is None else won if shown == "id" else shown)
    assert talk.values()["Stage"] == {"422": "New", "0": None}.get(setting, "Won")
    likes = write(talk, "Likes", "*/*Opera*/*")
    assert likes.status == (422 if shown is None else 200)
    if setting == "raw":
        assert read(talk, "Likes") == "*/*Opera*/*"


@pytest.mark.parametrize(("setting", "shown"), [("422", None), ("0", "0"), ("raw", "99999")])
def test_write_unknown_option(start: Start, setting: str, shown: str | None) -> None:
    talk = prepared(start, f"write-unknown-option={setting}")
    before = read(talk, "Stage")
    assert write(talk, "Stage", "99999").status == (422 if shown is None else 200)
    assert read(talk, "Stage") == (before if shown is None else shown)


@pytest.mark.parametrize(("setting", "status"), [("422", 422), ("accepted", 200)])
def test_write_unique_clash(start: Start, setting: str, status: int) -> None:
    talk = prepared(start, f"write-unique-clash={setting}")
    talk.server.edit("set-unique Sales Note yes")
    assert write(talk, "Note", "0").status == status
    assert write(talk, "Note", "other").status == 200
    assert write(talk, "Note", "OTHER").status == 200, "its own value"


@pytest.mark.parametrize(("setting", "status"), [("422", 422), ("accepted", 200)])
def test_write_required_blank(start: Start, setting: str, status: int) -> None:
    talk = prepared(start, f"write-required-blank={setting}")
    talk.server.edit("set-required Sales Note yes")
    assert write(talk, "Note", " ").status == status
    assert write(talk, "Note", None).status == status
    assert write(talk, "Note", "x").status == 200
    assert talk.rest("POST", "Contacts", {"firstname": "Eve"}).status == status
    assert write(talk, "Score", "1").status == 200, "a field that is not sent stays"


@pytest.mark.parametrize(
    ("setting", "status", "shown"),
    [("clears", 200, None), ("ignored", 200, "Grüße"), ("400", 400, "Grüße")],
)
def test_write_null(start: Start, setting: str, status: int, shown: str | None) -> None:
    talk = prepared(start, f"write-null={setting}")
    assert (write(talk, "Note", None).status, read(talk, "Note")) == (status, shown)


@pytest.mark.parametrize(("setting", "moves"), [("on", True), ("off", False)])
def test_write_same_value_moves_dlm(start: Start, setting: str, moves: bool) -> None:  # noqa: FBT001 - a column
    now = [1_700_000_000.0]
    talk = start(f"write-same-value-moves-dlm={setting}", clock=lambda: now[0])
    before = talk.rest("GET", "Contact", id=1).data["dlm"]
    now[0] += 5
    same = {"id": 1, "city": "Leeds", "contact_cat": "", "updateSequence": ""}
    talk.rest("PUT", "Contacts", same)
    assert (talk.rest("GET", "Contact", id=1).data["dlm"] != before) is moves
    now[0] += 5
    talk.rest("PUT", "Contacts", {"id": 1, "city": "York"})
    assert talk.rest("GET", "Contact", id=1).data["dlm"] == str(int(now[0]))


@pytest.mark.parametrize(("setting", "status"), [("cut", 200), ("422", 422)])
def test_text_overlong(start: Start, setting: str, status: int) -> None:
    talk = prepared(start, f"text-overlong={setting}")
    assert write(talk, "Note", "a" * 768).status == 200
    assert write(talk, "Note", "b" + "ü" * 400).status == status
    assert read(talk, "Note") == ("b" + "ü" * 383 if status == 200 else "a" * 768)
    assert write(talk, "Story", "ü" * 5000).status == 200


@pytest.mark.parametrize(("setting", "seen"), [("all", "123"), ("part", "13")])
def test_owner_sees(start: Start, setting: str, seen: str) -> None:
    talk = start(f"owner-sees={setting}")
    talk.done("update", contact_data(2, Contact_Tags="VIP"))
    assert ids(talk.rest("GET", "Contacts")) == seen
    assert talk.rest("GET", "Contacts/getInfo").data["count"] == str(len(seen))
    tagged = talk.rest("GET", "objects/tag", objectID=0, tag_id=1, count="true").data
    assert tagged["count"] == ("1" if seen == "123" else "0")
    assert len(talk.rest("GET", "TagSubscribers").data) == int(tagged["count"])
    status = 200 if seen == "123" else 404
    assert talk.rest("GET", "Contact", id=2).status == status
    assert talk.rest("PUT", "Contacts", {"id": 2, "city": "Ur"}).status == status


@pytest.mark.parametrize("setting", ["404", "200"])
def test_single_missing(start: Start, setting: str) -> None:
    answer = start(f"single-missing={setting}").rest("GET", "Contact", id=99)
    assert (answer.status, answer.body.strip()) == (int(setting), "Object not found")


EVERYBODY = "<equation><field>City</field><op>n</op><value></value></equation>"


@pytest.mark.parametrize(("setting", "tag"), [("records", "contact"), ("ids", "contact_id")])
def test_legacy_search_shape(start: Start, setting: str, tag: str) -> None:
    tree = start(f"legacy-search-shape={setting}").call("search", EVERYBODY).tree
    assert [one.tag for one in tree] == [tag] * 3


@pytest.mark.parametrize(("setting", "pages"), [("1", (500, 1)), ("0", (1, 0))])
def test_legacy_page_base(start: Start, setting: str, pages: tuple[int, int]) -> None:
    talk = start(f"legacy-page-base={setting}")
    talk.server.edit("\n".join(["add-contact City=Ur"] * 498))
    bodies = (f"<search page='{number}'>{EVERYBODY}</search>" for number in (1, 2))
    found = (talk.call("search", body, getIds="1").tree for body in bodies)
    assert tuple(len(list(tree.iter("contact_id"))) for tree in found) == pages
    assert len(talk.call("search", EVERYBODY, getIds="1").tree) == 500


@pytest.mark.parametrize(
    ("setting", "error"), [("searchable", None), ("refused", "Invalid Field")]
)
def test_legacy_contact_id(start: Start, setting: str, error: str | None) -> None:
    talk = start(f"legacy-contact-id={setting}")
    everybody = EVERYBODY.replace("City", "Contact ID")
    assert talk.call("search", everybody).error == error


@pytest.mark.parametrize(("setting", "off"), [("1", "0"), ("On", "Off"), ("Yes", "No")])
def test_legacy_check_value(start: Start, setting: str, off: str) -> None:
    talk = prepared(start, f"legacy-check-value={setting}")
    assert talk.values()["Known"] == setting
    talk.done("update", contact_data(1, Known=off))
    assert (talk.values()["Known"], read(talk, "Known")) == (off, "0")
    assert talk.values(3)["Known"] is None


@pytest.mark.parametrize("setting", ["labels", "ids"])
def test_legacy_list_value(start: Start, setting: str) -> None:
    talk = prepared(start, f"legacy-list-value={setting}")
    golf, chess = option(talk, "Likes", "Golf"), option(talk, "Likes", "Chess")
    shown = {"labels": "Golf*/*Chess", "ids": f"*/*{golf}*/*{chess}*/*"}
    assert talk.values()["Likes"] == shown[setting]


@pytest.mark.parametrize(
    ("setting", "shown"),
    [("m-d-Y", "11-14-2023"), ("Y-m-d", "2023-11-14"), ("unix", "1700000000")],
)
def test_legacy_date_out(start: Start, setting: str, shown: str) -> None:
    assert prepared(start, f"legacy-date-out={setting}").values()["Due"] == shown


def tags_of(talk: Talk, contact_id: int) -> str:
    shown: str = talk.rest("GET", "Contact", id=contact_id).data["contact_cat"]
    return shown


@pytest.mark.parametrize(("setting", "reads"), [("0", 0), ("1", 1), ("3", 3)])
def test_tag_delay(start: Start, setting: str, reads: int) -> None:
    talk = start(f"tag-delay={setting}")
    talk.server.edit("add-tag VIP")
    talk.rest("PUT", "objects/tag", {"objectID": 0, "ids": "1", "add_list": "1"})
    assert [tags_of(talk, 1) for _ in range(reads + 1)] == [""] * reads + ["*/*1*/*"]
    talk.rest("DELETE", "objects/tag", {"objectID": 0, "ids": "1", "remove_list": "1"})
    assert [tags_of(talk, 1) for _ in range(reads + 1)] == ["*/*1*/*"] * reads + [""]


def test_what_waits_ends_with_its_contact_or_tag(start: Start) -> None:
    talk = start("tag-delay=1")
    talk.server.edit("add-tag VIP\nadd-tag Gold")
    talk.rest("PUT", "objects/tag", {"objectID": 0, "ids": "1,2", "add_list": "1,2"})
    talk.rest("DELETE", "Contact", id=1)
    talk.server.edit("remove-tag VIP")
    assert [tags_of(talk, 2), tags_of(talk, 2)] == ["", "*/*2*/*"]


@pytest.mark.parametrize(("setting", "reads"), [("0", 0), ("1", 1), ("3", 3)])
def test_background_delay(start: Start, setting: str, reads: int) -> None:
    talk = prepared(start, f"background-delay={setting}")
    name = talk.shown("Note")["field"]
    sent = {"id": 1, name: "later", "contact_cat": "", "background_request": True}
    answer = talk.rest("PUT", "Contacts", sent)
    assert isinstance(answer.data, dict) is (reads == 0)
    shown = [read(talk, "Note") for _ in range(reads + 1)]
    assert shown == ["Grüße"] * reads + ["later"]
    wrong = {"id": 1, talk.shown("Stage")["field"]: "nothing", "background_request": True}
    assert talk.rest("PUT", "Contacts", wrong).status == 422, "it is checked at once"


@pytest.mark.parametrize(
    ("setting", "written"), [("none-written", "Leeds"), ("good-written", "York")]
)
def test_legacy_batch_partial(start: Start, setting: str, written: str) -> None:
    talk = start(f"legacy-batch-partial={setting}")
    both = contact_data(99, City="York") + contact_data(1, City="York")
    assert talk.call("update", both).error == "Invalid Contact Ids"
    assert talk.values()["City"] == written
    tag = "<contact id='{}'><tag>VIP</tag></contact>"
    assert talk.call("add_tag", tag.format(99) + tag.format(1)).error == "Invalid Contact Ids"
    assert talk.tags() == (["VIP"] if written == "York" else [])
    note = "<contact id='{}'><note>Hello</note></contact>"
    notes = talk.call("add_notes", note.format(1) + note.format(99))
    assert notes.error == "Invalid Contact Ids"
    kept = talk.call("fetch_notes", "<contact_id>1</contact_id>").tree
    assert len(list(kept.iter("note"))) == int(written == "York")
    assert talk.call("update", contact_data(99, City="York")).error == "Invalid Contact Ids"


@pytest.mark.parametrize(("setting", "number"), [("on", 4), ("off", 0)])
def test_write_fires_automation(start: Start, setting: str, number: int) -> None:
    talk = start(f"write-fires-automation={setting}")
    talk.server.edit("add-tag VIP\nset-value 1 City Leeds")
    for _ in range(2):  # The second time nothing changes.
        talk.rest("PUT", "Contacts", {"id": 1, "city": "Ur"})
        talk.call("add_tag", '<contact id="1"><tag>VIP</tag></contact>')
        group = (
            '<Group_Tag name="Contact Information"><field name="Title">Dr</field></Group_Tag>'
        )
        talk.done("update", f'<contact id="2">{group}</contact>')
    talk.rest("DELETE", "objects/tag", {"objectID": 0, "ids": "1", "remove_list": "1"})

    with talk.server.runtime.account() as account:
        fired = account.fired.all()
    assert len(fired) == number
    assert {one.contact_id for one in fired} == ({1, 2} if number else set())
