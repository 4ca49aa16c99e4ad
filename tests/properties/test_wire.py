"""The wire's codec, whatever comes: a value or an error of ours, and names that survive."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, unquote_plus, urlencode
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from hypothesis import example, given
from hypothesis import strategies as st

from schemactl.account.http.verdict import Accepted, Refused, Unclear
from schemactl.account.legacy.answers import TagsAccepted
from schemactl.account.legacy.contact_decoder import decode_contacts, decode_search
from schemactl.account.legacy.decoder import decode_schema, decode_tags
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import (
    AddContact,
    AddDropdown,
    AddSection,
    AddTag,
    RemoveField,
    Request,
)
from schemactl.account.legacy.result import decode_changed_tags, decode_success
from schemactl.account.legacy.values import NewField, TextValue
from schemactl.errors import SchemactlError
from schemactl.text import one_line

DECODERS: tuple[Callable[[bytes], object], ...] = (
    decode_schema,
    decode_tags,
    decode_contacts,
    decode_search,
)

# What XML 1.0 can carry; the rest is refused before it is sent.
xml_text = st.text(
    st.characters(exclude_categories=["Cs"]).filter(
        lambda each: each in "\t\n\r" or (each >= " " and each not in "\ufffe\uffff")
    )
)
fragments = st.sampled_from(
    [
        "<result>",
        "</result>",
        "<contact id='' bulk_mail=''>",
        "</contact>",
        "<Group_Tag name='a'>",
        "</Group_Tag>",
        "<field name='b' type='tdrop' editable='1'>",
        "<field/>",
        "</field>",
        "<option>c</option>",
        "<list id='1'>d</list>",
        "<tag id='2'>",
        "</tag>",
        "<status>Success</status>",
        "<error>no</error>",
        "<count>3</count>",
        "<note time='9'>",
        "</note>",
        "failure",
        "Success",
        "0",
        "&amp;",
        "&x;",
        "<!DOCTYPE a>",
        "<?xml version='1.0' encoding='utf-8'?>",
        "<!-- -->",
        "\x00",
        "é",
    ]
)
bodies = st.one_of(
    st.binary(max_size=200),
    st.lists(fragments, max_size=14).map(lambda parts: "".join(parts).encode()),
    st.lists(fragments, max_size=10).map(
        lambda parts: f"<result>{''.join(parts)}</result>".encode()
    ),
)


@given(bodies, st.sampled_from(DECODERS))
def test_any_body_is_a_value_or_an_error_of_ours(
    body: bytes, decode: Callable[[bytes], object]
) -> None:
    reported = ""
    try:
        decode(body)
    except SchemactlError as error:
        reported = str(error)

    assert not reported or reported.isprintable()
    assert len(reported) < 1000


@given(bodies)
def test_any_answer_to_a_change_is_judged_without_raising(body: bytes) -> None:
    assert isinstance(decode_success(body, word="w"), Accepted | Refused | Unclear)
    assert isinstance(decode_changed_tags(body, word="w"), TagsAccepted | Refused | Unclear)


def read_by_another(request: Request) -> Element:
    """Decode as a server would, with another parser: the form, then once more, then XML."""
    form = dict(parse_qsl(urlencode(encode_request(request).fields), strict_parsing=True))
    root: Element = ElementTree.fromstring(unquote_plus(form["data"]))
    return root


@given(xml_text, st.lists(st.tuples(xml_text, xml_text), max_size=4))
@example("%2B+%41 &amp; ", [("<a b='c'/>", "]]>")])
def test_names_and_types_of_a_section_survive(name: str, fields: list[tuple[str, str]]) -> None:
    request = AddSection(
        section=name, fields=tuple(NewField(name=each, type=kind) for each, kind in fields)
    )

    group = read_by_another(request)[0]

    assert group.get("name") == name
    assert [(field.get("name"), field.get("type")) for field in group] == fields


@given(xml_text, st.lists(xml_text, min_size=1, max_size=4))
def test_options_survive(name: str, options: list[str]) -> None:
    field = read_by_another(AddDropdown(field=name, options=tuple(options)))[0]

    assert field.get("name") == name
    assert [option.text or "" for option in field] == options


@given(xml_text, xml_text, xml_text)
def test_a_contact_s_value_survives(section: str, name: str, text: str) -> None:
    value = TextValue(section=section, field=name, text=text)

    contact = read_by_another(AddContact(values=(value,)))

    assert contact[0].get("name") == section
    assert (contact[0][0].get("name"), contact[0][0].text or "") == (name, text)


@given(st.text(), st.text())
def test_any_text_is_sent_whole_or_refused(section: str, field: str) -> None:
    reported = ""
    try:
        group = read_by_another(RemoveField(section=section, field=field))
    except SchemactlError as error:
        reported = str(error)
    else:
        assert (group.get("name"), group[0].get("name")) == (section, field)

    assert not reported or reported.isprintable()


@given(st.text())
def test_any_tag_is_sent_whole_or_refused(tag: str) -> None:
    reported = ""
    try:
        contact = read_by_another(AddTag(contact_ids=("1",), tags=(tag,)))
    except SchemactlError as error:
        reported = str(error)
    else:
        assert contact[0].text == tag
        assert "*/*" not in tag

    assert not reported or reported.isprintable()


@given(st.text(), st.integers(1, 50))
def test_what_is_shown_is_one_line_that_a_terminal_obeys_nothing_in(
    text: str, length: int
) -> None:
    shown = one_line(text, max_length=length)

    assert len(shown) <= length
    assert shown.isprintable()


@given(
    section=xml_text,
    name=xml_text,
    options=st.lists(xml_text, max_size=3),
    custom=st.booleans(),
)
def test_what_another_writer_writes_is_read_as_it_was(
    section: str, name: str, options: list[str], *, custom: bool
) -> None:
    result = Element("result")
    contact = Element("contact", {"id": "", "bulk_mail": ""})
    group = Element("Group_Tag", {"name": section})
    field = Element("field", {"name": name, "type": "tdrop"})
    if custom:
        field.set("editable", "1")
    for text in options:
        option = Element("option")
        option.text = text
        field.append(option)
    group.append(field)
    contact.append(group)
    result.append(contact)

    read = decode_schema(ElementTree.tostring(result)).schema.sections[0]

    assert (read.name, read.fields[0].name) == (section, name)
    assert read.fields[0].custom == custom
    # A bare carriage return in text becomes a line feed in every reader of XML.
    if name != "Contact Tags":
        expected = tuple(text.replace("\r\n", "\n").replace("\r", "\n") for text in options)
        assert read.fields[0].options == expected
