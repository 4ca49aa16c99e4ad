"""The canonical style, for any layout: it says the same, keeps each comment, and is final."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemactl.desired.codec import schema_file_text
from schemactl.desired.importable import pick_importable
from schemactl.desired.rewrite import formatting
from schemactl.desired.rewrite.comments import find_comments
from schemactl.desired.rewrite.formatting import CannotFormatError, format_text
from schemactl.desired.rewrite.source import Source
from schemactl.document.reader import read_document
from schemactl.document.resources import schema_text
from tests.properties.test_accepting import Entry, files, whole
from tests.strategies import live_schemas

# Whatever a person may leave between two lines.
NOISE = st.sampled_from(["", "", "", "  # a remark", "# at the left", "        # deep", " "])


def values_of(text: str) -> object:
    document = read_document(text.encode(), file="crm.yaml", numbers=frozenset({"version"}))
    assert document.problems == ()
    return document.root


def comments_in(text: str) -> list[str]:
    return sorted(one.text for one in find_comments(Source(text)))


@settings(max_examples=60)
@given(drawn=files(), data=st.data())
def test_values_and_comments_stay(
    drawn: tuple[list[Entry], str, str], data: st.DataObject
) -> None:
    found, indent, line_break = drawn
    lines = whole(found, indent, line_break).split(line_break)
    noisy = [part for line in lines for part in (data.draw(NOISE), line)]
    text = line_break.join(noisy)
    after = format_text(text)
    assert values_of(after) == values_of(text)
    assert comments_in(after) == comments_in(text)
    assert format_text(after) == after
    assert all(line == line.rstrip() for line in after.splitlines())


@settings(max_examples=50)
@given(schema=live_schemas())
def test_what_import_writes_is_canonical_already(schema: object) -> None:
    text = schema_file_text(pick_importable(schema, include_system=True).schema)  # type: ignore[arg-type]
    assert format_text(text) == text


OPTIONS = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: Stage, type: tdrop, options: [New, {was: [Closed], name: Won}]}
      - name: Kind
        type: list
        options: [{name: A, was: [B]}]  # since May
      - name: Reason
        type: tdrop
        options:
          - {name: Lost, was: [Gone]}  # too expensive
          - name: Won
            was: [Closed, Signed]
"""


def test_options_with_earlier_names_are_in_braces() -> None:
    text = format_text(OPTIONS)
    assert values_of(text) == values_of(OPTIONS)
    assert format_text(text) == text
    assert "options: [New, {name: Won, was: [Closed]}]}\n" in text
    assert "        options: [{name: A, was: [B]}]  # since May\n" in text
    assert "          - {name: Lost, was: [Gone]}  # too expensive\n" in text
    assert "          - {name: Won, was: [Closed, Signed]}\n" in text


FILLED = """\
version: 1
sections:
  - name: Sales
    fields:
      - {name: A, type: text, from: {name: B, section: Old, map: {unique: X, "1": "2"}}}
      - name: C
        type: text
        from:
          # first this
          - {name: B, section: Old}
          - section: Old
            name: D  # then that
"""


def test_sources_are_in_braces_with_their_maps_as_written() -> None:
    text = format_text(FILLED)
    assert values_of(text) == values_of(FILLED)
    assert format_text(text) == text
    assert "from: {section: Old, name: B, map: {unique: X, '1': '2'}}}\n" in text
    assert "          # first this\n          - {section: Old, name: B}\n" in text
    assert "            name: D  # then that\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\ntags: &t [A]\n",
        "version: 1\nsections: [{name: A, fields: &f []}, {name: B, fields: *f}]\n",
        "version: 1\ntags: !!seq [A]\n",
        "- a\n",
        "version: 1\nservices: {ports: [8080]}\n",
        "version: 1\nsections: [{name: A, order: 3}]\n",
    ],
)
def test_what_has_no_form_is_left_as_it_is(text: str) -> None:
    with pytest.raises(CannotFormatError):
        format_text(text)


@example(text="a #")
@given(text=st.text("ab:-# \n[]{},'\"&*|>?!", max_size=60))
def test_any_text_is_formatted_whole_or_not_at_all(text: str) -> None:
    if read_document(text.encode(), file="x").problems:
        return
    try:
        after = format_text(text)
    except CannotFormatError:
        return
    assert values_of(after) == values_of(text)


SCALARS = st.sampled_from(["1", "true", "yes", "'1'", '"no"', "1.10", "~", "2024-01-01", "a b"])
KEYS = st.sampled_from(["version", "required", "name", "options", "tags", "replicas", "port"])


def yaml_types(node: yaml.Node | None, *, key: str = "") -> list[tuple[str, str, str]]:
    """Return each value with its key, and the type that every reader of YAML sees."""
    if isinstance(node, yaml.MappingNode):
        pairs = sorted(node.value, key=lambda pair: str(pair[0].value))
        return [one for k, value in pairs for one in yaml_types(value, key=k.value)]
    if isinstance(node, yaml.SequenceNode):
        return [one for item in node.value for one in yaml_types(item, key=key)]
    return [(key, node.tag, node.value)] if isinstance(node, yaml.ScalarNode) else []


@given(pairs=st.dictionaries(KEYS, st.one_of(SCALARS, st.lists(SCALARS, min_size=1))))
def test_a_value_that_is_no_text_in_schema_files_keeps_its_type(
    pairs: dict[str, str | list[str]],
) -> None:
    text = "".join(
        f"{key}: [{', '.join(value)}]\n" if isinstance(value, list) else f"{key}: {value}\n"
        for key, value in pairs.items()
    )
    try:
        after = format_text(text)
    except CannotFormatError:
        return
    assert not {"replicas", "port"} & set(pairs)
    before, now = (
        yaml_types(yaml.compose(one, Loader=yaml.SafeLoader)) for one in (text, after)
    )
    for (key, tag, value), (key_after, tag_after, value_after) in zip(before, now, strict=True):
        assert (key, value) == (key_after, value_after)
        assert tag == tag_after or (key not in {"version", "required"} and "str" in tag_after)


def test_the_style_knows_every_key_of_schema_files() -> None:
    def keys_in(schema: object) -> set[str]:
        if isinstance(schema, list):
            return {key for one in schema for key in keys_in(one)}
        if not isinstance(schema, dict):
            return set()
        own = schema.get("properties")
        inner = {key for one in schema.values() for key in keys_in(one)}
        return inner | set(own if isinstance(own, dict) else ())

    known = keys_in(json.loads(schema_text("schema-file")))
    assert known == set(formatting.KEY_ORDER)
