"""rewrite: what the account has goes into the files; the rest stays unchanged."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest

from schemactl.errors import UsageError
from schemactl.model.schema import CustomObject, Field, Schema, Section
from tests.builders import a_field
from tests.unit.desired.rewrite.accepted import accepted

HEAD = "# About the file: stays\nversion: 1\n"


def changed(before: str, after: str) -> list[str]:
    """Return the lines that differ, with a sign before each."""
    reported = ndiff(before.splitlines(), after.splitlines())
    return [line for line in reported if line[:1] in "+-"]


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
            "{name: Size, type: text, was: [Deal]}",
        ),
        (
            "{name: Deal, type: text, was: [Size, Sum]}",
            a_field("Sum"),
            "Sales / Deal",
            "{name: Sum, type: text, was: [Size, Deal]}",
        ),
        (
            "{options: [New, Won], type: tdrop, name: Stage}",
            a_field("Stage", "text"),
            "Sales / Stage",
            "{type: text, name: Stage}",
        ),
        (
            "{name: Stage, type: text}",
            a_field("Stage", "tdrop", ["New", "Won"]),
            "Sales / Stage",
            "{name: Stage, type: tdrop, options: [New, Won]}",
        ),
    ],
)
def test_braces_are_changed_within(
    tmp_path: Path, line: str, field: Field, title: str, new: str
) -> None:
    text = f"{HEAD}sections:\n- name: Sales\n  fields:\n  - {line}  # kept\n"
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
    ("text", "live", "title", "reported"),
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
            "cannot be accepted into the files",
        ),
        (HEAD + "tags: [VIP]\n", Schema(), "tag: VPI", "nothing called 'tag: VPI' differs"),
        ("version: 1\ntags: [VIP]\n", Schema(), "VIP", "nothing called 'VIP' differs"),
    ],
)
def test_what_needs_a_person_is_refused_with_the_reason(
    tmp_path: Path, text: str, live: Schema, title: str, reported: str
) -> None:
    with pytest.raises(UsageError, match=reported):
        accepted(tmp_path, text, live, title)


def two_sections(*fields: Field, others: tuple[Field, ...] = ()) -> Schema:
    return Schema(
        sections=(
            Section(name="Sales", custom=True, fields=fields),
            Section(name="Later", custom=True, fields=others),
        )
    )


MOVING = """\
version: 1
sections:
  - name: Sales
    fields:
      # about A
      - name: A  # behind A
        type: text
      - {name: B, type: text}  # about B
"""


MOVED_ALONE = """\
- name: Later
    fields:
      # about A
      - name: A  # behind A
        type: text
"""
LAST_AND_MOVED = """\
- name: Later
    fields:
    - {name: Z, type: text}  # last
    # about A
    - name: A  # behind A
      type: text
"""


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (
            "- name: Later\n",
            MOVED_ALONE,
        ),
        (
            "- name: Later\n    fields:\n    - {name: Z, type: text}  # last\n",
            LAST_AND_MOVED,
        ),
    ],
)
def test_a_field_that_was_moved_takes_its_lines_and_comments_along(
    tmp_path: Path, later: str, expected: str
) -> None:
    known = (a_field("Z"),) if "Z" in later else ()
    live = two_sections(a_field("B"), others=(*known, a_field("A")))
    after = accepted(tmp_path, f"{MOVING}  {later}", live, "Sales / A")
    head = MOVING.partition("      # about A")[0] + "      - {name: B, type: text}  # about B\n"
    assert after == f"{head}  {expected}"


def test_the_last_field_of_a_section_can_be_moved(tmp_path: Path) -> None:
    text = (
        "version: 1\nsections:\n- name: Sales\n  fields:\n  - {name: A, type: text}\n"
        "- {name: Later, fields: [{name: Z, type: text}]}\n"
    )
    live = two_sections(others=(a_field("Z"), a_field("A")))
    assert accepted(tmp_path, text, live, "Sales / A") == (
        "version: 1\nsections:\n- name: Sales\n"
        "- {name: Later, fields: [{name: Z, type: text}, {name: A, type: text}]}\n"
    )


@pytest.mark.parametrize(
    ("text", "live", "title", "after"),
    [
        (
            "version: 1\nsections:\n- name: Deals\n  was: [Sales]\n",
            an_account(),
            "Deals",
            "version: 1\nsections:\n- name: Sales\n  was: [Deals]\n",
        ),
        (
            "version: 1\ntags:\n- {name: VIP, was: [Top, Old]}\n",
            Schema(tags=("Top",)),
            "tag: VIP",
            "version: 1\ntags:\n- {name: Top, was: [Old, VIP]}\n",
        ),
    ],
)
def test_a_name_taken_in_keeps_the_old_one_for_other_accounts(
    tmp_path: Path, text: str, live: Schema, title: str, after: str
) -> None:
    assert accepted(tmp_path, text, live, title) == after


def test_all_options_of_a_list_without_indentation_can_go(tmp_path: Path) -> None:
    text = (
        "version: 1\nsections:\n- name: Sales\n  fields:\n  - name: Stage\n    type: tdrop\n"
        "    options: # of a deal\n    - New\n    # most\n    - Won  # at last\n"
    )
    live = an_account(a_field("Stage", "tdrop", []))
    after = accepted(tmp_path, text, live, "Sales / Stage")
    assert after == text.partition("options")[0] + "options: [] # of a deal\n"


def test_an_anchor_defined_twice_is_no_hindrance(tmp_path: Path) -> None:
    text = (
        "version: 1\nsections:\n- name: Sales\n  fields:\n"
        "  - {name: A, type: tdrop, options: &o [New]}\n"
        "  - {name: B, type: tdrop, options: *o}\n"
        "  - {name: C, type: tdrop, options: &o [Won]}\n"
    )
    one, two, three = (
        a_field(name, "tdrop", options)
        for name, options in (("A", ["New"]), ("B", ["New"]), ("C", ["Won", "Lost"]))
    )
    after = accepted(tmp_path, text, an_account(one, two, three), "Sales / C")
    assert after == text.replace("[Won]", "[Won, Lost]")
    other = a_field("B", "tdrop", ["New", "Lost"])
    with pytest.raises(UsageError, match="an anchor shares this"):
        accepted(
            tmp_path, text, an_account(one, other, a_field("C", "tdrop", ["Won"])), "Sales / B"
        )


def test_another_item_that_differs_already_is_not_changed_through_an_anchor(
    tmp_path: Path,
) -> None:
    text = (
        "version: 1\nsections:\n- name: Sales\n  fields:\n"
        "  - {name: A, type: tdrop, options: &o [New]}\n"
        "  - {name: B, type: tdrop, options: *o}\n"
    )
    live = an_account(a_field("A", "tdrop", ["Won"]), a_field("B", "tdrop", ["New", "Lost"]))
    with pytest.raises(UsageError, match="an anchor shares this"):
        accepted(tmp_path, text, live, "Sales / B")


def test_a_section_named_otherwise_and_a_field_in_it_are_both_taken_in(tmp_path: Path) -> None:
    text = (
        "version: 1\nsections:\n- name: Deals\n  was: [Sales]\n  fields:\n"
        "  - {name: A, type: text}\n  - {name: B, type: text}\n"
    )
    after = accepted(tmp_path, text, an_account(a_field("A")), "Deals", "Deals / B")
    assert after == (
        "version: 1\nsections:\n- name: Sales\n  was: [Deals]\n  fields:\n"
        "  - {name: A, type: text}\n"
    )


def test_a_refusal_names_the_error_and_not_a_warning(tmp_path: Path) -> None:
    text = (
        "version: 1\nsections:\n- name: Sales\n  fields:\n"
        "  - {name: 'a ', type: text}\n  - {name: B, type: text}\n"
    )
    live = an_account(a_field("a "), a_field("B", "mergefield"))
    with pytest.raises(UsageError, match="mergefield"):
        accepted(tmp_path, text, live, "Sales / B")


def test_a_field_dragged_into_a_section_of_the_vendor_needs_that_section_declared(
    tmp_path: Path,
) -> None:
    live = Schema(
        sections=(
            Section(name="Sales", custom=True, fields=(a_field("Stage"),)),
            Section(name="Contact Information", fields=(a_field("Size"),)),
        )
    )
    sales = (
        "sections:\n  - name: Sales\n    fields:\n"
        "      - {name: Stage, type: text}\n      - {name: Size, type: text}\n"
    )

    with pytest.raises(UsageError) as refused:
        accepted(tmp_path, HEAD + sales, live, "Sales / Size")
    declared = sales + "  - {name: Contact Information, fields: []}\n"
    after = accepted(tmp_path, HEAD + declared, live, "Sales / Size")

    # `drift` does not list that section, so that "accept it" alone would lead nowhere.
    assert "declare it in a schema file" in str(refused.value)
    assert "fields: [{name: Size, type: text}]" in after


RENAMED_OPTIONS = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: tdrop, options: [New, {name: Won, was: [Closed]}, Lost]}
"""


def test_an_option_that_has_earlier_names_is_taken_out_as_a_whole(tmp_path: Path) -> None:
    live = an_account(a_field("Stage", "tdrop", ["New", "Lost"]))
    text = accepted(tmp_path, RENAMED_OPTIONS, live, "Sales / Stage")
    assert "options: [New, Lost]" in text


def test_an_option_that_has_earlier_names_stays_as_it_is(tmp_path: Path) -> None:
    live = an_account(a_field("Stage", "tdrop", ["New", "Won", "Lost", "Open"]))
    text = accepted(tmp_path, RENAMED_OPTIONS, live, "Sales / Stage")
    assert "options: [New, {name: Won, was: [Closed]}, Lost, Open]" in text
