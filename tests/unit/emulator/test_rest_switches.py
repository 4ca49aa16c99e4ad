"""Each switch of the REST API at each of its settings, seen from outside."""

from __future__ import annotations

import json

import pytest

from schemactl.emulator import describe_switches
from tests.unit.emulator.conftest import Start
from tests.unit.emulator.talk import Talk, a_section, contact_data

STAGE = {"alias": "Stage", "type": "drop", "options": {"add": ["New", "Won"]}}
SIZE = {"alias": "Size", "type": "text"}
OTHER = {"alias": "Elsewhere", "type": "text"}


def prepared(start: Start, *switched: str, **settings: object) -> Talk:
    """Return an account with two sections of the user's own and a value in each field."""
    talk = start(*switched, **settings)
    talk.fieldeditor("POST", a_section("Sales", [STAGE], [SIZE], description="Deals."))
    talk.fieldeditor("POST", a_section("Other", [OTHER], description="Theirs."))
    talk.done("update", contact_data(1, Stage="New", Size="large", Elsewhere="far"))
    return talk


def numbered(talk: Talk, alias: str, **more: object) -> dict[str, object]:
    return {"field": talk.shown(alias)["field"], "alias": alias, **more}


def test_every_switch_of_this_api_is_tried_here() -> None:
    tried = {
        name.removeprefix("test_").removesuffix("_").replace("_", "-")
        for name in globals()
        if name.startswith("test_rest_")
    }
    assert tried == {
        switch.name for switch in describe_switches() if switch.name.startswith("rest-")
    }


@pytest.mark.parametrize(("setting", "status"), [("works", 200), ("error", 500)])
def test_rest_put(start: Start, setting: str, status: int) -> None:
    talk = prepared(start, f"rest-put={setting}")
    field = numbered(talk, "Size", required=1)
    answer = talk.fieldeditor("PUT", a_section("Sales", [], [field]))
    assert answer.status == status
    assert talk.shown("Size")["required"] == (status == 200)


@pytest.mark.parametrize(
    ("setting", "left"), [("delete", [["Size"]]), ("keep", [["Stage"], ["Size"]])]
)
def test_rest_put_omitted(start: Start, setting: str, left: list[list[str]]) -> None:
    talk = prepared(start, f"rest-put-omitted={setting}", "rest-put-order=ignore")
    talk.fieldeditor("PUT", a_section("Sales", [numbered(talk, "Size")]))
    columns = [column for column in talk.aliases("Sales") if column]
    assert columns == left


def test_a_system_field_outlasts_its_omission(start: Start) -> None:
    talk = start("rest-put-omitted=delete")
    talk.fieldeditor("PUT", a_section("Contact Information", []))
    assert talk.shown("First Name")


@pytest.mark.parametrize(("setting", "left"), [("clear", None), ("keep", "Deals.")])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_rest_put_description(
    start: Start, method: str, setting: str, left: str | None
) -> None:
    talk = prepared(start, f"rest-put-description={setting}")
    body = {"name": "Sales", "fields": talk.fields_of("Sales") if method == "PUT" else []}
    answer = talk.fieldeditor(method, body)
    assert "description" not in answer.data["success"]
    assert talk.fieldeditor("GET", section="Sales").data["description"] == left


@pytest.mark.parametrize(
    ("setting", "columns"),
    [("apply", [["Size", "Stage"]]), ("ignore", [["Stage"], ["Size"]])],
)
def test_rest_put_order(start: Start, setting: str, columns: list[list[str]]) -> None:
    talk = prepared(start, f"rest-put-order={setting}")
    fields = [numbered(talk, "Size"), numbered(talk, "Stage")]
    talk.fieldeditor("PUT", a_section("Sales", fields))
    assert talk.aliases("Sales") == columns


@pytest.mark.parametrize(
    ("setting", "here", "there", "error"),
    [
        ("move", ["Elsewhere"], [], None),
        ("refuse", [], ["Elsewhere"], {"Elsewhere": "Invalid field"}),
        ("update", [], ["Elsewhere"], None),
        ("copy", ["Elsewhere"], ["Elsewhere"], None),
    ],
)
def test_rest_put_foreign(
    start: Start, setting: str, here: list[str], there: list[str], error: object
) -> None:
    talk = prepared(start, f"rest-put-foreign={setting}", "rest-put-omitted=keep")
    number = talk.shown("Elsewhere")["field"]
    entry = {"field": number, "alias": "Elsewhere", "required": 1}
    answer = talk.fieldeditor("PUT", a_section("Sales", [entry]))

    assert answer.data.get("error") == error
    assert [one for one in talk.all_aliases("Sales") if one == "Elsewhere"] == here
    assert talk.all_aliases("Other") == there
    assert (number in answer.data["success"]) is (setting in {"move", "update"})
    assert setting == "copy" or talk.values()["Elsewhere"] == "far"
    shown = talk.fieldeditor("GET", field=number).data
    assert shown["required"] == (setting in {"move", "update"})


@pytest.mark.parametrize("number", ["fn", "contact_owner"])
@pytest.mark.parametrize("setting", ["accept", "refuse"])
def test_rest_put_readonly(start: Start, setting: str, number: str) -> None:
    talk = start(f"rest-put-readonly={setting}")
    alias, section = (
        ("Name", "Contact Information")
        if number == "fn"
        else (
            "Contact Owner",
            "Lead Information",
        )
    )
    entry = {"field": talk.shown(alias)["field"], "alias": alias, "type": "parent"}
    answer = talk.fieldeditor("PUT", a_section(section, [entry]))
    refused = {alias: "Field cannot be edited"}
    assert answer.data.get("error") == (refused if setting == "refuse" else None)
    assert talk.shown(alias)["editable"] == 0


@pytest.mark.parametrize(
    ("setting", "columns"),
    [
        ("duplicate", [["Stage"], ["Size", "Size"]]),
        ("refuse", [["Stage"], ["Size"]]),
        ("update", [["Stage"], ["Size"]]),
    ],
)
def test_rest_existing_alias(start: Start, setting: str, columns: list[list[str]]) -> None:
    talk = prepared(start, f"rest-existing-alias={setting}")
    answer = talk.fieldeditor("POST", a_section("Sales", [], [{**SIZE, "required": 1}]))
    assert talk.aliases("Sales") == columns
    refused = {"Size": "Field already exists"}
    assert answer.data["error"] == (refused if setting == "refuse" else [])
    assert talk.shown("Size")["required"] == (setting == "update")


@pytest.mark.parametrize("setting", ["duplicate", "refuse"])
def test_a_rename_to_a_name_that_is_taken(start: Start, setting: str) -> None:
    talk = prepared(start, f"rest-existing-alias={setting}", "rest-put-omitted=keep")
    entry = {"field": talk.shown("Stage")["field"], "alias": "Size"}
    answer = talk.fieldeditor("PUT", a_section("Sales", [entry]))
    refused = {"Size": "Field already exists"}
    assert answer.data.get("error") == (refused if setting == "refuse" else None)


@pytest.mark.parametrize("setting", ["update", "refuse", "duplicate"])
def test_rest_alias_elsewhere(start: Start, setting: str) -> None:
    talk = prepared(start, f"rest-alias-elsewhere={setting}")
    number = talk.shown("Elsewhere")["field"]
    answer = talk.fieldeditor("POST", a_section("Sales", [{**OTHER, "required": 1}]))
    made = "Elsewhere" in talk.all_aliases("Sales")
    assert made is (setting == "duplicate")
    assert bool(answer.data["error"]) is (setting == "refuse")
    assert talk.fieldeditor("GET", field=number).data["required"] == (setting == "update")


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(("setting", "status"), [("on", 200), ("off", 400)])
def test_rest_partial(start: Start, method: str, setting: str, status: int) -> None:
    talk = prepared(start, f"rest-partial={setting}")
    good, bad = {"alias": "Good"}, {"alias": "Bad", "type": "url"}
    answer = talk.fieldeditor(method, a_section("Sales", [good, bad]))
    assert answer.status == status
    assert ("Good" in talk.all_aliases("Sales")) is (setting == "on")
    assert "Invalid field type" in answer.body


@pytest.mark.parametrize("setting", ["new-ids", "keep-ids"])
def test_rest_replace(start: Start, setting: str) -> None:
    talk = prepared(start, f"rest-replace={setting}")
    before = {label: number for number, label in talk.labels("Stage").items()}
    entry = numbered(talk, "Stage", options={"replace": ["Parked", "New"]})
    talk.fieldeditor("PUT", a_section("Sales", [entry], [numbered(talk, "Size")]))

    after = {label: number for number, label in talk.labels("Stage").items()}
    assert set(after) == {"Parked", "New"}
    keeps = setting == "keep-ids"
    assert (after["New"] == before["New"]) is keeps
    assert talk.values()["Stage"] == ("New" if keeps else None)


@pytest.mark.parametrize("setting", ["empty", "json", "list", "map"])
def test_rest_options(start: Start, setting: str) -> None:
    talk = prepared(start, f"rest-options={setting}")
    labels = talk.labels("Stage")
    expected = {
        "empty": "",
        "json": json.dumps(labels),
        "list": [{"value": number, "label": label} for number, label in labels.items()],
        "map": labels,
    }
    assert talk.shown("Stage")["options"] == expected[setting]
    assert talk.shown("Size")["options"] == ""


@pytest.mark.parametrize(("setting", "flag"), [("honour", 1), ("ignore", 0)])
def test_rest_settings(start: Start, setting: str, flag: int) -> None:
    talk = prepared(start, f"rest-settings={setting}")
    both = {"required": 1, "unique": 1}
    talk.fieldeditor("POST", a_section("Sales", [{"alias": "A", **both}]))
    talk.fieldeditor(
        "PUT", a_section("Sales", [numbered(talk, "A")], [numbered(talk, "Size", **both)])
    )
    for alias in ("A", "Size"):
        shown = talk.shown(alias)
        assert (shown["required"], shown["unique"]) == (flag, flag)


@pytest.mark.parametrize(("setting", "status"), [("refuse", 400), ("delete", 200)])
def test_rest_full_section(start: Start, setting: str, status: int) -> None:
    talk = prepared(start, f"rest-full-section={setting}")
    assert talk.fieldeditor("DELETE", section="Sales").status == status
    assert ("Sales" in talk.sections()) is (setting == "refuse")


@pytest.mark.parametrize(("setting", "status"), [("refuse", 400), ("success", 200)])
@pytest.mark.parametrize(
    "what", [{"field": "firstname"}, {"field": "fn"}, {"section": "Credit Card"}], ids=str
)
def test_rest_system(start: Start, what: dict[str, str], setting: str, status: int) -> None:
    talk = start(f"rest-system={setting}")
    before = talk.fieldeditor("GET").json
    assert talk.fieldeditor("DELETE", **what).status == status
    assert talk.fieldeditor("GET").json == before


@pytest.mark.parametrize(("setting", "status"), [("refuse", 404), ("success", 200)])
def test_rest_absent(start: Start, setting: str, status: int) -> None:
    talk = start(f"rest-absent={setting}")
    answers = (
        talk.fieldeditor("DELETE", field="f999999"),
        talk.fieldeditor("DELETE", section="None"),
        talk.rest("DELETE", "Tag", id=9),
    )
    assert {answer.status for answer in answers} == {status}


@pytest.mark.parametrize("setting", ["never", "reuse"])
def test_rest_numbers(start: Start, setting: str) -> None:
    talk = start(f"rest-numbers={setting}")
    for alias in ("A", "B", "C"):
        talk.fieldeditor("POST", a_section("Sales", [{"alias": alias}]))
    number = talk.shown("B")["field"]
    talk.fieldeditor("DELETE", field=number)
    talk.fieldeditor("POST", a_section("Sales", [{"alias": "D"}]))
    assert (talk.shown("D")["field"] == number) is (setting == "reuse")


@pytest.mark.parametrize(("setting", "empty"), [("list", []), ("map", {})])
def test_rest_empty(start: Start, setting: str, empty: object) -> None:
    seed = '{"kind": "snapshot", "format_version": 1, "sections": [], "tags": []}'
    talk = start(f"rest-empty={setting}", seed=seed)
    assert talk.fieldeditor("GET").data == empty
    assert talk.rest("GET", "Contacts/meta").data["0"]["fields"] == empty
    made = talk.fieldeditor("POST", a_section("Sales", [{"alias": "A", "type": "drop"}]))
    assert made.data["error"] == empty
    assert talk.labels("A") == empty
    assert talk.fieldeditor("POST", a_section("Empty")).data["success"] == empty


@pytest.mark.parametrize("setting", ["off", "on"])
def test_rest_null_fields(start: Start, setting: str) -> None:
    talk = prepared(start, f"rest-null-fields={setting}")
    columns = talk.fieldeditor("GET", section="Sales").data["fields"]
    assert [column.count(None) for column in columns] == [int(setting == "on")] * 2


@pytest.mark.parametrize(
    ("setting", "kind"), [("text", "text/html;charset=UTF-8"), ("json", "application/json")]
)
def test_rest_limit_body(start: Start, setting: str, kind: str) -> None:
    talk = start(f"rest-limit-body={setting}", rate_limit=1)
    talk.rest("GET", "Tags")
    answer = talk.rest("GET", "Tags")
    assert (answer.status, answer.headers["content-type"]) == (429, kind)
    assert "maximum rate limit" in answer.body


@pytest.mark.parametrize(
    ("setting", "status", "names"),
    [
        ("rows", 200, ["oPets"]),
        ("empty", 200, []),
        ("forbidden", 403, []),
        ("missing", 404, []),
    ],
)
def test_rest_object_list(start: Start, setting: str, status: int, names: list[str]) -> None:
    talk = start(f"rest-object-list={setting}")
    talk.server.edit("add-object Pets")
    answer = talk.rest("GET", "CustomObjects")
    assert answer.status == status
    assert [row["name"] for row in answer.data] == names if status == 200 else not names


@pytest.mark.parametrize(("setting", "name"), [("own", "oPets"), ("label", "Pets")])
def test_rest_object_name(start: Start, setting: str, name: str) -> None:
    talk = start(f"rest-object-name={setting}")
    talk.server.edit("add-object Pets")
    meta = talk.rest("GET", "objects/meta", format="byId").data
    assert meta["10000"]["name"] == name


@pytest.mark.parametrize(("setting", "label"), [("on", "Pets"), ("off", "")])
def test_rest_object_labels(start: Start, setting: str, label: str) -> None:
    talk = start(f"rest-object-labels={setting}")
    talk.server.edit("add-object Pets")
    assert [row["plural"] for row in talk.rest("GET", "CustomObjects").data] == [label]


@pytest.mark.parametrize(
    ("setting", "status"), [("429", 429), ("failure", 400), ("empty", 200)]
)
def test_the_limit_may_be_reported_in_other_ways(
    start: Start, setting: str, status: int
) -> None:
    talk = start(f"over-rate={setting}", rate_limit=1)
    talk.rest("GET", "Tags")
    answer = talk.rest("POST", "Tags", {"tag_name": "VIP"})
    assert answer.status == status
    assert answer.headers["x-rate-limit-limit"] == "1"


@pytest.mark.parametrize(("setting", "status"), [("ignore-case", 400), ("exact", 200)])
def test_names_of_tags_may_differ_in_case_only(start: Start, setting: str, status: int) -> None:
    talk = start(f"name-matching={setting}")
    talk.rest("POST", "Tags", {"tag_name": "VIP"})
    assert talk.rest("POST", "Tags", {"tag_name": "vip"}).status == status


@pytest.mark.parametrize(("setting", "name"), [("exact", " Sales "), ("trim", "Sales")])
def test_outer_blanks_of_names_may_go(start: Start, setting: str, name: str) -> None:
    talk = start(f"name-storing={setting}")
    talk.fieldeditor("POST", a_section(" Sales ", [{"alias": " A "}]))
    talk.rest("POST", "Tags", {"tag_name": " Sales "})
    assert name in talk.sections()
    assert list(talk.rest_tags().values()) == [name]


@pytest.mark.parametrize(
    ("setting", "made", "error"),
    [
        ("failure", 51, {"T51": "Field limit reached"}),
        ("skip", 51, []),
        ("ignore", 52, []),
    ],
)
def test_fields_above_the_budget(start: Start, setting: str, made: int, error: object) -> None:
    talk = start(f"over-budget={setting}")
    fields = [{"alias": f"T{number}", "type": "text"} for number in range(52)]
    answer = talk.fieldeditor("POST", a_section("Many", fields))
    assert answer.data["error"] == error
    assert len(answer.data["success"]) == len(talk.all_aliases("Many")) == made
