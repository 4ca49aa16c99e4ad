"""rewrite: what the account has goes into the files; the rest stays to the letter."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest

from schemactl.errors import UsageError
from schemactl.model.schema import CustomObject, Field, Schema, Section
from tests.builders import a_field
from tests.unit.rewrite.accepted import accepted

HEAD = "# About the file: stays\nversion: 1\n"


def changed(before: str, after: str) -> list[str]:
    """Give the lines that differ, with a sign before each."""
    told = ndiff(before.splitlines(), after.splitlines())
    return [line for line in told if line[:1] in "+-"]


def an_account(*fields: Field, tags: tuple[str, ...] = ()) -> Schema:
    return Schema(sections=(Section(name="Sales", custom=True, fields=fields),), tags=tags)


STAGE = """\
sections:
  - name: Sales   # the heading
    fields:
      # how far a deal is
      - name: "Stage"
        type: tdrop   # never change
        options:
          - New   # first
          - 'Won'
          - Lost
      - {name: Size, type: text}   # in people
"""


@pytest.mark.parametrize(
    ("live", "title", "lines"),
    [
        pytest.param(
            an_account(a_field("Stage", "tdrop", ["New", "Won", "Lost"])),
            "Sales / Size",
            ["-       - {name: Size, type: text}   # in people"],
            id="a field that is gone",
        ),
        pytest.param(
            an_account(a_field("Size")),
            "Sales / Stage",
            [
                "-       # how far a deal is",
                '-       - name: "Stage"',
                "-         type: tdrop   # never change",
                "-         options:",
                "-           - New   # first",
                "-           - 'Won'",
                "-           - Lost",
            ],
            id="a field that is gone takes its comment along",
        ),
        pytest.param(
            an_account(a_field("Stage", "tdrop", ["New", "Won", "Yes"]), a_field("Size")),
            "Sales / Stage",
            ["-           - Lost", "+           - 'Yes'"],
            id="options",
        ),
        pytest.param(
            an_account(a_field("Stage", "list", ["New", "Won", "Lost"]), a_field("Size")),
            "Sales / Stage",
            [
                "-         type: tdrop   # never change",
                "+         type: list   # never change",
            ],
            id="a type keeps its comment",
        ),
        pytest.param(
            an_account(
                a_field("Stage", "tdrop", ["New", "Won", "Lost"]),
                a_field("Size"),
                a_field("Yes", "tdrop", ["1.10"]),
            ),
            "Sales / Yes",
            ["+       - {name: 'Yes', type: tdrop, options: ['1.10']}"],
            id="a field that is new",
        ),
        pytest.param(
            an_account(
                a_field("Stage", "tdrop", ["New", "Won", "Lost"]),
                a_field("Size"),
                tags=("VIP",),
            ),
            "tag: VIP",
            ["+ tags:", "+   - VIP"],
            id="the first tag",
        ),
        pytest.param(Schema(), "Sales", [f"- {line}" for line in STAGE.splitlines()], id="all"),
    ],
)
def test_only_the_lines_concerned_change(
    tmp_path: Path, live: Schema, title: str, lines: list[str]
) -> None:
    text = HEAD + STAGE + ("" if live.sections else "tags: [VIP]\n")
    if not live.sections:
        live = Schema(tags=("VIP",))
    assert changed(text, accepted(tmp_path, text, live, title)) == lines


@pytest.mark.parametrize(
    ("line", "field", "title", "new"),
    [
        (
            "{name: Stage, type: tdrop, options: [New, 'Won', Lost]}",
            a_field("Stage", "tdrop", ["New", "Lost"]),
            "Sales / Stage",
            "{name: Stage, type: tdrop, options: [New, Lost]}",
        ),
        (
            "{type: tdrop, options: [New], name: Stage}",
            a_field("Stage", "list", ["New", "a, b"]),
            "Sales / Stage",
            "{type: list, options: [New, 'a, b'], name: Stage}",
        ),
        (
            "{name: Stage, type: tdrop, options: [New]}",
            a_field("Stage", "tdrop", []),
            "Sales / Stage",
            "{name: Stage, type: tdrop, options: []}",
        ),
        (
            "{name: Stage, type: tdrop, options: []}",
            a_field("Stage", "tdrop", ["New"]),
            "Sales / Stage",
            "{name: Stage, type: tdrop, options: [New]}",
        ),
        (
            "{name: Size, type: text, required: true}",
            a_field("Size", required=False),
            "Sales / Size",
            "{name: Size, type: text, required: false}",
        ),
        (
            "{name: Deal, type: text, was: [Size]}",
            a_field("Size"),
            "Sales / Deal",
            None,
        ),
    ],
)
def test_braces_are_changed_within(
    tmp_path: Path, line: str, field: Field, title: str, new: str | None
) -> None:
    text = f"{HEAD}sections:\n- name: Sales\n  fields:\n  - {line}  # kept\n"
    if new is None:
        with pytest.raises(UsageError, match="cannot be taken into the files"):
            accepted(tmp_path, text, an_account(field), title)
        return
    assert accepted(tmp_path, text, an_account(field), title) == text.replace(line, new)


def test_line_ends_byte_order_mark_and_missing_last_break_stay(tmp_path: Path) -> None:
    text = "\ufeffversion: 1\r\ntags:\r\n  - A\r\n  - B # last"
    after = accepted(tmp_path, text, Schema(tags=("A", "B", "C")), "tag: C")
    assert after == text + "\r\n  - C"
    assert accepted(tmp_path, text, Schema(tags=("B",)), "tag: A") == text.replace(
        "  - A\r\n", ""
    )


def test_the_last_of_a_list_takes_its_key_along(tmp_path: Path) -> None:
    text = "version: 1\ntags: [VIP]\nremoved:\n  tags:\n    - Old\n"
    live = Schema(tags=("VIP", "Old"))
    assert accepted(tmp_path, text, live, "tag: Old") == "version: 1\ntags: [VIP]\n"


def test_brackets_over_several_lines_keep_their_shape(tmp_path: Path) -> None:
    text = "version: 1\ntags: [\n  A,  # one\n  B,  # two\n  C   # three\n]\n"
    after = accepted(tmp_path, text, Schema(tags=("A", "C", "D")), "tag: B", "tag: D")
    assert after == "version: 1\ntags: [\n  A,  # one\n  C,   # three\n  D\n]\n"


def test_a_mirrored_section_takes_what_it_did_not_want(tmp_path: Path) -> None:
    fields = "fields: [{name: A, type: text}]"
    text = f"version: 1\nsections:\n  - {{name: Sales, manage: mirror, {fields}}}\n"
    after = accepted(tmp_path, text, an_account(a_field("A"), a_field("B")), "Sales / B")
    assert after == text.replace("text}]}", "text}, {name: B, type: text}]}")


def test_custom_objects_have_entries_of_their_own(tmp_path: Path) -> None:
    text = (
        "version: 1\nobjects:\n  - label: Pets\n    sections:\n      - name: Details\n"
        "        fields:\n          - {name: Breed, type: text}\n"
    )
    section = Section(name="Details", custom=True, fields=(a_field("Race"),))
    live = Schema(objects=(CustomObject(label="Pets", sections=(section,)),))
    after = accepted(tmp_path, text, live, "Pets: Details / Race", "Pets: Details / Breed")
    assert after == text.replace("Breed", "Race")


def test_several_items_at_once_are_each_proved(tmp_path: Path) -> None:
    live = an_account(a_field("Stage", "tdrop", ["New"]), a_field("Zip"), tags=("VIP",))
    text = HEAD + STAGE
    after = accepted(
        tmp_path, text, live, "Sales / Stage", "Sales / Size", "Sales / Zip", "tag: VIP"
    )
    assert changed(text, after) == [
        "-           - 'Won'",
        "-           - Lost",
        "-       - {name: Size, type: text}   # in people",
        "+       - {name: Zip, type: text}",
        "+ tags:",
        "+   - VIP",
    ]


@pytest.mark.parametrize(
    ("text", "live", "title", "told"),
    [
        (
            HEAD + "sections:\n  - {name: Sales, fields: &f [{name: A, type: text}]}\n"
            "  - {name: Other, fields: *f}\n",
            an_account(),
            "Sales / A",
            "an anchor shares this with other places",
        ),
        (
            HEAD + "sections:\n  - {name: Sales, fields: [{name: A, type: text}]}\n",
            an_account(a_field("A"), a_field("B", "mergefield")),
            "Sales / B",
            "cannot be taken into the files",
        ),
        (HEAD + "tags: [VIP]\n", Schema(), "tag: VPI", "nothing called 'tag: VPI' differs"),
        ("version: 1\ntags: [VIP]\n", Schema(), "VIP", "nothing called 'VIP' differs"),
    ],
)
def test_what_wants_a_person_is_told(
    tmp_path: Path, text: str, live: Schema, title: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        accepted(tmp_path, text, live, title)
