"""Layers of schema files: what a later one does not name stays, and one file says the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemactl.desired.codec import FlowValue, flow_list, flow_mapping, flow_text
from schemactl.desired.fingerprint import fingerprint_desired
from schemactl.desired.load import Loaded, load_desired
from schemactl.desired.rendered import rendered_text
from schemactl.errors import Location
from schemactl.model.desired import Desired, DesiredField
from schemactl.model.field_types import DECLARABLE_TYPES
from schemactl.values import replace

SECTIONS = ("Sales", "Support")
FIELDS = ("Status", "Budget", "Note")
OPTIONS = ("New", "Won", "Lost", "0x1", "yes")
TAGS = ("VIP", "Old", "2014")

Names = dict[str, dict[str, dict[str, FlowValue]]]
"""The fields of each section, by their names, with their keys."""


def field_values(name: str, options: Sequence[str]) -> dict[str, FlowValue]:
    return {"name": name, "type": "tdrop", "options": tuple(options)}


@st.composite
def layer_texts(draw: st.DrawFn, declared: Names, tags: set[str]) -> str:
    """Draw a later layer that refers only to what is there; update what is there."""
    lines = ["version: 1"]
    omitted: list[str] = []
    chance = st.booleans()
    if draw(chance) and tags:
        gone = draw(st.sampled_from(sorted(tags)))
        tags.discard(gone)
        omitted.append(f"  tags: [{flow_text(gone)}]")
    pairs = [(section, name) for section in declared for name in declared[section]]
    if draw(chance) and pairs:
        section, name = draw(st.sampled_from(pairs))
        del declared[section][name]
        entry = flow_mapping({"section": section, "name": name})
        omitted.append(f"  fields: [{entry}]")
    lines += ["omit:", *omitted] if omitted else []
    for section, fields in declared.items():
        if not lines[-1].startswith("sections") and "sections:" not in lines:
            lines.append("sections:")
        lines.append(f"  - name: {flow_text(section)}")
        lines.append("    extend: true")
        entries = [draw(changes(name, values)) for name, values in fields.items()]
        new = [name for name in FIELDS if name not in fields]
        if draw(chance) and new:
            values = field_values(new[0], draw(st.lists(st.sampled_from(OPTIONS), unique=True)))
            fields[new[0]] = values
            entries.append(flow_mapping(values))
        written = [entry for entry in entries if entry]
        lines += ["    fields:", *(f"      - {entry}" for entry in written)] if written else []
    return "\n".join(lines) + "\n"


@st.composite
def changes(draw: st.DrawFn, name: str, values: dict[str, FlowValue]) -> str:
    """Draw an entry that changes a field, or nothing; update its values."""
    match draw(st.sampled_from(("nothing", "extend", "override", "rename", "note"))):
        case "extend":
            known = values["options"]
            assert isinstance(known, tuple)
            more = tuple(one for one in OPTIONS if one not in known)[:1]
            values["options"] = (*known, *more)
            return flow_mapping({"name": name, "extend": True, "options": more})
        case "rename":
            values["options"] = ("New",)
            return f"{{name: {name}, override: true, options: [{{name: New, was: [Older]}}]}}"
        case "override":
            options = tuple(draw(st.lists(st.sampled_from(OPTIONS), unique=True)))
            values["options"] = options
            return flow_mapping({"name": name, "override": True, "options": options})
        case "note":
            values["note"] = "by a layer"
            return flow_mapping({"name": name, "override": True, "note": "by a layer"})
        case _:
            return ""


@st.composite
def projects(draw: st.DrawFn) -> tuple[list[str], Names, set[str]]:
    """Draw a base and later layers, with what they declare together."""
    declared: Names = {
        section: {
            name: field_values(name, draw(st.lists(st.sampled_from(OPTIONS), unique=True)))
            for name in draw(st.lists(st.sampled_from(FIELDS), unique=True, min_size=1))
        }
        for section in draw(st.lists(st.sampled_from(SECTIONS), unique=True, min_size=1))
    }
    tags = set(draw(st.lists(st.sampled_from(TAGS), unique=True)))
    lines = ["version: 1", "sections:"]
    for section, fields in declared.items():
        lines += [f"  - name: {flow_text(section)}", "    fields:"]
        lines += [f"      - {flow_mapping(values)}" for values in fields.values()]
    lines += [f"tags: {flow_list(sorted(tags))}"] if tags else []
    texts = ["\n".join(lines) + "\n"]
    number = draw(st.integers(1, 3))
    texts += [draw(layer_texts(declared, tags)) for _ in range(number)]
    return texts, declared, tags


def load(folder: Path, texts: Sequence[str]) -> Loaded:
    names = [f"{number}.yaml" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return load_desired(folder, names, allowed_types=DECLARABLE_TYPES, backend="rest")


def declared_by(desired: Desired) -> Names:
    return {
        section.name: {one.field.name: values_of(one) for one in section.fields}
        for section in desired.sections
    }


def values_of(one: DesiredField) -> dict[str, FlowValue]:
    values: dict[str, FlowValue] = {"name": one.field.name, "type": one.field.type}
    values["options"] = one.field.options or ()
    return values | ({"note": one.note} if one.note else {})


def text_at(folder: Path, place: Location) -> str:
    line = (folder / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
    return line[place.column - 1 :]


def fingerprint_of(loaded: Loaded) -> str:
    """Return the fingerprint of what is declared; one file has no layer to omit from."""
    return fingerprint_desired(replace(loaded.desired, omitted=()))


def layers_below(place: Location) -> tuple[Location, ...]:
    """Return the places below one, each of an earlier layer than the one before."""
    files = [int(one.file.removesuffix(".yaml")) for one in (place, *place.below)]
    assert files == sorted(set(files), reverse=True)
    return place.below


def assert_omitted(desired: Desired, folder: Path) -> None:
    """What is omitted is declared nowhere, and known with the place of its entry."""
    fields = {(each.name, one.field.name) for each in desired.sections for one in each.fields}
    tags = {tag.name for tag in desired.tags}
    for one in desired.omitted:
        text = text_at(folder, one.location)
        assert text.startswith(flow_text(one.names[0]))
        assert not {*product(one.sections, one.names)} & fields
        assert one.sections or one.names[0] not in tags


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(projects())
def test_layers_say_what_they_add_change_and_omit_and_nothing_else(
    drawn: tuple[list[str], Names, set[str]],
) -> None:
    texts, declared, tags = drawn
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        loaded = load(folder, texts)
        assert declared_by(loaded.desired) == declared
        assert {tag.name for tag in loaded.desired.tags} == tags
        for section in loaded.desired.sections:
            for one in section.fields:
                # A place is in the file that decides, on the name of the field.
                assert text_at(folder, one.location).startswith(flow_text(one.field.name))
                if one.options_location is not None:
                    assert text_at(folder, one.options_location).startswith("[")
                    for place in layers_below(one.options_location):
                        assert text_at(folder, place).startswith("[")
                # So are those of the layers below it, the nearest first.
                for place in layers_below(one.location):
                    assert text_at(folder, place).startswith(flow_text(one.field.name))
        assert_omitted(loaded.desired, folder)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(projects())
def test_the_effective_schema_as_one_file_says_the_same(
    drawn: tuple[list[str], Names, set[str]],
) -> None:
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
        loaded = load(Path(name), drawn[0])
        again = load(Path(other), [rendered_text(loaded)])
        assert fingerprint_of(again) == fingerprint_of(loaded)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(projects())
def test_layers_joined_in_two_steps_are_the_layers_joined_in_one(
    drawn: tuple[list[str], Names, set[str]],
) -> None:
    """The first layers as one file, and the rest above it, declare the same."""
    texts = drawn[0]
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as other:
        whole = load(Path(name), texts)
        for number in range(1, len(texts)):
            below = rendered_text(load(Path(other), texts[:number]))
            again = load(Path(other), [below, *texts[number:]])
            assert fingerprint_of(again) == fingerprint_of(whole)
