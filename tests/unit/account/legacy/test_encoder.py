"""account/legacy/encoder.py: each request becomes the form that the recorded clients send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import get_args
from urllib.parse import parse_qsl, unquote_plus, urlencode

import pytest
from defusedxml import ElementTree

from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import (
    AddContact,
    AddDropdown,
    AddSection,
    AddTag,
    EditSection,
    FetchContacts,
    PullTag,
    ReadKey,
    ReadRequest,
    RemoveDropdown,
    RemoveField,
    RemoveSection,
    RemoveTag,
    Request,
    RequestWord,
    SearchContacts,
    UpdateContacts,
)
from schemactl.account.legacy.values import (
    ContactUpdate,
    DateValue,
    Equation,
    NewField,
    Operator,
    ReturnId,
    TextValue,
)
from schemactl.errors import InexpressibleError
from schemactl.model.call_word import LegacyCallWord
from tests.unit.account.http.requests_of_all_kinds import ALL_REQUESTS

NOON = datetime(2026, 11, 22, 12, 0, 0, 900_000, tzinfo=UTC)


def data_of(request: Request) -> str:
    """Decode `data` as a server does: the form first, then once more."""
    form = dict(parse_qsl(urlencode(encode_request(request).fields)))
    return unquote_plus(form["data"])


def flags_of(request: Request) -> dict[str, str]:
    fields = dict(encode_request(request).fields)
    fields.pop("data", None)
    return fields


EXPECTED: tuple[tuple[Request, str], ...] = (
    (
        AddSection(section="Orchard", fields=(NewField(name="Trees", type="numeric"),)),
        (
            '<data><Group_Tag name="Orchard"><field name="Trees" type="numeric"/>'
            "</Group_Tag></data>"
        ),
    ),
    (
        EditSection(section="Orchard", fields=(NewField(name="Yield", type="price"),)),
        (
            '<data><Group_Tag name="Orchard"><field name="Yield" type="price"/>'
            "</Group_Tag></data>"
        ),
    ),
    (RemoveSection(section="Orchard"), '<data><Group_Tag name="Orchard"/></data>'),
    (
        RemoveField(section="Orchard", field="Trees"),
        '<Group_Tag name="Orchard"><field name="Trees"/></Group_Tag>',
    ),
    (
        AddDropdown(field="Harvest", options=("Early", "Late")),
        (
            '<data><field name="Harvest"><option>Early</option><option>Late</option></field>'
            "</data>"
        ),
    ),
    (
        RemoveDropdown(field="Harvest", options=("Late",)),
        '<data><field name="Harvest"><option>Late</option></field></data>',
    ),
    (
        FetchContacts(ids=("81", "82")),
        "<contact_id>81</contact_id><contact_id>82</contact_id>",
    ),
    (
        AddTag(contact_ids=("81", "82"), tags=("a", "b")),
        (
            '<contact id="81"><tag>a</tag><tag>b</tag></contact>'
            '<contact id="82"><tag>a</tag><tag>b</tag></contact>'
        ),
    ),
    (
        RemoveTag(contact_ids=("81",), tags=("Moss > Stone",)),
        '<contact id="81"><tag>Moss &gt; Stone</tag></contact>',
    ),
    (
        SearchContacts(
            equations=(Equation(field="Trees", operator=Operator.AT_LEAST, value="3"),), page=2
        ),
        (
            '<search page="2"><equation><field>Trees</field><op>h</op><value>3</value>'
            "</equation></search>"
        ),
    ),
    (
        AddContact(
            values=(
                TextValue(section="Orchard", field="Owner", text="Rosa & Emil"),
                TextValue(section="Contact Information", field="Title", text="Dr"),
                DateValue(section="Orchard", field="Planted", moment=NOON),
            )
        ),
        (
            '<contact><Group_Tag name="Orchard"><field name="Owner">Rosa &amp; Emil</field>'
            '<field name="Planted">1795348800</field></Group_Tag>'
            '<Group_Tag name="Contact Information"><field name="Title">Dr</field>'
            "</Group_Tag></contact>"
        ),
    ),
    (
        UpdateContacts(
            contacts=(
                ContactUpdate(id="81"),
                ContactUpdate(
                    id="82", values=(TextValue(section="Orchard", field="Owner", text=""),)
                ),
            )
        ),
        (
            '<contact id="81"/><contact id="82"><Group_Tag name="Orchard">'
            '<field name="Owner"></field></Group_Tag></contact>'
        ),
    ),
)


@pytest.mark.parametrize(
    ("request_", "expected"), EXPECTED, ids=lambda value: str(getattr(value, "word", ""))
)
def test_data_is_written_as_recorded(request_: Request, expected: str) -> None:
    assert data_of(request_) == expected


def test_a_section_may_be_made_without_fields() -> None:
    assert data_of(AddSection(section="Bare")) == '<data><Group_Tag name="Bare"/></data>'


def test_every_request_is_listed_here_and_has_its_own_word() -> None:
    assert {type(each) for each in ALL_REQUESTS} == set(get_args(Request))
    assert sorted(each.word for each in ALL_REQUESTS) == sorted((*RequestWord, *LegacyCallWord))


@pytest.mark.parametrize("request_", ALL_REQUESTS, ids=lambda each: each.word)
def test_the_form_names_its_request_and_no_credential(request_: Request) -> None:
    form = encode_request(request_)

    assert form.fields[0] == ("reqType", request_.word)
    assert form.word == request_.word
    assert form.is_read is isinstance(request_, ReadRequest)
    assert not {"appid", "key"} & {name.lower() for name, _ in form.fields}
    assert "data" not in repr(form)


def test_only_what_changes_nothing_counts_as_reading() -> None:
    assert {each.word for each in ALL_REQUESTS if encode_request(each).is_read} == {
        "key",
        "fetch",
        "search",
        "pull_tag",
    }


@pytest.mark.parametrize("request_", [ReadKey(), PullTag()])
def test_a_request_about_the_account_has_no_data(request_: Request) -> None:
    assert encode_request(request_).fields == (("reqType", request_.word),)


def test_flags_are_beside_the_data() -> None:
    search = (Equation(field="a", operator=Operator.EQUAL, value="b"),)

    assert flags_of(AddContact(values=(), return_id=ReturnId.RECORD, force_new=False)) == {
        "reqType": "add",
        "return_id": "1",
        "f_add": "0",
    }
    assert flags_of(
        UpdateContacts(
            contacts=(ContactUpdate(id="1"),),
            return_id=ReturnId.ID_AND_CHANGE_TIME,
            force_new=True,
        )
    ) == {"reqType": "update", "return_id": "2", "f_add": "1"}
    assert flags_of(SearchContacts(equations=search)) == {"reqType": "search"}
    assert flags_of(SearchContacts(equations=search, count_only=True)) == {
        "reqType": "search",
        "count": "true",
    }


@pytest.mark.parametrize(
    "name", ["A+B 100% %41", "<&>\"'", "a\tb\nc\rd", " é漢🔑 ", "x" * 5000]
)
def test_a_name_survives_both_decodings(name: str) -> None:
    request = AddSection(section=name, fields=(NewField(name=name, type="text"),))
    options = AddDropdown(field=name, options=(name, "other"))

    section = ElementTree.fromstring(data_of(request))[0]
    dropdown = ElementTree.fromstring(data_of(options))[0]

    assert (section.get("name"), section[0].get("name")) == (name, name)
    assert [option.text for option in dropdown] == [name, "other"]


@pytest.mark.parametrize("operator", list(Operator))
def test_each_operator_is_sent_as_its_letter(operator: Operator) -> None:
    equation = Equation(field="f", operator=operator, value="v")

    tree = ElementTree.fromstring(data_of(SearchContacts(equations=(equation,))))

    assert tree.findtext("equation/op") == str(operator)
    assert len(Operator) == 9


def _inexpressible() -> Iterator[tuple[Request, str]]:
    yield RemoveSection(section="a\x0bb"), "U+000B"
    yield AddSection(section="a", fields=(NewField(name="\x00", type="text"),)), "U+0000"
    yield AddSection(section="a", fields=(NewField(name="b", type="\ufffe"),)), "U+FFFE"
    yield AddDropdown(field="a", options=("\ud800",)), "U+D800"
    yield AddDropdown(field="a", options=()), "names nothing"
    yield RemoveDropdown(field="a", options=()), "names nothing"
    yield EditSection(section="a", fields=()), "names nothing"
    yield SearchContacts(equations=()), "names nothing"
    yield FetchContacts(ids=()), "names nothing"
    yield UpdateContacts(contacts=()), "names nothing"
    yield AddTag(contact_ids=(), tags=("a",)), "names nothing"
    yield AddTag(contact_ids=("1",), tags=()), "names nothing"
    yield AddTag(contact_ids=("1",), tags=("a*/*b",)), "no tag can be called"
    yield RemoveTag(contact_ids=("1",), tags=("",)), "no tag can be called"


@pytest.mark.parametrize(("request_", "words"), list(_inexpressible()))
def test_what_cannot_be_written_is_refused(request_: Request, words: str) -> None:
    with pytest.raises(InexpressibleError, match=words.replace("+", r"\+")) as caught:
        encode_request(request_)

    assert str(caught.value).isprintable()


def test_a_moment_without_time_zone_is_no_value() -> None:
    naive = NOON.replace(tzinfo=None)

    with pytest.raises(ValueError, match="time zone"):
        DateValue(section="a", field="b", moment=naive)


def test_pages_count_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        SearchContacts(equations=(), page=0)
