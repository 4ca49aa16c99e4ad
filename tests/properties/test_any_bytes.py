"""Whatever is sent, the emulator answers, and never with 500."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.emulator import EmulatorError, EmulatorServer, parse_edits, parse_fault
from schemactl.emulator.legacy.request import RequestType
from tests.unit.emulator.talk import FORM, Talk

MARKUP = (
    *("<", ">", "</", "/>", '"', "'", "=", "&", "&amp;", "%", "%3C", "+", "*/*", ";", "]]>"),
    *("<contact id='1'>", "</contact>", "<field name='City'>", "</field>", "<option>"),
    *("<search>", "<equation>", "<op>", "e", "</op>", "<contact_id>", "</contact_id>"),
    *("contact", "Group_Tag", "field", "tag", "note", "name=", "type=", "time="),
    *("{", "}", "[", "]", '{"id":', "null", "\\ud800", "\x00", "\ud7ff", "\U0010ffff"),
    *("<![CDATA[", "<!--", "-->", "<?", "?>", "<!DOCTYPE", "1", "-1", "9" * 20, "9" * 5000),
)
FIELD_TYPES = ("text", "tdrop", "list", "fulldate", "price", "numeric", "check", "sequence")


@pytest.fixture(scope="module")
def talk() -> Iterator[Talk]:
    """One emulator for all examples; what they leave behind only makes it harder."""
    with EmulatorServer() as server:
        server.edit(
            "add-section S\n" + "\n".join(f"add-field S {one} {one}" for one in FIELD_TYPES)
        )
        yield Talk(server=server)


def send(talk: Talk, request_type: str, data: bytes) -> None:
    form = f"appid=a&key=b&reqType={request_type}&data={quote_from_bytes(data)}"
    answer = talk.post(form.encode())
    assert answer.status == 200, answer.body
    assert answer.tree.tag == "result"


@given(request_type=st.sampled_from(RequestType), data=st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_bytes_as_data_get_a_result(
    talk: Talk, request_type: RequestType, data: bytes
) -> None:
    send(talk, request_type, data)


@given(
    request_type=st.sampled_from(RequestType),
    parts=st.lists(st.sampled_from(MARKUP) | st.text(max_size=4), max_size=25),
)
@settings(max_examples=100, deadline=None)
def test_any_markup_as_data_gets_a_result(
    talk: Talk, request_type: RequestType, parts: list[str]
) -> None:
    send(talk, request_type, "".join(parts).encode("utf-8", errors="surrogatepass"))


@given(
    name=st.sampled_from(FIELD_TYPES),
    text=st.text(
        st.characters(codec="utf-8") | st.sampled_from("0123456789-$.,*/;"), max_size=20
    ),
)
@settings(max_examples=40, deadline=None)
def test_any_value_in_any_field_can_be_fetched_and_searched(
    talk: Talk, name: str, text: str
) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    data = f'<contact id="1"><field name="{name}">{escaped}</field></contact>'
    send(talk, "update", data.encode())
    send(talk, "fetch", b"<contact_id>1</contact_id>")
    for operator in "enscklgmh":
        value = f"<field>{name}</field><op>{operator}</op><value>{escaped}</value>"
        send(talk, "search", f"<equation>{value}</equation>".encode())


@given(body=st.binary(max_size=80), query=st.text(max_size=20), multipart=st.booleans())
@settings(max_examples=60, deadline=None)
def test_any_body_gets_an_answer(talk: Talk, body: bytes, query: str, multipart: bool) -> None:  # noqa: FBT001 - drawn
    kind = {"Content-Type": "multipart/form-data; boundary=x"} if multipart else FORM
    path = f"/cdata.php?{quote_from_bytes(query.encode('utf-8', errors='surrogatepass'))}"
    assert talk.post(body, path=path, headers=kind).status in {200, 501}


@given(text=st.text(max_size=40))
@settings(max_examples=80, deadline=None)
def test_any_text_as_edit_or_fault_is_read_or_reported(text: str) -> None:
    for parse in (parse_edits, parse_fault):
        try:
            parse(text)
        except EmulatorError:
            continue
