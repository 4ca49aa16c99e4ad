"""Old clients can talk to the emulator: which forms of requests it accepts."""

from __future__ import annotations

from urllib.parse import quote_plus, urlencode

import pytest

from tests.unit.emulator.talk import FORM, PLAIN_SUCCESS, Talk, section_data

CREDENTIALS = b"appid=a&key=b"
ADD = section_data("Sales", ("Stage", "text"))


@pytest.mark.parametrize(
    "path", ["/cdata.php", "//cdata.php", "/api/cdata.php", "/api//cdata.php", "/cdata.php/"]
)
def test_it_answers_on_odd_paths(talk: Talk, path: str) -> None:
    assert talk.post(CREDENTIALS + b"&reqType=key", path=path).tree.tag == "result"


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("POST", "/pdata.php", b"", "POST /pdata.php"),
        ("GET", "/objects", b"", "GET /objects"),
        ("PUT", "/cdata.php", b"", "PUT /cdata.php"),
        (
            "POST",
            "/cdata.php",
            CREDENTIALS + b"&reqType=get_deletedcontacts",
            "the request type 'get_deletedcontacts' on /cdata.php",
        ),
        ("POST", "/cdata.php", CREDENTIALS, "the request type '' on /cdata.php"),
    ],
)
def test_a_request_that_is_not_served_is_no_answer_of_the_vendor(
    talk: Talk, method: str, path: str, body: bytes, named: str
) -> None:
    answer = talk.post(body, path=path, method=method)
    text = f"The schemactl emulator does not serve {named}; see docs/emulator.md.\n"
    assert (answer.status, answer.body) == (501, text)


@pytest.mark.parametrize(
    "body",
    [
        b"appid=a&key=b&reqType=key",
        b"reqType=key&Appid=a&Key=b",
        b"APPID=a&KEY=b&REQTYPE=Key",
        b"appid=a&&key=b&reqType=KEY&data=",
    ],
)
def test_names_of_parameters_are_taken_in_any_spelling_and_order(
    talk: Talk, body: bytes
) -> None:
    assert talk.post(body).tree.find("contact") is not None


def test_parameters_in_the_query_of_a_get_are_taken(talk: Talk) -> None:
    answer = talk.post(b"", path="/cdata.php?appid=a&key=b&reqType=pull_tag", method="GET")
    assert answer.body == "<result/>"


def test_a_body_without_a_content_type_is_taken(talk: Talk) -> None:
    assert talk.post(CREDENTIALS + b"&reqType=key", headers={}).tree.tag == "result"


def test_a_multipart_form_is_taken(talk: Talk) -> None:
    parts = {"appid": "a", "key": "b", "reqType": "add_section", "data": ADD}
    body = "".join(
        f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts.items()
    )
    headers = {"Content-Type": "multipart/form-data; boundary=xx"}

    assert talk.post(f"{body}--xx--\r\n".encode(), headers=headers).body == PLAIN_SUCCESS
    assert talk.sections()["Sales"] == ["Stage"]


def encoded(data: str, depth: int) -> bytes:
    for _ in range(depth):
        data = quote_plus(data)
    return CREDENTIALS + b"&reqType=add_section&data=" + data.encode()


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_data_is_understood_at_all_three_depths_of_encoding(talk: Talk, depth: int) -> None:
    assert (
        talk.post(encoded(section_data("Été", ("Stage", "text")), depth)).body == PLAIN_SUCCESS
    )
    assert talk.sections()["Été"] == ["Stage"]


def test_a_plus_sign_survives_only_data_that_was_encoded_twice(talk: Talk) -> None:
    talk.post(encoded(section_data("A+B", ("Once", "text")), 1))
    talk.post(encoded(section_data("C+D", ("Twice", "text")), 2))

    assert {"A B", "C+D"} <= set(talk.sections())


def test_data_needs_no_wrapper_and_may_have_one(talk: Talk) -> None:
    bare = ADD.replace("<data>", "").replace("</data>", "")
    talk.done("add_section", bare)
    talk.done("edit_section", section_data("Sales", ("Next", "text")))
    talk.done("remove_field", '<Group_Tag name="Sales"><field name="Next"/></Group_Tag>')

    assert talk.sections()["Sales"] == ["Stage"]


def test_several_elements_may_be_side_by_side(talk: Talk) -> None:
    talk.done(
        "update",
        '<contact id="1"><field name="City">Rye</field></contact>\n'
        '<contact id="2"><field name="City">Hay</field></contact>',
    )
    assert (talk.values(1)["City"], talk.values(2)["City"]) == ("Rye", "Hay")


@pytest.mark.parametrize(
    "junk", ["XML", "// send the id\n\n", "\ufeff", "<?xml version='1.0'?>"]
)
def test_text_before_the_first_tag_is_passed_over(talk: Talk, junk: str) -> None:
    talk.done("update", junk + '<contact id="1"><field name="City">Rye</field></contact>')
    assert talk.values()["City"] == "Rye"


def test_single_quotes_around_attributes_are_taken(talk: Talk) -> None:
    talk.done("update", "<contact id='1'><field name='City'>Rye</field></contact>")
    assert talk.values()["City"] == "Rye"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "plain words",
        "<contact",
        "<contact></data>",
        "</wrap><contact id='1'/><wrap>",
        "<contact id=1/>",
        "<contact>&nbsp;</contact>",
        "<contact>a & b</contact>",
        "<!DOCTYPE x [<!ENTITY e 'E'>]><contact id='1'>&e;</contact>",
        "<contact>\x01</contact>",
        "<other/>",
        "{",
        "[1]",
        '{"id": {"a": 1}}',
        "[" * 100_000,
    ],
)
def test_data_without_sense_is_reported_as_invalid(talk: Talk, data: str) -> None:
    answer = talk.call("update", data)
    assert answer.body == "<result>failure<error>Invalid XML</error></result>"


def test_data_that_is_nested_without_end_is_reported_as_invalid(talk: Talk) -> None:
    deep = "<a>" * 50_000 + "</a>" * 50_000
    assert talk.call("update", deep).error == "Invalid XML"


def test_a_comment_in_data_is_passed_over(talk: Talk) -> None:
    talk.done("update", '<contact id="1"><!-- x --><field name="City">Rye</field></contact>')
    assert talk.values()["City"] == "Rye"


@pytest.mark.parametrize("form", [{}, {"appid": "a"}, {"key": "b"}, {"appid": "", "key": ""}])
def test_without_app_id_and_key_nothing_opens(talk: Talk, form: dict[str, str]) -> None:
    body = urlencode({**form, "reqType": "key"}).encode()
    assert talk.post(body, headers=FORM).body.startswith("Oops")


def test_json_data_adds_updates_and_searches(talk: Talk) -> None:
    talk.done("add", '{"Contact Information": {"First Name": "Dana", "City": "Rye & Co"}}')
    talk.done("update", '[{"id": 4, "City": "Hay", "bulk_mail": "0"}, {"contact": {"id": 1}}]')
    search = '{"search": {"page": 1, "equation": {"field": "City", "op": "e", "value": "hay"}}}'

    found = talk.call("search", search).tree
    assert [one.get("id") for one in found] == ["4"]
    assert [one.get("bulk_mail") for one in found] == ["0"]


def test_a_body_above_the_limit_is_refused(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemactl.emulator.server.MAX_BODY_BYTES", 1000)
    assert talk.post(b"x" * 1001).status == 413
