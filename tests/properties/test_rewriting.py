"""Every way in which YAML writes lists, maps and texts: an edit is right, or refused in words.

An edit may not end in a crash, and may not change a neighbour.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from schemactl.desired.rewrite.formatting import CannotFormatError, format_text
from schemactl.document.reader import read_document
from schemactl.errors import InvalidFilesError, UsageError
from schemactl.model.desired import Desired
from schemactl.model.schema import Field, Schema, Section
from tests.builders import a_field
from tests.unit.desired.rewrite.accepted import accepted, loaded

NAMES = ["Stage", "Yes", "1.10", "a, b", "x: y", "- dash", "# no", "it's", 'say "so"']
OPTIONS = ["New", "Won", "No", "x: y", "- d", "é"]
ANCHOR = st.sampled_from(["", "", "", "&a ", "&b "])


def plain_or_quoted(draw: st.DrawFn, text: str) -> str:
    is_safe = text.isascii() and text.isalnum() and text not in {"Yes", "No"}
    forms = ["'" + text.replace("'", "''") + "'", '"' + text.replace('"', '\\"') + '"']
    return draw(st.sampled_from([*forms, *([text] if is_safe else [])]))


def scalar(draw: st.DrawFn, text: str) -> str:
    return draw(ANCHOR) + plain_or_quoted(draw, text)


def comment(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", "  # c - d: [e"]))


def own_lines(draw: st.DrawFn, indent: str) -> list[str]:
    noise = ["", " ", "# left", f"{indent}# - above", f"{indent}    # deep: {{"]
    return draw(st.lists(st.sampled_from(noise), max_size=1))


def flow_list(draw: st.DrawFn, texts: list[str], indent: str) -> list[str]:
    words = [scalar(draw, text) for text in texts]
    tail = draw(st.sampled_from(["", ","])) if words else ""
    if draw(st.booleans()) or not words:
        return [f"[{', '.join(words)}{tail}]"]
    inner = [f"{indent}    {word},{comment(draw)}" for word in words[:-1]]
    return ["[", *inner, f"{indent}    {words[-1]}{tail}{comment(draw)}", f"{indent}  ]"]


def listed(draw: st.DrawFn, key: str, texts: list[str], indent: str) -> list[str]:
    """Write a list of texts as the value of a key that is indented so far."""
    if not texts or draw(st.booleans()):
        first, *rest = flow_list(draw, texts, indent)
        anchor = draw(ANCHOR)
        return [f"{indent}{key}: {anchor}{first}", *rest]
    deeper = indent + draw(st.sampled_from(["", "  ", "    "]))
    lines = [f"{indent}{key}: {draw(ANCHOR)}{comment(draw)}".rstrip()]
    for text in texts:
        lines += own_lines(draw, deeper)
        gap = draw(st.sampled_from([" ", "   "]))
        lines.append(f"{deeper}-{gap}{scalar(draw, text)}{comment(draw)}")
    return lines


def named_field(draw: st.DrawFn, field: Field, indent: str) -> list[str]:
    """Write a field as an item of a list whose dashes are indented so far."""
    options = list(field.options or ())
    keys = draw(st.permutations(["name", "type", *(["options"] if options else [])]))
    if draw(st.booleans()):
        words = {
            "name": scalar(draw, field.name),
            "type": scalar(draw, field.type),
            "options": f"[{', '.join(scalar(draw, one) for one in options)}]",
        }
        inner = [f"{key}: {words[key]}" for key in keys]
        if draw(st.booleans()):
            return [f"{indent}- {{{', '.join(inner)}}}{comment(draw)}"]
        parts = [f"{indent}    {one},{comment(draw)}" for one in inner]
        return [f"{indent}- {draw(ANCHOR)}{{", *parts, f"{indent}  }}{comment(draw)}"]
    lines: list[str] = []
    for key in keys:
        inside = f"{indent}  "
        if key == "options":
            lines += listed(draw, key, options, inside)
        else:
            text = field.name if key == "name" else field.type
            literal = draw(st.integers(0, 4)) == 0
            word = f"|-\n{inside}  {text}" if literal else scalar(draw, text) + comment(draw)
            mark = draw(st.sampled_from(["", "", "", "? "]))
            colon = f"\n{inside}: " if mark else ": "
            lines += f"{inside}{mark}{key}{colon}{word}".split("\n")
        lines += own_lines(draw, inside)
    # Only behind the dash of a line of its own may anything be above the first key.
    if draw(st.booleans()):
        return [f"{indent}-{comment(draw)}", *lines]
    return [f"{indent}- {lines[0].strip()}", *lines[1:]]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[Field]]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=3))
    fields = [
        a_field(
            name,
            "tdrop" if options else "text",
            options or None,
        )
        for name in names
        for options in [
            draw(st.lists(st.sampled_from(OPTIONS), unique=True, max_size=3)),
        ]
    ]
    indent = draw(st.sampled_from(["  ", "    "]))
    head = draw(st.sampled_from([[], ["---"], ["%YAML 1.1", "---"], ["# about"]]))
    lines = [*head, "version: 1", "sections:", "- name: Sales", "  fields:"]
    for field in fields:
        lines += own_lines(draw, indent)
        lines += named_field(draw, field, indent)
    lines += own_lines(draw, "")
    lines += draw(
        st.sampled_from([["tags: [VIP]"], ["tags:", "- VIP  # t"], ["? tags", ": - VIP"]])
    )
    lines += draw(st.sampled_from([[], ["..."], ["# end"]]))
    line_break = draw(st.sampled_from(["\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "\ufeff"]))
    end = draw(st.sampled_from(["", line_break]))
    return mark + line_break.join("\n".join(lines).split("\n")) + end, fields


@st.composite
def edited(draw: st.DrawFn, fields: list[Field]) -> tuple[list[Field], str]:
    """Change one field as somebody would by hand; give its title in a report."""
    chosen = draw(st.sampled_from(fields))
    title = f"Sales / {chosen.name}"
    rest = [one for one in fields if one is not chosen]
    match draw(st.integers(0, 4)):
        case 0:
            return rest, title
        case 1:
            return [*fields, a_field("New one", "tdrop", ["a", "x: y"])], "Sales / New one"
        case 2 if chosen.options:
            return [*rest, chosen._replace(type="text", options=None)], title
        case _ if chosen.options:
            options = draw(st.lists(st.sampled_from(OPTIONS), unique=True, max_size=3))
            return [*rest, chosen._replace(options=tuple(options))], title
        case _:
            return [*rest, chosen._replace(type="longtext")], title


def meaning(desired: Desired) -> dict[str, Field]:
    return {
        one.field.name: one.field._replace(options=tuple(sorted(one.field.options or ())))
        for section in desired.sections
        for one in section.fields
    }


@settings(max_examples=40, deadline=None)
@given(drawn=texts(), data=st.data())
def test_an_edit_is_right_or_refused_with_a_reason(
    drawn: tuple[str, list[Field]], data: st.DataObject
) -> None:
    text, fields = drawn
    live_fields, title = data.draw(edited(fields))
    section = Section(name="Sales", custom=True, fields=tuple(live_fields))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            before = loaded(folder, text)
        except InvalidFilesError:
            return
        live = Schema(sections=(section,), tags=("VIP",))
        try:
            after = loaded(folder, accepted(folder, text, live, title))
        except UsageError as error:
            event(f"refused: {str(error).rpartition(': ')[2]}")
            return
    event("accepted")
    name = title.removeprefix("Sales / ")
    was, now = meaning(before.desired), meaning(after.desired)
    wanted = {one.name: one for one in live_fields}
    assert {key: was[key] for key in was if key != name} == {
        key: now[key] for key in now if key != name
    }
    assert (name in now) == (name in wanted)
    if name in now:
        assert now[name].type == wanted[name].type
        assert now[name].options == tuple(sorted(wanted[name].options or ()))
    assert [tag.name for tag in after.desired.tags] == ["VIP"]


@settings(max_examples=40, deadline=None)
@given(drawn=texts())
def test_the_canonical_style_says_the_same_or_is_not_taken_on(
    drawn: tuple[str, list[Field]],
) -> None:
    text, _ = drawn
    before = read_document(text.encode(), file="x")
    if before.problems:
        return
    try:
        after = format_text(text)
    except CannotFormatError:
        return
    assert read_document(after.encode(), file="x").root == before.root
