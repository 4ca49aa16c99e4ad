"""Each switch at each of its settings, seen from outside."""

from __future__ import annotations

import pytest

from schemactl.emulator import (
    EmulatorError,
    Switches,
    describe_switches,
    parse_switch,
    set_switches,
)
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import (
    PLAIN_SUCCESS,
    Talk,
    contact_data,
    options_data,
    section_data,
)

SALES = section_data("Sales", ("Stage", "text"))
FAILED = "<result><status>Failed</status></result>"


@pytest.mark.parametrize(
    ("setting", "body"),
    [("plain", PLAIN_SUCCESS), ("status", "<result><status>Success</status></result>")],
)
def test_success_body(start: Start, setting: str, body: str) -> None:
    assert start(f"success-body={setting}").call("add_section", SALES).body == body


@pytest.mark.parametrize(
    ("setting", "beginning"),
    [
        ("oops", "Oops"),
        ("error-element", "<error>Invalid AppId / Key Combination</error>"),
        ("failure", "<result>failure<error>Invalid AppId"),
    ],
)
def test_credentials_failure(start: Start, setting: str, beginning: str) -> None:
    talk = start(f"credentials-failure={setting}")
    assert talk.call("key", appid="").body.startswith(beginning)


@pytest.mark.parametrize(
    ("setting", "body"),
    [
        ("compact", "<result>failure<error>Invalid Section</error></result>"),
        ("indented", "<result>failure\n  <error>Invalid Section</error>\n</result>"),
        ("status-failed", FAILED),
    ],
)
def test_failure_form(start: Start, setting: str, body: str) -> None:
    assert start(f"failure-form={setting}").call("edit_section", SALES).body == body


@pytest.mark.parametrize("setting", ["list", "option"])
def test_list_options(start: Start, setting: str) -> None:
    talk = start(f"list-options={setting}")
    talk.done("add_section", section_data("Sales", ("Likes", "list")))
    talk.done("add_dropdown", options_data("Likes", "Tea"))

    (item,) = talk.field("Sales", "Likes")
    assert (item.tag, item.text, item.get("id") is not None) == (
        setting,
        "Tea",
        setting == "list",
    )


@pytest.mark.parametrize("type_name", ["date", "currency", "Payment Center Link", ""])
def test_unknown_type(start: Start, type_name: str) -> None:
    data = section_data("Sales", ("Odd", type_name))
    accepting, refusing = start("unknown-type=accept"), start("unknown-type=refuse")
    accepting.done("add_section", data)

    assert accepting.field("Sales", "Odd").get("type") == type_name
    assert refusing.call("add_section", data).error == "Invalid Field Type"
    assert "Sales" not in refusing.sections()


def test_unknown_type_refuses_none_of_the_manuals(start: Start) -> None:
    words = "text phone state country fulldate list longtext check tdrop numeric price funnel"
    talk = start("unknown-type=refuse")
    talk.done("add_section", section_data("All", *((word, word) for word in words.split())))


def test_existing_field(start: Start) -> None:
    again = section_data("Sales", ("Stage", "numeric"), ("New", "text"))
    ignoring, refusing = start("existing-field=ignore"), start("existing-field=refuse")
    for talk in (ignoring, refusing):
        talk.done("add_section", SALES)
    ignoring.done("edit_section", again)

    assert ignoring.sections()["Sales"] == ["Stage", "New"]
    assert ignoring.field("Sales", "Stage").get("type") == "text", "its type is not touched"
    assert refusing.call("edit_section", again).error == "Field Already Exists"
    assert refusing.sections()["Sales"] == ["Stage"]


@pytest.mark.parametrize(
    ("setting", "error", "made"),
    [("refuse", "Invalid Section", False), ("create", None, True), ("ignore", None, False)],
)
def test_unknown_section(start: Start, setting: str, error: str | None, made: bool) -> None:  # noqa: FBT001 - a column
    talk = start(f"unknown-section={setting}")
    assert talk.call("edit_section", SALES).error == error
    assert ("Sales" in talk.sections()) is made


@pytest.mark.parametrize(
    ("setting", "error", "fields"),
    [
        ("merge", None, ["Stage", "New"]),
        ("refuse", "Section Already Exists", ["Stage"]),
        ("ignore", None, ["Stage"]),
    ],
)
def test_existing_section(
    start: Start, setting: str, error: str | None, fields: list[str]
) -> None:
    talk = start(f"existing-section={setting}")
    talk.done("add_section", SALES)

    assert talk.call("add_section", section_data("Sales", ("New", "text"))).error == error
    assert talk.sections()["Sales"] == fields


@pytest.mark.parametrize(
    ("setting", "error", "fields"),
    [
        ("add", None, ["Stage", "More"]),
        ("refuse", "Field Already Exists In Another Section", None),
        ("ignore", None, ["More"]),
    ],
)
def test_field_elsewhere(
    start: Start, setting: str, error: str | None, fields: list[str] | None
) -> None:
    talk = start(f"field-elsewhere={setting}")
    talk.done("add_section", SALES)

    data = section_data("Other", ("Stage", "text"), ("More", "text"))
    assert talk.call("add_section", data).error == error
    assert talk.sections().get("Other") == fields


@pytest.mark.parametrize(("setting", "options"), [("honour", ["New", "Won"]), ("ignore", [])])
def test_options_in_section(start: Start, setting: str, options: list[str]) -> None:
    talk = start(f"options-in-section={setting}")
    field = '<field name="Stage" type="tdrop"><option>New</option><option>Won</option></field>'
    talk.done("add_section", f'<Group_Tag name="Sales">{field}</Group_Tag>')

    assert talk.options("Sales", "Stage") == options


@pytest.mark.parametrize(
    ("setting", "error", "options"),
    [("accept", None, ["Tea"]), ("refuse", "Invalid Dropdown Field", [])],
)
def test_dropdown_on_list(
    start: Start, setting: str, error: str | None, options: list[str]
) -> None:
    talk = start(f"dropdown-on-list={setting}")
    talk.done("add_section", section_data("Sales", ("Likes", "list")))

    assert talk.call("add_dropdown", options_data("Likes", "Tea")).error == error
    assert talk.options("Sales", "Likes") == options


@pytest.mark.parametrize(
    ("request_type", "data", "error"),
    [
        ("remove_section", '<Group_Tag name="Nowhere"/>', "Invalid Section"),
        ("remove_field", section_data("Nowhere", ("A", "")), "Invalid Section"),
        ("remove_field", section_data("Credit Card", ("A", "")), "Invalid Field"),
        ("remove_dropdown", options_data("Lead Source", "Nothing"), "Invalid Option"),
        ("remove_dropdown", options_data("Nowhere", "Nothing"), "Invalid Dropdown Field"),
    ],
)
def test_absent_removal(start: Start, request_type: str, data: str, error: str) -> None:
    start("absent-removal=success").done(request_type, data)
    assert start("absent-removal=failure").call(request_type, data).error == error


def test_full_section_removal(start: Start) -> None:
    removing, refusing = (
        start("full-section-removal=remove"),
        start("full-section-removal=refuse"),
    )
    for talk in (removing, refusing):
        talk.done("add_section", SALES)
    removing.done("remove_section", SALES)

    assert "Sales" not in removing.sections()
    assert refusing.call("remove_section", SALES).error == "Section Not Empty"
    refusing.done("remove_field", SALES)
    refusing.done("remove_section", SALES)


@pytest.mark.parametrize(("setting", "shown"), [("list", True), ("hide", False)])
def test_empty_sections(start: Start, setting: str, shown: bool) -> None:  # noqa: FBT001 - a column
    talk = start(f"empty-sections={setting}")
    talk.done("add_section", '<Group_Tag name="Empty"/>')
    assert ("Empty" in talk.sections()) is shown


@pytest.mark.parametrize(
    ("setting", "error", "count"),
    [("failure", "Field Limit Reached", None), ("skip", None, 51), ("ignore", None, 60)],
)
def test_over_budget(start: Start, setting: str, error: str | None, count: int | None) -> None:
    talk = start(f"over-budget={setting}")
    texts = tuple((f"T{number}", "text") for number in range(60))

    assert talk.call("add_section", section_data("Full", *texts)).error == error
    section = talk.sections().get("Full")
    assert (None if section is None else len(section)) == count


def test_over_budget_skip_still_makes_what_fits(start: Start) -> None:
    talk = start("over-budget=skip")
    texts = tuple((f"T{number}", "text") for number in range(52))
    talk.done("add_section", section_data("Full", *texts, ("Small", "check")))

    assert talk.sections()["Full"][-2:] == ["T50", "Small"]


@pytest.mark.parametrize(
    ("setting", "kind", "number", "made"),
    [
        ("object-bytes", "text", 60, 51),
        ("account-bytes", "text", 60, 51),
        ("object-fields", "text", 60, 60),
        ("object-bytes", "check", 1600, 1600),
    ],
)
def test_field_limit(start: Start, setting: str, kind: str, number: int, made: int) -> None:
    talk = start(f"field-limit={setting}", "over-budget=skip")
    fields = tuple((f"F{place}", kind) for place in range(number))
    talk.done("add_section", section_data("Full", *fields))
    assert len(talk.sections()["Full"]) == made


def test_a_limit_of_fields_counts_those_that_were_there(start: Start) -> None:
    talk = start("field-limit=object-fields", "over-budget=skip")
    before = sum(map(len, talk.sections().values()))
    fields = tuple((f"F{place}", "check") for place in range(1600))
    talk.done("add_section", section_data("Full", *fields))
    assert before + len(talk.sections()["Full"]) == 1600


def test_extra_decode(start: Start) -> None:
    decoding, plain = start("extra-decode=on"), start("extra-decode=off")
    once = b"appid=a&key=b&reqType=add_section&data=%3CGroup_Tag+name%3D%22A%2BB%22%2F%3E"
    for talk in (decoding, plain):
        talk.post(once)

    assert ("A B" in decoding.sections(), "A+B" in plain.sections()) == (True, True)


@pytest.mark.parametrize(
    ("setting", "pulled", "fetched"),
    [
        ("empty-result", "<result/>", "<result><tags></tags></result>"),
        ("empty-body", "", ""),
    ],
)
def test_no_tags(start: Start, setting: str, pulled: str, fetched: str) -> None:
    talk = start(f"no-tags={setting}")
    assert talk.call("pull_tag").body == pulled
    assert talk.call("fetch_tag").body == fetched


@pytest.mark.parametrize(
    ("setting", "body"),
    [
        ("tags", "<result><tag id='1'>A</tag><tag id='2'>B</tag></result>"),
        ("success", PLAIN_SUCCESS),
        (
            "status",
            "<result><tag status='Success'>A</tag><tag status='Success'>B</tag></result>",
        ),
    ],
)
def test_tag_answer(start: Start, setting: str, body: str) -> None:
    talk = start(f"tag-answer={setting}")
    data = '<contact id="1"><tag>A</tag><tag>B</tag></contact>'

    assert talk.call("add_tag", data).body == body
    assert talk.call("remove_tag", data).body == body


def test_name_matching(start: Start) -> None:
    ignoring, exact = start("name-matching=ignore-case"), start("name-matching=exact")
    other_case = section_data("sALES", ("STAGE", "text"))
    for talk in (ignoring, exact):
        talk.done("add_section", SALES)
        talk.done("add_section", other_case)
        talk.call("add_tag", '<contact id="1"><tag>VIP</tag><tag>vip</tag></contact>')

    assert ignoring.sections()["Sales"] == ["Stage"]
    assert "sALES" not in ignoring.sections()
    assert exact.sections()["sALES"] == ["STAGE"]
    assert (ignoring.tags(), exact.tags()) == (["VIP"], ["VIP", "vip"])


def test_name_matching_finds_the_exact_name_first(talk: Talk) -> None:
    talk.server.edit("add-section S\nadd-field S name text\nadd-field S NAME text")
    talk.done("remove_field", section_data("S", ("NAME", "")))
    assert talk.sections()["S"] == ["name"]


def test_name_matching_exact_knows_no_other_spelling_of_e_mail(start: Start) -> None:
    ignoring, exact = start("name-matching=ignore-case"), start("name-matching=exact")
    for talk in (ignoring, exact):
        talk.done("update", contact_data(1, Email="new@example.com"))

    assert ignoring.values()["E-Mail"] == "new@example.com"
    assert exact.values()["E-Mail"] == "ada.fielding@example.com"


def test_name_storing(start: Start) -> None:
    keeping, trimming = start("name-storing=exact"), start("name-storing=trim")
    data = section_data(" Sales ", (" Stage ", "tdrop"))
    for talk in (keeping, trimming):
        talk.done("add_section", data)
        talk.done("add_section", data)
        talk.done("add_dropdown", options_data(" Stage ", " New "))
        talk.call("add_tag", '<contact id="1"><tag> VIP </tag></contact>')

    assert keeping.sections()[" Sales "] == [" Stage "]
    assert keeping.options(" Sales ", " Stage ") == [" New "]
    assert trimming.sections()["Sales"] == ["Stage"]
    assert trimming.options("Sales", "Stage") == ["New"]
    assert (keeping.tags(), trimming.tags()) == ([" VIP "], ["VIP"])
    for talk in (keeping, trimming):
        talk.done("update", '<contact id="1"><field name=" Stage ">New</field></contact>')
        talk.call("remove_tag", '<contact id="1"><tag> VIP </tag></contact>')
        assert "New" in talk.values().values()
        assert talk.values()["Contact Tags"] is None


@pytest.mark.parametrize(("setting", "tags"), [("honour", 3), ("ignore", 0)])
def test_sequences_full(start: Start, setting: str, tags: int) -> None:
    tree = start(f"sequences-full={setting}").call("fetch_sequences", full="true").tree
    assert [len(sequence) for sequence in tree] == [tags, tags]


@pytest.mark.parametrize("setting", ["text/xml", "text/html"])
def test_content_type(start: Start, setting: str) -> None:
    answer = start(f"content-type={setting}").call("key")
    assert answer.headers["content-type"] == f"{setting}; charset=utf-8"


@pytest.mark.parametrize(("setting", "left"), [("keep", ["VIP"]), ("drop", [])])
def test_unused_tags(start: Start, setting: str, left: list[str]) -> None:
    talk = start(f"unused-tags={setting}")
    data = '<contact id="1"><tag>VIP</tag></contact>'
    talk.call("add_tag", data)
    talk.call("add_tag", data.replace("1", "2"))
    talk.call("remove_tag", data)
    assert talk.tags() == ["VIP"], "another contact has it"

    talk.done("delete", "<contact_id>2</contact_id>")
    assert talk.tags() == left


@pytest.mark.parametrize(("setting", "count"), [("new", "4"), ("merge", "3")])
def test_same_email(start: Start, setting: str, count: str) -> None:
    talk = start(f"same-email={setting}")
    sent = '<contact><field name="E-Mail">ADA.fielding@example.com</field></contact>'
    talk.done("add", sent)

    everybody = "<equation><field>E-Mail</field><op>c</op><value>@</value></equation>"
    assert talk.call("search", everybody, count="1").tree.findtext("count") == count


@pytest.mark.parametrize(
    ("setting", "body"), [("zero", "<result>0</result>"), ("empty-result", "<result/>")]
)
def test_no_hits(start: Start, setting: str, body: str) -> None:
    nobody = "<equation><field>City</field><op>e</op><value>Ur</value></equation>"
    assert start(f"no-hits={setting}").call("search", nobody).body == body


def test_every_switch_is_described_with_its_default_first() -> None:
    for one in describe_switches():
        default = parse_switch(f"{one.name}={one.values[0]}")
        assert set_switches(Switches(), (default,)) == Switches()
        assert len(one.values) > 1
        assert one.about


def test_setting_switches_leaves_the_given_ones_alone() -> None:
    before = Switches()
    after = set_switches(before, (parse_switch(" tag-answer = success "),))

    assert before == Switches()
    assert str(parse_switch("tag-answer = success")) == "tag-answer=success"
    assert after.tag_answer == "success"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("tag-anser=tags", "no switch 'tag-anser'", "did you mean 'tag-answer'?"),
        ("tag-answer=tagz", "switch 'tag-answer' cannot be 'tagz'", "did you mean 'tags'?"),
        ("unused-tags", "switch 'unused-tags' has no value", "write unused-tags=keep|drop"),
        ("unused-tags=x", "switch 'unused-tags' cannot be 'x'", "Choose one of: keep, drop."),
    ],
)
def test_a_wrong_switch_is_reported_with_the_nearest_word(
    text: str, message: str, hint: str
) -> None:
    with pytest.raises(EmulatorError) as caught:
        parse_switch(text)
    assert (str(caught.value), caught.value.hint) == (message, hint)
