"""The codec beside what was recorded: answers of the server, requests of clients in production.

The recordings are no part of this project; where they lie beside it the codec is
checked against each. Answers are read again by another parser, requests are built
from what that parser finds in them and must come out the same.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, unquote_plus, urlencode
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from schemactl.account.http.verdict import Accepted, Refused
from schemactl.account.legacy.contact_decoder import decode_contacts, decode_search
from schemactl.account.legacy.decoder import decode_schema, decode_tags
from schemactl.account.legacy.encoder import encode_request
from schemactl.account.legacy.requests import (
    AddContact,
    AddDropdown,
    AddSection,
    AddTag,
    EditSection,
    FetchContacts,
    RemoveDropdown,
    RemoveField,
    RemoveSection,
    RemoveTag,
    Request,
    SearchContacts,
    UpdateContacts,
)
from schemactl.account.legacy.result import decode_changed_tags, decode_success
from schemactl.account.legacy.values import (
    ContactUpdate,
    ContactValue,
    Equation,
    NewField,
    Operator,
    TextValue,
)

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "wire" / "legacy-samples"
OWN = ROOT / "tests" / "data" / "wire" / "xml"


def files(*patterns: str) -> list[Path]:
    found = (path for pattern in patterns for path in RECORDINGS.glob(pattern))
    return sorted(found)


def both(pattern: str) -> list[Path]:
    return [*files(pattern), *sorted(OWN.glob(pattern))]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def texts(parent: Element, tag: str) -> tuple[str, ...]:
    return tuple(each.text or "" for each in parent.findall(tag))


@pytest.mark.parametrize("path", both("key*.xml"), ids=named)
def test_a_template_is_read_as_another_parser_reads_it(path: Path) -> None:
    tree = ElementTree.fromstring(path.read_bytes())
    answer = decode_schema(path.read_bytes())

    groups = tree.findall("contact/Group_Tag")
    assert [each.name for each in answer.schema.sections] == [g.get("name") for g in groups]
    for section, group in zip(answer.schema.sections, groups, strict=True):
        assert section.custom == (group.get("editable") == "1")
        for field, element in zip(section.fields, group.findall("field"), strict=True):
            assert (field.name, field.type) == (element.get("name"), element.get("type"))
            assert field.custom == (element.get("editable") == "1")
            if field.name != "Contact Tags":
                choices = (*texts(element, "option"), *texts(element, "list"))
                assert (field.options or ()) == choices
    tags = tree.findall("contact/Group_Tag/field[@name='Contact Tags']/list")
    assert [(tag.id, tag.name) for tag in answer.tags] == [(t.get("id"), t.text) for t in tags]


@pytest.mark.parametrize("path", both("pull_tag*.xml"), ids=named)
def test_tags_are_read_as_another_parser_reads_them(path: Path) -> None:
    tree = ElementTree.fromstring(path.read_bytes())

    assert [(tag.id, tag.name) for tag in decode_tags(path.read_bytes())] == [
        (tag.get("id"), tag.text) for tag in tree.findall("tag")
    ]


@pytest.mark.parametrize("path", files("search-*.xml", "add-return_id-*.xml"), ids=named)
def test_contacts_are_read_as_another_parser_reads_them(path: Path) -> None:
    tree = ElementTree.fromstring(path.read_bytes())
    expected = [
        (element.get("id"), group.get("name"), field.get("name"), field.text or "")
        for element in tree.findall("contact")
        for group in element.findall("Group_Tag")
        for field in group.findall("field")
    ]

    contacts = decode_contacts(path.read_bytes())

    assert expected == [
        (contact.id, value.section, value.field, value.text)
        for contact in contacts
        for value in contact.values
    ]
    assert decode_search(path.read_bytes()).contacts == contacts


@pytest.mark.parametrize("path", files("success-*.xml", "add-return_id-*.xml"), ids=named)
def test_every_recorded_success_is_accepted(path: Path) -> None:
    assert decode_success(path.read_bytes(), word="add_section") == Accepted()


@pytest.mark.parametrize("path", files("error-*", "failed-*"), ids=named)
def test_every_recorded_failure_is_a_refusal(path: Path) -> None:
    for decode in (decode_success, decode_changed_tags):
        answer = decode(path.read_bytes(), word="add_section")
        assert isinstance(answer, Refused)
        assert answer.text.removesuffix(".") in " ".join(path.read_text("utf-8").split())


def _section(tree: Element) -> tuple[str, tuple[NewField, ...]]:
    group = next(tree.iter("Group_Tag"))
    fields = (
        NewField(name=field.get("name", ""), type=field.get("type", ""))
        for field in group.findall("field")
    )
    return group.get("name", ""), tuple(fields)


def _add_section(tree: Element) -> Request:
    name, fields = _section(tree)
    return AddSection(section=name, fields=fields)


def _edit_section(tree: Element) -> Request:
    name, fields = _section(tree)
    return EditSection(section=name, fields=fields)


def _remove_field(tree: Element) -> Request:
    name, fields = _section(tree)
    return RemoveField(section=name, field=fields[0].name)


def _dropdown(tree: Element) -> tuple[str, tuple[str, ...]]:
    field = next(tree.iter("field"))
    return field.get("name", ""), texts(field, "option")


def _add_dropdown(tree: Element) -> Request:
    field, options = _dropdown(tree)
    return AddDropdown(field=field, options=options)


def _remove_dropdown(tree: Element) -> Request:
    field, options = _dropdown(tree)
    return RemoveDropdown(field=field, options=options)


def _values(contact: Element) -> tuple[ContactValue, ...]:
    return tuple(
        TextValue(
            section=group.get("name", ""), field=field.get("name", ""), text=field.text or ""
        )
        for group in contact.findall("Group_Tag")
        for field in group.findall("field")
    )


def _update(tree: Element) -> Request:
    contacts = (
        ContactUpdate(id=each.get("id", ""), values=_values(each))
        for each in tree.findall("contact")
    )
    return UpdateContacts(contacts=tuple(contacts))


def _search(tree: Element) -> Request:
    equations = (
        Equation(
            field=each.findtext("field", ""),
            operator=Operator(each.findtext("op", "")),
            value=each.findtext("value", ""),
        )
        for each in tree.iter("equation")
    )
    return SearchContacts(equations=tuple(equations))


def _tag_ids(tree: Element) -> tuple[str, ...]:
    return tuple(each.get("id", "") for each in tree.findall("contact"))


def _tag_names(tree: Element) -> tuple[str, ...]:
    return texts(next(tree.iter("contact")), "tag")


NOT_SENT = frozenset({"delete", "add_notes", "fetch_notes", "get_deletedcontacts"})
"""Requests that only other clients send; the manual does not list the last one."""
BUILDERS: dict[str, Callable[[Element], Request]] = {
    "add": lambda tree: AddContact(values=_values(tree[0])),
    "update": _update,
    "fetch": lambda tree: FetchContacts(ids=texts(tree, "contact_id")),
    "search": _search,
    "add_section": _add_section,
    "edit_section": _edit_section,
    "remove_section": lambda tree: RemoveSection(section=_section(tree)[0]),
    "remove_field": _remove_field,
    "add_dropdown": _add_dropdown,
    "remove_dropdown": _remove_dropdown,
    "add_tag": lambda tree: AddTag(contact_ids=_tag_ids(tree), tags=_tag_names(tree)),
    "remove_tag": lambda tree: RemoveTag(contact_ids=_tag_ids(tree), tags=_tag_names(tree)),
}


def _plain(
    element: Element,
) -> tuple[str, tuple[tuple[str, str], ...], str, tuple[object, ...]]:
    """Reduce an element to what counts: spaces between elements, and around `*/*`, do not."""
    text = (element.text or "").strip().removeprefix("*/*").removesuffix("*/*")
    inside = tuple(_plain(child) for child in element)
    return element.tag, tuple(sorted(element.items())), text, inside


def _as_one_document(data: str) -> Element:
    """Put top-level elements under one root, as the server seems to."""
    root: Element = ElementTree.fromstring(f"<root>{data}</root>")
    return root


@pytest.mark.parametrize("path", files("req-*-*.xml"), ids=named)
def test_a_recorded_request_comes_out_the_same(path: Path) -> None:
    word = path.stem.removeprefix("req-").partition("-")[0]
    recorded = _as_one_document(path.read_text("utf-8"))
    builder = BUILDERS.get(word)
    if builder is None:
        assert word in NOT_SENT
        return

    form = dict(parse_qsl(urlencode(encode_request(builder(recorded)).fields)))

    assert form["reqType"] == word
    assert _plain(_as_one_document(unquote_plus(form["data"]))) == _plain(recorded)
