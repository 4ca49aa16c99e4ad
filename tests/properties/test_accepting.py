"""Accepting drift, for any layout of a file: nothing but the lines of that item changes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from schemactl.desired.rewrite.formatting import format_text
from schemactl.model.schema import Field, Schema, Section
from tests.builders import a_field
from tests.unit.desired.rewrite.accepted import accepted

NAMES = st.text("abcXYZ019 _-#:'\"{}[],&*!|>%@`?éß", min_size=1, max_size=8).map(str.strip)
OPTIONS = st.lists(
    st.sampled_from(["New", "Won", "Yes", "1.10", "a, b", "x: y", "# no", "ja'nein"]),
    unique=True,
    min_size=1,
    max_size=4,
)


@dataclass(frozen=True)
class Entry:
    """A field with the lines that declare it."""

    field: Field
    lines: tuple[str, ...]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@st.composite
def entries(draw: st.DrawFn, number: int) -> Entry:
    name = f"{number} {draw(NAMES)}".strip()
    options = draw(st.none() | OPTIONS)
    kind = "text" if options is None else draw(st.sampled_from(["tdrop", "list"]))
    field = a_field(name, kind, options)
    above = draw(st.sampled_from([(), ("", f"# above {number}"), (f"# right above {number}",)]))
    behind = draw(st.sampled_from(["", f"  # behind {number}"]))
    words = "" if options is None else ", ".join(map(quoted, options))
    lines: tuple[str, ...]
    match draw(st.integers(0, 3 if options else 1)):
        case 0:
            inner = f", options: [{words}]" if options else ""
            lines = (f"- {{name: {quoted(name)}, type: {kind}{inner}}}{behind}",)
        case 1:
            lines = (f"- name: {quoted(name)}{behind}", f"  type: {kind}")
            lines += (f"  options: [{words}]",) if options else ()
        case 2:
            lines = (f"- type: {kind}", f"  name: {quoted(name)}", f"  options:{behind}")
            lines += tuple(f"    - {quoted(one)}" for one in options or ())
        case _:
            lines = (
                f"- name: {quoted(name)}",
                "  options: [",
                f"    {quoted((options or ('',))[0])},",
            )
            lines += tuple(f"    {quoted(one)}," for one in (options or [])[1:])
            lines += ("  ]", f"  type: {kind}")
    return Entry(field, (*above, *lines))


@st.composite
def files(draw: st.DrawFn) -> tuple[list[Entry], str, str]:
    number = draw(st.integers(2, 5))
    found = [draw(entries(place)) for place in range(number)]
    indent = draw(st.sampled_from(["  ", "    ", "      "]))
    line_break = draw(st.sampled_from(["\n", "\r\n"]))
    return found, indent, line_break


def whole(found: list[Entry], indent: str, line_break: str) -> str:
    lines = ["# about", "version: 1", "sections:", "  - name: S", "    fields:"]
    lines += [f"  {indent}{line}" if line else "" for one in found for line in one.lines]
    lines += ["# the end", "tags: [VIP]  # last"]
    return line_break.join([*lines, ""])


def live_of(fields: list[Field]) -> Schema:
    section = Section(name="S", custom=True, fields=tuple(fields))
    return Schema(sections=(section,), tags=("VIP",))


def take(text: str, live: Schema, title: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        return accepted(Path(folder), text, live, title)


@settings(max_examples=40)
@given(drawn=files(), data=st.data())
def test_a_field_that_is_gone_takes_its_own_lines_only(
    drawn: tuple[list[Entry], str, str], data: st.DataObject
) -> None:
    found, indent, line_break = drawn
    gone = data.draw(st.sampled_from(found))
    rest = [one for one in found if one is not gone]
    after = take(
        whole(found, indent, line_break),
        live_of([one.field for one in rest]),
        f"S / {gone.field.name}",
    )
    expected = whole(rest, indent, line_break)
    # An empty line above a comment of the entry parts it from what is before: it stays.
    assert without_empty(after) == without_empty(expected)


def without_empty(text: str) -> list[str]:
    return [line for line in text.splitlines(keepends=True) if line.strip()]


@settings(max_examples=40)
@given(drawn=files(), options=OPTIONS, data=st.data())
def test_new_options_touch_no_other_entry(
    drawn: tuple[list[Entry], str, str], options: list[str], data: st.DataObject
) -> None:
    found, indent, line_break = drawn
    before = whole(found, indent, line_break)
    chosen = data.draw(st.sampled_from(found))
    if chosen.field.options is None or set(options) == set(chosen.field.options):
        return
    changed = chosen.field._replace(options=tuple(options))
    live = live_of([changed if one is chosen else one.field for one in found])
    after = take(before, live, f"S / {chosen.field.name}")
    place = found.index(chosen)
    head = whole(found[:place], indent, line_break).partition("# the end")[0]
    tail = whole(found[place + 1 :], indent, line_break).partition("    fields:" + line_break)[
        2
    ]
    assert after.startswith(head)
    assert after.endswith(tail)


@settings(max_examples=40)
@given(
    drawn=files(),
    edit=st.sampled_from(["options", "gone", "new"]),
    options=OPTIONS,
    data=st.data(),
)
def test_a_file_in_the_canonical_style_stays_in_it(
    drawn: tuple[list[Entry], str, str], edit: str, options: list[str], data: st.DataObject
) -> None:
    """`fmt --check` accepts what `drift --accept` writes."""
    found, indent, line_break = drawn
    before = format_text(whole(found, indent, line_break))
    chosen = data.draw(st.sampled_from(found))
    rest = [one.field for one in found if one is not chosen]
    live, title = live_of([chosen.field, *rest]), f"S / {chosen.field.name}"
    match edit:
        case "options" if chosen.field.options is not None:
            if set(options) == set(chosen.field.options):
                return
            live = live_of([chosen.field._replace(options=tuple(options)), *rest])
        case "gone":
            live = live_of(rest)
        case _:
            new = a_field("new " + "long " * data.draw(st.integers(0, 25)) + "one")
            live, title = live_of([chosen.field, *rest, new]), f"S / {new.name}"
    after = take(before, live, title)
    assert after != before
    assert format_text(after) == after


@settings(max_examples=40)
@given(drawn=files(), name=NAMES)
def test_what_is_new_comes_behind_the_last(
    drawn: tuple[list[Entry], str, str], name: str
) -> None:
    found, indent, line_break = drawn
    before = whole(found, indent, line_break)
    new = a_field(f"new {name}".strip())
    after = take(before, live_of([*(one.field for one in found), new]), f"S / {new.name}")
    lines, kept = after.splitlines(), before.splitlines()
    added = [line for line in lines if line not in kept]
    assert len(added) == 1
    assert [line for line in lines if line not in added] == kept
