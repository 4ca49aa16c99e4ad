"""The emulator beside what was recorded of the vendor's server and of clients in production.

The recordings are no part of this project: where they do not lie beside it, these
tests hold the emulator to the project's own bodies of the same shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_plus
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from schemactl.emulator import EmulatorServer, Switches, parse_switch, set_switches
from schemactl.emulator.field_limit import BUDGET_BYTES
from schemactl.emulator.field_types import field_bytes
from schemactl.emulator.legacy.request import RequestType
from tests.unit.emulator.talk import Talk

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT.parent / "shared" / "wire" / "legacy-samples"
OWN = ROOT / "tests" / "data" / "wire" / "xml"


def recorded(pattern: str) -> list[Path]:
    return sorted(RECORDINGS.glob(pattern))


def both(pattern: str) -> list[Path]:
    return [*recorded(pattern), *sorted(OWN.glob(pattern))]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def flat(element: Element) -> list[tuple[str, dict[str, str], str]]:
    """Return all elements in order, without the spaces that an editor indented them with."""
    return [(one.tag, dict(one.attrib), (one.text or "").strip()) for one in element.iter()]


def shape(element: Element) -> set[tuple[str, ...]]:
    """Return each kind of element: its path, and the names of its attributes in order."""

    def walk(one: Element, path: tuple[str, ...]) -> set[tuple[str, ...]]:
        here = (*path, " ".join([one.tag, *one.attrib]))
        return {here}.union(*(walk(child, here) for child in one))

    return walk(element, ())


def without_ids_of_list_options(element: Element) -> Element:
    """Drop the ids of custom list options, which the emulator gives again."""
    for field in element.iter("field"):
        if field.get("editable") == "1":
            for item in field.iter("list"):
                del item.attrib["id"]
    return element


@pytest.mark.parametrize("path", both("key*.xml"), ids=named)
def test_an_account_seeded_with_a_key_body_answers_key_with_it(path: Path) -> None:
    with EmulatorServer(seed=path) as server:
        given = Talk(server=server).call("key").tree

    assert flat(without_ids_of_list_options(given)) == flat(
        without_ids_of_list_options(fromstring(path.read_text(encoding="utf-8")))
    )


def test_tags_of_a_seeded_account_are_pulled_as_they_were_recorded() -> None:
    for key, tags in zip(recorded("key-1.xml"), recorded("pull_tag-1.xml"), strict=True):
        with EmulatorServer(seed=key) as server:
            given = Talk(server=server).call("pull_tag")
        assert given.body == tags.read_text(encoding="utf-8").strip()


def call(request_type: str, data: str = "", *edits: str, **parameters: str) -> Element:
    with EmulatorServer() as server:
        server.edit("\n".join(edits))
        return Talk(server=server).call(request_type, data, **parameters).tree


ADDED = '<contact><field name="First Name">Ida</field></contact>'
SEARCHED = "<equation><field>First Name</field><op>e</op><value>Ada</value></equation>"


@pytest.mark.parametrize(
    ("pattern", "ask"),
    [
        ("pull_tag*.xml", lambda: call("pull_tag", "", "add-tag A", "add-tag B")),
        ("fetch_tag*.xml", lambda: call("fetch_tag", "", "add-tag A")),
        ("fetch_sequences-1.xml", lambda: call("fetch_sequences")),
        ("fetch_sequences.xml", lambda: call("fetch_sequences")),
        ("fetch_sequences-full.xml", lambda: call("fetch_sequences", full="1")),
        ("add-return_id-1.xml", lambda: call("add", ADDED, "add-section E", return_id="1")),
        ("add-return-record.xml", lambda: call("add", ADDED, return_id="1")),
        ("add-return-id.xml", lambda: call("add", ADDED, return_id="2")),
        ("search-single*.xml", lambda: call("search", SEARCHED, "add-section E")),
        ("fetch.xml", lambda: call("fetch", "<contact_id>1</contact_id>")),
    ],
)
def test_answers_have_the_shape_of_the_recorded_ones(
    pattern: str, ask: Callable[[], Element]
) -> None:
    given = shape(ask())
    for path in both(pattern):
        assert given == shape(fromstring(path.read_text(encoding="utf-8"))), path.name


def test_values_that_nobody_set_are_shown_as_recorded() -> None:
    mine = {
        one.get("name"): one.text for one in call("add", ADDED, return_id="1").iter("field")
    }
    for path in recorded("add-return_id-1.xml"):
        tree = fromstring(path.read_text(encoding="utf-8"))
        theirs = {one.get("name"): one.text for one in tree.iter("field")}
        unset = {"Sequences", "Contact Tags", "$ Sales", "Number of Sales", "City", "Birthday"}
        assert {name: mine[name] for name in unset} == {name: theirs[name] for name in unset}


@pytest.mark.parametrize(
    ("name", "switched", "request_type", "data"),
    [
        ("success-plain-1.xml", "success-body=plain", "add_section", '<Group_Tag name="A"/>'),
        ("success-status-1.xml", "success-body=status", "add_section", '<Group_Tag name="A"/>'),
        ("failed-status-1.xml", "failure-form=status-failed", "add_section", ""),
        ("error-invalid-xml-1.xml", "failure-form=indented", "add_section", "<"),
        ("error-invalid-xml-2-compact.xml", "failure-form=compact", "add_section", "<"),
        ("error-invalid-contact-ids-1.xml", "failure-form=indented", "fetch", "<contact_id/>"),
    ],
)
def test_success_and_failure_are_said_as_recorded(
    name: str, switched: str, request_type: str, data: str
) -> None:
    switches = set_switches(Switches(), (parse_switch(switched),))
    with EmulatorServer(switches=switches) as server:
        given = Talk(server=server).call(request_type, data).body
    for path in recorded(name):
        assert given == path.read_text(encoding="utf-8").strip()


def test_wrong_credentials_can_be_answered_with_the_recorded_fragment() -> None:
    switches = set_switches(Switches(), (parse_switch("credentials-failure=error-element"),))
    with EmulatorServer(switches=switches) as server:
        given = Talk(server=server).call("key", key="").body
    for path in recorded("error-bad-credentials-fragment-1.txt"):
        assert path.read_text(encoding="utf-8").strip() in given


PREPARED = """
add-section 'My Section'
add-field 'My Section' 'Field 1' text
add-field 'My Section' 'Dropdown Test' tdrop
add-section WL-Helper
add-section blah
"""


def encoded(data: str, depth: int) -> str:
    for _ in range(depth):
        data = quote_plus(data)
    return data


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_recorded_requests_are_carried_out(depth: int) -> None:
    for path in recorded("req-*.xml"):
        request_type = path.stem.split("-")[1]
        if request_type not in set(RequestType):
            continue
        data = path.read_text(encoding="utf-8")
        data = re.sub(r"(?<=id=['\"])\d+|(?<=<contact_id>)\d+", "1", data)
        with EmulatorServer() as server:
            server.edit(PREPARED)
            form = f"appid=a&key=b&reqType={request_type}&data={encoded(data, depth)}"
            answer = Talk(server=server).post(form.encode())
        assert answer.error is None, (path.name, answer.body)


def test_recorded_requests_do_what_they_say() -> None:
    def send(path: Path, talk: Talk) -> None:
        talk.call(path.stem.split("-")[1], path.read_text(encoding="utf-8"))

    with EmulatorServer() as server:
        server.edit(PREPARED)
        talk = Talk(server=server)
        paths = [path for path in recorded("req-*_*-*.xml") if "tag" not in path.stem]
        for path in sorted(paths):
            send(path, talk)
        sections = talk.sections()
        expected = ["Dropdown Test", "MyTest1", "MyTest2", "MyTest3", "NewField1"]
        # Removals come after additions by the alphabet; nothing was sent where no recording is.
        assert sections["My Section"] == (expected if paths else ["Field 1", "Dropdown Test"])
        assert talk.options("My Section", "Dropdown Test") == []
        assert sections["WL-Helper"] == (["WL Last Login Date"] if paths else [])
        assert ("blah" in sections) is not bool(paths)


def test_byte_costs_are_the_published_ones() -> None:
    words = {
        "Checkbox": "check",
        "Date": "fulldate",
        "List Selection": "list",
        "Long Text": "longtext",
        "Numeric": "numeric",
        "Price": "price",
        "Phone": "phone",
        "State": "state",
        "Dropdown": "tdrop",
        "Text": "text",
    }
    for path in recorded("field-byte-costs.tsv"):
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        costs = {name: int(cost) for name, cost in (line.split("\t") for line in lines)}
        assert costs["(account budget)"] == BUDGET_BYTES
        assert {word: costs[name] for name, word in words.items()} == {
            word: field_bytes(word) for word in words.values()
        }
